"""The project's own record, read once."""

from __future__ import annotations

import pytest

from services.cli.record import RECORD, Record, read_record
from tests.record.world import World


@pytest.fixture(scope="session")
def record() -> Record:
    """The commands of the record."""
    return read_record(RECORD)


@pytest.fixture(scope="session")
def world(record: Record) -> World:
    """Its facts, ready to be asked."""
    return World(record)
