"""The golden checks that the facts alone decide: names, not only counts; nothing is running."""

import pytest

from services.cli.record import Record
from tests.record.world import World, event_of

CONTAMINATED = "AFG CHL DEU IRQ LAO LBN MRT SOM SSD TCD"
RETAINING = "BGR BIH CHE CMR DEU DNK ESP FRA NLD SWE"
RECEIVED_AFTER_REQUEST = "AFG ALB IRQ LAO LBN SOM SSD TCD"
CLEARANCE_DONORS = "AUS AUT BEL CAN CHE CZE DEU DNK ESP FRA GBR HRV IRL ITA JPN LIE LTU LUX MCO NLD NOR NZL SWE"
GOLDEN = {
    "affected": CONTAMINATED,
    "with_victims": "AFG ALB BIH HRV IRQ LAO LBN MNE MRT SOM SSD TCD",
    "retaining": RETAINING,
    "obligated": "AFG BGR BIH CHE CHL CMR DEU DNK ESP FRA IRQ LAO LBN MRT NLD SOM SSD SWE TCD",
    "outstanding_stockpiles": "",
    "seeking_implementation": "AFG ALB CHL CMR GNB IRQ LAO LBN MRT SOM SSD TCD",
    "seeking": "AFG ALB CHL CMR GNB IRQ LAO LBN MRT NGA SOM SSD TCD",
    "receiving": f"{RECEIVED_AFTER_REQUEST} BIH",
    "receiving_after_request": RECEIVED_AFTER_REQUEST,
    "assisting": f"AND {CLEARANCE_DONORS}",
    "assisting_stockpile": "AUS IRL",
    "assisting_clearance": CLEARANCE_DONORS,
    "assisting_risk_education": ("AUS AUT BEL CAN CHE DEU DNK FRA GBR HRV IRL ITA JPN LIE LUX MCO NLD NOR NZL SWE"),
    "assisting_victims": "AND AUS AUT BEL CAN CHE DEU FRA GBR IRL ITA JPN LIE LUX MCO NLD NOR NZL SWE",
    "exchanging": f"AND {CLEARANCE_DONORS} {RECEIVED_AFTER_REQUEST} BIH",
    "risk_education_actors": "AFG BIH COL CUB HRV IRQ LAO LBN MRT SOM SSD TCD",
}
COUNTS = {
    "affected": 10, "with_victims": 12, "retaining": 10, "obligated": 19, "outstanding_stockpiles": 0,
    "seeking_implementation": 12, "seeking": 13, "receiving": 9, "receiving_after_request": 8, "assisting": 24,
    "assisting_stockpile": 2, "assisting_clearance": 23, "assisting_risk_education": 20, "assisting_victims": 19,
    "exchanging": 33, "risk_education_actors": 12,
}  # fmt: skip


@pytest.mark.parametrize(("name", "expected"), GOLDEN.items())
def test_a_population_has_these_members_and_no_doubtful_ones(world: World, name: str, expected: str) -> None:
    certain, possible = world.population(name)

    assert (certain, possible) == (sorted(expected.split()), [])
    assert len(certain) == COUNTS[name]


@pytest.mark.parametrize(("on", "number"), [("2025-03-05", 112), ("2025-03-06", 111), ("2025-06-30", 111)])
def test_lithuania_is_party_until_its_withdrawal_takes_effect(world: World, on: str, number: int) -> None:
    assert len(world.population("parties", on)[0]) == number


def test_annual_reports_for_2024(record: Record, world: World) -> None:
    reports = [event_of(one).data() for one in record.commands if one.command == "SubmitReport"]
    annual = {one["state"]: one["received"] for one in reports if 2024 in one["covers_years"]}
    timely = {state for state, received in annual.items() if received["notAfter"] <= "2025-04-30"}
    row = world.rows()["LAP-43.2"]

    assert (len(timely), len(annual) - len(timely), len(annual)) == (46, 17, 63)
    assert (len(timely - {"LTU"}), len(set(annual) - {"LTU"})) == (45, 62)
    assert (set(row["members"]), len(row["denominator"])) == (timely, 104)


def test_eight_of_the_risk_education_actors_are_affected(world: World) -> None:
    actors = set(world.population("risk_education_actors")[0])

    assert sorted(actors & set(CONTAMINATED.split())) == ["AFG", "IRQ", "LAO", "LBN", "MRT", "SOM", "SSD", "TCD"]


def test_requests_for_the_13msp(world: World) -> None:
    rows = world.rows()

    assert rows["LAP-20.1"]["members"] == ["AFG", "CHL", "LBN", "MRT", "SOM"]
    assert rows["LAP-50.1"]["members"] == ["AFG", "CHL", "LBN", "SOM"]


def test_new_disseminations_are_four(world: World) -> None:
    row = world.rows()["LAP-47.2"]

    assert (row["status"], row["members"]) == ("bound", ["ATG", "MDG", "NER", "SVN"])


def test_completions_are_named_with_their_marks(world: World) -> None:
    stockpiles = world.population("declared_stockpiles")
    clearance = world.population("declared_clearance")

    assert (len(stockpiles[0]), len(stockpiles[1])) == (23, 18)  # together the 41 of print; GNB among the unverified
    assert clearance == (
        ["BIH", "HRV", "MNE", "MOZ"],
        ["ALB", "COG", "GNB", "GRD", "NOR", "ZMB"],
    )  # print says 8 and names none


def test_completions_carry_a_date_where_one_is_held(record: Record) -> None:
    declared = [event_of(one).data() for one in record.commands if one.command == "DeclareCompliance"]
    bounded = {one["state"]: one["completed"] for one in declared if isinstance(one["completed"], dict)}

    assert set(bounded) == {"CMR", "COG", "CUB", "HND", "IRQ", "ITA", "SVN"}
    assert {state for state, when in bounded.items() if "notBefore" in when} == {"ITA", "SVN"}  # outstanding in 2015


def test_article_9_as_the_review_of_2020_found_it(world: World) -> None:
    names = ("law_specific_2020", "law_sufficient_2020", "law_in_process_2020", "investment_ban_2020")

    found = {name: world.population(name, "2020-09-28")[0] for name in names}

    assert [len(found[name]) for name in names] == [31, 30, 22, 12]
    assert not set(found["law_specific_2020"]) & set(found["law_sufficient_2020"])
    assert set(found["investment_ban_2020"]) <= set(found["law_specific_2020"])


def test_the_general_assembly_of_2025(world: World) -> None:
    row = world.rows("VCAP-baseline")["LAP-11.2"]

    assert (row["value"], len(row["denominator"])) == (30, 73)
    assert "VUT" not in row["members"] + row["denominator"]
