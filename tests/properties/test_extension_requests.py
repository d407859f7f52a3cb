"""Whatever reports and meetings are asked about a request, in whatever order and however late one hears of the other,
the request is never what the treaty does not know."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.indicators.duties.extensions import processes
from services.indicators.duties.types import Process
from services.indicators.world.world import cut_facts, world_of
from services.meetings.deciders import decider_for as of_meetings
from services.meetings.extension_decision import AboutRequest, RequestStatus
from services.reports.deciders import decider_for as of_reports
from shared.events.base import Effective, Event, Known
from shared.events.meetings import ExtensionDecided, MeetingScheduled, RequestContentAssessed
from shared.events.reports import ExtensionAnnounced, ExtensionRequested, ExtensionWithdrawn
from tests.indicators.history import History, cut_of
from tests.properties.support import DAYS, UNHURRIED, closure, names_its_article, tried, turns

DECIDED = {"asRequested", "shorter", "granted", "refused"}
STEPS: dict[str | None, set[Any]] = {
    None: {"announced", "submitted", *DECIDED, "withdrawn"},  # a text may be held later than the decision on it
    "announced": {"submitted", "withdrawn"},
    "submitted": {"updated", "analysed", "withdrawn", *DECIDED},
    "updated": {"analysed", "withdrawn", *DECIDED},
    "analysed": {"withdrawn", *DECIDED},
    "withdrawn": set(),
    **{decided: set() for decided in DECIDED},
}
"""Articles 3.3 to 3.5 and 4.5 to 4.8: what a request becomes next; nothing follows a decision or a withdrawal."""

IDS = st.sampled_from(["LAO-4-1", "LAO-3-1"])
ITEMS = st.sampled_from(["detailed", "costed", *"abcdefghi"])
OUTCOMES = st.sampled_from(["meets", "partly", "does_not_meet", "present", "missing"])


@st.composite
def requests(draw: st.DrawFn, id_: str) -> Event:
    """Something a State tells reports about a request."""
    day, updates = draw(DAYS), draw(st.booleans())
    common: dict[str, Any] = {"request_id": id_, "state": "LAO"}
    match draw(st.sampled_from(["announce", "text", "text", "withdraw"])):
        case "announce":
            return ExtensionAnnounced(**common, article=int(id_[4]), received=day.isoformat())
        case "withdraw":
            return ExtensionWithdrawn(**common, date=day, received=day.isoformat())
    sections = draw(st.lists(st.sampled_from("abcdefghi"), max_size=9))
    return ExtensionRequested(
        **common,
        article=int(id_[4]),
        received=day.isoformat(),
        months_asked=draw(st.none() | st.integers(1, 90)),
        for_meeting="13MSP",
        sections=tuple(sections),
        updates=id_ if updates else None,
    )


@st.composite
def considerations(draw: st.DrawFn, id_: str) -> Event:
    """Something the Analysis Group or a meeting says about it, or a change of the meeting's dates."""
    day = draw(DAYS)
    match draw(st.sampled_from(["schedule", "assess", "decide", "decide"])):
        case "schedule":
            return MeetingScheduled(meeting="13MSP", kind="MSP", opens=day, closes=day)
        case "assess":
            item, outcome = draw(ITEMS), draw(OUTCOMES)
            return RequestContentAssessed(request_id=id_, state="LAO", item=item, outcome=outcome, date=day)
    return ExtensionDecided(
        request_id=id_,
        state="LAO",
        meeting="13MSP",
        outcome=draw(st.sampled_from(["as_requested", "shorter", "granted", "refused"])),
        months=draw(st.none() | st.integers(1, 90)),
    )


