"""The measures of the Dubrovnik review on the record: each with a status, its names, and how it compares with print."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from services.cli.record import Record, read_record
from tests.record.world import World, change, copy_of_the_record

Row = dict[str, Any]
Rows = dict[str, Row]

AFFECTED = "AFG BIH CHL DEU IRQ LAO LBN MRT SOM TCD"
VICTIMS = "AFG ALB BIH GNB HRV IRQ LAO LBN MNE SOM TCD"
OVERDUE = "CPV COM COG GIN MDG RWA TGO"
SPECIFIC_2015 = "AUS AUT BEL CAN CHE COK CZE DEU ECU ESP FRA GBR HUN IRL ITA JPN LIE LUX NLD NOR NZL PRT SWE WSM"
SUFFICIENT_2015 = "ALB AND BIH CIV DNK GNB LTU MDA MLT MNE MRT NIC SMR SVN TTO URY VAT"
SUFFICIENT_2020 = (
    "ALB AND BIH BOL CHL CIV COL CUB DNK DOM GUY HRV IRQ LTU MDA MLT MNE MOZ NIC PAN PLW PRY PSE SMR SVK SVN TTO URY "
    "VAT ZAF"
)
IN_PROCESS = "ATG BDI BFA BLZ BWA GHA GNB GRD LAO LBN LKA LSO MWI NAM NRU SLE SOM SWZ SYC TUN VCT ZMB"


@pytest.fixture(scope="module")
def figures(world: World) -> Rows:
    return world.rows("2RC", "DAP")


@pytest.fixture(scope="module")
def compared(record: Record) -> Rows:
    return {row["indicator"]: row for row in World(record).reconciled("2RC", "DAP")}


def test_every_row_has_a_status_and_if_not_computed_a_reason(figures: Rows) -> None:
    assert Counter(row["status"] for row in figures.values()) == {
        "computed": 47, "bound": 9, "noData": 31, "notComputable": 29,
    }  # fmt: skip
    assert [id for id, row in figures.items() if row["status"] != "computed" and not row["reason"]] == []
    lacking = [row["reason"] for row in figures.values() if row["status"] in ("noData", "bound")]
    assert all("is not declared complete" in reason for reason in lacking)


def test_print_and_record_compare_like_this(compared: Rows) -> None:
    assert Counter(row["outcome"] for row in compared.values()) == {
        "equal": 40, "differs": 7, "bound": 9, "noData": 31, "notComputable": 29,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("indicator", "names"),
    [
        ("DAP-1.1.6", "AGO CAF COD CYP DJI HTI IDN JAM KEN LBR NGA TZA UGA"),
        ("DAP-1.1.7", "BEN CUB GMB LCA LKA MDG MDV MUS NAM NIU PHL PLW SOM STP"),
        ("DAP-2.1.4", "BGR PER SVK ZAF"),
        ("DAP-2.4.1", "BWA CHE CUB DEU ESP FRA HRV ITA SVN"),
        ("DAP-3.1.1", AFFECTED),
        ("DAP-3.1.2", "AFG BIH CHL DEU HRV IRQ LAO LBN MNE MOZ TCD"),
        ("DAP-3.1.3", "HRV MNE MOZ"),
        ("DAP-3.1.5", "DEU LAO"),
        ("DAP-3.1.6", "BIH CHL LBN"),
        ("DAP-3.2.2", "BIH MNE MRT SOM TCD"),
        ("DAP-3.2.3", "AFG HRV IRQ LAO LBN"),
        ("DAP-4.1(a).1", VICTIMS),
        ("DAP-4.1(a).2", "ALB HRV IRQ LAO LBN"),
        ("DAP-4.1(c).3", "AFG ALB BIH HRV IRQ LAO LBN TCD"),
        ("DAP-4.4.1", "AFG ALB BIH GNB IRQ LAO LBN MNE SOM TCD"),
        ("DAP-5.1.1", "BWA LBN MNE"),
        ("DAP-6.1.5", OVERDUE),
        ("DAP-7.1.3", "BEL CHE IRL ITA LIE LUX NLD NZL WSM"),
        ("DAP-7.1.4", SPECIFIC_2015),
        ("DAP-7.1.5", SUFFICIENT_2015),
        ("DAP-7.1.9", "AFG BEL CHE ESP IRL ITA KNA LIE LUX NLD NZL WSM"),
        ("DAP-7.1.10", f"{SPECIFIC_2015} AFG BGR CMR GTM ISL KNA MUS"),
        ("DAP-7.1.11", SUFFICIENT_2020),
        ("DAP-7.1.13", IN_PROCESS),
    ],
)
def test_a_figure_with_a_list_has_its_names(figures: Rows, compared: Rows, indicator: str, names: str) -> None:
    assert figures[indicator]["members"] == sorted(names.split())
    assert compared[indicator]["outcome"] == "equal"


def test_law_of_2020_is_31_and_30_with_nobody_in_both(figures: Rows) -> None:
    specific, sufficient, legal = (figures[f"DAP-7.1.{number}"]["members"] for number in (10, 11, 7))

    assert (len(specific), len(sufficient), len(legal)) == (31, 30, 61)
    assert sorted([*specific, *sufficient]) == legal


def test_in_process_is_22_where_print_has_23_and_22(figures: Rows, compared: Rows) -> None:
    first, second = compared["DAP-7.1.12"], compared["DAP-7.1.13"]

    assert (first["computed"], first["published"], first["outcome"]) == (22, "23", "differs")
    assert (second["computed"], second["published"], second["outcome"]) == (22, "22", "equal")
    assert "both name the same States" in first["reason"]
    assert figures["DAP-7.1.12"]["members"] == IN_PROCESS.split()


def test_96_of_print_are_instruments_and_91_states_parties(figures: Rows) -> None:
    party, deposited = ({one["key"] for one in part["items"]} for part in figures["DAP-1.1.2"]["parts"])

    assert (len(party), len(deposited)) == (91, 96)
    assert deposited - party == {"COL", "ISL", "RWA", "SVK", "ZAF"}


def test_the_completions_of_print_are_those_we_name_with_those_resting_on_general_knowledge(compared: Rows) -> None:
    row = compared["DAP-2.1.1"]

    assert (row["computed"], row["published"], row["outcome"]) == (19, "36", "differs")
    assert "which the record leaves open, would give 36" in row["reason"]


def test_thirteen_with_stockpiles_in_2015_are_ten_parties_two_to_be_and_one_still_looking(figures: Rows) -> None:
    members = figures["DAP-2.1.3"]["members"]

    assert members == ["BGR", "BWA", "CHE", "DEU", "ESP", "FRA", "HRV", "ITA", "PER", "SVN"]
    assert len({*members, "SVK", "ZAF", "GNB"}) == 13


def test_mozambique_is_affected_in_the_period_and_not_among_the_twelve_of_print(figures: Rows) -> None:
    twelve = {*figures["DAP-3.2.2"]["members"], *figures["DAP-3.2.3"]["members"], "CHL", "DEU"}

    assert len(twelve) == 12
    assert set(figures["DAP-3.2.1"]["members"]) - twelve == {"MOZ"}


@pytest.mark.parametrize(
    ("indicator", "value", "printed", "lacking"),
    [
        ("DAP-1.1.8", 33, "139", "UngaVoteRecorded"),
        ("DAP-3.1.4", 8, "8", "clearance.evidence_based_survey"),
        ("DAP-4.1(c).2", 8, "11", "victims.lead_authority"),
        ("DAP-6.1.6", 6, "19", "ReportSubmitted"),
        ("DAP-6.1.7", 11, "22", "ReportSubmitted"),
        ("DAP-6.1.8", 17, "32", "ReportSubmitted"),
        ("DAP-6.1.9", 6, "23", "ReportSubmitted"),
    ],
)
def test_where_the_record_names_some_the_figure_is_a_lower_bound(
    compared: Rows, figures: Rows, indicator: str, value: int, printed: str, lacking: str
) -> None:
    row = compared[indicator]

    assert (row["outcome"], row["computed"], row["published"]) == ("bound", value, printed)
    assert f"{lacking} is not declared complete" in figures[indicator]["reason"]
    assert value <= int(printed)


@pytest.mark.parametrize(
    ("indicator", "lacking"),
    [
        ("DAP-1.1.11", "ParticipationRecorded"),
        ("DAP-2.1.6", "StockpileDestroyed"),
        ("DAP-2.3.1", "RetentionReported"),
        ("DAP-5.2.1", "AssistanceRequested"),
        ("DAP-5.5.5", "AssistanceProvidedReported"),
        ("DAP-5.6.3", "AssistanceReceivedReported"),
        ("DAP-6.1.4", "ReportSubmitted"),
        ("DAP-6.1.13", "ReportSubmitted"),
        ("DAP-6.1.14", "ReportSubmitted"),
        ("DAP-7.1.8", "NationalMeasureReported"),
    ],
)
def test_what_is_not_held_names_the_record_that_is_missing(figures: Rows, indicator: str, lacking: str) -> None:
    row = figures[indicator]

    assert (row["status"], row["value"]) == ("noData", None)
    assert row["reason"].startswith(f"nothing is named: {lacking} is not declared complete")


def without(**cells: str) -> Callable[[dict[str, str]], dict[str, str] | None]:
    return lambda row: None if cells.items() <= row.items() else row


@pytest.mark.parametrize(
    ("table", "of", "expected"),
    [
        ("dubrovnik_lists.csv", without(key="va.action_plan", state="TCD"), {"DAP-4.1(c).2", "DAP-4.1(c).3"}),
        ("measures.csv", without(state="MUS", as_of="2020-09-28"), {"DAP-7.1.7", "DAP-7.1.10"}),
        ("coverage.csv", without(coverage="2RC-compliance"), {"DAP-1.3.1"}),
        ("obligations.csv", without(state="CHE", article="3"), {"DAP-2.1.3"}),
    ],
)
def test_one_row_changes_what_rests_on_it_and_nothing_else(
    figures: Rows, tmp_path: Path, table: str, of: Callable[[dict[str, str]], dict[str, str] | None], expected: set[str]
) -> None:
    folder = copy_of_the_record(tmp_path)
    assert change(folder, table, of) == 1

    after = World(read_record(folder)).rows("2RC", "DAP")

    told = ("status", "value", "members", "parts")
    assert {id for id, row in figures.items() if any(row[name] != after[id][name] for name in told)} == expected
