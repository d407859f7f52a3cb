"""Every day by which a State owes something: what it is, how it comes about, and whether it was met."""

from __future__ import annotations

from typing import Any

import pytest

from shared.events.base import Known
from shared.events.meetings import (
    ExtensionDecided,
    MeetingScheduled,
)
from shared.events.reports import (
    ContaminationDiscovered,
    DeclarationOfCompliance,
    ExtensionAnnounced,
    ExtensionRequested,
    HostilitiesEnded,
    StockpileDestroyed,
    StockpileDiscovered,
)
from tests.indicators.clock import complete, due, has, lao, owing, scheduled
from tests.indicators.history import History, day

# Lao PDR: in force on 1 August 2010; stockpiles by 1 August 2018, clearance by 1 August 2020


def asks(h: History, received: Any, meeting: str, number: int = 1, article: int = 4, months: int | None = 60) -> str:
    fact = {"request_id": f"LAO-{article}-{number}", "state": "LAO", "article": article, "for_meeting": meeting}
    event = ExtensionRequested.model_validate({**fact, "received": received, "months_asked": months})
    known = received if isinstance(received, str) else received["notAfter"]
    return h.tell(event, Known(time=day(known)))


def decided(h: History, meeting: str, on: str, until: str | None, number: int = 1, outcome: Any = "as_requested") -> str:  # fmt: skip  # noqa: E501
    event = ExtensionDecided(
        request_id=f"LAO-4-{number}", state="LAO", meeting=meeting, outcome=outcome, new_deadline=until
    )
    return h.tell(event, on)


# Articles 3.2 and 4.1 (a)


@pytest.mark.parametrize(
    ("article", "what", "last_day", "next_day"),
    [(3, "stockpile_destruction", "2018-08-01", "2018-08-02"), (4, "clearance", "2020-08-01", "2020-08-02")],
)
def test_a_deadline_is_ahead_on_its_day_and_overdue_on_the_next_where_the_record_is_complete(
    article: int, what: str, last_day: str, next_day: str
) -> None:
    h = complete(has(lao(), article), f"ObligationReported?article={article}", next_day)

    on_it, after = due(h, last_day, what), due(h, next_day, what)

    assert on_it is not None
    assert after is not None
    assert (on_it.status, on_it.due) == ("ahead", day(last_day))
    assert (after.status, after.due) == ("overdue", day(last_day))
    years = {3: "8 years (Article 3.2)", 4: "10 years (Article 4.1 a)"}
    assert on_it.formula == f"entry into force (2010-08-01) + {years[article]}"
    assert on_it.sources


def test_beyond_coverage_nobody_is_overdue() -> None:
    h = complete(has(lao(), 4), "ObligationReported?article=4", "2020-08-01")

    found = due(h, "2020-08-02", "clearance")

    assert found is not None
    assert (found.status, found.reason) == ("notRecorded", "the record is complete only through 2020-08-01")


@pytest.mark.parametrize(("completed", "status"), [("2020-08-01", "timely"), ("2020-08-02", "late")])
def test_what_is_completed_has_the_verdict_on_the_deadline_then_in_force(completed: str, status: str) -> None:
    h = has(has(lao(), 4), 4, completed, "completed")

    found = due(h, "2021-01-01", "clearance")

    assert found is not None
    assert (found.due, found.status) == (day("2020-08-01"), status)


def test_what_was_completed_before_the_convention_bound_the_state_was_never_due() -> None:
    h = has(has(lao(), 3, "2010-02-01"), 3, "2010-07-31", "completed")

    assert due(h, "2021-01-01", "stockpile_destruction") is None


def test_a_find_has_no_deadline_and_leaves_the_verdict_on_the_first_completion() -> None:
    h = has(has(lao(), 3), 3, "2014-01-01", "completed")
    h.tell(StockpileDiscovered(state="LAO", reported="2024-01-01", received="2024-01-01"))
    assert due(h, "2024-01-01", "stockpile_destruction") is None

    h.tell(StockpileDestroyed(state="LAO", date="2024-06-01", received="2024-06-01"))
    found = due(h, "2024-06-01", "stockpile_destruction")

    assert found is not None
    assert (found.status, found.due) == ("timely", day("2018-08-01"))


