"""One data folder that holds the whole record, made once per test run; whoever wants a loaded system starts on a copy.

An import takes a running system and half a minute of work, a copy a moment. Only tests of the import itself import.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from pathlib import Path

import pytest

from tests.journeys.system import embedded


@pytest.fixture(scope="session")
def whole_record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a system that was started empty, was sent the whole record and was stopped: to be copied."""
    folder = shared_by_workers(tmp_path_factory) / "whole record"
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go of when this process ends, however it does
        if not (folder / "data").exists():
            shutil.rmtree(folder / "importing", ignore_errors=True)  # of a worker that did not come to its end
            _imported(folder / "importing").rename(folder / "data")
    return folder / "data"


def shared_by_workers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this test run alone; every worker of pytest-xdist has its own below it."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


def _imported(folder: Path) -> Path:
    system = embedded(folder)
    try:
        system.start()
        system.load()
        system.figures()  # so that every projection has caught up: who starts on a copy answers at once
    finally:
        system.stop()
    return folder / "data"


def copy_of(data: Path, to: Path) -> Path:
    """A data folder like `data` for a system of one's own."""
    return Path(shutil.copytree(data, to))
