"""An indicator through the cycles and, where the crosswalk allows, through the plans; what does not join is said.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from services.indicators.evaluation.measures import plain
from services.indicators.figures.figure import Figure, compute
from services.indicators.figures.printed import Printed, number, prints
from services.indicators.figures.reconciliation import equal_as_printed
from services.indicators.grammar.expression import Change, Mean, Parts, Percent
from services.indicators.plans.crosswalk import Crosswalk, Link
from services.indicators.world.frame import Cycle
from services.indicators.world.record import Record
from services.indicators.world.world import Cut

Mark = Literal["break", "restated", "printDiffers", "sharedCell", "provisional", "notApplicable", "noData"]
"""What a reader must know before drawing a line through a point.

break: from here on another definition counts, or shares instead of numbers. restated: what is known now gives another
answer than what was known at the time. printDiffers: the table prints another number. sharedCell: the printed number
stands for several indicators. provisional: later facts may still change it. notApplicable: print or plan has no such
figure for this cycle. noData: neither print nor record has one.
"""

NOT_APPLICABLE = "N/A"
"""How print says that an indicator was not yet, or is no longer, asked for."""


@dataclass(frozen=True)
class Point:
    """One indicator in one cycle: as printed, as known at the time, and as known now."""

    indicator: str
    cycle: Cycle
    printed: Printed | None
    then: Figure
    now: Figure
    after_break: bool

    @property
    def restated(self) -> bool:
        """Whether what became known since gives another answer."""
        return _answer(self.then) != _answer(self.now)

    @property
    def marks(self) -> list[Mark]:
        """In the order of `Mark`."""
        printed = None if self.printed is None or self.printed.shared else self.printed.of(self.indicator)
        said = None if printed is None else number(printed)
        value = self.then.first.value if self.then.status == "computed" else None
        found: dict[Mark, bool] = {
            "break": self.after_break,
            "restated": self.restated,
            "printDiffers": said is not None and value is not None and not equal_as_printed(value, said),
            "sharedCell": self.printed is not None and self.printed.shared,
            "provisional": self.now.provisional and self.now.first.value is not None,
            "notApplicable": self.then.status == "notApplicable" or printed == NOT_APPLICABLE,
            "noData": self.printed is None and self.now.status in ("noData", "notHeld"),
        }
        return [mark for mark, holds in found.items() if holds]

    def row(self) -> dict[str, Any]:
        """As queries show it."""
        printed = self.printed
        return {
            "indicator": self.indicator,
            "cycle": self.cycle.name,
            "from": self.cycle.first.isoformat(),
            "to": self.cycle.last.isoformat(),
            "published": None if printed is None else _printed(printed, self.indicator),
            "then": _side(self.then),
            "now": _side(self.now),
            "marks": self.marks,
        }


def trend(indicator: str, record: Record, crosswalk: Crosswalk, today: date) -> dict[str, Any]:
    """`{indicator, chain, points, joints, apart}`: the indicator must be defined."""
    chain = [one for one in crosswalk.chain(indicator) if one in record.versions]
    joints = [link for link in crosswalk.joints(crosswalk.chain(indicator)) if _held(link, record)]
    rows = [_joint(link, record) for link in joints]
    broken = {row["to"] for row in rows if not row["comparable"]}
    points = [point for one in chain for point in _points(one, record, crosswalk, one in broken, today)]
    return {
        "indicator": indicator,
        "title": record.versions[indicator][-1].definition.indicator.title,
        "chain": [_segment(one, record) for one in chain],
        "points": [point.row() for point in points],
        "joints": rows,
        "apart": [row for one in chain for row in _apart(one, record, crosswalk)],
    }


def _held(link: Link, record: Record) -> bool:
    return all(one in record.versions for one in (*link.from_, *link.to))


def _points(indicator: str, record: Record, crosswalk: Crosswalk, after_break: bool, today: date) -> Iterator[Point]:
    """One for each cycle of the indicator's plan, in their order; the first of them bears the break."""
    for cycle in _cycles(indicator, record, crosswalk, today):
        then = _figure(indicator, record, cycle, min(cycle.last, today))
        now = _figure(indicator, record, cycle, today)
        if then is None or now is None:
            continue
        yield Point(indicator, cycle, prints(record.published, indicator, cycle.name).table, then, now, after_break)
        after_break = False


