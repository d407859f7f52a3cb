"""Baselines of a plan: what each indicator stood at when it began, or at the last time the record can tell."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.indicators.evaluation.measures import Status, plain
from services.indicators.figures.figure import Figure, compute
from services.indicators.figures.printed import Prints, prints
from services.indicators.figures.reconciliation import reconciled
from services.indicators.plans.definition import Definition
from services.indicators.world.frame import Cycle
from services.indicators.world.record import Record
from services.indicators.world.world import Cut

_ANSWERED: frozenset[Status] = frozenset({"computed", "undefined", "notComputable", "notApplicable"})
_SAYS_SOMETHING: frozenset[Status] = frozenset({"computed", "undefined", "bound", "needsJudgement"})


class NoSuchBaseline(Exception):
    """A plan whose baselines cannot be asked of this day: no cycle of theirs, or of the day, is defined."""


@dataclass(frozen=True)
class Baseline:
    """An indicator's baseline. `asked` is the figure at the baseline's own cycle, `given` the one that is shown.

    They are the same figure where the record is complete for the baseline's cycle; else `given` is the same definition
    at the last time for which the record can tell, and provisional.
    """

    asked: Figure
    given: Figure
    printed: Prints
    as_of: date

    @property
    def provisional(self) -> bool:
        """Whether later reports or coverage may still change it."""
        if self.given is not self.asked:
            return True
        if self.given.status in ("noData", "notHeld", "notComputable"):
            return False  # there is no value that could be passed off as final
        return self.given.provisional or not _settled(self.given)

    @property
    def data_through(self) -> date | None:
        """The day up to which the record is complete for the value; never after the cycle it is of."""
        last = min(self.given.cut.effective_at, self.given.cycle.last)
        reached = self.given.data_through
        if reached is None:  # an answer that needed no more: nobody was there to be counted
            return last if self.given.status in ("computed", "undefined") else None
        return reached if self.given is self.asked else min(reached, last)

    @property
    def reason(self) -> str | None:
        """Why it is provisional or missing, which form or record would supply it, and how it compares with print."""
        said: list[str] = []
        if self.printed.published is not None and self.given.first.value is not None:
            said.append(reconciled(self.given, self.printed, _no_other)["reason"])
        if self.given.reason and not any(self.given.reason in one for one in said):
            said.append(self.given.reason)
        if self.given is not self.asked:
            said += [_whose(self.given, self.asked), f"for {self.asked.cycle.name}: {self.asked.reason}"]
        if not _settled(self.asked):
            said.append(f"to come from: {self.asked.definition.indicator.evidence}")
        return "; ".join(said) or None

    def row(self) -> dict[str, Any]:
        """As queries show it; States by ISO code."""
        given, first = self.given, self.given.first
        known = first.value is not None or first.status == "undefined"
        return {
            "indicator": given.definition.indicator.id,
            "status": given.status,
            "provisional": self.provisional,
            "value": plain(first.value),
            "numerator": first.members if known else None,
            "denominator": given.denominator if known else None,
            "printed": self.printed.published,
            "reason": self.reason,
            "definitionVersion": given.definition.indicator.version,
            "dataThrough": self.data_through.isoformat() if self.data_through else None,
            "asOf": self.as_of.isoformat(),
        }


def baselines(record: Record, plan: str, as_of: date) -> list[Baseline]:
    """The baselines of a plan's indicators in its order, by what was known on a day. Raises NoSuchBaseline."""
    return [_baseline(indicator, record, as_of) for indicator in record.indicators(plan)]


def _baseline(indicator: str, record: Record, as_of: date) -> Baseline:
    latest = record.versions[indicator][-1].definition
    cycle = cycle_of_baseline(latest, record, as_of)
    cut = _cut(record, as_of, min(as_of, cycle.last))
    definition = record.definition(indicator, "inForce", cut) or latest
    asked = compute(definition, record.world(cut), cycle, cut)
    given = asked if _settled(asked) else _last_that_is_told(asked, record, as_of)
    return Baseline(asked, given, prints(record.published, indicator, cycle.name), as_of)


def cycle_of_baseline(definition: Definition, record: Record, as_of: date) -> Cycle:
    """The cycle that the indicator's baseline names, once it has begun; else the one that contains the day."""
    baseline = definition.indicator.baseline
    named = record.cycles.get(baseline.cycle) if baseline and baseline.cycle else None
    if named is not None and named.first <= as_of:
        return named
    containing = [one for one in record.cycles.values() if one.first <= as_of <= one.last]
    if len(containing) != 1:
        known = ", ".join(f"{one.name} ({one.first} to {one.last})" for one in record.cycles.values()) or "none"
        raise NoSuchBaseline(f"{definition.indicator.id} has no baseline on {as_of}; cycles are: {known}")
    return containing[0]


def _last_that_is_told(asked: Figure, record: Record, as_of: date) -> Figure:
    """The same definition at the last time the record can tell: a day inside the cycle, else an earlier cycle.

    Of an earlier cycle of which the record only names some, and the baseline's own of which it names some, the later
    one is given; and `asked` itself where it tells nothing at all.
    """
    standing = _on_the_last_covered_day(asked, record, as_of)
    if standing is not None and _settled(standing):
        return standing
    earlier = next((one for one in _earlier(asked, record, as_of) if one.status in _SAYS_SOMETHING), None)
    if earlier is not None and (_settled(earlier) or asked.status not in _SAYS_SOMETHING):
        return earlier
    return asked


def _on_the_last_covered_day(asked: Figure, record: Record, as_of: date) -> Figure | None:
    """How things stood on the last day of the cycle that the record is complete for; only a status has such a day."""
    day, cycle = asked.data_through, asked.cycle
    if asked.definition.indicator.series != "status" or day is None or not cycle.first <= day < cycle.last:
        return None
    return _at(asked, cycle, _cut(record, as_of, day), record)


def _earlier(asked: Figure, record: Record, as_of: date) -> Iterator[Figure]:
    """The figure in each cycle before, the latest first."""
    before = [one for one in record.cycles.values() if one.last < asked.cycle.first]
    for cycle in sorted(before, key=lambda one: (one.last, one.name), reverse=True):
        yield _at(asked, cycle, _cut(record, as_of, cycle.last), record)


def _at(asked: Figure, cycle: Cycle, cut: Cut, record: Record) -> Figure:
    return compute(asked.definition, record.world(cut), cycle, cut)


def _cut(record: Record, known_by: date, effective_at: date) -> Cut:
    return Cut("reconstructed", known_by, effective_at, record.positions)


def _settled(figure: Figure) -> bool:
    """Whether the record is complete for all that the figure asks; a missing judgement leaves only that open."""
    if figure.status == "needsJudgement":
        return all(leaf.covered for leaf in figure.leaves)
    return figure.status in _ANSWERED


def _no_other(indicator: str) -> Figure | None:
    """No baseline shares its printed cell with another indicator."""
    return None


def _whose(given: Figure, asked: Figure) -> str:
    """Of which time the value is."""
    if given.cycle == asked.cycle:
        return f"provisional: as it stood on {given.cut.effective_at}"
    return f"provisional: of the cycle {given.cycle.name} ({given.cycle.first} to {given.cycle.last})"
