"""Whether what had to be sent by a day was: shared by reports and contributions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.indicators.duties.member import Member
from services.indicators.duties.types import (
    UNDATED,
    Cause,
    DeadlineStatus,
    Duty,
    Obligation,
    ObligationStatus,
    sources,
)
from services.indicators.facts.fact import Bounds, Fact
from services.indicators.world.coverage import Alternatives
from shared.events.base import Interval
from shared.treaty.deadlines import met
from shared.treaty.reporting import Owed


def held(fact: Fact) -> Bounds:
    """The days between which it came: never later than the day on which it was certainly held."""
    last = min(fact.held.last, fact.known) if fact.held.last else fact.known
    return Bounds(min(fact.held.first, last) if fact.held.first else None, last)


def first_held(facts: Iterable[Fact], on: date) -> Fact | None:
    """Of what can have come by a day, the one that came first; None when nothing did."""
    possible = [fact for fact in facts if (held(fact).first or date.min) <= on]
    return min(possible, key=lambda fact: (held(fact).last or date.max, fact.order), default=None)


def arrived(came: Bounds | None, on: date, *, complete: bool) -> Owed:
    """Whether it had come by a day; `complete`: the record holds whatever came up to then."""
    if came is None:
        return "no" if complete else "cannotTell"
    return "yes" if came.last is not None and came.last <= on else "cannotTell"


def verdict(in_hand: Owed, came: Bounds | None, due: date, on: date) -> DeadlineStatus:
    """timely, late or cannotTell for what came; else ahead, overdue under complete coverage, notRecorded beyond it."""
    if came is not None and (in_hand == "yes" or on > due):
        return met(Interval(not_before=came.first, not_after=came.last), due)
    if on <= due:
        return "ahead"
    return "overdue" if in_hand == "no" else "notRecorded"


def complete_through(member: Member, subject: str, subjects: Alternatives, first: date) -> tuple[date | None, Cause]:
    """How far the record is complete from a day on, and the cause that says so."""
    through = member.through(subjects, first)
    leaf = member.world.coverage.leaf(subject, subjects, min(first, member.on), member.on)
    words = f"the record is complete through {through}" if through else "the record is not declared complete"
    return through, Cause("CoverageDeclared", Bounds(first, through), words, sources=sources(*leaf.declarations))


def obligation_to_send(duty: Duty, member: Member) -> Obligation:
    """The obligation in a duty: completed by what came, outstanding where the record shows that nothing did."""
    if member.over and duty.arrived != "yes":
        left = Bounds(member.term.left, member.term.left)
        chain = (*duty.causes, member.withdrawal())
        return Obligation(duty.state, duty.article, "ended", "ended", frozenset({"ended"}), chain, duty.name, left)
    status: ObligationStatus = "notRecorded"
    if duty.arrived == "yes":
        status = "completed"
    elif duty.arrived == "no" and duty.owed == "yes":
        status = "outstanding"
    proven: ObligationStatus = status if duty.confidence == "verified" else "notRecorded"
    late = member.on > duty.due
    past = False if status == "completed" or not late else True if status == "outstanding" else None
    return Obligation(
        state=duty.state,
        article=duty.article,
        status=status,
        proven=proven,
        possible=frozenset({status, proven}),
        chain=duty.causes,
        name=duty.name,
        since=duty.received if status == "completed" and duty.received else UNDATED,
        deadline=duty.due if status != "completed" else None,
        deadline_confidence=duty.confidence,
        past_deadline=past if duty.confidence == "verified" else past and None,
    )
