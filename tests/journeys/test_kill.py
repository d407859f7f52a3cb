"""Whatever is killed, wiped or restored during the import, the figures come out the same."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.cli.record import RECORD
from tests.journeys.system import System, four_processes, load_shuffled, nats_child, replayed_hash, until

pytestmark = [pytest.mark.journey, pytest.mark.timeout(900)]

Figures = list[dict[str, Any]]


def some_events(system: System, at_least: int = 200) -> bool:
    """Whether the import is well under way."""
    return sum(system.heads().values()) >= at_least


def test_the_whole_process_is_killed_during_the_import(fresh: System, undisturbed: Figures) -> None:
    importing = fresh.importing()
    until(lambda: some_events(fresh), "the import to be under way")
    fresh.parts["services"].kill()
    importing.stop()

    fresh.start()
    fresh.load()

    assert fresh.figures() == undisturbed


def test_the_nats_server_is_killed_during_the_import(fresh: System, undisturbed: Figures) -> None:
    importing = fresh.importing()
    until(lambda: some_events(fresh), "the import to be under way")
    nats_child(fresh).send_signal(signal.SIGKILL)

    assert importing.stop_when_done() == 0, importing.log.read_text()
    assert fresh.figures() == undisturbed


@pytest.fixture
def separate(tmp_path: Path, postgres_url: str) -> Iterator[System]:
    """Four services as separate processes on PostgreSQL, and the nats-server."""
    system = four_processes(tmp_path, postgres_url)
    try:
        system.start()
        yield system
    finally:
        system.stop()


def test_four_processes_on_postgresql_give_the_figures_of_one_process_on_sqlite(
    separate: System, undisturbed: Figures, undisturbed_hash: str
) -> None:
    separate.load()

    assert separate.figures() == undisturbed
    assert replayed_hash(separate) == undisturbed_hash


def test_each_of_four_services_on_postgresql_is_killed_in_turn_during_the_import(
    separate: System, undisturbed: Figures
) -> None:
    for name in ("reports", "meetings", "indicators", "gateway"):
        importing = separate.importing()
        time.sleep(1.5)  # into the import; where exactly must not matter
        separate.parts[name].kill()
        importing.stop()
        separate.parts[name].start()
        separate.wait_ready()

    separate.load()

    assert separate.figures() == undisturbed


def test_the_import_again_adds_nothing(loaded: System) -> None:
    before = loaded.heads()

    loaded.load()

    assert loaded.heads() == before


def test_a_shuffled_import_a_wiped_jetstream_folder_and_a_rebuild_leave_one_hash(
    fresh: System, undisturbed: Figures, undisturbed_hash: str
) -> None:
    load_shuffled(fresh, RECORD)
    assert replayed_hash(fresh) == undisturbed_hash

    for entry in jetstream_folders(fresh.folder / "data" / "nats"):
        shutil.rmtree(entry)
    fresh.load()
    assert fresh.figures() == undisturbed
    assert replayed_hash(fresh) == undisturbed_hash
    until(lambda: relayed(fresh), "every ledger event to be on its stream again")

    fresh.rebuild()
    assert fresh.figures() == undisturbed
    assert replayed_hash(fresh) == undisturbed_hash


def test_an_old_copy_of_the_jetstream_folder_is_restored(fresh: System, undisturbed: Figures, tmp_path: Path) -> None:
    importing = fresh.importing()
    until(lambda: some_events(fresh), "the import to be under way")
    store, old = fresh.folder / "data" / "nats", tmp_path / "old copy"
    shutil.copytree(store, old, ignore_dangling_symlinks=True)
    importing.stop_when_done()
    fresh.stop()
    shutil.rmtree(store)
    shutil.copytree(old, store)

    fresh.start()
    fresh.load()

    assert fresh.figures() == undisturbed
    until(lambda: relayed(fresh), "every ledger event to be on its stream")


def jetstream_folders(store: Path) -> list[Path]:
    """Where nats-server keeps its streams."""
    found = [path for path in store.rglob("jetstream") if path.is_dir()]
    assert found, f"no JetStream folder below {store}"
    return found


def relayed(system: System) -> bool:
    """Whether nothing lags on any ledger."""
    return all(system.get(f"/{name}/relay")["lag"] == 0 for name in ("reports", "meetings", "indicators"))
