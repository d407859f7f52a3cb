"""Streams are only a copy of the ledgers: wiped, or put back from an old copy, they change no figure."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.system import System, embedded, replayed_hash, under_way, until
from tests.whole_record import copy_of

pytestmark = pytest.mark.journey

Figures = list[dict[str, Any]]


def test_a_wiped_jetstream_folder_an_import_again_and_a_rebuild_leave_one_hash(
    tmp_path: Path, whole_record: Path, undisturbed: Figures, undisturbed_hash: str
) -> None:
    system = embedded(tmp_path)
    copy_of(whole_record, system.data)
    try:
        system.start()
        before = system.heads()

        for entry in jetstream_folders(system.data / "nats"):
            shutil.rmtree(entry)
        system.load()
        assert system.heads() == before, "the import again adds nothing"
        assert system.figures() == undisturbed
        assert replayed_hash(system) == undisturbed_hash
        until(lambda: relayed(system), "every ledger event to be on its stream again")

        system.rebuild()
        assert system.figures() == undisturbed
        assert replayed_hash(system) == undisturbed_hash
    finally:
        system.stop()


def test_an_old_copy_of_the_jetstream_folder_is_restored(
    fresh: System, part: Path, undisturbed: Figures, tmp_path: Path
) -> None:
    importing = fresh.importing(part)
    under_way(fresh)
    store, old = fresh.data / "nats", tmp_path / "old copy"
    shutil.copytree(store, old, ignore_dangling_symlinks=True)
    assert importing.stop_when_done() == 0, importing.log.read_text()
    fresh.stop()
    shutil.rmtree(store)
    shutil.copytree(old, store)

    fresh.start()
    fresh.load(part)

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
