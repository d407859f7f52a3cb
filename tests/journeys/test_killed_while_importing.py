"""Whatever is killed during the import, and in whatever order it comes: the figures are those of the whole record."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest

from services.cli.record import RECORD
from tests.journeys.system import System, load_shuffled, nats_child, replayed_hash, under_way

pytestmark = pytest.mark.journey

Figures = list[dict[str, Any]]


def test_the_whole_process_is_killed_during_the_import(fresh: System, part: Path, undisturbed: Figures) -> None:
    importing = fresh.importing(part)
    under_way(fresh)
    fresh.parts["services"].kill()
    importing.stop()

    fresh.start()
    fresh.load(part)

    assert fresh.figures() == undisturbed


def test_the_nats_server_is_killed_during_the_import(fresh: System, part: Path, undisturbed: Figures) -> None:
    importing = fresh.importing(part)
    under_way(fresh)
    nats_child(fresh).send_signal(signal.SIGKILL)

    assert importing.stop_when_done() == 0, importing.log.read_text()
    assert fresh.figures() == undisturbed


def test_a_shuffled_import_leaves_the_hash_of_the_ordered_one(fresh: System, undisturbed_hash: str) -> None:
    load_shuffled(fresh, RECORD)  # the whole: the hash is of every plan's figures

    assert replayed_hash(fresh) == undisturbed_hash
