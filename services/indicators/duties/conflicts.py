"""Article 4.1 (b): remnants that arise after entry into force; each conflict is an obligation of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from services.indicators.duties.member import Member
from services.indicators.duties.standing import obligation
from services.indicators.duties.turns import OWED, ordered, turn
from services.indicators.duties.types import UNDATED, Cause, Obligation, sources
from services.indicators.facts.fact import Fact, bounds_of
from shared.treaty.clearance import deadline_after_hostilities


def per_conflict(member: Member) -> list[Obligation]:
    """One obligation for each conflict that left remnants, by its name."""
    conflicts: dict[str, list[Fact]] = {}
    for fact in member.own.get("ContaminationDiscovered", ()):
        if fact.data.get("conflict"):
            conflicts.setdefault(fact.data["conflict"], []).append(fact)
    return [_after_conflict(name, facts, member) for name, facts in sorted(conflicts.items())]


def _after_conflict(name: str, facts: Sequence[Fact], member: Member) -> Obligation:
    """CR-21: ten years from the end of the hostilities, whose day has to be known."""
    told = (fact for fact in member.own.get("HostilitiesEnded", ()) if fact.data["conflict"] == name)
    ended = [fact for fact in told if fact.known <= member.on]
    turns = [
        turn("found", fact, bounds_of(fact.data["reported"]), "remnants of the conflict", "4.1 b") for fact in facts
    ]
    day = bounds_of(ended[-1].data["date"]) if ended else UNDATED
    deadline = deadline_after_hostilities(day.first) if day.first is not None and day.first == day.last else None
    made = obligation(member, 4, ordered(turns), original=deadline, name=name)
    if made.status not in OWED:
        return made
    words = "the active hostilities ended"
    causes = tuple(Cause(f.kind, day, words, "4.1 b", "CR-21", sources(f), f.sure) for f in ended[-1:])
    return replace(
        made,
        chain=(*made.chain, *causes),
        deadline=deadline,
        deadline_recorded="recorded" if deadline else "notRecorded",
        deadline_confidence="verified" if all(fact.sure for fact in ended) else "unverified",
        past_deadline=made.past_deadline if deadline else None,
    )
