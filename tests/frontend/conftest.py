"""What a frontend developer has: node, packages from npm, a browser. Skipped where npm or the network is absent."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.system import System, embedded, free_port
from tests.npm import npm as npm  # a fixture is known where its name is
from tests.whole_record import copy_of

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def browse(npm: Callable[[Mapping[str, str]], Path]) -> Callable[[str, str, str], Any]:
    """Opens a page in headless Chromium; answers the value of a script in it and what went wrong there."""
    folder = npm({"@sparticuz/chromium": "147.0.0", "puppeteer-core": "24.43.1"})
    shutil.copy(HERE / "page.mjs", folder)

    def run(url: str, script: str, selector: str) -> Any:
        done = subprocess.run(
            ["node", "page.mjs", url, script, selector],
            cwd=folder, capture_output=True, text=True, timeout=240, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return json.loads(done.stdout.splitlines()[-1])

    return run


@pytest.fixture(scope="session")
def page_port() -> int:
    """The port at which a page of another origin is served."""
    return free_port()


@pytest.fixture(scope="session")
def shared_with_pages(tmp_path_factory: pytest.TempPathFactory, page_port: int, whole_record: Path) -> Iterator[System]:
    """A loaded system that lets the page at `page_port` ask."""
    system = embedded(tmp_path_factory.mktemp("frontend"), STOCKTAKE_CORS_ORIGINS=f"http://127.0.0.1:{page_port}")
    copy_of(whole_record, system.data)
    try:
        system.start()
        yield system
    finally:
        system.stop()
