"""What the clock of deadlines announces: that one comes nearer, and that one has passed unmet (model §4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final, Literal

from services.indicators.duties.types import Deadline
from services.indicators.world import World
from shared.announcement import announcement, in_order
from shared.events.base import Passage
from shared.events.envelope import Proposed
from shared.events.indicators import ClockStarted, DeadlineApproaching, DeadlinePassed

Deadlines = Callable[[World, date], Sequence[Deadline]]
"""The deadlines of every State in a world, seen on a day."""

NOTICES: Final[tuple[Literal[90, 30, 7], ...]] = (90, 30, 7)
"""Days before a deadline on which its coming is announced."""


def announcements(deadlines: Iterable[Deadline], started: date | None, on: date) -> list[Proposed]:
    """What is to be announced by that day, what was announced before among it; the ledger knows each by its key.

    `started` is the day of the first run, None when this is it: then the clock says so first. Nothing is announced
    that lay before that day. A notice missed meanwhile is made up for as long as its deadline lies ahead; a deadline
    passed with its last day over. One that was met, that is not recorded, or on which nobody can tell, is silent.
    """
    first = started or on
    found = in_order(one for deadline in deadlines for one in _of_deadline(deadline, first, on))
    return found if started else [announcement(ClockStarted(day=on)), *found]


def _of_deadline(deadline: Deadline, first: date, on: date) -> Iterator[Proposed]:
    due = deadline.due
    if due is None:
        return
    passages = [Passage(document=one.document, paragraph=one.paragraph) for one in deadline.sources]
    state, article, what, confidence = deadline.state, deadline.article, deadline.what, deadline.confidence
    if deadline.status == "ahead" and on <= due:
        for days in NOTICES:
            if first <= due - timedelta(days=days) <= on:
                ahead = DeadlineApproaching(
                    state=state, article=article, what=what, due=due, days=days, confidence=confidence
                )
                yield announcement(ahead, passages)
    elif deadline.status == "overdue" and first <= due < on:
        passed = DeadlinePassed(state=state, article=article, what=what, due=due, confidence=confidence)
        yield announcement(passed, passages)