def test_of_a_new_party_nobody_has_looked_at_the_day_is_told_with_its_condition() -> None:
    h = complete(lao("2025-09-10"), "ObligationReported?article=3", "2025-06-30")

    found = due(h, "2026-03-01", "stockpile_destruction")

    assert found is not None
    assert (found.status, found.due) == ("ahead", day("2034-03-01"))
    assert found.reason == "if it has stockpiles, of which nothing is recorded yet"
    looked_at = complete(lao("2024-09-10"), "ObligationReported?article=3", "2025-06-30")
    assert due(looked_at, "2026-03-01", "stockpile_destruction") is None


def test_who_has_left_owes_nothing_more() -> None:
    h = complete(has(lao(), 4).leaves("LAO", "2020-03-01"), "ObligationReported?article=4", "2020-10-01")

    assert due(h, "2020-08-31", "clearance") is not None
    assert due(h, "2020-09-01", "clearance") is None
    assert {one.status for one in owing(h, "2020-09-01", "4")} == {"ended"}


# Article 4.1 (b)


def test_each_conflict_has_a_deadline_of_its_own_ten_years_after_the_hostilities() -> None:
    h = lao()
    for conflict in ("north", "south"):
        h.tell(ContaminationDiscovered(state="LAO", reported="2015-01-01", received="2015-01-01", conflict=conflict))
    h.tell(HostilitiesEnded(state="LAO", conflict="north", date="2016-02-29", received="2016-03-01"))

    north, south = due(h, "2017-01-01", "clearance-north"), due(h, "2017-01-01", "clearance-south")

    assert north is not None
    assert south is not None
    assert (north.due, north.status, north.article, north.rule) == (day("2026-02-28"), "ahead", "4.1 b", "CR-21")
    assert north.formula == "end of the active hostilities (2016-02-29) + 10 years (Article 4.1 b)"
    assert (south.due, south.status) == (None, "notRecorded")


# requests


def test_the_running_deadline_stays_until_the_meeting_closes_and_is_then_not_recorded_until_its_decision_is() -> None:
    h = scheduled(has(lao(), 4), "9MSP", "2019-09-02", "2019-09-04")
    complete(h, "ObligationReported?article=4", "2021-12-31")
    asks(h, "2018-12-02", "9MSP")

    told = [due(h, on, "clearance") for on in ("2019-09-03", "2019-09-04", "2020-08-02")]
    assert [one and (one.due, one.status) for one in told] == [
        (day("2020-08-01"), "ahead"),
        (None, "notRecorded"),
        (None, "notRecorded"),
    ]
    assert told[1] is not None
    assert told[1].reason == "9MSP closed on 2019-09-04; its decision on LAO-4-1 is not recorded"

    decided(h, "9MSP", "2019-09-04", "2025-08-01")
    found = due(h, "2020-08-02", "clearance")
    assert found is not None
    assert (found.due, found.status, found.rule) == (day("2025-08-01"), "ahead", "CR-26")
    assert found.formula == "extended at 9MSP: 2025-08-01, the day recorded"


def test_while_a_request_is_pending_a_deadline_that_passes_accuses_nobody() -> None:
    h = scheduled(has(lao(), 4), "2RC", "2020-11-25", "2020-11-27", kind="RC")
    complete(h, "ObligationReported?article=4", "2020-08-02")
    asks(h, "2020-02-25", "2RC")

    found = due(h, "2020-08-02", "clearance")

    assert found is not None
    assert (found.due, found.status) == (day("2020-08-01"), "notRecorded")
    assert found.reason == "a request to extend it is pending"


@pytest.mark.parametrize(
    ("received", "status"),
    [
        ("2018-12-02", "timely"),
        ("2018-12-03", "late"),
        ({"notBefore": "2018-12-02", "notAfter": "2018-12-03"}, "cannotTell"),
    ],
)
def test_a_request_has_the_verdict_on_its_nine_months(received: Any, status: str) -> None:
    h = scheduled(has(lao(), 4), "9MSP", "2019-09-02", "2019-09-04")
    asks(h, received, "9MSP")

    found = due(h, "2019-09-01", "extension_request-4-9MSP")

    assert found is not None
    assert (found.due, found.status, found.meeting, found.rule) == (day("2018-12-02"), status, "9MSP", "CR-23")


def test_who_has_asked_is_not_told_to_ask_again() -> None:
    h = scheduled(has(lao(), 4), "9MSP", "2019-09-02", "2019-09-04")
    asks(h, "2018-11-01", "9MSP")

    found = due(h, "2018-11-01", "extension_request-4-9MSP")

    assert found is not None
    assert found.status == "timely"


