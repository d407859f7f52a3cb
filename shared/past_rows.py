"""Rows as they stood at a cut (model §5): a projection's journal folded as far as the cut lets events count."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from sqlalchemy import func, select

from shared.amendments import Held, held
from shared.chains import Chains
from shared.events.envelope import Recorded
from shared.problems import Problem
from shared.projecting.live import Reading
from shared.rows import Row, Rows, Touch, changes

Basis = Literal["reconstructed", "attested"]

Tables = Mapping[str, Sequence[Row]]
"""Table -> its rows in the order of their positions."""

MOST_EVENTS: Final = 200_000
"""Events that one fold reads: some seconds and some hundred megabytes; a longer record is refused, not cut off."""

MOST_KEPT: Final = 4
"""Cuts whose rows are kept: the pages of a list, and the lists of a State, are asked for one after the other."""


@dataclass(frozen=True, slots=True)
class ListCut:
    """Which events count; None = no limit. `position` is that of the one ledger that the rows are made from.

    reconstructed: facts known by `known_by`, whenever recorded. attested: events recorded on or before it.
    `effective_at` leaves out facts that begin to hold after it.
    """

    known_by: date | None = None
    effective_at: date | None = None
    position: int | None = None
    basis: Basis = "reconstructed"

    @property
    def limits(self) -> bool:
        """Whether it leaves anything out."""
        return (self.known_by, self.effective_at, self.position) != (None, None, None)

    def holds(self, recorded: Recorded) -> bool:
        """Whether this system held the event: a correction counts from then on, whatever its own day."""
        late = self.known_by is not None and recorded.recordedtime.date() > self.known_by
        return not (self.basis == "attested" and late)

    def knows(self, recorded: Recorded) -> bool:
        """Whether the institution held the fact."""
        day = date.fromisoformat(recorded.fields["knowntime"])
        return self.basis == "attested" or self.known_by is None or day <= self.known_by

    def has_begun(self, recorded: Recorded) -> bool:
        """Whether the fact holds on the effective day or before; what tells no day counts."""
        first = recorded.fields["effective"]["from"]
        return self.effective_at is None or first is None or date.fromisoformat(first) <= self.effective_at


class PastRows:
    """Makes the rows of one projection at a cut from its journal, and keeps the last few."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._kept: OrderedDict[Hashable, Tables] = OrderedDict()
        self._one = asyncio.Lock()

    async def read(self, reading: Reading, cut: ListCut, stand: int) -> Tables:
        """The rows of every table at the cut, from the events up to `stand` or the cut's position.

        Raises Problem 422 `too-large` for a record that is too long to be folded for one question.
        """
        last = stand if cut.position is None else min(cut.position, stand)
        key = (reading.generation, last, cut)
        async with self._one:
            if key not in self._kept:
                recorded = await self._journal(reading, last)
                self._kept[key] = await asyncio.to_thread(folded, self._rows, recorded, cut)
                while len(self._kept) > MOST_KEPT:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]

    async def _journal(self, reading: Reading, last: int) -> list[Recorded]:
        journal = reading.of(self._rows.journal)
        up_to = journal.c.position <= last
        counted = select(func.count()).select_from(journal).where(up_to)
        if (await reading.connection.execute(counted)).scalar_one() > MOST_EVENTS:
            detail = f"a list at a cut is made from at most {MOST_EVENTS:,} events; give an earlier position"
            raise Problem(422, "too-large", "Too many events", detail, field="query:position")
        wanted = select(journal.c.raw).where(up_to).order_by(journal.c.position)
        found = (await reading.connection.execute(wanted)).scalars()
        return [Recorded(raw.encode(), b"") for raw in found]


def folded(rows: Rows, recorded: Sequence[Recorded], cut: ListCut) -> Tables:
    """The rows that the events make at a cut; without limits those of the live tables. Pure."""
    by_id = {one.id: one for one in recorded if cut.holds(one)}
    chains: Chains[Held] = Chains(
        held(by_id.values()),
        active=lambda one: cut.knows(by_id[one.id]),
        stays=lambda one: one.event.stays_when_revised,
    )
    stand = [
        (fact.event.event, by_id[fact.event.id], [one for one in fact.lineage if cut.knows(by_id[chains.text(one).id])])
        for fact in chains.standing()
        if cut.has_begun(by_id[fact.event.id])
    ]
    tables: dict[str, Sequence[Row]] = {}
    for model in rows.models:
        made: dict[tuple[Any, ...], Row] = {}
        touches = [
            Touch(key, event, origin, lineage)
            for event, origin, lineage in stand
            if (key := model.key(event, origin)) is not None
        ]
        changes(model, made, touches)
        tables[model.table.name] = sorted(made.values(), key=lambda row: row.get("position") or 0)
    return tables
