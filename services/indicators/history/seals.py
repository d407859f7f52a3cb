"""Sealed figure sets: what was concluded, who superseded it, and whether it comes out the same today. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.indicators.facts.fact import Fact
from services.indicators.facts.lineage import standing
from services.indicators.figures.figure_hash import stated
from services.indicators.history.replay import replayed
from services.indicators.world.cutting import Question
from shared.command import Command
from shared.decider import Decider, Refused
from shared.events.base import Event
from shared.events.envelope import Proposed
from shared.events.indicators import MeetingFiguresSealed


@dataclass(frozen=True, slots=True)
class Seal:
    """A recorded seal and the id of its event; `superseded_by` is the seal that took its place."""

    event: str
    sealed: MeetingFiguresSealed
    recorded: date
    superseded_by: str | None = None

    def answered(self, *, figures: bool = False) -> dict[str, Any]:
        """As lists of seals show it, with or without the figures."""
        hidden = {"confidence"} if figures else {"figures", "confidence"}
        sealed = self.sealed.model_dump(mode="json", by_alias=True, exclude=hidden)
        return {
            **sealed,
            "event": self.event,
            "recorded": self.recorded.isoformat(),
            "supersededBy": self.superseded_by,
        }

    @property
    def question(self) -> Question:
        """The cut that it names."""
        one = self.sealed
        positions = tuple(sorted(one.positions.items()))
        return Question(one.meeting, one.known, one.effective_at, one.basis, one.definitions, positions)

    def row(self, indicator: str) -> dict[str, Any] | None:
        """The sealed answer of one figure."""
        return next((row for row in rows_of(self.sealed) if row["indicator"] == indicator), None)


def seals(facts: Iterable[Fact]) -> list[Seal]:
    """Every seal in these facts that stands, in the order of their recording."""
    found = [fact for fact in standing(facts, None) if fact.kind == "MeetingFiguresSealed"]
    read = [(fact, MeetingFiguresSealed.model_validate(dict(fact.data))) for fact in found]
    later = {sealed.supersedes: fact.id for fact, sealed in read if sealed.supersedes}
    ordered = sorted(read, key=lambda one: one[0].position)
    return [Seal(fact.id, sealed, fact.recorded, later.get(fact.id)) for fact, sealed in ordered]


def rows_of(sealed: MeetingFiguresSealed) -> list[dict[str, Any]]:
    """The sealed figures as a replay answers them."""
    return [one.model_dump(mode="json", by_alias=True) for one in sealed.figures]


def verified(seal: Seal, facts: Sequence[Fact], heads: Mapping[str, int], today: date) -> dict[str, Any]:
    """`{…seal, recomputed, sound, differing}`: the set computed again at its cut, and the indicators that differ."""
    again = replayed(facts, seal.question, heads, today, seal.sealed.plan)
    sealed = {row["indicator"]: stated(row) for row in rows_of(seal.sealed)}
    now = {row["indicator"]: stated(row) for row in again["figures"]}
    differing = sorted(name for name in sealed.keys() | now.keys() if sealed.get(name) != now.get(name))
    sound = again["hash"] == seal.sealed.hash
    return {**seal.answered(), "recomputed": again["hash"], "sound": sound, "differing": differing}


Sealed = tuple[str, ...]
"""The hashes of the seals of one meeting and plan, in order."""


def _evolve(hashes: Sealed, event: Event) -> Sealed:
    return (*hashes, event.hash) if isinstance(event, MeetingFiguresSealed) else hashes


def _decide(hashes: Sealed, command: Command) -> Sequence[Proposed]:
    """Seal; a second seal supersedes the first and says why."""
    fact = command.fact
    assert isinstance(fact, MeetingFiguresSealed)
    if hashes and fact.reason is None:
        detail = f"{fact.meeting} is sealed for {fact.plan}; a later seal supersedes it and needs a reason"
        raise Refused("sealed-already", detail, field="/reason")
    whole = fact.model_copy(update={"supersedes": command.head}) if hashes else fact
    return [Proposed(whole, command.known, command.effective, command.passages)]


seal: Decider[Sealed, Command] = Decider(initial=(), evolve=_evolve, decide=_decide)
