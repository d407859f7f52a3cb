"""A restatement as it is answered: the three sides, and every step between them with its events (model §8). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from services.indicators.evaluation.measures import plain
from services.indicators.facts.fact import Fact
from services.indicators.figures.printed import Prints, number, prints
from services.indicators.figures.reconciliation import equal_as_printed, exact
from services.indicators.history.restatement import Side, Step, Way, difference, same_answer, side_of, way
from services.indicators.history.seals import Seal, seals
from services.indicators.world.cutting import Question, cut_of
from services.indicators.world.record import Record
from services.indicators.world.world import Cut
from shared.problems import Problem

NOW = "now"


def restated(
    record: Record, indicator: str, since: Question, to: str, heads: Mapping[str, int], today: date
) -> dict[str, Any]:
    """The restatement of an indicator from a meeting to `now`, another meeting or a day. Raises Problem 404, 422."""
    if indicator not in record.versions:
        raise Problem(404, "indicator-unknown", "No such indicator", f"{indicator!r} is not defined", field="path")
    plan = record.versions[indicator][-1].definition.plan
    seal = _seal(record, since, plan)
    if seal is not None and not since.positions:
        since = replace(since, positions=tuple(sorted(seal.sealed.positions.items())))
    cycle, start = cut_of(since, record.cycles, heads, today)
    end = Cut("reconstructed", _until(record, to, heads, today), start.effective_at, record.positions)
    _check_order(start, end)
    found = way(record, indicator, since.definition, cycle, start, end)
    if found is None:
        raise Problem(404, "indicator-unknown", "No such indicator", f"{indicator!r} has no such version", field="path")
    sealed = _sealed_side(seal, indicator, start)
    if sealed is not None and not same_answer(sealed, found.start):
        found = Way(sealed, found.end, (Step("codeChange", sealed, found.start), *found.steps))
    print_ = prints(record.published, indicator, cycle.name)
    return {
        "indicator": indicator,
        "from": cycle.name,
        "to": to,
        "seal": seal.event if sealed is not None and seal is not None else None,
        "published": print_.published,
        "reconstructed": _side(found.start, start),
        "now": _side(found.end, end),
        "difference": plain(difference(found.start.value, found.end.value)),
        "steps": [*_from_print(print_, found.start), *(_step(one) for one in found.steps)],
    }


def _seal(record: Record, since: Question, plan: str) -> Seal | None:
    """The last seal of the meeting and plan."""
    cycles = (cycle for cycle in record.cycles.values() if since.meeting in (cycle.name, cycle.meeting))
    names = {cycle.name for cycle in cycles}
    own = [
        one
        for one in seals(record.held)
        if one.sealed.meeting in names and one.sealed.plan == plan and one.sealed.basis == "reconstructed"
    ]
    return own[-1] if own else None


def _sealed_side(seal: Seal | None, indicator: str, start: Cut) -> Side | None:
    """What was sealed of the figure at this very cut."""
    if seal is None or (row := seal.row(indicator)) is None:
        return None
    sealed = seal.sealed
    cut = Cut(sealed.basis, sealed.known, sealed.effective_at, tuple(sorted(sealed.positions.items())))
    return side_of(row) if cut == start else None


def _until(record: Record, to: str, heads: Mapping[str, int], today: date) -> date:
    if to == NOW:
        return today
    try:
        day = date.fromisoformat(to)
    except ValueError:
        return cut_of(Question(to), record.cycles, heads, today)[1].known_by
    if day > today:
        detail = f"nothing is known yet of what becomes known by {day}"
        raise Problem(422, "future", "A date lies in the future", detail, field="query:to")
    return day


def _check_order(start: Cut, end: Cut) -> None:
    if end.known_by < start.known_by:
        detail = f"it goes from what was known by {start.known_by} on; {end.known_by} lies before"
        raise Problem(422, "invalid", "A restatement goes forward", detail, field="query:to")


def _side(side: Side, cut: Cut) -> dict[str, Any]:
    return {
        "status": side.status,
        "value": plain(side.value),
        "members": sorted(side.members),
        "definition": side.definition,
        "cut": cut.echoed(),
    }


def _from_print(printed: Prints, ours: Side) -> list[dict[str, Any]]:
    """The one step from print; absent when a side has no number of its own, or both have the same."""
    table = printed.table
    if table is None or table.shared or ours.value is None:
        return []
    says = number(printed.published or "")
    part = ours.answer["parts"][0]
    if says is None or equal_as_printed(exact(ours.value, part.get("numerator"), part.get("denominator")), says):
        return []
    named = printed.names
    entering = sorted(ours.members - named) if named is not None else []
    leaving = sorted(named - ours.members) if named is not None else []
    amount = ours.value - says
    rest = amount if named is None else amount - (len(entering) - len(leaving))
    return [
        {
            "between": ["published", "reconstructed"],
            "cause": "printDiffers",
            "before": plain(says),
            "after": plain(ours.value),
            "difference": plain(amount),
            "in": entering,
            "out": leaving,
            "unexplained": plain(rest) if rest else None,
            "statuses": [None, ours.status],
            "parts": [],
            "events": [],
        }
    ]


def _step(step: Step) -> dict[str, Any]:
    return {
        "between": ["reconstructed", NOW],
        "cause": step.cause,
        "before": plain(step.before.value),
        "after": plain(step.after.value),
        "difference": plain(step.difference),
        "in": step.entering,
        "out": step.leaving,
        "unexplained": None,
        "statuses": [step.before.status, step.after.status],
        "parts": _changed_parts(step),
        "events": [] if step.event is None else [_event(step.event)],
    }


def _changed_parts(step: Step) -> list[dict[str, Any]]:
    """The parts of the answer that are not what they were, both as they are hashed."""
    before = {part["name"]: dict(part) for part in step.before.answer["parts"]}
    after = {part["name"]: dict(part) for part in step.after.answer["parts"]}
    names = dict.fromkeys([*before, *after])
    return [
        {"name": name, "before": _numbers(before.get(name)), "after": _numbers(after.get(name))}
        for name in names
        if before.get(name) != after.get(name)
    ]


def _numbers(part: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if part is None:
        return None
    return {name: value for name, value in part.items() if name not in ("name", "unit", "items")}


def _event(fact: Fact) -> dict[str, Any]:
    return {
        "id": fact.id,
        "kind": fact.kind,
        "state": fact.state,
        "known": fact.known.isoformat(),
        "recorded": fact.recorded.isoformat(),
        "corrects": fact.corrects,
        "revises": fact.revises,
        "retracts": fact.retracts,
        "passages": [{"document": document, "paragraph": place} for document, place in fact.passages],
    }
