"""Established baselines: which may be established, and how later figures stand to them and to targets. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from services.indicators.baselines import Baseline
from services.indicators.definition import Plan
from services.indicators.facts import Fact
from services.indicators.figure import Figure
from services.indicators.measures import plain
from shared.events.indicators import BaselineEstablished
from shared.problems import Problem

Direction = Literal["up", "down", "same"]


def refuse_unadopted(plan: str, file: Plan | None, adopted: date, as_of: date, today: date) -> None:
    """Raise Problem unless the plan is adopted, on the day that is given, and the cut lies in no future."""
    if file is None or file.adopted is None:
        document = file.document if file else "no plan file"
        detail = f"{plan} is not adopted ({document}): the document and day of its adoption are missing; "
        raise Problem(
            409, "plan-not-adopted", "The plan is a draft", detail + "the plan file gives them", field="/plan"
        )
    if adopted != file.adopted:
        detail = f"{plan} was adopted on {file.adopted}"
        raise Problem(422, "invalid", "Not the day of adoption", detail, field="/adopted")
    if as_of > today:
        detail = f"nothing is known yet of what becomes known by {as_of}"
        raise Problem(422, "future", "A date lies in the future", detail, field="/asOf")


def refuse_unaccepted(found: Sequence[Baseline], accepted: Collection[str]) -> None:
    """Raise Problem for names that are no indicators of the plan, and for provisional values not accepted by name."""
    names = {_id(one) for one in found}
    if strange := sorted(set(accepted) - names):
        detail = f"the plan has no {', '.join(strange)}"
        raise Problem(422, "indicator-unknown", "No such indicator", detail, field="/accept")
    if waiting := [_id(one) for one in found if one.provisional and _id(one) not in accepted]:
        detail = f"{len(waiting)} values may still change; name those that are accepted as they are under `accept`"
        raise Problem(409, "provisional", "Values are provisional", detail, field="/accept", indicators=waiting)


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
