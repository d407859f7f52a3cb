"""Each promise of the ledger is tried on a real SQLite file and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shared.ledger.port import Ledger
from tests.contracts.builders import ledger_on
from tests.npm import npm as npm  # a fixture is known where its name is


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'reports.sqlite'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def ledger(database: str) -> AsyncIterator[Ledger]:
    """A started, empty ledger."""
    opened = ledger_on(database)
    await opened.start()
    yield opened
    await opened.stop()
