"""Keyset pages: a list that grows is cut after a position, so that a page stays itself while events are added.

A list is answered as it stands, from the live rows, or as it stood at a cut, from the journal beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Annotated, Any, Generic, Literal, TypeVar

from fastapi import Depends, Query
from sqlalchemy import ColumnElement, Table, func, select

from shared.events.base import ISO3, Camel, Passage
from shared.past_rows import Basis, ListCut, PastRows
from shared.problems import Problem
from shared.projecting.live import LiveTables, Reading
from shared.rows import Rows

After = Annotated[int, Query(ge=0, lt=2**53, description="`next` of the page before; 0 = the first page.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="At most so many items.")]
Newest = Annotated[bool, Query(description="The newest first; `after` is then the position that they lie before.")]
StateCode = Annotated[ISO3 | None, Query(description="ISO 3166-1 alpha-3 code of a State.")]


class Item(Camel):
    """What every listed row says of the event it rests on; `eventIds` are all that made it so, corrections included."""

    event_id: str
    event_ids: tuple[str, ...]
    position: int
    known_time: date
    known_precision: Literal["day", "by"]
    passages: tuple[Passage, ...]


T = TypeVar("T", bound=Item)


class CutShown(Camel):
    """The past that an answer was given from; null = no limit. `positions` has the ledger that was read."""

    basis: Basis
    known_by: date | None
    effective_at: date | None
    positions: dict[str, int]


class Page(Camel, Generic[T]):
    """Items in the order of their positions; `next` (the cursor of the next page) is null on the last page.

    `total` counts the rows of all pages together.
    """

    items: tuple[T, ...]
    next: int | None
    total: int
    cut: CutShown


def as_known(
    known_by: Annotated[date | None, Query(alias="knownBy", description="Facts known by the end of this day.")] = None,
    position: Annotated[
        int | None, Query(ge=0, lt=2**53, description="Events of this ledger up to this position.")
    ] = None,
    basis: Annotated[
        Basis, Query(description="reconstructed: as the institution knew. attested: as recorded here by knownBy.")
    ] = "reconstructed",
) -> ListCut:
    """Which events count. Raises Problem 422 for the attested basis without a day."""
    if basis == "attested" and known_by is None:
        detail = "what this system held is asked for by a day: give knownBy"
        raise Problem(422, "invalid", "By when?", detail, field="query:knownBy")
    return ListCut(known_by, None, position, basis)


AsKnown = Annotated[ListCut, Depends(as_known)]


@dataclass(frozen=True, slots=True)
class Sought:
    """Which page of a list, and the cut that it is seen at."""

    limit: int
    after: int
    newest: bool
    cut: ListCut


def sought(
    cut: AsKnown,
    effective_at: Annotated[
        date | None, Query(alias="effectiveAt", description="Without facts that begin to hold after this day.")
    ] = None,
    limit: Limit = 100,
    after: After = 0,
    newest: Newest = False,
) -> Sought:
    """What every list takes."""
    return Sought(limit, after, newest, replace(cut, effective_at=effective_at))


OnPage = Annotated[Sought, Depends(sought)]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The rows that a question names: columns with this value, and columns of text that contain this part."""

    equal: Mapping[str, object]
    part: Mapping[str, str] = field(default_factory=dict)

    def conditions(self, table: Table) -> list[ColumnElement[bool]]:
        """For rows of a table."""
        equal = [table.c[name] == value for name, value in self.equal.items()]
        return [*equal, *(table.c[name].contains(part) for name, part in self.part.items())]

    def holds(self, row: Mapping[str, Any]) -> bool:
        """For a row at hand."""
        equal = all(row[name] == value for name, value in self.equal.items())
        return equal and all(part in row[name] for name, part in self.part.items())


def equal_to(**wanted: object | None) -> Wanted:
    """That each column named here holds this value; None = any."""
    return Wanted({name: value for name, value in wanted.items() if value is not None})


