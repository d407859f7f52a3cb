"""Why a figure is not what it was: from print to what was known then, and from there to now, event by event (model §8).

effective_at stays at the first meeting; known_by and positions move. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, cast

from services.indicators.evaluation.measures import Status, share
from services.indicators.facts.fact import Fact
from services.indicators.facts.lineage import standing_among
from services.indicators.figures.figure import Figure, compute
from services.indicators.figures.figure_hash import hashed_answer, stated
from services.indicators.history.relevance import Looked, defines, relevant, watched, with_linked
from services.indicators.plans.definition import Version
from services.indicators.world.frame import Cycle
from services.indicators.world.record import Defined, Record, chosen_version, defined_by
from services.indicators.world.world import Cut, cycles_of, world_of
from shared.states import is_iso3

Cause = Literal[
    "printDiffers", "lateReport", "revision", "clerical", "retraction", "backfilledLetter", "membership", "definition",
    "judgement", "coverage", "codeChange",
]  # fmt: skip

_CAUSE_OF_KIND: Mapping[str, Cause] = {
    "SignatureRecorded": "membership",
    "InstrumentDeposited": "membership",
    "WithdrawalNotified": "membership",
    "ArmedConflictStatusRecorded": "membership",
    "IndicatorDefined": "definition",
    "CycleDefined": "definition",
    "PracticeAssessed": "judgement",
    "RequestContentAssessed": "judgement",
    "CoverageDeclared": "coverage",
}


def cause_of(fact: Fact, known_by: date) -> Cause:
    """Why an event moves a figure away from what was said about `known_by`.

    What undoes an earlier event says so by itself; a letter that the institution held by then and that was recorded
    only later is backfilled, everything else came late.
    """
    if fact.retracts:
        return "retraction"
    if fact.corrects:
        return "clerical"
    if fact.revises:
        return "revision"
    return _CAUSE_OF_KIND.get(fact.kind) or ("backfilledLetter" if fact.known <= known_by else "lateReport")


@dataclass(frozen=True)
class Side:
    """A figure at one point of the way: its number, its States, and all that two computations must agree on."""

    status: Status
    value: Decimal | None
    members: frozenset[str]
    answer: Mapping[str, Any]
    definition: int | None = None

    @classmethod
    def of(cls, figure: Figure) -> Side:
        """The side that a figure is."""
        states = frozenset(figure.first.members)
        version = figure.definition.indicator.version
        return cls(figure.status, figure.first.value, states, hashed_answer(figure), version)


def side_of(row: Mapping[str, Any]) -> Side:
    """A recorded answer (of a seal, of a notice) as one end of a restatement."""
    part = row["parts"][0]
    counted = [item["key"] for item in part.get("items") or ()]
    return Side(
        status=row["status"],
        value=_value(part, row["status"]),
        members=frozenset(key for key in counted if is_iso3(key)),
        answer={"status": row["status"], "parts": row["parts"], "reasonCode": row.get("reasonCode")},
    )


def same_answer(one: Side, other: Side) -> bool:
    """Whether two answers agree in all that is hashed."""
    return bool(stated(one.answer) == stated(other.answer))


def _value(part: Mapping[str, Any], status: str) -> Decimal | None:
    if part.get("denominator"):
        numerator = part.get("numerator")
        shown = numerator is not None and status in ("computed", "bound", "needsJudgement")
        return share(int(cast(int, numerator)), int(part["denominator"])) if shown else None
    return Decimal(part["value"]) if part.get("value") is not None else None


@dataclass(frozen=True)
class Step:
    """One reason for which a figure changed, and what it changed. `event` is None where no event is the reason."""

    cause: Cause
    before: Side
    after: Side
    event: Fact | None = None

    @property
    def difference(self) -> Decimal | None:
        """What the step adds; None where one of its sides has no number."""
        return difference(self.before.value, self.after.value)

    @property
    def entering(self) -> list[str]:
        """States counted after it and not before."""
        return sorted(self.after.members - self.before.members)

    @property
    def leaving(self) -> list[str]:
        """States counted before it and not after."""
        return sorted(self.before.members - self.after.members)


@dataclass(frozen=True)
class Way:
    """From one cut to another: both ends and every step between them, in fold order."""

    start: Side
    end: Side
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Stretch:
    """Where a way begins, and the events on it that can matter, in fold order; not walked."""

    start: Side
    moving: tuple[Fact, ...]


def difference(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    """after - before; None where there is no number on one side."""
    return None if before is None or after is None else after - before


def way(record: Record, indicator: str, version: Version, cycle: Cycle, start: Cut, end: Cut) -> Way | None:
    """How the figure gets from `start` to `end`, both reconstructed; None for what is not defined by `end`.

    `end` must know at least what `start` does, of the days and of the positions. Only events that can matter are
    applied: first those of kinds at which the figure looks at both ends, then again with what it looked at on the way.
    """
    facts = tuple(_held(record.facts, end))
    looked = _looked_at_ends(_Fold(facts, indicator, version, cycle, start, end))
    while True:
        fold = _Fold(tuple(relevant(facts, looked, indicator).values()), indicator, version, cycle, start, end)
        found = fold.walked()
        if found is None or fold.looked <= looked:
            return found
        looked = looked | fold.looked


def stretch(record: Record, indicator: str, version: Version, cycle: Cycle, start: Cut, end: Cut) -> Stretch | None:
    """What lies between two cuts, for the price of both ends: how much a way would have to walk. None as for `way`."""
    facts = tuple(_held(record.facts, end))
    fold = _Fold(facts, indicator, version, cycle, start, end)
    held, active = admitted(facts, start)
    first = fold.side(held, active)
    if first is None:
        return None
    fold.side(*admitted(facts, end))
    can_matter = relevant(facts, fold.looked, indicator).values()
    return Stretch(first, tuple(texts[-1] for texts in _moving(can_matter, held, active, end)))


class _Fold:
    """The events between two cuts, applied one by one to what the first of them holds."""

    def __init__(
        self, facts: Sequence[Fact], indicator: str, version: Version, cycle: Cycle, start: Cut, end: Cut
    ) -> None:
        self.facts, self.version, self.cycle, self.start, self.end = facts, version, cycle, start, end
        self.looked = Looked()
        self._defining = with_linked(facts, lambda fact: defines(fact, indicator))
        self._read: dict[str, Defined] = {}

    def walked(self) -> Way | None:
        """The whole way; None where no version is defined by the end of it."""
        held, active = admitted(self.facts, self.start)
        first = side = self.side(held, active)
        if first is None or side is None:
            return None
        steps = []
        for texts in _moving(self.facts, held, active, self.end):
            fact = texts[-1]
            held.update((one.id, one) for one in texts)
            active.update((one.id, one) for one in texts if one.known <= self.end.known_by)
            after = self.side(held, active)
            assert after is not None  # what is defined by the end has a first version all the way
            if after.answer != side.answer or after.members != side.members:
                steps.append(Step(cause_of(fact, self.start.known_by), side, after, fact))
            side = after
        return Way(first, side, tuple(steps))

    def side(self, held: Mapping[str, Fact], active: Mapping[str, Fact]) -> Side | None:
        """The figure of what is held and, of that, active."""
        defined = self._defined(held, active) or self._defined(self._defining, self._defining)
        if defined is None:
            return None
        facts = standing_among(held.values(), lambda fact: fact.id in active)
        cycle = cycles_of(facts).get(self.cycle.name, self.cycle)
        return Side.of(compute(defined.definition, watched(world_of(facts), self.looked), cycle, self.start))

    def _defined(self, held: Mapping[str, Fact], active: Mapping[str, Fact]) -> Defined | None:
        """The version that serves; the first one does before it is known (model §5)."""
        own = {id: fact for id, fact in self._defining.items() if id in held}
        versions = [
            self._version(fact)
            for fact in standing_among(own.values(), lambda _: True)
            if fact.kind == "IndicatorDefined"
        ]
        ordered = sorted(versions, key=lambda one: one.version)
        return chosen_version(ordered, self.version, self.start.effective_at, lambda one: one.fact in active)

    def _version(self, fact: Fact) -> Defined:
        if fact.id not in self._read:
            self._read[fact.id] = defined_by(fact)
        return self._read[fact.id]


def _looked_at_ends(fold: _Fold) -> Looked:
    """What the figure looks at where the way begins and where it ends."""
    fold.side(*admitted(fold.facts, fold.start))
    fold.side(*admitted(fold.facts, fold.end))
    return fold.looked


def admitted(facts: Iterable[Fact], cut: Cut) -> tuple[dict[str, Fact], dict[str, Fact]]:
    """What a cut holds, and of that what was known by its day; by id."""
    held = {fact.id: fact for fact in _held(facts, cut)}
    return held, {id: fact for id, fact in held.items() if fact.known <= cut.known_by}


def _held(facts: Iterable[Fact], cut: Cut) -> Iterator[Fact]:
    limits = dict(cut.positions)
    return (fact for fact in facts if fact.position <= limits.get(fact.ledger, 0))


def _moving(
    facts: Iterable[Fact], held: Mapping[str, Fact], active: Mapping[str, Fact], end: Cut
) -> list[tuple[Fact, ...]]:
    """The events that the end admits and the start does not, wholly or as known, in fold order.

    What we entered wrongly was never said (model §6): it comes with its correction, just before it, and is no reason
    for anything by itself.
    """
    late = {one.id: one for one in facts if one.id not in held or (one.id not in active and one.known <= end.known_by)}
    corrected = {one.corrects for one in late.values()}
    last = sorted((one for one in late.values() if one.id not in corrected), key=lambda one: one.order)
    return [_texts(one, late) for one in last]


def _texts(fact: Fact, late: Mapping[str, Fact]) -> tuple[Fact, ...]:
    """The fact after those of its entry's earlier texts that are as late, the first one first."""
    texts = [fact]
    while (before := late.get(texts[0].corrects or "")) is not None:
        texts.insert(0, before)
    return tuple(texts)
