"""Article 8: the reply to a request for clarification, and the meeting that the matter can then go to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from services.indicators.duties.conferences import Conference, conferences
from services.indicators.duties.types import Confidence, Deadline, DeadlineStatus, sources
from services.indicators.facts.fact import Bounds, Fact
from services.indicators.world.coverage import subjects_of_kind
from services.indicators.world.world import World
from shared.treaty.compliance import may_submit, reply_due, reply_timeliness
from shared.treaty.declarations import next_meeting


@dataclass(frozen=True, slots=True)
class _Matter:
    """A request for clarification, with the reply and the submission that came by the day asked about."""

    asked: Fact
    reply: Fact | None
    submitted: Fact | None

    @property
    def received(self) -> date:
        return date.fromisoformat(self.asked.data["received"])


def matter_deadlines(world: World, on: date) -> Iterator[Deadline]:
    """Every reply due, and for who asked, until when an unanswered matter can go to the next meeting."""
    for matter in _matters(world, on):
        yield _reply(matter, world, on)
        submission = _submission(matter, world, on)
        if submission is not None:
            yield submission


def _matters(world: World, on: date) -> Iterator[_Matter]:
    def of(kind: str, dated: str, name: str, since: date) -> list[Fact]:
        facts = (fact for fact in world.by_kind.get(kind, ()) if fact.data["matter"] == name)
        return [fact for fact in facts if since <= date.fromisoformat(fact.data[dated]) <= on]

    for asked in world.by_kind.get("ClarificationRequested", ()):
        received = date.fromisoformat(asked.data["received"])
        if received <= on:
            name = asked.data["matter"]
            reply = of("ClarificationAnswered", "answered", name, received)
            submitted = of("ComplianceMatterSubmitted", "date", name, received)
            yield _Matter(asked, next(iter(reply), None), next(iter(submitted), None))


def _reply(matter: _Matter, world: World, on: date) -> Deadline:
    """CR-41, Article 8.2."""
    asked, reply = matter.asked, matter.reply
    due = reply_due(matter.received)
    status: DeadlineStatus
    if reply is not None:
        status = reply_timeliness(date.fromisoformat(reply.data["answered"]), matter.received)
    elif on <= due:
        status = "ahead"
    else:
        complete = subjects_of_kind("ClarificationAnswered", {})
        leaf = world.coverage.leaf("ClarificationAnswered", complete, matter.received, on)
        status = "overdue" if leaf.covered else "notRecorded"
    return Deadline(
        state=asked.data["to"],
        article="8.2",
        what=f"clarification-{asked.data['matter']}",
        due=due,
        status=status,
        formula=f"the request was received on {matter.received} + 28 days (Article 8.2)",
        sources=sources(asked, *([reply] if reply else [])),
        theme="compliance",
        rule="CR-41",
        done=_on(reply.data["answered"]) if reply else None,
        reason="no complete record of replies is held" if status == "notRecorded" else None,
        confidence=_confidence(asked, reply),
    )


def _submission(matter: _Matter, world: World, on: date) -> Deadline | None:
    """CR-42, Article 8.3: to the next meeting, once no reply came in time or the reply does not satisfy.

    It is a right of the State that asked, so that it is never overdue: once the meeting is over the line is gone.
    """
    reply, submitted = matter.reply, matter.submitted
    satisfied = reply.data.get("satisfactory") if reply else None
    if submitted is None and not may_submit(matter.received, on, answered=reply is not None, satisfactory=satisfied):
        return None
    since = date.fromisoformat(reply.data["answered"]) if reply and satisfied is False else reply_due(matter.received)
    meeting = _next(since, world)
    if meeting is None or (submitted is None and on > meeting.closes):
        return None
    done = _on(submitted.data["date"]) if submitted else None
    status: DeadlineStatus = "ahead"
    if done is not None and done.last is not None:
        status = "timely" if done.last <= meeting.closes else "late"
    return Deadline(
        state=matter.asked.data["from"],
        article="8.3",
        what=f"submission-{matter.asked.data['matter']}",
        due=meeting.closes,
        status=status,
        formula=f"to the next meeting after {since}, {meeting.name}, which closes on {meeting.closes} (Article 8.3)",
        sources=(*sources(matter.asked, *(one for one in (reply, submitted) if one)), *meeting.sources),
        theme="compliance",
        rule="CR-42",
        meeting=meeting.name,
        done=done,
        reason="a right of the State that asked, not a duty",
        confidence=_confidence(matter.asked, reply),
    )


def _next(after: date, world: World) -> Conference | None:
    found = next_meeting(after, ((one.name, one.opens) for one in conferences(world)))
    return next((one for one in conferences(world) if found and one.name == found[0]), None)


def _on(day: str) -> Bounds:
    return Bounds(date.fromisoformat(day), date.fromisoformat(day))


def _confidence(*facts: Fact | None) -> Confidence:
    return "verified" if all(fact.sure for fact in facts if fact) else "unverified"
