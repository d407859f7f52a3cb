"""State and two pure functions per aggregate: `decide` says what happens, `evolve` says what it means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from shared.events.base import Event
from shared.events.envelope import Proposed

S = TypeVar("S")
C = TypeVar("C")


class Refused(Exception):
    """A command was refused: wrong identity, sequence or form; never because an act came late or asks too much.

    `type` is the stable problem name (`request-unknown`), `field` the part of the command at fault (dotted),
    `status` the HTTP status (409 for sequence and identity, 422 for form), `article` the treaty article if one says so.
    """

    def __init__(
        self, type: str, detail: str, *, field: str | None = None, status: int = 409, article: str | None = None
    ):
        super().__init__(detail)
        self.type, self.detail, self.field, self.status, self.article = type, detail, field, status, article


@dataclass(frozen=True, slots=True)
class Decider(Generic[S, C]):
    """An aggregate: `initial` state, `evolve(state, event) -> state`, `decide(state, command) -> events`."""

    initial: S
    evolve: Callable[[S, Event], S]
    decide: Callable[[S, C], Sequence[Proposed]]

    def fold(self, events: Iterable[Event]) -> S:
        """The state after these events."""
        state = self.initial
        for event in events:
            state = self.evolve(state, event)
        return state
