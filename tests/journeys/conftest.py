"""Running systems for the journeys; the undisturbed one is started once per worker."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.part import part_of_the_record
from tests.journeys.system import System, embedded, replayed_hash
from tests.whole_record import copy_of


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory, whole_record: Path) -> Iterator[System]:
    """An undisturbed embedded system that holds the whole record."""
    system = embedded(tmp_path_factory.mktemp("undisturbed"))
    copy_of(whole_record, system.data)
    try:
        system.start()
        yield system
    finally:
        system.stop()


@pytest.fixture(scope="session")
def undisturbed(loaded: System) -> list[dict[str, object]]:
    """Every figure of the plan at the 13MSP with its evidence, without cuts and event ids."""
    return loaded.figures()


@pytest.fixture(scope="session")
def undisturbed_hash(loaded: System) -> str:
    """The hash of the whole figure set at the 13MSP, computed from the ledgers alone."""
    return replayed_hash(loaded)


@pytest.fixture(scope="session")
def part(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A record folder that gives the undisturbed figures and is sooner imported than the whole record."""
    return part_of_the_record(tmp_path_factory.mktemp("part"))


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[System]:
    """An embedded system of the test's own, started and empty."""
    system = embedded(tmp_path)
    try:
        system.start()
        yield system
    finally:
        system.stop()
