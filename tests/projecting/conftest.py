"""A real nats-server with a relay on a ledger in a file, and a database for rows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.bus.connection import Bus
from shared.bus.relay import Relay
from shared.ledger.port import Ledger
from tests.bus import conftest as with_bus
from tests.projecting.support import engine_at

server, bus, ledger = with_bus.server, with_bus.bus, with_bus.ledger


@pytest.fixture
async def relay(bus: Bus, ledger: Ledger) -> AsyncIterator[Relay]:
    relay = Relay(ledger, bus, look_every=0.2)
    await relay.start()
    yield relay
    await relay.stop()


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    engine = engine_at(tmp_path / "views.sqlite")
    yield engine
    await engine.dispose()