def _cycles(indicator: str, record: Record, crosswalk: Crosswalk, today: date) -> list[Cycle]:
    """The cycles that end after the plan came and begin before the next one did: where both apply, each has a point."""
    begun = record.versions[indicator][0].in_force
    over = _replaced(record.versions[indicator][0].definition.plan, record, crosswalk)
    held = (one for one in record.cycles.values() if one.last >= begun and one.first <= today)
    own = (one for one in held if over is None or one.first < over)
    return sorted(own, key=lambda one: (one.last, one.name))


def _replaced(plan: str, record: Record, crosswalk: Crosswalk) -> date | None:
    """The day on which the next plan that is held came; None while there is none."""
    later = crosswalk.plans[crosswalk.plans.index(plan) + 1 :] if plan in crosswalk.plans else ()
    for one in later:
        if indicators := record.indicators(one):
            return min(record.versions[name][0].in_force for name in indicators)
    return None


def _figure(indicator: str, record: Record, cycle: Cycle, known_by: date) -> Figure | None:
    cut = Cut("reconstructed", known_by, cycle.last, record.positions)
    definition = record.definition(indicator, "inForce", cut)
    return None if definition is None else compute(definition, record.world(cut), cycle, cut)


def _answer(figure: Figure) -> tuple[Any, ...]:
    first = figure.first
    return first.status, first.value, first.numerator, first.denominator, tuple(first.members)


def _side(figure: Figure) -> dict[str, Any]:
    first = figure.first
    return {
        "status": figure.status,
        "value": plain(first.value),
        "numerator": first.numerator,
        "denominator": first.denominator,
        "provisional": figure.provisional,
        "dataThrough": figure.data_through.isoformat() if figure.data_through else None,
        "reason": figure.reason,
        "definition": figure.definition.indicator.version,
        "knownBy": figure.cut.known_by.isoformat(),
    }


def _printed(printed: Printed, indicator: str) -> dict[str, Any]:
    """The table's cell; `number` is null for N/A and other words."""
    return {
        "value": printed.of(indicator),
        "number": plain(number(printed.of(indicator))),
        "shared": printed.shared,
        "place": printed.place,
        "document": printed.document,
    }


def _segment(indicator: str, record: Record) -> dict[str, Any]:
    latest = record.versions[indicator][-1].definition
    return {
        "indicator": indicator,
        "plan": latest.plan,
        "title": latest.indicator.title,
        "unit": latest.indicator.unit,
        "share": is_share(indicator, record),
    }


def is_share(indicator: str, record: Record) -> bool:
    """Whether its value is a percentage: a number of States and a share of them make no line."""
    measure = record.versions[indicator][-1].definition.indicator.measure
    while not isinstance(measure, Percent):
        match measure:
            case Parts():
                measure = next(iter(measure.parts.values()))
            case Mean():
                measure = measure.mean
            case Change():
                measure = measure.change
            case _:
                return False
    return True


def _joint(link: Link, record: Record) -> dict[str, Any]:
    """How two segments meet: values compare only where the grade is `same` and both are numbers, or both shares.

    Where one is a number and one a share, what compares under `same` is the number counted: a share keeps its two.
    """
    before, after = link.from_[0], link.to[0]
    share = is_share(before, record), is_share(after, record)
    change = None if share[0] == share[1] else "number to share" if share[1] else "share to number"
    return {
        "from": before,
        "to": after,
        "grade": link.grade,
        "why": link.why,
        "unitChange": change,
        "comparable": link.grade == "same" and change is None,
        "countsComparable": link.grade == "same",
    }


def _apart(indicator: str, record: Record, crosswalk: Crosswalk) -> Iterator[dict[str, Any]]:
    """The links of an indicator across which no trend goes."""
    for direction, links in (("earlier", crosswalk.before(indicator)), ("later", crosswalk.after(indicator))):
        for link in links:
            if not link.joins:
                others = link.from_ if direction == "earlier" else link.to
                yield {
                    "indicator": indicator,
                    "direction": direction,
                    "grade": link.grade,
                    "others": [one for one in others if one in record.versions],
                    "why": link.why,
                }
