"""The aggregate of most facts: what was said is recorded once, under its natural key; little else can be wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from shared.command import Command
from shared.decider import Decider, Refused
from shared.events.base import Event, Interval, earliest
from shared.events.envelope import Proposed

Keys = frozenset[str]
"""The natural keys a stream holds: one stream may hold several dated facts."""

DONE_ON: Final = (
    "received",
    "reported",
    "date",
    "deposited",
    "issued",
    "paid",
    "answered",
    "adopted",
    "completed",
    "declared",
    "found",
)
"""Fields that say when something was done. A meeting's opening or an office's beginning may lie ahead; these cannot."""


def evolve(keys: Keys, event: Event) -> Keys:
    """One more fact is there."""
    return keys | {event.natural_key}


def decide(keys: Keys, command: Command) -> Sequence[Proposed]:
    """Record it, unless it is there already or was done in the future."""
    refuse_future(command.fact, command.today)
    refuse_repetition(keys, command)
    return [command.proposed()]


def refuse_repetition(
    keys: Keys,
    command: Command,
    advice: str = "to change it, send it with `corrects` or `revises` naming that event",
    *,
    article: str | None = None,
) -> None:
    """409 `already-recorded` for a natural key that the stream holds, under the article that asks for the act."""
    if command.fact.natural_key in keys:
        detail = f"a fact of this identity is recorded already; {advice}"
        raise Refused("already-recorded", detail, field="/fact", article=article)


def refuse_future(fact: Event, today: date) -> None:
    """422 `future` when something done is dated beyond today, in whatever precision its date is known."""
    for name in DONE_ON:
        when = getattr(fact, name, None)
        first = earliest(when) if isinstance(when, str | date | Interval) else None
        if first is not None and first > today:
            detail = "this day has not come yet; record what was done"
            raise Refused("future", detail, field=f"/fact/{name}", status=422)


plain_fact: Decider[Keys, Command] = Decider(initial=frozenset(), evolve=evolve, decide=decide)
