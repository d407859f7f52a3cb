"""A real nats-server, a connection to it, and a ledger in a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.bus.connection import Bus
from shared.bus.server import NatsServer
from shared.ledger.port import Ledger
from tests.bus.support import ledger_at


@pytest.fixture
async def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[NatsServer]:
    monkeypatch.delenv("NATS_URL", raising=False)
    async with NatsServer(tmp_path / "nats") as server:
        yield server


@pytest.fixture
async def bus(server: NatsServer) -> AsyncIterator[Bus]:
    bus = await Bus.connect(server.url, name="test")
    yield bus
    await bus.close()


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    async with ledger_at(tmp_path / "meetings.sqlite") as ledger:
        yield ledger
