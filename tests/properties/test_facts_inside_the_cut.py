"""What a State owes at a cut depends on the facts inside it: what becomes known later changes nothing."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from services.indicators.duties.extensions import processes
from services.indicators.duties.obligations import obligations
from services.indicators.duties.types import Obligation, Process
from services.indicators.facts.fact import Fact
from services.indicators.world.world import cut_facts, world_of
from shared.events.base import Effective, Event, Known, earliest
from shared.events.meetings import (
    ArmedConflictStatusRecorded,
    ExtensionDecided,
    InstrumentDeposited,
    MeetingScheduled,
    RequestContentAssessed,
    WithdrawalNotified,
)
from shared.events.reports import (
    ContaminationDiscovered,
    ContaminationReported,
    DeclarationOfCompliance,
    ExtensionAnnounced,
    ExtensionRequested,
    ExtensionWithdrawn,
    HostilitiesEnded,
    NationalMeasureReported,
    ObligationReported,
    ReportSubmitted,
    RetentionReported,
    StockpileDestroyed,
    StockpileDiscovered,
)
from tests.indicators.history import BEGINS, History, cut_of
from tests.properties.support import DAYS, UNHURRIED

STATE, ARTICLE = st.sampled_from(["LAO", "LAO", "LAO", "PER"]), st.sampled_from([3, 4])
TEXT_DAYS = DAYS.map(date.isoformat)
SURE = st.sampled_from(["verified", "verified", "unverified"])
NUMBER = st.sampled_from([1, 1, 1, 2])


@st.composite
def facts(draw: st.DrawFn) -> Event:
    """Anything that obligations or requests rest on."""
    state, article, day, text = draw(STATE), draw(ARTICLE), draw(DAYS), draw(TEXT_DAYS)
    request: dict[str, Any] = {"request_id": f"{state}-{article}-{draw(NUMBER)}", "state": state}
    said: dict[str, Any] = {"state": state, "received": draw(TEXT_DAYS), "confidence": draw(SURE)}
    opens = draw(st.sampled_from([date(2024, 9, 10), day]))
    made = draw(st.integers(0, 26))
    match made:
        case 0:
            return WithdrawalNotified(state=state, received=day)
        case 1:
            return ArmedConflictStatusRecorded(state=state, engaged=draw(st.booleans()), date=day)
        case 2 | 3:
            status = draw(st.sampled_from(["outstanding", "completed", "reopened", "removed", "none"]))
            return ObligationReported(**said, article=draw(st.sampled_from([3, 4, 5])), status=status, effective=text, cause="report")  # fmt: skip  # noqa: E501 - one fact a line
        case 4 | 5:
            return DeclarationOfCompliance(**said, article=article, completed=draw(st.none() | st.just(text)))
        case 6:
            return StockpileDiscovered(**said, reported=text)
        case 7:
            return StockpileDestroyed(**said, date=text)
        case 8:
            return ContaminationDiscovered(**said, reported=text, conflict=draw(st.sampled_from([None, "war"])))
        case 9:
            return ContaminationReported(**said, as_of=text, suspected_m2=draw(st.sampled_from(["0", "12"])))
        case 10:
            return HostilitiesEnded(**said, conflict="war", date=text)
        case 11:
            status = draw(st.sampled_from(["in_process", "adopted"]))
            return NationalMeasureReported(**said, measure_id="law", kind="specific_law", status=status)
        case 12:
            kind = draw(st.sampled_from(["initial", "annual"]))
            return ReportSubmitted(**said, kind=kind, covers_years=() if kind == "initial" else (day.year,))
        case 13:
            return RetentionReported(**said, year=day.year, act="retained")
        case 14:
            return MeetingScheduled(meeting="12MSP", kind="MSP", opens=opens, closes=opens)
        case 15:
            return ExtensionAnnounced(**said, request_id=request["request_id"], article=article)
        case 16:
            outcome = draw(st.sampled_from(["meets", "present"]))
            return RequestContentAssessed(**request, item="a", outcome=outcome, date=day)
    match draw(st.sampled_from(["ask", "ask", "ask", "update", "withdraw", "decide", "decide", "decide"])):
        case "withdraw":
            return ExtensionWithdrawn(**request, received=text, date=day)
        case "decide":
            outcome = draw(st.sampled_from(["as_requested", "shorter", "refused"]))
            months = None if outcome == "refused" else draw(st.integers(1, 60))
            return ExtensionDecided(**request, meeting="12MSP", outcome=outcome, months=months)
        case asking:
            updates = request["request_id"] if asking == "update" else None
            return ExtensionRequested(**request, article=article, received=text, for_meeting="12MSP", updates=updates)


def told(said: list[tuple[Event, date]], *, coverage: bool) -> History:
    """A history of two parties and these facts, each with the day on which it became known."""
    history = History()
    for state in ("LAO", "PER"):
        history.tell(InstrumentDeposited(state=state, instrument="accession", deposited=date(2010, 1, 10)))
    history.clock_covered("2026-12-31")
    if coverage:
        history.covered("ObligationReported", "ReportSubmitted", first=BEGINS.isoformat(), through="2024-06-30")
    for event, known in said:
        history.tell(event, Known(time=known), event.holds or Effective(from_=known))
    return history


def owed(held: list[Fact], day: date) -> tuple[list[Obligation], dict[str, list[Process]]]:
    """Obligations and requests at a cut on a day."""
    world = world_of(cut_facts(held, cut_of(held, known_by=day.isoformat())))
    return obligations(world, day), processes(world, day)


SAID = st.lists(st.tuples(facts(), DAYS), max_size=16)


@UNHURRIED
@given(SAID, SAID, DAYS, st.booleans())
def test_what_becomes_known_after_the_cut_changes_nothing_at_it(
    before: list[tuple[Event, date]], after: list[tuple[Event, date]], cut: date, coverage: bool
) -> None:
    inside = [(event, min(known, cut)) for event, known in before]
    later = [(event, max(known, cut + timedelta(days=1))) for event, known in after]

    alone = told(inside, coverage=coverage).facts
    together = told([*inside, *later], coverage=coverage).facts

    assert owed(together, cut) == owed(alone, cut)


@UNHURRIED
@given(SAID, facts(), DAYS)
def test_what_is_known_on_the_day_of_the_cut_is_inside_it(
    before: list[tuple[Event, date]], fact: Event, cut: date
) -> None:
    on_the_day = told([*before, (fact, cut)], coverage=False).facts
    long_before = told([*before, (fact, date(2018, 1, 1))], coverage=False).facts
    held = {one.id for one in cut_facts(on_the_day, cut_of(on_the_day, known_by=cut.isoformat()))}

    assume(fact.ledger != "indicators")
    assert on_the_day[-1].id in held
    assert on_the_day[-1].id == long_before[-1].id


ARTICLES_3_AND_4 = {"unknown", "none", "outstanding", "extended", "completed", "declared", "reopened", "ended", "notRecorded"}  # fmt: skip  # noqa: E501 - the states of model §7


@UNHURRIED
@given(SAID, st.booleans())
def test_an_obligation_is_always_what_the_treaty_knows(said: list[tuple[Event, date]], coverage: bool) -> None:
    history = told(said, coverage=coverage).facts
    lives: dict[tuple[str, str, str | None], list[Obligation]] = {}
    for day in sorted({fact.known for fact in history}):
        for one in owed(history, day)[0]:
            lives.setdefault((one.state, one.article, one.name), []).append(one)

    for life in lives.values():
        for one in life:
            assert one.status in ARTICLES_3_AND_4 and one.proven in ARTICLES_3_AND_4
            assert {one.status, one.proven} <= set(one.possible)
            assert one.status != "ended" or one.past_deadline is None
            assert one.deadline is None or one.deadline_recorded == "recorded"
            if one.article in ("3", "4") and one.status == "extended":
                assert any(cause.kind == "ExtensionDecided" for cause in one.chain)
            if one.article in ("3", "4") and one.status == "declared":
                assert any(cause.kind == "DeclarationOfCompliance" for cause in one.chain)
            if one.past_deadline:
                assert one.deadline is not None and one.status in ("outstanding", "extended", "reopened")


@UNHURRIED
@given(SAID, st.booleans())
def test_nothing_that_happens_after_an_obligation_ended_brings_it_back(
    said: list[tuple[Event, date]], coverage: bool
) -> None:
    history = told(said, coverage=coverage).facts
    days = sorted({fact.known for fact in history})
    for before, after in pairwise(days):
        was = {(one.state, one.article, one.name) for one in owed(history, before)[0] if one.status == "ended"}
        now = {(one.state, one.article, one.name) for one in owed(history, after)[0] if one.status != "ended"}
        # heard of late, but of a day before: an armed conflict that held up the withdrawal, a report sent in time
        late = {
            getattr(event, "state", None)
            for event, known in said
            if before < known <= after and own_day(event, known) <= before
        }
        assert {back for back in was & now if back[0] not in late} == set()


def own_day(event: Event, known: date) -> date:
    """The first day that an event is about, as far as it says one."""
    holds = event.holds.from_ if event.holds else None
    said = [earliest(day) for day in (event.received_on, holds) if day is not None]
    return min((day for day in said if day is not None), default=known)
