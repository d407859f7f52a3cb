"""Corrections, revisions and retractions: which facts stand at a cut (model §6)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from services.indicators.facts.fact import Fact
from services.indicators.grammar.expression import KINDS
from shared.chains import Chains

JUDGED_BY = ("code", "answer", "keys", "request_id", "sections", "work_plan")
"""Attributes a judgement is about: a correction that leaves them alone keeps the judgements of its target."""

STAY_WHEN_REVISED: Final = frozenset(name for name, kind in KINDS.items() if kind.stays_when_revised)
"""Kinds that tell of an act: a revised report is a second one, and the first came when it came."""


def standing(facts: Iterable[Fact], known_by: date | None) -> list[Fact]:
    """The facts that stand, in fold order: held by `known_by` (None = no limit), not replaced and not withdrawn.

    corrects: the target was never said; the correction stands from its own known_at, which is the right one.
    revises: from its own known_at on it replaces what it mentions of its target. retracts: from its own known_at on
    the target and its corrections are gone. Retracting a revision or a retraction undoes what that did.
    """
    found = list(facts)
    return standing_among(found, lambda fact: known_by is None or fact.known <= known_by)


def standing_among(held: Collection[Fact], active: Callable[[Fact], bool]) -> list[Fact]:
    """The facts that stand among those `held` that are `active`, which is to say known, in fold order.

    A correction acts as soon as it is held: it says what was right all along, its own day of knowledge included.
    """
    if not any(one.corrects or one.revises or one.retracts for one in held):
        return sorted(filter(active, held), key=lambda fact: fact.order)
    chains = Chains(held, active=active, stays=_stays)
    kept = (_with_predecessors(fact, chains) for fact in held if _stands(fact, chains))
    return sorted(kept, key=lambda fact: fact.order)


def _stays(fact: Fact) -> bool:
    return fact.kind in STAY_WHEN_REVISED


def _stands(fact: Fact, chains: Chains[Fact]) -> bool:
    if chains.text(fact.id) is not fact or not chains.is_held(fact.id):
        return False
    return _stays(fact) or not any(_mentions(revision, fact) for revision in chains.revised_by(fact.id))


def _mentions(revision: Fact, target: Fact) -> bool:
    """Whether a revision speaks of its target's code and period; of anything but statements it always does."""
    if not revision.kind == target.kind == "PracticeReported":
        return True
    one, other = revision.data, target.data
    overlap = one["period_from"] <= other["period_to"] and other["period_from"] <= one["period_to"]
    return bool(one["code"] == other["code"] and overlap)


def _with_predecessors(fact: Fact, chains: Chains[Fact]) -> Fact:
    """The fact with the ids it was corrected from, as far back as what a judgement is about stayed the same."""
    same: list[str] = []
    for target in chains.corrected_from(fact.id):
        if any(target.data.get(name) != fact.data.get(name) for name in JUDGED_BY):
            break
        same.append(target.id)
    return replace(fact, predecessors=tuple(same)) if same else fact
