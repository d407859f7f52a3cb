"""Who took part in a meeting, in which capacity, with which delegation (Article 11.3)."""

from __future__ import annotations

from collections.abc import Sequence

from shared.command import Command
from shared.decider import Decider, Refused
from shared.events.envelope import Proposed
from shared.events.meetings import AboutParticipant, ParticipationRecorded
from shared.plain_fact import Keys, evolve, refuse_repetition
from shared.states import is_iso3


def decide(keys: Keys, command: Command) -> Sequence[Proposed]:
    """Once per participant and meeting; States by their code, organisations by their name."""
    fact = command.fact
    assert isinstance(fact, AboutParticipant)
    if isinstance(fact, ParticipationRecorded) and is_iso3(fact.participant) is (fact.capacity == "organisation"):
        detail = "a State takes part as state_party, signatory or not_party under its ISO 3166-1 alpha-3 code"
        raise Refused("identity", detail, field="/fact/participant", status=422, article="11.3")
    if not fact.participant.strip():
        raise Refused("invalid", "name the participant", field="/fact/participant", status=422)
    refuse_repetition(keys, command)
    return [command.proposed()]


participation: Decider[Keys, Command] = Decider(initial=frozenset(), evolve=evolve, decide=decide)
