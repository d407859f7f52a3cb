"""Corrections, revisions and retractions: which facts stand at a cut (model §6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from services.indicators.facts import Fact

JUDGED_BY = ("code", "answer", "keys", "request_id", "sections", "work_plan")
"""Attributes a judgement is about: a correction that leaves them alone keeps the judgements of its target."""


def standing(facts: Iterable[Fact], known_by: date | None) -> list[Fact]:
    """The facts that stand, in fold order: held by `known_by` (None = no limit), not replaced and not withdrawn.

    corrects: replaces its target altogether, at the correction's own known_at, which is the right one.
    revises, retracts: act from their own known_at on. Retracting something undoes what that did to its target.
    """
    by_id = {fact.id: fact for fact in facts}
    active = {id: fact for id, fact in by_id.items() if known_by is None or fact.known <= known_by}
    withdrawn = _withdrawn(active)
    corrected = {f.corrects: f for f in by_id.values() if f.corrects and f.id not in withdrawn}
    revised = {f.revises for f in active.values() if f.revises and f.id not in withdrawn and f.id not in corrected}
    gone = withdrawn | set(corrected) | revised
    kept = (_with_predecessors(f, by_id) for f in active.values() if f.id not in gone and not f.retracts)
    return sorted(kept, key=lambda fact: fact.order)


def _withdrawn(active: Mapping[str, Fact]) -> set[str]:
    """What retractions take away; a retraction that is itself retracted takes nothing."""
    retractions = sorted((f for f in active.values() if f.retracts), key=lambda f: f.order)
    undone = {f.retracts for f in retractions if f.retracts and (t := active.get(f.retracts)) and t.retracts}
    return {f.retracts for f in retractions if f.retracts and f.id not in undone}


def _with_predecessors(fact: Fact, by_id: Mapping[str, Fact]) -> Fact:
    """The fact with the ids it was corrected from, as far back as what a judgement is about stayed the same."""
    found: list[str] = []
    target = by_id.get(fact.corrects) if fact.corrects else None
    while target and target.id not in found and all(target.data.get(k) == fact.data.get(k) for k in JUDGED_BY):
        found.append(target.id)
        target = by_id.get(target.corrects) if target.corrects else None
    return replace(fact, predecessors=tuple(found)) if found else fact
