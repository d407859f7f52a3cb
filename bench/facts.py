"""Facts shaped like the record, as many as wanted: the record itself, and what States tell again and again.

Membership, initial reports, obligations, requests, declarations, meetings and coverage stay as they are recorded: they
are told once.
Reports, statements, assistance and the like are drawn from those recorded, for other States, days and codes; of them
5 % revise, 2 % correct and 1 % retract one before. Each was recorded some time after it became known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from services.cli.record import RECORD, read_record
from services.indicators.facts.fact import Bounds, Fact
from services.indicators.world.record import Record
from shared.events.registry import EVENT_TYPES
from tests.record.world import PLAN, World

TOLD_AGAIN = (
    "ReportSubmitted", "NationalMeasureReported", "RiskEducationReported", "NationalResourcesReported",
    "AssistanceRequested", "AssistanceProvidedReported", "AssistanceReceivedReported", "RetentionReported",
    "VictimFiguresReported", "LandReleaseReported",
)  # fmt: skip
STATEMENTS = 0.6
"""The share of statements under a practice code among what is added."""

LINKS = (("revises", 0.05), ("corrects", 0.02), ("retracts", 0.01))
FIRST, LAST = date(2011, 1, 1), date(2026, 6, 30)
LAG = 400
"""Days at most between a fact's becoming known and its being recorded."""


def many(count: int, seed: int = 1) -> tuple[Sequence[Fact], Record]:
    """So many facts with the definitions of every plan, and the record that folds them without an index."""
    drawn = Random(seed)
    facts = [_recorded(fact, drawn) for fact in World(read_record(RECORD)).record().facts]
    by_kind = {kind: [fact for fact in facts if fact.kind == kind] for kind in (*TOLD_AGAIN, "PracticeReported")}
    others = [fact for kind in TOLD_AGAIN for fact in by_kind[kind] if fact.data.get("kind") != "initial"]
    states = sorted({fact.state for fact in others if fact.state})
    last: dict[str, str] = {}
    added = []
    for number in range(count - len(facts)):
        template = drawn.choice(by_kind["PracticeReported"] if drawn.random() < STATEMENTS else others)
        fact = _drawn(template, number, drawn, states)
        fact = replace(fact, **_link(fact, last.get(fact.kind), drawn))
        last[fact.kind] = fact.id
        added.append(fact)
    head = max(fact.position for fact in facts if fact.ledger == "reports")
    placed = [
        replace(fact, position=head + at) for at, fact in enumerate(sorted(added, key=lambda one: one.recorded), 1)
    ]
    all_ = (*facts, *placed)
    heads = {
        name: max(fact.position for fact in all_ if fact.ledger == name)
        for name in ("indicators", "meetings", "reports")
    }
    return all_, Record(all_, tuple(sorted(heads.items())))


def stored_of(fact: Fact) -> dict[str, Any]:
    """The stored event that a fact is read from, as far as reading it looks at it."""
    day = fact.effective
    name = f"ccm.{fact.ledger}.{fact.kind}"
    return {
        "id": fact.id, "type": name, "schemaversion": EVENT_TYPES[name].schemaversion, "position": fact.position,
        "subject": fact.state, "knowntime": fact.known.isoformat(), "knownprecision": "day",
        "recordedtime": f"{fact.recorded}T00:00:00.000000Z", "data": dict(fact.data),
        "passages": [{"document": document, "paragraph": paragraph} for document, paragraph in fact.passages],
        "effective": {
            "from": day.first and day.first.isoformat(), "to": day.last and day.last.isoformat(), "precision": "day",
        },
        "corrects": fact.corrects, "revises": fact.revises, "retracts": fact.retracts,
    }  # fmt: skip


def _recorded(fact: Fact, drawn: Random) -> Fact:
    """A fact of the record, recorded when it might have been; definitions from the start, so that figures are held."""
    if fact.ledger == "indicators" and fact.kind != "CoverageDeclared":
        return replace(fact, recorded=date(2010, 1, 1))
    return replace(fact, recorded=fact.known + timedelta(days=drawn.randrange(LAG)))


def _link(fact: Fact, target: str | None, drawn: Random) -> dict[str, Any]:
    chance = drawn.random()
    for name, share in LINKS:
        if chance < share and target is not None:
            return {name: target}
        chance -= share
    return {}


def _drawn(template: Fact, number: int, drawn: Random, states: Sequence[str]) -> Fact:
    known = FIRST + timedelta(days=drawn.randrange((LAST - FIRST).days))
    state, moved = drawn.choice(states), known.year - template.known.year
    data = dict(template.data) | {"received": known.isoformat()}
    for name in ("state", "reporter"):
        if name in data:
            data[name] = state
    for name in ("year", "budget_year"):
        if name in data:
            data[name] += moved
    if "covers_years" in data:
        data["covers_years"] = [year + moved for year in data["covers_years"]]
    if template.kind == "PracticeReported":
        data["code"] = drawn.choice(list(PLAN.codes))
        data |= {"period_from": f"{known.year - 1}-01-01", "period_to": f"{known.year - 1}-12-31"}
    effective = Bounds(*(day and _moved(day, moved) for day in (template.effective.first, template.effective.last)))
    first = effective.first.isoformat() if effective.first else ""
    return replace(
        template,
        id=f"added-{number}",
        state=state,
        data=data,
        effective=effective,
        known=known,
        held=Bounds(known, known),
        recorded=known + timedelta(days=drawn.randrange(LAG)),
        order=(known.isoformat(), first, template.ledger, "D", "1", f"{number:064}"),
    )


def _moved(day: date, years: int) -> date:
    return date(day.year + years, day.month, min(day.day, 28))
