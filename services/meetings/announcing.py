"""Gathers what the clock of membership needs: every act, once the read model holds all that the ledger does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import RowMapping, select

from services.meetings.clock import HeldAct, announcements
from services.meetings.read_models import acts
from shared.clock import PATIENCE, Due, empty_record, still_behind
from shared.events.base import Passage
from shared.events.envelope import Proposed
from shared.projecting.live import LiveTables
from shared.projecting.runner import NotProjected
from shared.service import Service
from shared.treaty.membership import Act


def due_of(service: Service) -> Due:
    """What the service's clock is to announce; Problem 503 while the acts are not all there, 409 without any."""

    async def due(on: date) -> Sequence[Proposed]:
        await _caught_up(service)
        held = await _held_acts(service.live["meetings"])
        if not held:
            raise empty_record()
        return announcements(held, on)

    return due


async def _caught_up(service: Service) -> None:
    runner = service.runners.get("meetings")
    if runner is None:
        raise still_behind("the service is starting")
    try:
        await runner.wait_for("meetings", (await service.ledger.head()).position, PATIENCE)
    except NotProjected as behind:
        raise still_behind(str(behind)) from behind
    if parked := sum(row["parked"] for row in runner.status()):
        # acts that could not be read are missing from the rows, although the position is beyond them
        raise still_behind(f"{parked} events are set aside; see the projections")


async def _held_acts(live: LiveTables) -> list[HeldAct]:
    async with live.reading() as reading:
        table = reading.of(acts)
        rows = (await reading.connection.execute(select(table).order_by(table.c.position))).mappings().all()
    return [_held(row) for row in rows]


def _held(row: RowMapping) -> HeldAct:
    act = Act(row["state"], row["kind"], row["date"], row["instrument"], row["engaged"])
    passages = tuple(Passage.model_validate(one) for one in row["passages"])
    return HeldAct(act, row["confidence"] == "verified", passages)
