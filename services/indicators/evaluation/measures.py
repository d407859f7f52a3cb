"""Evaluates measures: one function per node, each giving parts that hold their number with both its bounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal, assert_never

from services.indicators.evaluation.populations import on_day
from services.indicators.evaluation.sets import found
from services.indicators.facts.fact import Fact
from services.indicators.grammar.expression import (
    Change,
    Count,
    Mean,
    MeasureNode,
    Nothing,
    Parts,
    Percent,
    Population,
    SetNode,
    Sum,
)
from services.indicators.grammar.window import Window
from services.indicators.world.found import NOBODY, Found, Item, from_items, intersection, kept
from services.indicators.world.scene import TO_DATE, Scene
from services.indicators.world.stateset import members

Status = Literal[
    "computed", "bound", "needsJudgement", "noData", "notHeld", "notComputable", "notApplicable", "undefined"
]
Number = Decimal
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Part:
    """One number: certain at `low`, possible up to `high`, and the States and things behind it.

    `speaks` is what gives the evidence for each State, `counted` the set whose States the number is about;
    numerator and denominator are the two integers of a percentage; `items` the things counted or their amounts.
    """

    name: str
    status: Status
    unit: str
    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    code: str | None = None
    reason: str | None = None
    counted: Found = NOBODY
    speaks: Found = NOBODY
    over: Found | None = None
    numerator: int | None = None
    denominator: int | None = None
    items: tuple[Mapping[str, Any], ...] = ()

    @property
    def members(self) -> list[str]:
        """The States it counts: those that are certain, or, while a judgement is missing, those that are possible."""
        return members(self.counted.possible if self.status == "needsJudgement" else self.counted.certain)

    @property
    def bounding_numerators(self) -> tuple[int, int]:
        """Of a percentage: how many of its denominator certainly are, and how many may be."""
        whole = self.over.certain if self.over else 0
        return (self.counted.certain & whole).bit_count(), (self.counted.possible & whole).bit_count()


def measured(node: MeasureNode, scene: Scene, name: str = "value") -> list[Part]:
    """The parts of a measure. Raises NoSuchWindow when the cycle lacks what a window refers to."""
    since = getattr(node, "since", None)
    if since is not None and scene.days().last < since:
        reason = f"counted from {since} on"
        return [Part(name, "notApplicable", _unit(scene), code="beforeSince", reason=reason)]
    match node:
        case Count():
            return [_states(node, scene, name) if node.count == ("states",) else _things(node, scene, name)]
        case Sum():
            return [_sum(node, scene, name)]
        case Percent():
            share_of = _percent if node.percent.count is None else _percent_of_things
            return [share_of(node, scene, name)]
        case Change():
            return [_change(node, scene, name)]
        case Mean():
            return [_mean(node, scene, name)]
        case Parts():
            return [part for inner, measure in node.parts.items() for part in measured(measure, scene, inner)]
        case Nothing():
            return [Part(name, "notComputable", _unit(scene), code="notComputable", reason=node.none)]
        case never:
            assert_never(never)


def _unit(scene: Scene) -> str:
    return scene.definition.indicator.unit


def population_of(node: Count, scene: Scene) -> SetNode:
    """What a count of States counts in: its own `of`, or the indicator's population."""
    of = node.of or scene.definition.indicator.population
    assert of is not None, "the definition was checked to have one"
    return of


def _states(node: Count, scene: Scene, name: str) -> Part:
    of = population_of(node, scene)
    where = found(node.where, scene) if node.where is not None else None
    if isinstance(of, Population) and of.at == "fact" and where is not None:
        counted = _on_the_day_of_the_fact(of.population, where, scene)
    else:
        counted = intersection([found(of, scene), *([where] if where else [])])
    status, code = _status(counted)
    low, high = _size(counted.certain), _size(counted.possible)
    things = counted.possible if status == "needsJudgement" else counted.certain
    return Part(
        name,
        status,
        _unit(scene),
        value=_value(status, low, high),
        low=low,
        high=high,
        code=code,
        counted=counted,
        speaks=where or counted,
        items=tuple({"key": iso3} for iso3 in members(things)),
    )


def _status(counted: Found) -> tuple[Status, str | None]:
    """Of a set of States: never computed while the record could hide somebody, never 0 without coverage."""
    if counted.pending:
        return "needsJudgement", "judgementMissing"
    if counted.complete:
        return "computed", "possiblyMore" if counted.possible != counted.certain else None
    return ("bound", "notCovered") if counted.certain else ("noData", "notCovered")


def _value(status: Status, low: Number, high: Number) -> Number | None:
    if status == "needsJudgement":
        return high
    return low if status in ("computed", "bound") else None


def _size(mask: int) -> Number:
    return Decimal(mask.bit_count())


def _on_the_day_of_the_fact(population: str, where: Found, scene: Scene) -> Found:
    """The States whose fact falls on a day on which they belonged to the population."""
    days = {id(item): item.fact.held.last or item.fact.known for item in where.items}
    belongs = {day: on_day(population, scene, day, found) for day in set(days.values())}
    remaining = [
        one
        for item in where.items
        for one in kept([item], belongs[days[id(item)]].certain, belongs[days[id(item)]].possible)
    ]
    last = on_day(population, scene, scene.seen().last, found)
    return from_items(remaining, (*where.leaves, *last.leaves))


def _things(node: Count, scene: Scene, name: str) -> Part:
    """Different values of attributes; facts that lack them may or may not be one and the same thing."""
    items, counted = _items(node.of, node.where, scene)
    keyed = [(item, _key(item.fact, node.count)) for item in items]
    certain = {key for item, key in keyed if key is not None and item.sure}
    all_keys = {key for _, key in keyed if key is not None}
    nameless = [item for item, key in keyed if key is None]
    low = Decimal(len(certain) or int(any(item.sure for item in nameless)))
    high = Decimal(len(all_keys) + len(nameless))
    status, code = _counting_status(items, counted, low)
    if status == "computed" and any(item.sure for item in nameless):
        status, code = "bound", "unidentified"
    shown = all_keys if status == "needsJudgement" else certain
    return Part(
        name,
        status,
        _unit(scene),
        value=_value(status, low, high),
        low=low,
        high=high,
        code=code,
        counted=counted,
        speaks=counted,
        items=_listed(node.per, keyed, shown),
    )


def _listed(
    per: str | None, keyed: Sequence[tuple[Item, str | None]], shown: set[str]
) -> tuple[Mapping[str, Any], ...]:
    if per is None:
        return tuple({"key": key} for key in sorted(shown))
    groups: dict[str, set[str]] = {}
    for item, key in keyed:
        if key in shown:
            for group in _groups(item, per):
                groups.setdefault(group, set()).add(key)
    return tuple({"key": group, "value": len(keys)} for group, keys in sorted(groups.items()))


def _groups(item: Item, per: str) -> Sequence[str]:
    if per == "state":
        return item.states
    value = item.fact.attribute(per)
    return [str(one) for one in value] if isinstance(value, list) else [] if value is None else [str(value)]


def _items(of: SetNode | None, where: SetNode | None, scene: Scene) -> tuple[tuple[Item, ...], Found]:
    """The facts to count, and the set of the States they are about."""
    assert of is not None, "the definition was checked to have one"
    facts = found(of, scene)
    if where is None:
        return facts.items, facts
    group = found(where, scene)
    items = kept(facts.items, group.certain, group.possible)
    narrowed = from_items(items, (*facts.leaves, *group.leaves))
    return items, replace(narrowed, evidence=facts.evidence)


def _counting_status(items: Sequence[Item], counted: Found, low: Number) -> tuple[Status, str | None]:
    if any(item.pending for item in items):
        return "needsJudgement", "judgementMissing"
    if not counted.covered:
        return ("bound", "notCovered") if low else ("noData", "notCovered")
    return "computed", "possiblyMore" if any(not item.sure for item in items) else None


def _key(fact: Fact, attributes: Sequence[str]) -> str | None:
    values = [fact.attribute(name) for name in attributes]
    return None if None in values else " ".join(str(value) for value in values)


def _sum(node: Sum, scene: Scene, name: str) -> Part:
    items, counted = _items(node.of, node.where, scene)
    amounts = [(item, _amount(item.fact.attribute(node.sum))) for item in items]
    low = sum((amount for item, amount in amounts if item.sure and amount is not None), Decimal(0))
    high = sum((amount for _, amount in amounts if amount is not None), Decimal(0))
    status, code = _counting_status(items, counted, Decimal(any(amount is not None for _, amount in amounts)))
    silent = sorted({state for item, amount in amounts if amount is None for state in item.states})
    reason = None
    if any(amount is None for _, amount in amounts) and status in ("computed", "bound"):
        known = any(amount is not None for _, amount in amounts)
        status, code = ("bound" if known else "noData"), "amountMissing"
        reason = f"no amount is given by {', '.join(silent) or 'some of them'}"
    return Part(
        name,
        status,
        _unit(scene),
        value=_value(status, low, high),
        low=low,
        high=high,
        code=code,
        reason=reason,
        counted=counted,
        speaks=counted,
        items=_amounts_per(node.per, amounts),
    )


def _amounts_per(per: str | None, amounts: Sequence[tuple[Item, Number | None]]) -> tuple[Mapping[str, Any], ...]:
    totals: dict[str, Number] = {}
    for item, amount in amounts:
        for group in _groups(item, per or "state") if amount is not None and item.sure else ():
            totals[group] = totals.get(group, Decimal(0)) + (amount or 0)
    return tuple({"key": group, "value": plain(total)} for group, total in sorted(totals.items()))


def _amount(value: Any) -> Number | None:
    """A number a fact gives; `none` is 0, other words and silence are no number."""
    if value == "none":
        return Decimal(0)
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return Decimal(value) if isinstance(value, int) or value.replace(".", "", 1).lstrip("-").isdigit() else None


def _percent(node: Percent, scene: Scene, name: str) -> Part:
    """Both sides ask populations on the last day (model §5)."""
    last = scene.asking_at("last")
    over = found(node.percent.over, last)
    of = found(node.percent.of, last)
    counted = intersection([of, over])
    if not over.possible:
        if over.complete:
            reason = "a share of nobody is undefined"
            return Part(name, "undefined", "percent", code="emptyPopulation", reason=reason, over=over, denominator=0)
        return Part(name, "noData", "percent", code="notCovered", over=over, counted=counted)
    status, code = _status(counted)
    if status == "computed" and not over.complete:
        status, code = "bound" if counted.certain else "noData", "notCovered"
    whole = over.certain.bit_count()
    if not whole:
        return Part(name, "noData", "percent", code="notCovered", over=over, counted=counted)
    low, high = (share(mask.bit_count(), whole) for mask in (counted.certain, counted.possible & over.certain))
    numerator = counted.possible & over.certain if status == "needsJudgement" else counted.certain
    return Part(
        name,
        status,
        "percent",
        value=_value(status, low, high),
        low=low,
        high=high,
        code=code,
        counted=counted,
        speaks=of,
        over=over,
        numerator=numerator.bit_count(),
        denominator=whole,
        items=tuple({"key": iso3} for iso3 in members(numerator)),
    )


def _percent_of_things(node: Percent, scene: Scene, name: str) -> Part:
    """The share of different values of an attribute, such as requests: both sides are facts, not States."""
    attributes = node.percent.count
    assert attributes is not None, "the caller looked"
    last = scene.asking_at("last")
    over, of = found(node.percent.over, last), found(node.percent.of, last)
    whole = {key for item in over.items if item.sure and (key := _key(item.fact, attributes)) is not None}
    counted = replace(of, leaves=(*of.leaves, *over.leaves))
    if not over.items and over.covered:
        reason = "a share of nothing is undefined"
        return Part(name, "undefined", "percent", code="emptyPopulation", reason=reason, over=over, denominator=0)
    if not whole:
        return Part(name, "noData", "percent", code="notCovered", over=over, counted=counted)
    keyed = [(item, key) for item in of.items if (key := _key(item.fact, attributes)) in whole]
    certain, possible = {key for item, key in keyed if item.sure}, {key for _, key in keyed}
    status, code = _counting_status([item for item, _ in keyed], counted, Decimal(len(certain)))
    low, high = share(len(certain), len(whole)), share(len(possible), len(whole))
    shown = possible if status == "needsJudgement" else certain
    return Part(
        name,
        status,
        "percent",
        value=_value(status, low, high),
        low=low,
        high=high,
        code=code,
        counted=counted,
        speaks=of,
        over=over,
        numerator=len(shown),
        denominator=len(whole),
        items=tuple({"key": key} for key in sorted(filter(None, shown))),
    )


def share(numerator: int, denominator: int) -> Number:
    """A percentage with one decimal, half up."""
    return (Decimal(100 * numerator) / Decimal(denominator)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _change(node: Change, scene: Scene, name: str) -> Part:
    before = _as_it_stood(node.change, scene, scene.frame.point(node.from_) - ONE_DAY, name)
    after = _as_it_stood(node.change, scene, min(scene.frame.point(node.to), scene.frame.last), name)
    joined = after.counted.certain & ~before.counted.certain
    left = before.counted.certain & ~after.counted.certain
    changed = replace(after.counted, certain=joined, possible=after.counted.possible & ~before.counted.certain)
    items = [*({"key": s, "value": 1} for s in members(joined)), *({"key": s, "value": -1} for s in members(left))]
    plain_part = Part(
        name, after.status, _unit(scene), code=after.code, reason=after.reason, counted=changed, speaks=after.speaks
    )
    if before.value is None or after.value is None or "bound" in (before.status, after.status):
        # the difference of two lower bounds bounds nothing
        return replace(plain_part, status="noData", code=before.code or after.code or "notCovered")
    assert before.low is not None and before.high is not None and after.low is not None and after.high is not None
    status: Status = "needsJudgement" if "needsJudgement" in (before.status, after.status) else after.status
    low, high = after.low - before.high, after.high - before.low
    value = high if status == "needsJudgement" else after.value - before.value
    return replace(plain_part, status=status, value=value, low=low, high=high, items=tuple(items))


def _as_it_stood(measure: MeasureNode, scene: Scene, day: date, name: str) -> Part:
    on = replace(scene, frame=scene.frame.on(day), window=TO_DATE, at="last")
    return measured(measure, on, name)[0]


def _mean(node: Mean, scene: Scene, name: str) -> Part:
    years = node.over.years if isinstance(node.over.years, tuple) else _last_years(node.over.years, scene)
    yearly = {
        year: measured(node.mean, scene.within(_of_year(scene.window, year)), name)[0]
        for year in range(years[0], years[1] + 1)
    }
    lacking = [part for part in yearly.values() if part.value is None]
    items = tuple(
        {"key": str(year), "value": plain(part.value)} for year, part in yearly.items() if part.value is not None
    )
    first = replace(next(iter(yearly.values())), numerator=None, denominator=None)  # a mean of shares is no share
    if lacking:
        return replace(lacking[0], numerator=None, denominator=None, value=None, low=None, high=None, items=items)
    worst = max((part.status for part in yearly.values()), key=_WORSE.index)
    values, lows, highs = ([getattr(part, field) for part in yearly.values()] for field in ("value", "low", "high"))
    return replace(
        first, status=worst, value=_average(values), low=_average(lows), high=_average(highs), items=items,
        code=next((part.code for part in yearly.values() if part.status == worst), None),
    )  # fmt: skip


def _of_year(window: Window, year: int) -> Window:
    """One calendar year on the axis of the window; what is dated by its meeting is taken by its own day."""
    axis = "effective" if window.axis == "meeting" else window.axis
    return Window.model_validate({axis: {"years": [year, year]}})


_WORSE: tuple[Status, ...] = (
    "computed", "bound", "needsJudgement", "undefined", "notApplicable", "notComputable", "notHeld", "noData"
)  # fmt: skip


def _last_years(count: int, scene: Scene) -> tuple[int, int]:
    last = scene.days().last.year
    return (last - count + 1, last)


def _average(values: Sequence[Number]) -> Number:
    mean = sum(values, Decimal(0)) / len(values)
    return mean.quantize(Decimal("0.1"), ROUND_HALF_UP)


def plain(value: Number | None) -> int | str | None:
    """As JSON: an integer, or a plain decimal string, so that no reader rounds it."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else format(value.normalize(), "f")
