"""The part of the record that disturbed imports send is smaller, and gives the figures of the whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from services.cli.record import Record, read_record
from tests.journeys.part import part_of_the_record
from tests.journeys.system import without_identity
from tests.record.world import World


def test_the_part_gives_every_figure_at_the_13msp_with_its_evidence(
    tmp_path: Path, record: Record, world: World
) -> None:
    part = read_record(part_of_the_record(tmp_path))

    assert part.failures == ()
    assert len(part.commands) < 0.65 * len(record.commands)
    assert answers(World(part)) == answers(world)


def answers(world: World) -> list[dict[str, Any]]:
    """The rows that the service gives, without what tells one system from another."""
    rows: list[dict[str, Any]] = without_identity(world.answered("13MSP", "LAP"))
    assert len(rows) == 85
    return rows