class Listings:
    """The rows of one projection of one ledger, to list: as they stand, or as they stood."""

    def __init__(self, live: LiveTables, rows: Rows, today: Callable[[], date]) -> None:
        self.live, self._past, self._today = live, PastRows(rows), today
        (self._ledger,) = rows.sources

    async def page(self, table: Table, wanted: Wanted, item: type[T], sought: Sought) -> Page[T]:
        """The rows that are wanted beyond the position `after`, at most `limit`.

        With `newest` the rows before it (0 = all), from the last to the first. Raises Problem.
        """
        async with self.live.reading() as reading:
            stand = await self._stand(reading, sought.cut)
            if sought.cut.limits:
                rows = (await self._past.read(reading, sought.cut, stand))[table.name]
                found, total = _window([row for row in rows if wanted.holds(row)], sought)
            else:
                found, total = await _selected(reading, table, wanted, sought)
        items = tuple(item.model_validate(_of(item, row)) for row in found[: sought.limit])
        following = items[-1].position if len(found) > sought.limit else None
        return Page(items=items, next=following, total=total, cut=self._shown(sought.cut, stand))

    async def all(self, table: Table, cut: ListCut) -> tuple[list[Mapping[str, Any]], CutShown]:
        """Every row of a table in the order of positions, some hundreds at most, and the cut. Raises Problem."""
        async with self.live.reading() as reading:
            stand = await self._stand(reading, cut)
            if cut.limits:
                rows: list[Mapping[str, Any]] = list((await self._past.read(reading, cut, stand))[table.name])
            else:
                one = reading.of(table)
                result = await reading.connection.execute(select(one).order_by(one.c.position))
                rows = [dict(row) for row in result.mappings()]
        return rows, self._shown(cut, stand)

    async def _stand(self, reading: Reading, cut: ListCut) -> int:
        """How far the rows are. Raises Problem 422 for a cut that nobody can know yet."""
        today = self._today()
        if cut.known_by is not None and (cut.known_by > today or (cut.basis == "attested" and cut.known_by == today)):
            detail = f"nothing is settled yet of what is known by {cut.known_by}"
            raise Problem(422, "future", "A date lies in the future", detail, field="query:knownBy")
        stand = (await reading.stands())[self._ledger]
        if cut.position is not None and cut.position > stand:
            detail = f"the list is made from the {self._ledger} ledger up to {stand}"
            raise Problem(422, "position-ahead", "No such position yet", detail, field="query:position")
        return stand

    def _shown(self, cut: ListCut, stand: int) -> CutShown:
        at = stand if cut.position is None else cut.position
        return CutShown(
            basis=cut.basis,
            known_by=cut.known_by,
            effective_at=cut.effective_at,
            positions={self._ledger: at},
        )


async def _selected(
    reading: Reading, table: Table, wanted: Wanted, sought: Sought
) -> tuple[Sequence[Mapping[str, Any]], int]:
    """One row more than the page, and the number of all."""
    found = reading.of(table)
    at, meeting = found.c.position, wanted.conditions(found)
    rest, order = (at < (sought.after or 2**53), at.desc()) if sought.newest else (at > sought.after, at)
    query = select(found).where(rest, *meeting).order_by(order).limit(sought.limit + 1)
    counted = select(func.count()).select_from(found).where(*meeting)
    rows = [dict(row) for row in (await reading.connection.execute(query)).mappings()]
    return rows, (await reading.connection.execute(counted)).scalar_one()


def _window(rows: Sequence[Mapping[str, Any]], sought: Sought) -> tuple[Sequence[Mapping[str, Any]], int]:
    """The same of rows at hand."""
    if sought.newest:
        rest = [row for row in reversed(rows) if not sought.after or row["position"] < sought.after]
    else:
        rest = [row for row in rows if row["position"] > sought.after]
    return rest[: sought.limit + 1], len(rows)


def _of(item: type[Item], row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in item.model_fields if name in row}
