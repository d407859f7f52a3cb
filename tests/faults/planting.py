"""Plants a fault in a copy of the code and runs named tests against it; the code under work is never touched."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PASSED, FAILED = 0, 1
"""Exit codes of pytest: all tests passed, some failed; anything else (not found, broken import) is neither."""


@dataclass(frozen=True)
class Fault:
    """A slip that somebody might make: in a file, one text put in place of another that stands there once."""

    file: str
    right: str
    wrong: str
    reddens: str
    """The test that notices."""

    def plant(self, copy: Path) -> None:
        """Write the slip into a copy of the code."""
        path = copy / self.file
        text = path.read_text(encoding="utf-8")
        assert text.count(self.right) == 1, f"{self.file} does not hold this once any more: {self.right}"
        path.write_text(text.replace(self.right, self.wrong), encoding="utf-8")


def copy_of_the_code(to: Path) -> Path:
    """The packages and their tests, as they are now."""
    skip = shutil.ignore_patterns("__pycache__")
    for package in ("services", "shared", "tests", "deploy"):
        shutil.copytree(ROOT / package, to / package, ignore=skip)
    shutil.copy(ROOT / "pyproject.toml", to)
    return to


def run(copy: Path, tests: Sequence[str]) -> tuple[int, str]:
    """The exit code of pytest in the copy, and what it said."""
    # without .pyc files: a slip of the same length within the same second would be taken for the code before it
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(copy)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *tests],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr
