"""Established baselines: which may be established, and how later figures stand to them and to targets. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from services.indicators.evaluation.measures import plain
from services.indicators.facts.fact import Fact
from services.indicators.figures.baselines import Baseline
from services.indicators.figures.figure import Figure
from services.indicators.plans.definition import Plan
from shared.decider import Refused
from shared.events.indicators import BaselineEstablished

Direction = Literal["up", "down", "same"]


def refuse_unadopted(plan: str, file: Plan | None, adopted: date, as_of: date, today: date) -> None:
    """Raise Refused unless the plan is adopted, on the day that is given, and the cut lies in no future."""
    if file is None or file.adopted is None:
        document = file.document if file else "no plan file"
        lacking = "the document of its adoption and the day, `adopted`, are missing in the plan file"
        raise Refused("plan-not-adopted", f"{plan} is not adopted ({document}): {lacking}", field="/plan")
    if adopted != file.adopted:
        raise Refused("invalid", f"{plan} was adopted on {file.adopted}", field="/adopted", status=422)
    if as_of > today:
        raise Refused("future", f"nothing is known yet of what becomes known by {as_of}", field="/asOf", status=422)


def refuse_unaccepted(found: Sequence[Baseline], accepted: Collection[str]) -> None:
    """Raise Refused for names that are no indicators of the plan, and for provisional values not accepted by name."""
    names = {_id(one) for one in found}
    if strange := sorted(set(accepted) - names):
        raise Refused("indicator-unknown", f"the plan has no {', '.join(strange)}", field="/accept", status=422)
    if waiting := [_id(one) for one in found if one.provisional and _id(one) not in accepted]:
        detail = f"values that may still change are accepted by name; these are not: {', '.join(waiting)}"
        raise Refused("provisional", detail, field="/accept")


def establishing(one: Baseline, plan: str, adopted: date, document: str) -> BaselineEstablished:
    """The event for one indicator; without a value where the record tells none."""
    given, row = one.given, one.row()
    return BaselineEstablished(
        plan=plan,
        indicator=_id(one),
        status=given.status,
        provisional=one.provisional,
        value=None if row["value"] is None else str(row["value"]),
        unit=given.first.unit,
        numerator=row["numerator"],
        denominator=row["denominator"],
        cycle=given.cycle.name,
        known=given.cut.known_by,
        effective_at=given.cut.effective_at,
        positions=dict(given.cut.positions),
        definition_version=given.definition.indicator.version,
        definition_hash=given.definition.hash(),
        adopted=adopted,
        document=document,
        reason=one.reason,
    )


def _id(one: Baseline) -> str:
    return one.given.definition.indicator.id


@dataclass(frozen=True, slots=True)
class Established:
    """A recorded baseline and the id of its event."""

    event: str
    baseline: BaselineEstablished


def established(facts: Iterable[Fact]) -> Mapping[str, Established]:
    """The baselines in these facts, which stand, by indicator."""
    found = (fact for fact in facts if fact.kind == "BaselineEstablished")
    return {
        fact.data["indicator"]: Established(fact.id, BaselineEstablished.model_validate(dict(fact.data)))
        for fact in found
    }


def progress(figure: Figure, from_: Established | None) -> dict[str, Any] | None:
    """How far a figure is from its baseline, which way it went, and how far from its target; None without either."""
    target = figure.definition.indicator.target
    if from_ is None and target is None:
        return None
    baseline = from_.baseline if from_ else None
    was = Decimal(baseline.value) if baseline and baseline.value is not None else None
    moved = _between(was, figure.first.value)
    return {
        "baseline": plain(was),
        "asOf": baseline.known.isoformat() if baseline else None,
        "event": from_.event if from_ else None,
        "distance": plain(moved),
        "direction": None if moved is None else _direction(moved),
        "target": plain(target.value) if target else None,
        "by": target.by.isoformat() if target and target.by else None,
        "toTarget": plain(_between(figure.first.value, target.value)) if target else None,
    }


def _between(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    return None if before is None or after is None else after - before


def _direction(moved: Decimal) -> Direction:
    return "same" if moved == 0 else "up" if moved > 0 else "down"
