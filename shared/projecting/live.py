"""Reading the live generation: each transaction asks the pointer once and reads from that generation alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.problems import Problem
from shared.projecting.bookkeeping import stands
from shared.projecting.generations import against_dropping, of_generation, roles_of
from shared.projecting.projection import Projection


@dataclass(frozen=True, slots=True)
class Reading:
    """A transaction that reads one generation, whatever is switched meanwhile."""

    connection: AsyncConnection
    generation: int
    projection: str

    def of(self, table: Table) -> Table:
        """The table as this generation has it."""
        return of_generation(table, self.generation)

    async def stands(self) -> dict[str, int]:
        """Ledger -> position of its last event that is in the rows."""
        return await stands(self.connection, self.projection, self.generation)


class LiveTables:
    """The live rows of one projection, to read from."""

    def __init__(self, views: AsyncEngine, projection: Projection) -> None:
        self._views, self._projection = views, projection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Reading]:
        """A transaction on the generation that is live now.

        Raises Problem 503 `projection-rebuilding` while the live rows are those of another version of the code.
        """
        name, version = self._projection.name, self._projection.version
        async with self._views.connect() as connection:
            await against_dropping(connection, name)
            roles = await roles_of(connection, name)
            if roles is None or roles.live.version != version:
                detail = f"{name} is being made for version {version} of the code"
                raise Problem(503, "projection-rebuilding", "The read model is being made anew", detail)
            yield Reading(connection, roles.live.number, name)

    async def generation(self) -> int:
        """The number of the live generation. Raises Problem as `reading`."""
        async with self.reading() as found:
            return found.generation
