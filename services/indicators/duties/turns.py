"""How an obligation turns: dated steps, folded to the status they add up to; what Articles 3, 4 and 5 share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from services.indicators.duties.types import UNDATED, Cause, ObligationStatus, Recorded, sources
from services.indicators.facts.fact import Bounds, Fact

Kind = Literal["present", "found", "completed", "declared", "none", "extended"]

OWED: frozenset[ObligationStatus] = frozenset({"outstanding", "extended", "reopened"})
"""Statuses in which a State still has something to do."""

_RANK: dict[Kind, int] = {"present": 0, "found": 1, "completed": 2, "declared": 3, "extended": 4, "none": 5}
"""Of one day: what was found that day may be cleared the same day, never the other way round."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One step: what it does, when (bounds), and the cause shown for it.

    `held` is the last day of a declaration's receipt: until then the obligation is completed, not yet declared.
    `until` is the deadline that an extension gives, None where it is not recorded; `until_sure` where it is proven.
    """

    kind: Kind
    when: Bounds
    cause: Cause
    held: date | None = None
    until: date | None = None
    until_sure: bool = True

    @property
    def last(self) -> date:
        """The day from which the step has certainly been made."""
        return self.when.last or date.max

    @property
    def first(self) -> date:
        """The first day on which it can have been made."""
        return self.when.first or date.min


@dataclass(frozen=True, slots=True)
class Stand:
    """What the turns up to a day add up to; `met` is the completion that the deadline last in force is measured by."""

    status: ObligationStatus | None = None
    since: Bounds = UNDATED
    deadline: date | None = None
    deadline_recorded: Recorded = "recorded"
    deadline_sure: bool = True
    causes: tuple[Cause, ...] = ()
    met: Bounds | None = None


def turn(
    kind: Kind, fact: Fact, when: Bounds, words: str, article: str, rule: str | None = None, held: date | None = None
) -> Turn:
    """A turn that a fact makes; its date is never later than the day on which the fact was held."""
    last = min(when.last, fact.known) if when.last else fact.known
    first = min(when.first, last) if when.first else None
    dated = Bounds(first, last)
    return Turn(kind, dated, Cause(fact.kind, dated, words, article, rule, sources(fact), fact.sure), held)


def ordered(turns: Iterable[Turn]) -> list[Turn]:
    """In the order in which they count."""
    return sorted(turns, key=lambda one: (one.last, _RANK[one.kind], one.cause.words))


def from_entry_into_force(turns: Sequence[Turn], in_force: date) -> list[Turn]:
    """What is there before anything was found or finished was there at entry into force (Articles 3.2, 4.1 a)."""
    found = ordered(turns)
    finished = next((at for at, one in enumerate(found) if one.kind != "present"), len(found))
    shown = found[:finished]
    if not shown:
        return found
    day = Bounds(in_force, in_force)
    return [Turn("present", day, shown[0].cause), *found[finished:]]


def stand(turns: Iterable[Turn], on: date, original: date | None, counts: Callable[[Turn], date]) -> Stand:
    """The status on a day; `counts` gives the day from which a turn is taken to have been made."""
    now = Stand()
    for one in turns:
        if counts(one) <= on:
            now = _turned(now, one, on, original)
    return now


def _turned(now: Stand, one: Turn, on: date, original: date | None) -> Stand:
    causes = (*now.causes, one.cause)
    match one.kind:
        case "present" | "found" if now.status in ("completed", "declared"):
            return Stand("reopened", one.when, causes=causes, met=now.met)  # a find has no deadline
        case "present" if now.status in (None, "none"):
            return Stand("outstanding", one.when, original, causes=causes)
        case "found" if now.status not in OWED:
            return Stand("outstanding", one.when, original, causes=causes)
        case "extended" if now.status in OWED:
            recorded: Recorded = "recorded" if one.until else "notRecorded"
            return Stand("extended", one.when, one.until, recorded, one.until_sure, causes)
        case "present" | "found" | "extended":
            return replace(now, causes=causes)
        case "declared":
            told: ObligationStatus = "declared" if one.held is None or one.held <= on else "completed"
            return Stand(told, one.when, causes=causes, met=now.met or one.when)
        case "completed":
            return Stand("completed", one.when, causes=causes, met=now.met or one.when)
        case "none":
            return Stand("none", one.when, causes=causes, met=now.met)
