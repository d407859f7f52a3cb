"""Four services as processes of their own on PostgreSQL give what one process on SQLite files gives."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.system import System, four_processes, replayed_hash, under_way

pytestmark = pytest.mark.journey


@pytest.fixture
def separate(tmp_path: Path, postgres_url: str) -> Iterator[System]:
    """Four services as separate processes on PostgreSQL, and the nats-server."""
    system = four_processes(tmp_path, postgres_url)
    try:
        system.start()
        yield system
    finally:
        system.stop()


def test_each_is_killed_in_turn_during_the_import_and_the_figures_and_the_hash_are_those_of_one_process(
    separate: System, undisturbed: list[dict[str, Any]], undisturbed_hash: str
) -> None:
    for name in ("reports", "meetings", "indicators", "gateway"):
        importing = separate.importing()
        under_way(separate, further=100)
        separate.parts[name].kill()
        importing.stop()
        separate.parts[name].start()
        separate.wait_ready()

    separate.load()

    assert separate.figures() == undisturbed
    assert replayed_hash(separate) == undisturbed_hash