class Story:
    """What both services have recorded of a request; meetings has heard of the first `heard` events of reports."""

    def __init__(self) -> None:
        self.reports: list[Event] = []
        self.meetings: list[Event] = []
        self.heard = 0

    def ask(self, fact: Event, behind: int) -> None:
        """Ask for a fact while meetings is so many events behind reports."""
        self.heard = max(self.heard, len(self.reports) - behind)
        ledger = self.reports if fact.ledger == "reports" else self.meetings
        own = [one for one in ledger if one.stream == fact.stream]
        decider = (of_reports if fact.ledger == "reports" else of_meetings)(type(fact))
        about: dict[str, Any] = {}
        if isinstance(fact, ExtensionDecided | RequestContentAssessed):
            known = any(isinstance(one, MeetingScheduled) for one in self.meetings)
            about = {"kind": AboutRequest, "request": self.status(fact.request_id), "meeting_known": known}
        refused = tried(decider, own, fact, **about)
        if refused is None:
            ledger.append(fact)
        else:
            assert names_its_article(refused) or isinstance(fact, MeetingScheduled), f"{refused.type}: {refused}"

    def status(self, request_id: str) -> RequestStatus | None:
        own = [one for one in self.reports[: self.heard] if getattr(one, "request_id", None) == request_id]
        if any(isinstance(one, ExtensionWithdrawn) for one in own):
            return "withdrawn"
        if any(isinstance(one, ExtensionRequested) for one in own):
            return "submitted"
        return "announced" if own else None

    def closing(self) -> date:
        """The closing day as scheduled last: decisions are known from it on."""
        return next(one.closes for one in reversed(self.meetings) if isinstance(one, MeetingScheduled) and one.closes)

    def told(self) -> History:
        history = History().party("LAO").clock_covered("2026-12-31")
        for event in (*self.reports, *self.meetings):
            day = self.closing() if isinstance(event, ExtensionDecided) else date(2018, 1, 1)
            known = None if event.received_on and not isinstance(event, MeetingScheduled) else Known(time=day)
            history.tell(event, known, event.holds or Effective(from_=day))
        return history


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """One request, and a meeting that may consider it."""
    story, id_, day = Story(), draw(IDS), draw(DAYS)
    story.ask(MeetingScheduled(meeting="13MSP", kind="MSP", opens=day, closes=day), 0)
    for fact in draw(st.lists(requests(id_) | considerations(id_), max_size=14)):
        story.ask(fact, draw(st.integers(0, 2)))
    return story


def lives(story: Story) -> dict[str, list[Process | None]]:
    """Each request as it was on every day on which something about it became known."""
    history = story.told()
    facts = history.facts
    known = sorted({fact.known for fact in facts})
    found: dict[str, list[Process | None]] = {}
    for day in known:
        world = world_of(cut_facts(facts, cut_of(facts, known_by=day.isoformat())))
        for process in processes(world, day).get("LAO", []):
            found.setdefault(process.request_id, [None]).append(process)
    return found


@UNHURRIED
@given(stories())
def test_a_request_goes_from_each_state_to_one_that_follows_it(story: Story) -> None:
    follows = closure(STEPS)

    for life in lives(story).values():
        went = turns(one and one.status for one in life)
        assert [turn for turn in went if turn[1] not in follows[turn[0]]] == []


@UNHURRIED
@given(stories())
def test_a_state_of_a_request_agrees_with_what_else_is_said_of_it(story: Story) -> None:
    for life in lives(story).values():
        for one in life:
            if one is None:
                continue
            assert (one.decision is not None) is (one.status in DECIDED)
            assert one.pending is (one.status in ("submitted", "updated", "analysed"))
            assert not one.awaits_decision or one.pending
            assert one.status != "announced" or (one.received is None and one.sections == ())
            assert len(one.sections) in ((0, 6) if one.article == 3 else (0, 9))
            assert one.decision is None or one.decision.outcome != "refused" or one.decision.until is None


@UNHURRIED
@given(stories())
def test_a_decision_rests_on_a_submitted_text_and_is_taken_once(story: Story) -> None:
    decided = [one for one in story.meetings if isinstance(one, ExtensionDecided)]
    submitted = {one.request_id for one in story.reports if isinstance(one, ExtensionRequested) and not one.updates}

    assert {one.request_id for one in decided} <= submitted
    assert len({one.request_id for one in decided}) == len(decided)


@UNHURRIED
@given(stories(), DAYS)
def test_a_new_date_of_the_meeting_gives_every_verdict_anew(story: Story, opens: date) -> None:
    moved = MeetingScheduled(meeting="13MSP", kind="MSP", opens=opens, closes=opens)
    history = story.told()
    history.tell(moved, Known(time=date(2026, 12, 31)))
    facts = history.facts
    world = world_of(cut_facts(facts, cut_of(facts, known_by="2026-12-31")))

    for one in processes(world, date(2026, 12, 31)).get("LAO", []):
        if one.received is None or one.for_meeting is None:
            assert one.timeliness == "cannotTell"
            continue
        assert (one.opens, one.scheduled_by) == (opens, facts[-1].id)
        assert one.received.last is not None and one.limit is not None
        assert one.timeliness == ("timely" if one.received.last <= one.limit else "late")
