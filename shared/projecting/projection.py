"""What a read model must say of itself to be kept up to date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol, Self

from sqlalchemy import Connection, Table

from shared.events.envelope import Recorded


class Projection(Protocol):
    """A read model: its tables, and what events do to them.

    `tables`: as they are called in no generation yet; those of a generation are named by `of_generation`.
    `version`: raise it when the tables or `apply` change; the rows are then made anew from position 1.
    `policy`: what an event does that cannot be applied. `stop`: nothing more of its ledger is applied, the rows stay
    as they are (figures). `park`: that event and every later one about the same State are set aside, the others go on.
    """

    name: str
    version: int
    sources: Sequence[str]
    tables: Sequence[Table]
    policy: Literal["stop", "park"]

    def in_generation(self, generation: int) -> Self:
        """The same projection with its rows in the tables of a generation."""

    def apply(self, connection: Connection, events: Sequence[Recorded]) -> None:
        """Change the rows. Within `connection`'s transaction only: it commits together with the position.

        Called in a thread, with events that follow one another in the order of their positions, so no duplicates
        need be thought of: many at once, that they can be written by a statement per table, and again, one by one,
        after a rollback. However they are divided, the rows must come out the same. No other effects, no clock.
        """


def subject_key(recorded: Recorded) -> str:
    """What a parked event holds up: later events about the same State, or of the same stream if about none."""
    return recorded.subject or recorded.stream
