"""Whether a recorded fact may be corrected, revised or retracted so (model §6). Pure: the stream's events, a verdict.

Deciders need not know of amendments: each is shown the facts that stand, an amended one in its old place, and what
stood after it must still follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from shared.chains import Chains, Standing
from shared.command import Amends, Command
from shared.decider import Decider, Refused
from shared.events.base import CLOCK, Effective, Event, Known, Retraction
from shared.events.envelope import Proposed, Recorded
from shared.events.indicators import IndicatorDefined
from shared.events.registry import EVENT_TYPES, decode

DeciderFor = Callable[[type[Event]], Decider[Any, Any]]

NEW = "new"
"""Stands for the id of the event that is asked for; no ledger gives such a one."""


@dataclass(frozen=True, slots=True)
class Held:
    """An event of a stream with what it does to others; `event` is of today's version."""

    id: str
    event: Event
    corrects: str | None = None
    revises: str | None = None
    retracts: str | None = None


def held(recorded: Iterable[Recorded]) -> list[Held]:
    """The events of a stream, decoded."""
    return [Held(one.id, decode(one), one.corrects, one.revises, one.retracts) for one in recorded]


def standing(events: Iterable[Held]) -> list[Standing[Held]]:
    """The facts of a stream that stand, each in its place, whatever the order in which they were mended."""
    found = list(events)
    if not any(one.corrects or one.revises or one.retracts for one in found):
        return [Standing(one, (one.id,)) for one in found]
    return chains(found).standing()


def chains(events: Iterable[Held]) -> Chains[Held]:
    """The events of a stream by what they do to one another."""
    return Chains(events, stays=lambda one: one.event.stays_when_revised)


def refuse_target(target: Recorded, amends: Amends) -> None:
    """409 for what nobody may amend: announcements of the clock, definitions, and retractions but by retraction."""
    kind = EVENT_TYPES[target.type]
    if kind.command == CLOCK:
        _not_amendable("the clock announced it, and no figure reads it; amend the acts it follows from", amends)
    if kind is IndicatorDefined:
        _not_amendable("definitions come from the plan files; change the file and raise the version", amends)
    if issubclass(kind, Retraction) and amends.link != "retracts":
        _not_amendable("a retraction is not changed; retract it, and retract the fact again if need be", amends)


def _not_amendable(detail: str, amends: Amends) -> None:
    raise Refused("not-amendable", detail, field=amends.field)


def refuse_other_identity(fact: Event, target: Recorded, amends: Amends) -> None:
    """A correction or revision says anew what its target says: the same type, State and stream."""
    if fact.type_name() != target.type:
        detail = f"the event is a {target.kind}; send the command of that type with the whole new fact"
        raise Refused("identity", detail, field=amends.field)
    if fact.subject != target.subject or fact.stream != target.stream:
        detail = (
            f"it is another fact: {fact.stream!r} where the event is {target.stream!r}; a wrong State or key is mended "
            "by the registrar's retraction and a new fact"
        )
        raise Refused("identity", detail, field="/fact")
    before = decode(target)
    if amends.link == "revises" and _period(fact) != _period(before):
        detail = "a revision says anew what was said of the same period"
        raise Refused("identity", detail, field="/fact/period_from")


def _period(fact: Event) -> object:
    return getattr(fact, "period_from", None)


def refuse_no_change(command: Command, target: Recorded) -> None:
    """409 `already-recorded` for a correction that leaves fact, times and passages as they are."""
    stored = target.fields
    before = {name: value for name, value in stored["data"].items() if name != "amendment"}
    now = command.proposed()
    same = (
        now.event.model_copy(update={"amendment": None}).data() == before
        and now.known == known_of_target(target)
        and now.effective == effective_of_target(target)
        and [one.model_dump() for one in now.passages] == stored["passages"]
    )
    if same:
        raise Refused("already-recorded", "it stands so already; nothing would change", field="/fact")


def refuse_earlier(known: Known, target: Recorded, field: str) -> None:
    """A revision, and a retraction by the State, is never known before its target."""
    before = known_of_target(target)
    if known.time < before.time:
        detail = f"it was received on {known.time}, before what it names was known ({before.time})"
        raise Refused("sequence", detail, field=field)


def known_of_target(target: Recorded) -> Known:
    """By when a recorded fact was held."""
    return Known(time=date.fromisoformat(target.fields["knowntime"]), precision=target.fields["knownprecision"])


def effective_of_target(target: Recorded) -> Effective:
    """When a recorded fact holds."""
    return Effective.model_validate(target.fields["effective"])


def refuse_not_the_head(events: Sequence[Held], amends: Amends) -> None:
    """409 `not-the-head`, naming the event that has to be amended instead."""
    head = chains(events).head(amends.target)
    if head.id != amends.target:
        done = next(link for link in ("corrects", "revises", "retracts") if getattr(head, link))
        words = {"corrects": "corrected", "revises": "revised", "retracts": "retracted"}[done]
        raise Refused("not-the-head", f"it was {words} since; the event to name is {head.id}", field=amends.field)


def decided(
    events: Sequence[Held], command: Command, decider_for: DeciderFor, commands: Mapping[str, Command]
) -> Sequence[Proposed]:
    """What an amendment records. `commands` are the facts of the stream, as their deciders would be asked for them now.

    Raises Refused: not the head, or what would stand does not follow from itself, by the decider's own words.
    """
    amends = command.amends
    assert amends is not None
    refuse_not_the_head(events, amends)
    asked = {**commands, NEW: command}
    mended = standing([*events, Held(NEW, command.fact, *amends.links)])
    decider = decider_for(type(_fact_at(events, amends.target)))
    faults_before = _walk(standing(events), decider, decider_for, commands)
    faults = _walk(mended, decider, decider_for, asked)
    for id, refusal in faults.items():
        if id == NEW:
            raise refusal
        if id not in faults_before:
            detail = f"event {id}, which stands, would not follow any more: {refusal.detail}"
            raise Refused("sequence", detail, field=amends.field, article=refusal.article)
    return [command.proposed()]


def _fact_at(events: Sequence[Held], id: str) -> Event:
    """The fact that an event is about in the end: itself, or what a retraction (of a retraction ...) takes back."""
    by_id = {one.id: one for one in events}
    found = by_id[id]
    while found.retracts is not None:
        found = by_id[found.retracts]
    return found.event


def _walk(
    facts: Sequence[Standing[Held]],
    decider: Decider[Any, Any],
    decider_for: DeciderFor,
    commands: Mapping[str, Command],
) -> dict[str, Refused]:
    """Each fact asked for again after those before it; the refusals by id. The clock asks nobody."""
    refusals: dict[str, Refused] = {}
    state, head = decider.initial, None
    for fact in facts:
        one = fact.event
        command = commands.get(one.id)
        if command is not None and decider_for(type(one.event)) is decider:
            try:
                decider.decide(state, replace(command, head=head))
            except Refused as refusal:
                refusals[one.id] = refusal
        state, head = decider.evolve(state, one.event), one.id
    return refusals
