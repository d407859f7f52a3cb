"""A real nats-server with a relay on a ledger in a file, and a database for rows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.bus.relay import Relay
from tests.bus.conftest import bus, ledger, server
from tests.projecting.support import engine_at

__all__ = ["bus", "ledger", "server"]


@pytest.fixture
async def relay(bus, ledger) -> AsyncIterator[Relay]:  # type: ignore[no-untyped-def]  # noqa: F811
    relay = Relay(ledger, bus, look_every=0.2)
    await relay.start()
    yield relay
    await relay.stop()


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    engine = engine_at(tmp_path / "views.sqlite")
    yield engine
    await engine.dispose()