def test_the_last_timely_day_is_ahead_where_the_meeting_before_the_deadline_has_a_date() -> None:
    h = scheduled(has(lao(), 4), "8MSP", "2018-09-03", "2018-09-05", known="2017-09-06")
    assert due(h, "2017-12-03", "extension_request-4-8MSP") is None  # a later meeting will come before the deadline

    scheduled(h, "9MSP", "2019-09-02", "2019-09-04", known="2018-09-05")

    for on, expected in (("2018-12-02", day("2018-12-02")), ("2018-12-03", None)):
        found = due(h, on, "extension_request-4-9MSP")
        assert (found.due if found else None) == expected


def test_an_announced_request_has_no_deadline_and_changes_none() -> None:
    h = scheduled(has(lao(), 4), "9MSP", "2019-09-02", "2019-09-04")
    h.tell(ExtensionAnnounced(request_id="LAO-4-1", state="LAO", article=4, received="2018-10-01"))

    ahead = due(h, "2018-11-01", "extension_request-4-9MSP")
    running = due(h, "2018-11-01", "clearance")

    assert ahead is not None
    assert running is not None
    assert (ahead.status, running.status, running.due) == ("ahead", "ahead", day("2020-08-01"))


# declarations


@pytest.mark.parametrize(
    ("received", "on", "status"),
    [
        ("2019-09-04", "2020-01-01", "timely"),  # the meeting's last day
        ("2019-09-05", "2020-01-01", "late"),
        (None, "2019-09-04", "ahead"),
        (None, "2019-09-05", "overdue"),
        (None, "2019-09-06", "notRecorded"),
    ],
)
def test_a_declaration_is_due_at_the_next_meeting_after_completion(received: str | None, on: str, status: str) -> None:
    h = scheduled(scheduled(lao(), "8MSP", "2018-09-03"), "9MSP", "2019-09-02", "2019-09-04")
    complete(has(h, 4), "DeclarationOfCompliance?article=4", "2019-09-05")
    if received:
        h.tell(DeclarationOfCompliance(state="LAO", article=4, completed="2018-09-03", received=received))
    else:
        has(h, 4, "2018-09-03", "completed")

    found = due(h, on, "declaration-4")

    assert found is not None
    assert (found.due, found.meeting, found.status) == (day("2019-09-04"), "9MSP", status)


def test_of_a_conference_in_parts_the_next_part_is_the_next_meeting() -> None:
    h = scheduled(has(lao(), 4), "2RC", "2020-11-25", "2021-09-21", kind="RC")
    for part, opens, closes in (("2RC-P1", "2020-11-25", "2020-11-27"), ("2RC-P2", "2021-09-20", "2021-09-21")):
        days = {"meeting": part, "kind": "RC", "opens": opens, "closes": closes, "part_of": "2RC"}
        h.tell(MeetingScheduled.model_validate(days), "2010-01-01")
    has(h, 4, "2020-07-10", "completed")

    found = due(h, "2020-08-01", "declaration-4")

    assert found is not None
    assert (found.meeting, found.due) == ("2RC-P1", day("2020-11-27"))


def test_where_the_day_of_completion_leaves_the_meeting_open_nobody_can_tell() -> None:
    h = scheduled(scheduled(lao(), "8MSP", "2018-09-03"), "9MSP", "2019-09-02")
    h.tell(DeclarationOfCompliance(state="LAO", article=4, completed="2018", received="2019-01-01"))

    found = due(has(h, 4), "2020-01-01", "declaration-4")

    assert found is not None
    assert (found.due, found.status) == (None, "cannotTell")


@pytest.mark.parametrize(("completed", "asked"), [("2021-09-20", False), ("2021-09-21", True)])
def test_the_convention_asks_for_no_declaration_on_stockpiles_but_the_plan_does_since_its_adoption(
    completed: str, asked: bool
) -> None:
    h = scheduled(has(lao(), 3), "10MSP", "2022-08-30", "2022-09-02")
    h.tell(DeclarationOfCompliance(state="LAO", article=3, completed=completed, received="2022-09-02"))

    found = due(h, "2023-01-01", "declaration-3")

    assert (found is not None) is asked
    if found is not None:
        assert (found.status, found.rule) == ("timely", "Action 13")
