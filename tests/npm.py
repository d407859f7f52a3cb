"""Packages from npm, installed for a test at their exact versions; skipped where npm or the network is absent."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

INSTALLING = 240
"""Seconds that npm may take."""


@pytest.fixture(scope="session")
def npm(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Mapping[str, str]], Path]:
    """Installs packages at their exact versions into a folder of their own."""

    def install(packages: Mapping[str, str]) -> Path:
        if shutil.which("npm") is None:
            pytest.skip("npm is not here")
        folder = tmp_path_factory.mktemp("npm")
        body = {"private": True, "type": "module", "dependencies": dict(packages)}
        (folder / "package.json").write_text(json.dumps(body), encoding="utf-8")
        done = subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts"],
            cwd=folder, capture_output=True, text=True, timeout=INSTALLING, check=False,
        )  # fmt: skip
        if done.returncode:
            pytest.skip(f"npm could not install {sorted(packages)}: {done.stderr[-300:]}")
        return folder

    return install
