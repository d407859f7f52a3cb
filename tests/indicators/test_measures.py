"""Every measure and every status a figure can have, on histories of a few facts."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from shared.events.indicators import CycleDefined
from shared.events.meetings import (
    DelegationRegistered,
    OfficeAssumed,
    OfficeEnded,
    RequestContentAssessed,
)
from shared.events.reports import (
    AssistanceRequested,
    ExtensionRequested,
    ReportSubmitted,
    RetainedMunitionsUsedOrDestroyed,
)
from tests.indicators.history import BEGINS, CYCLE, SAID_A, History, define, figure, row, world

JUDGED = {"count": "states", "where": {"judged": {"said": "a"}, "words": ["good", "wide"]}}


def only_part(found: dict[str, Any]) -> dict[str, Any]:
    (part,) = found["parts"]
    assert isinstance(part, dict)
    return part


# counting things


def delegations(history: History, **measure: Any) -> dict[str, Any]:
    history.covered("DelegationRegistered")
    of = {"fact": "DelegationRegistered", "where": {"head_gender": "woman"}, "in": {"meeting": "previous"}}
    return row(history, define({"count": "delegation", "of": of, **measure}, population=None, unit="delegations"))


def register(history: History, *participants: str, head: Any = "woman", **more: Any) -> None:
    for participant in participants:
        event = DelegationRegistered(meeting="12MSP", participant=participant, head_gender=head, **more)
        history.tell(event, "2024-09-13")


def test_things_are_counted_by_their_attributes_and_not_by_state() -> None:
    h = world("LAO", "AFG")
    register(h, "LAO", "USA", "HALO")
    register(h, "AFG", head="man")

    found = delegations(h)

    assert (found["status"], found["value"], found["denominator"]) == ("computed", 3, None)
    assert [one["key"] for one in only_part(found)["items"]] == ["12MSP HALO", "12MSP LAO", "12MSP USA"]


def test_things_can_be_kept_to_those_of_some_states() -> None:
    h = world("LAO", "AFG")
    register(h, "LAO", "USA")

    assert delegations(h, where="parties")["value"] == 1
    assert delegations(h, where="parties")["members"] == ["LAO"]


def offices(history: History) -> dict[str, Any]:
    history.covered("OfficeAssumed", first=BEGINS.isoformat())
    of = {
        "fact": ["OfficeAssumed", "OfficeEnded"],
        "latest": "office_id",
        "having": {"gender": "woman"},
        "at": "last",
    }
    return row(history, define({"count": "person", "of": of}, population=None, series="status", unit="women"))


def office(id: str, person: str | None, gender: Any = "woman") -> OfficeAssumed:
    return OfficeAssumed(
        office_id=id, office="coordinator", state="LAO", person=person, gender=gender, from_="2024-09-13"
    )


def test_one_person_in_two_offices_is_one_and_an_ended_office_is_none() -> None:
    h = world("LAO")
    h.tell(office("one", "p1"))
    h.tell(office("two", "p1"))
    h.tell(office("three", "p2"))
    h.tell(OfficeEnded(office_id="three", to=date(2025, 1, 31)))
    h.tell(office("four", "p3", "man"))

    assert offices(h)["value"] == 1


def test_things_that_cannot_be_told_apart_are_a_lower_bound() -> None:
    h = world("LAO")
    h.tell(office("one", None))
    h.tell(office("two", None))

    found = offices(h)

    assert (found["status"], found["value"], only_part(found)["high"]) == ("bound", 1, 2)
    assert found["reasonCode"] == "unidentified"


def test_things_can_be_listed_per_state() -> None:
    h = world("LAO").covered("OfficeAssumed", first=BEGINS.isoformat())
    h.tell(office("one", "p1"))
    h.tell(office("two", "p2"))
    of = {"fact": "OfficeAssumed", "at": "last"}
    found = row(h, define({"count": "person", "of": of, "per": "state"}, population=None, unit="people"))

    assert only_part(found)["items"] == [{"key": "LAO", "value": 2}]


# sums


def destroyed(state: str, munitions: int | None, how: Any = "destruction") -> RetainedMunitionsUsedOrDestroyed:
    return RetainedMunitionsUsedOrDestroyed(state=state, year=2024, munitions=munitions, how=how, received="2025-04-30")


def total(history: History) -> dict[str, Any]:
    history.covered("RetainedMunitionsUsedOrDestroyed")
    of = {"fact": "RetainedMunitionsUsedOrDestroyed"}
    return row(history, define({"sum": "munitions", "of": of, "per": "state"}, population=None, unit="munitions"))


def test_a_sum_adds_what_is_given_and_shows_it_per_state() -> None:
    h = world("LAO", "CHE")
    h.tell(destroyed("LAO", 20))
    h.tell(destroyed("LAO", 1, "training"))
    h.tell(destroyed("CHE", 4))

    found = total(h)

    assert (found["status"], found["value"], found["members"]) == ("computed", 25, ["CHE", "LAO"])
    assert only_part(found)["items"] == [{"key": "CHE", "value": 4}, {"key": "LAO", "value": 21}]


def test_a_fact_without_the_number_makes_the_sum_a_lower_bound() -> None:
    h = world("LAO", "CHE")
    h.tell(destroyed("LAO", 20))
    h.tell(destroyed("CHE", None))

    found = total(h)

    assert (found["status"], found["value"], found["reasonCode"]) == ("bound", 20, "amountMissing")
    assert "CHE" in found["reason"]


def test_a_sum_of_facts_without_any_number_is_no_data() -> None:
    h = world("CHE")
    h.tell(destroyed("CHE", None))

    assert (total(h)["status"], total(h)["value"]) == ("noData", None)


def test_a_sum_over_nothing_is_zero_in_a_complete_record() -> None:
    assert (total(world("LAO"))["status"], total(world("LAO"))["value"]) == ("computed", 0)


# shares, changes, means, parts


def share(history: History, over: Any = "parties") -> dict[str, Any]:
    return row(history, define({"percent": {"of": {"said": "a"}, "over": over}}, unit="percent"))


def test_a_percentage_keeps_both_its_numbers() -> None:
    h = world("LAO", "AFG", "CHE").covered("a")
    h.says("LAO")

    found = share(h)

    assert (found["value"], found["members"], found["denominator"]) == ("33.3", ["LAO"], ["AFG", "CHE", "LAO"])
    part = only_part(found)
    assert (part["numerator"], part["denominator"], part["unit"]) == (1, 3, "percent")


def test_all_of_them_is_one_hundred_percent() -> None:
    h = world("LAO").covered("a")
    h.says("LAO")

    assert share(h)["value"] == 100


def test_a_share_of_nobody_is_undefined_and_not_zero() -> None:
    h = world("LAO").covered("a", "b")

    found = share(h, {"said": "b"})

    assert (found["status"], found["value"]) == ("undefined", None)


def test_a_share_of_an_unknown_group_is_no_data() -> None:
    h = world("LAO").covered("a")

    assert share(h, {"said": "b"})["status"] == "noData"


def test_a_change_counts_the_first_day_of_the_cycle_in() -> None:
    h = world("LAO", "LTU").party("VUT", "2024-01-15").leaves("LTU", "2024-09-06")
    net = define({"change": {"count": "states", "of": "parties"}}, series="flow")

    found = row(h, net)

    assert found["value"] == 0  # Vanuatu in force on 1 July 2024, Lithuania out on 6 March 2025
    assert found["members"] == ["VUT"]
    assert only_part(found)["items"] == [{"key": "VUT", "value": 1}, {"key": "LTU", "value": -1}]


def test_a_change_between_incomplete_ends_is_no_data() -> None:
    h = History().with_cycle().parties("LAO")
    net = define({"change": {"count": "states", "of": "parties"}}, series="flow")

    assert row(h, net)["status"] == "noData"


def test_a_mean_is_taken_over_calendar_years() -> None:
    h = world("LAO", "AFG").covered("ReportSubmitted", first="2022-01-01")
    for state, year in (("LAO", 2023), ("LAO", 2024), ("AFG", 2024)):
        h.tell(ReportSubmitted(state=state, kind="annual", covers_years=(year - 1,), received=f"{year}-04-30"))
    reported = {"count": "states", "where": {"fact": "ReportSubmitted"}}
    yearly = define({"mean": reported, "over": {"years": [2023, 2024]}}, window="cycle")

    found = row(h, yearly)

    assert (found["value"], found["status"]) == ("1.5", "computed")
    assert only_part(found)["items"] == [{"key": "2023", "value": 1}, {"key": "2024", "value": 2}]


def test_the_years_of_a_mean_lie_on_the_axis_of_the_window() -> None:
    """The report for 2024 is received in 2025: by what they cover, 2023 has one report and 2024 has two."""
    h = world("LAO", "AFG").covered("ReportSubmitted", first="2022-01-01")
    for state, year in (("LAO", 2023), ("LAO", 2024), ("AFG", 2024)):
        h.tell(ReportSubmitted(state=state, kind="annual", covers_years=(year,), received=f"{year + 1}-04-30"))
    reported = {"count": "states", "where": {"fact": "ReportSubmitted"}}

    found = row(h, define({"mean": reported, "over": {"years": [2023, 2024]}}, window={"covers": "cycle"}))

    assert only_part(found)["items"] == [{"key": "2023", "value": 1}, {"key": "2024", "value": 2}]


def test_a_mean_of_shares_is_no_share_itself() -> None:
    h = world("LAO", "AFG").covered("ReportSubmitted", first="2022-01-01")
    for state, year in (("LAO", 2023), ("LAO", 2024), ("AFG", 2024)):
        h.tell(ReportSubmitted(state=state, kind="annual", covers_years=(year - 1,), received=f"{year}-04-30"))
    shares = {"percent": {"of": {"fact": "ReportSubmitted"}, "over": "parties"}}

    part = only_part(row(h, define({"mean": shares, "over": {"years": [2023, 2024]}}, window="cycle")))

    assert (part["value"], part["numerator"], part["denominator"]) == (75, None, None)


def test_a_mean_over_a_year_without_data_is_no_data() -> None:
    h = world("LAO").covered("ReportSubmitted", first="2024-01-01")
    reported = {"count": "states", "where": {"fact": "ReportSubmitted"}}

    assert row(h, define({"mean": reported, "over": {"years": [2023, 2024]}}))["status"] == "noData"


def test_the_first_part_gives_the_row_its_value() -> None:
    h = world("LAO", "AFG").covered("a")
    h.says("LAO")
    both = {"parts": {"number": SAID_A, "share": {"percent": {"of": {"said": "a"}, "over": "parties"}}}}

    found = row(h, define(both))

    assert found["value"] == 1
    assert [(part["name"], part["value"]) for part in found["parts"]] == [("number", 1), ("share", 50)]


# statuses


def test_what_cannot_be_computed_says_why() -> None:
    found = row(world("LAO"), define({"none": "no body confirms it"}, computability="N"))

    assert (found["status"], found["value"], found["reason"]) == ("notComputable", None, "no body confirms it")


@pytest.mark.parametrize(("since", "status"), [("2025-06-30", "noData"), ("2025-07-01", "notApplicable")])
def test_before_it_was_counted_it_does_not_apply(since: str, status: str) -> None:
    assert row(world("LAO"), define({**SAID_A, "since": since}))["status"] == status


def test_a_window_that_the_cycle_does_not_have_does_not_apply() -> None:
    h = world("LAO")
    h.tell(CycleDefined(cycle="2RC", from_=date(2015, 9, 11), to=date(2020, 9, 28)))
    definition = define(SAID_A, window={"covers": "reportYear"})

    found = figure(h, definition, "2RC", known_by="2020-09-28")

    assert (found.status, found.reason) == ("notApplicable", "the cycle 2RC has no report year")


def test_attested_before_anything_was_recorded_is_not_held_and_never_zero() -> None:
    h = world("LAO").covered("a")

    found = row(h, define(SAID_A), basis="attested")

    assert (found["status"], found["value"]) == ("notHeld", None)


def test_attested_counts_what_was_recorded_by_the_day_itself() -> None:
    h = History()
    h.tell(CYCLE, recorded=datetime(2025, 6, 30, 23, 59, tzinfo=UTC))
    for one in world("LAO").covered("a").stored:
        h.stored.append({**one, "recordedtime": "2025-06-30T12:00:00.000000Z"})
    h.says("LAO", recorded=datetime(2025, 6, 30, 23, 59, tzinfo=UTC))
    h.says("AFG", recorded=datetime(2025, 7, 1, tzinfo=UTC))
    everybody = define({"count": "states", "of": "states", "where": {"said": "a"}})

    assert row(h, everybody, basis="attested")["members"] == ["LAO"]
    assert row(h, everybody)["members"] == ["AFG", "LAO"]


@pytest.mark.parametrize(("known_by", "members"), [("2025-04-29", []), ("2025-04-30", ["LAO"])])
def test_a_fact_is_known_on_its_day_and_not_the_day_before(known_by: str, members: list[str]) -> None:
    h = world("LAO").covered("a", through="2025-04-29").covered("a", first="2025-04-30")
    h.says("LAO", received="2025-04-30")

    assert row(h, define(SAID_A), known_by=known_by, effective_at="2025-06-30")["members"] == members


def test_positions_cut_as_well() -> None:
    h = world("LAO", "AFG").covered("a")
    h.says("LAO")
    h.says("AFG")

    assert row(h, define(SAID_A), positions={"reports": 1})["members"] == ["LAO"]


# judgements


def test_while_a_judgement_is_missing_the_possible_ones_are_shown_as_an_upper_bound() -> None:
    h = world("LAO", "AFG", "CHE").covered("a")
    judged = define(JUDGED, computability="J")
    lao, afg = h.says("LAO"), h.says("AFG")
    h.judges(lao, "LAO", "good", "meets")
    h.judges(lao, "LAO", "wide", "meets")
    h.judges(afg, "AFG", "good", "meets")

    found = row(h, judged)

    assert (found["status"], found["value"], found["members"]) == ("needsJudgement", 2, ["AFG", "LAO"])
    assert (only_part(found)["low"], only_part(found)["high"]) == (1, 2)
    assert "AFG" in found["reason"] and "LAO" not in found["reason"]


@pytest.mark.parametrize(
    ("outcome", "status", "members"),
    [
        ("meets", "computed", ["LAO"]),
        ("partly", "computed", []),
        ("does_not_meet", "computed", []),
        ("cannot_tell", "computed", []),
    ],
)
def test_a_judgement_decides(outcome: str, status: str, members: list[str]) -> None:
    h = world("LAO").covered("a")
    said = h.says("LAO")
    h.judges(said, "LAO", "good", "meets")
    h.judges(said, "LAO", "wide", outcome)

    found = row(h, define(JUDGED, computability="J"))

    assert (found["status"], found["members"]) == (status, members)
    assert only_part(found)["high"] == (0 if outcome in ("partly", "does_not_meet") else 1)


def test_the_last_judgement_on_a_word_counts() -> None:
    h = world("LAO").covered("a")
    said = h.says("LAO")
    h.judges(said, "LAO", "good", "does_not_meet", on="2025-05-01")
    h.judges(said, "LAO", "good", "meets", on="2025-05-02")
    h.judges(said, "LAO", "wide", "meets")

    assert row(h, define(JUDGED, computability="J"))["members"] == ["LAO"]


def test_a_judgement_is_known_on_its_own_day() -> None:
    h = world("LAO").clock_covered("2025-05-14").clock_covered("2025-05-15")
    h.covered("a", through="2025-05-14").covered("a", through="2025-05-15")
    said = h.says("LAO")
    for word in ("good", "wide"):
        h.judges(said, "LAO", word, "meets", on="2025-05-15")
    judged = define(JUDGED, computability="J")

    assert row(h, judged, known_by="2025-05-15")["status"] == "computed"
    assert row(h, judged, known_by="2025-05-14")["status"] == "needsJudgement"


def test_requests_are_judged_item_by_item() -> None:
    h = world("LAO", "AFG").covered("ExtensionRequested")
    for state in ("LAO", "AFG"):
        h.tell(
            ExtensionRequested(
                request_id=f"{state}-4-2", state=state, article=4, received="2024-12-01", for_meeting="13MSP"
            )
        )
    items: tuple[Any, ...] = ("detailed", "costed")
    for item in items:
        h.tell(
            RequestContentAssessed(request_id="LAO-4-2", state="LAO", item=item, outcome="meets", date=date(2025, 5, 1))
        )
    of = {"judged": {"fact": "ExtensionRequested"}, "words": list(items)}
    definition = define({"count": "request_id", "of": of}, population=None, computability="J", unit="requests")

    found = row(h, definition)

    assert (found["status"], found["value"]) == ("needsJudgement", 2)
    assert (only_part(found)["low"], only_part(found)["high"]) == (1, 2)


@pytest.mark.parametrize(
    ("known_by", "in_force", "provisional"),
    [("2025-06-30", None, False), ("2025-06-29", None, True), ("2025-06-30", "2025-07-01", True)],
)
def test_a_figure_is_provisional_while_its_cycle_runs_or_its_definition_is_not_in_force(
    known_by: str, in_force: str | None, provisional: bool
) -> None:
    definition = define(SAID_A, in_force=in_force)

    assert row(world("LAO"), definition, known_by=known_by, effective_at="2025-06-30")["provisional"] is provisional


def test_two_questions_about_one_kind_are_covered_each_for_itself() -> None:
    h = world("LAO").covered("AssistanceRequested?themes=clearance")
    h.tell(AssistanceRequested(state="LAO", year=2024, need_id="n", themes=("clearance",), received="2025-04-30"))
    planned = {"fact": "AssistanceRequested", "where": {"national_plan": True}}
    asked = {"fact": "AssistanceRequested", "where": {"themes": {"has": "clearance"}}}

    found = row(h, define({"count": "states", "where": {"all": [planned, asked]}}))

    assert (found["status"], found["dataThrough"]) == ("noData", None)
    assert found["reason"].startswith("nothing is named: AssistanceRequested is not declared complete")


@pytest.mark.parametrize(
    ("covered", "reason"),
    [
        (True, "at most this many: no judgement is recorded for LAO"),
        (False, "no judgement is recorded for LAO, and more may be unnamed: a is not declared complete"),
    ],
)
def test_a_missing_judgement_is_an_upper_bound_only_under_coverage(covered: bool, reason: str) -> None:
    h = world("LAO")
    h.says("LAO")
    if covered:
        h.covered("a")

    found = row(h, define(JUDGED, computability="J"))

    assert (found["status"], found["reason"][: len(reason)]) == ("needsJudgement", reason)
