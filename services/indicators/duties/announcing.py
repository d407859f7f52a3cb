"""What the clock of deadlines announces: that one comes nearer, and that one has passed unmet (model §4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final, Literal

from services.indicators.duties.types import Deadline
from services.indicators.world.world import World
from shared.announcement import announcement, in_order
from shared.events.base import Passage
from shared.events.envelope import Proposed
from shared.events.indicators import ClockStarted, DeadlineApproaching, DeadlinePassed

Deadlines = Callable[[World, date], Sequence[Deadline]]
"""The deadlines of every State in a world, seen on a day."""

NOTICES: Final[tuple[Literal[90, 30, 7], ...]] = (90, 30, 7)
"""Days before a deadline on which its coming is announced."""


Seen = Callable[[date], Sequence[Deadline]]
"""How the deadlines stand on a day, all seen with what is held now."""


def announcements(seen: Seen, started: date | None, on: date) -> list[Proposed]:
    """What is to be announced by that day, what was announced before among it; the ledger knows each by its key.

    `started` is the day of the first run, None when this is it: then the clock says so first. Nothing is announced
    that lay before that day. A notice missed meanwhile is made up for as long as its deadline lies ahead. A deadline
    has passed with its last day over, where the record shows that nothing met it by then, even if it tells no more
    of today. One that was met, even late, or moved, or that is not recorded, is silent.
    """
    first = started or on
    now = seen(on)
    found = in_order([*_approaching(now, first, on), *_passed(now, seen, first, on)])
    return found if started else [announcement(ClockStarted(day=on)), *found]


def _approaching(now: Iterable[Deadline], first: date, on: date) -> Iterator[Proposed]:
    for one in now:
        if one.due is None or one.status != "ahead" or one.due < on:
            continue
        for days in NOTICES:
            if first <= one.due - timedelta(days=days) <= on:
                notice = DeadlineApproaching(
                    state=one.state,
                    article=one.article,
                    what=one.what,
                    due=one.due,
                    days=days,
                    confidence=one.confidence,
                )
                yield announcement(notice, _passages(one))


def _passed(now: Iterable[Deadline], seen: Seen, first: date, on: date) -> Iterator[Proposed]:
    """Of what is still open: what is overdue, and what was on the day after, when the record still was complete."""
    over = [one for one in now if one.due is not None and first <= one.due < on]
    yield from (_passing(one) for one in over if one.status == "overdue")
    silent_by_day: dict[date, set[tuple[str, str]]] = {}
    for one in over:
        if one.status == "notRecorded" and one.due is not None:
            silent_by_day.setdefault(one.due, set()).add((one.state, one.what))
    for due, silent in silent_by_day.items():
        for one in seen(due + timedelta(days=1)):
            if one.due == due and one.status == "overdue" and (one.state, one.what) in silent:
                yield _passing(one)


def _passing(one: Deadline) -> Proposed:
    assert one.due is not None
    passed = DeadlinePassed(state=one.state, article=one.article, what=one.what, due=one.due, confidence=one.confidence)
    return announcement(passed, _passages(one))


def _passages(one: Deadline) -> list[Passage]:
    return [Passage(document=source.document, paragraph=source.paragraph) for source in one.sources]
