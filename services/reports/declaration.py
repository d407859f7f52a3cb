"""Declarations of compliance (Article 4.1 c; for Article 3 by practice): one per completion, before or after a find."""

from __future__ import annotations

from collections.abc import Sequence

from shared.command import Command
from shared.decider import Decider, Refused
from shared.events.base import earliest, latest
from shared.events.envelope import Proposed
from shared.events.reports import DeclarationOfCompliance
from shared.plain_fact import Keys, evolve, refuse_future, refuse_repetition

ARTICLES = {3: "3.2", 4: "4.1 c"}
"""The paragraph that is declared fulfilled, or asks for the declaration."""


def decide(keys: Keys, command: Command) -> Sequence[Proposed]:
    """Record it; a later completion, as after a find, is a declaration of its own."""
    fact = command.fact
    assert isinstance(fact, DeclarationOfCompliance)
    refuse_future(fact, command.today)
    _refuse_before_completion(fact)
    refuse_repetition(keys, command, article=ARTICLES[fact.article])
    return [command.proposed()]


def _refuse_before_completion(fact: DeclarationOfCompliance) -> None:
    completed = earliest(fact.completed) if fact.completed else None
    declared = latest(fact.declared) if fact.declared else None
    if completed and declared and declared < completed:
        detail = "declared before it was completed; one of the two dates is another"
        raise Refused("invalid", detail, field="/fact/declared", status=422, article=ARTICLES[fact.article])


declaration: Decider[Keys, Command] = Decider(initial=frozenset(), evolve=evolve, decide=decide)
