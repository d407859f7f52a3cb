"""The golden checks of the 13MSP record, through public queries: the names, not only the counts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journeys.system import System

pytestmark = pytest.mark.journey


def names(iso3: str) -> set[str]:
    """A set of States, written as the record writes lists."""
    return set(iso3.split())


AFFECTED = names("AFG TCD CHL DEU IRQ LAO LBN MRT SOM SSD")
WITH_VICTIMS = names("AFG ALB BIH TCD HRV IRQ LAO LBN MRT MNE SOM SSD")
RETAINING = names("BIH BGR CMR DNK FRA DEU NLD ESP SWE CHE")
TIMELY = names(
    "AND ATG AUS AUT BEL BGR CAN COL HRV CUB CIV CZE DNK DOM SLV DEU GNB VAT HUN IRQ IRL JPN LBN LIE LTU MRT "
    "MUS MEX MCO NLD NZL NIC NIU NOR PHL PRT KNA SMR SLE SSD ESP PSE SWE TUN GBR ZMB"
)
LATE = names("AFG ALB TCD CHL FRA ISL ITA LAO LUX NGA PER SVK SVN ZAF LKA CHE URY")
WITHOUT_INITIAL = names("CPV COM COG GIN RWA MDG TGO")
"""The five still overdue and the two whose initial report came in the cycle: none owed an annual report for 2024."""
RECEIVED = names("AFG ALB BIH TCD IRQ LAO LBN SOM SSD")
STOCKPILE = {"AUS", "IRL"}
CLEARANCE = names("AUS AUT BEL CAN HRV CZE DNK FRA DEU IRL ITA JPN LIE LTU LUX MCO NLD NZL NOR ESP SWE CHE GBR")
RISK_EDUCATION = names("AUS AUT BEL CAN HRV DNK FRA DEU IRL ITA JPN LIE LUX MCO NLD NZL NOR SWE CHE GBR")
VICTIM_ASSISTANCE = names("AND AUS AUT BEL CAN FRA DEU IRL ITA JPN LIE LUX MCO NLD NZL NOR SWE CHE GBR")


def population(system: System, name: str, on: str = "2025-06-30") -> set[str]:
    """Members of a population on a day, through GraphQL."""
    answer = system.graphql(
        "query($name: String!, $on: Date!) { population(name: $name, on: $on) { members { iso3 } } }", name=name, on=on
    )
    return {state["iso3"] for state in answer["population"]["members"]}


def figure(system: System, indicator: str) -> dict[str, Any]:
    """A figure at the 13MSP, with the States that it counts under `names` and those it counts them of under `of`."""
    answer = system.graphql(
        """query($indicator: ID!) { figure(indicator: $indicator, meeting: "13MSP") {
          value status published members { state { iso3 } } denominator { iso3 } } }""",
        indicator=indicator,
    )["figure"]
    named = {member["state"]["iso3"] for member in answer["members"]}
    return {**answer, "names": named, "of": {state["iso3"] for state in answer["denominator"] or []}}


def items(system: System, path: str, **query: str) -> list[dict[str, Any]]:
    """All pages of a listing."""
    found: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        page = system.get(path, **query, **({"after": after} if after else {}))
        found += page["items"]
        after = page["next"] and str(page["next"])
        if not after:
            return found


def test_1_lithuania_is_a_party_until_5_march_2025(loaded: System) -> None:
    before, after = population(loaded, "parties", "2025-03-05"), population(loaded, "parties", "2025-03-06")

    assert (len(before), len(after)) == (112, 111)
    assert before - after == {"LTU"}


def test_2_annual_reports_for_2024_are_46_timely_and_17_late(loaded: System) -> None:
    reports = [row for row in items(loaded, "/reports/article7", year="2024") if row["kind"] == "annual"]
    timely = {row["state"] for row in reports if row["timeliness"] == "timely"}
    late = {row["state"] for row in reports if row["timeliness"] == "late"}

    assert (timely, late) == (TIMELY, LATE)
    assert (len(timely), len(late), len(timely | late)) == (46, 17, 63)
    assert (len(timely - {"LTU"}), len(late - {"LTU"}), len((timely | late) - {"LTU"})) == (45, 17, 62)


def test_2_annual_reports_for_2024_are_owed_by_104_and_by_105_as_printed(loaded: System) -> None:
    owed = figure(loaded, "LAP-43.2")["of"]
    printed = owed | {"LTU"}

    assert owed == population(loaded, "parties", "2025-04-30") - WITHOUT_INITIAL
    assert (len(owed), len(printed)) == (104, 105)
    assert (len(printed) - len(TIMELY)) + len(WITHOUT_INITIAL) == 66, "in breach, by print's own arithmetic"


def test_3_who_is_affected_has_victims_or_retains(loaded: System) -> None:
    assert population(loaded, "affected") == AFFECTED
    assert population(loaded, "with_victims") == WITH_VICTIMS
    assert population(loaded, "retaining") == RETAINING
    assert population(loaded, "obligated") == AFFECTED | RETAINING
    assert [len(s) for s in (AFFECTED, WITH_VICTIMS, RETAINING, AFFECTED | RETAINING)] == [10, 12, 10, 19]


def test_4_who_asked_for_assistance_and_who_received_it(loaded: System) -> None:
    asked = names("AFG ALB CMR TCD CHL GNB IRQ LAO LBN MRT SOM SSD")

    assert population(loaded, "seeking_implementation") == asked
    assert population(loaded, "seeking") == asked | {"NGA"}
    assert population(loaded, "receiving") == RECEIVED
    assert population(loaded, "receiving_after_request") == RECEIVED - {"BIH"}
    assert [len(asked), len(asked | {"NGA"}), len(RECEIVED), len(RECEIVED - {"BIH"})] == [12, 13, 9, 8]


@pytest.mark.parametrize("indicator", ["LAP-39.2", "LAP-40.1"])
def test_4_assistance_was_provided_or_received_by_33(loaded: System, indicator: str) -> None:
    counted = figure(loaded, indicator)

    assert counted["names"] == CLEARANCE | {"AND"} | RECEIVED
    assert (counted["value"], counted["published"]) == (33, "32")


def test_5_twelve_carried_out_risk_education_eight_of_them_affected(loaded: System) -> None:
    actors = population(loaded, "risk_education_actors")

    assert actors == names("AFG BIH COL HRV CUB IRQ LAO LBN MRT SOM SSD TCD")
    assert actors & AFFECTED == names("AFG IRQ LAO LBN MRT SOM SSD TCD")
    assert (len(actors), len(actors & AFFECTED)) == (12, 8)


def test_6_five_requests_for_the_13msp_four_of_them_in_time(loaded: System) -> None:
    requests = {row["state"] for row in items(loaded, "/reports/requests") if row["forMeeting"] == "13MSP"}
    in_time = figure(loaded, "LAP-50.1")["names"]
    opens = loaded.get("/meetings/meetings/13MSP")["opens"]

    assert requests == names("AFG CHL LBN MRT SOM")
    assert requests - in_time == {"MRT"}
    assert opens == "2025-09-16", "so that 16 December 2024 is the last day in time"


def test_7_the_24_providers_are_the_union_of_the_thematic_lists(loaded: System) -> None:
    by_theme = [
        population(loaded, f"assisting_{theme}") for theme in ("stockpile", "clearance", "risk_education", "victims")
    ]

    assert by_theme == [STOCKPILE, CLEARANCE, RISK_EDUCATION, VICTIM_ASSISTANCE]
    assert [len(theme) for theme in by_theme] == [2, 23, 20, 19]
    assert figure(loaded, "LAP-3.1")["names"] == set().union(*by_theme)
    assert figure(loaded, "LAP-3.1")["value"] == 24


def test_8_four_new_disseminations_are_named_where_print_says_26_25_and_22(loaded: System) -> None:
    counted = figure(loaded, "LAP-47.2")
    elsewhere = loaded.get("/indicators/figures/LAP-47.2", meeting="13MSP")["publishedElsewhere"]

    assert counted["names"] == {"ATG", "MDG", "NER", "SVN"}
    assert (counted["status"], counted["value"], counted["published"]) == ("bound", 4, "26")
    assert {"25", "22"} & {row["value"] for row in elsewhere} == {"25"}, "the third printing is a figure of its own"


def test_9_every_completion_is_named_with_its_date_or_unknown_and_its_mark(loaded: System) -> None:
    declared = items(loaded, "/reports/declarations")
    by_article = {article: {row["state"] for row in declared if row["article"] == article} for article in (3, 4)}
    unverified = {row["state"] for row in declared if row["article"] == 3 and row["confidence"] == "unverified"}

    assert (len(by_article[3]), len(by_article[4])) == (41, 11)
    assert by_article[4] == names("ALB BIH COG GNB GRD HRV MNE MOZ MRT NOR ZMB")
    assert all(row["completed"] is None or row["completed"] for row in declared)
    assert {"BEL", "CAN", "CHL"} <= unverified
    assert not unverified & names("AFG AUT BGR DNK PER ZAF")


def test_10_article_9_measures_in_2020(loaded: System) -> None:
    groups = [
        population(loaded, name, "2020-09-28")
        for name in ("law_specific_2020", "law_sufficient_2020", "law_in_process_2020", "investment_ban_2020")
    ]

    assert [len(group) for group in groups] == [31, 30, 22, 12]
    assert not groups[0] & groups[1]
    assert len(groups[0] | groups[1]) == 61
