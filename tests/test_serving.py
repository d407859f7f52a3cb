"""A service that lacks a setting says so in one line and ends; it opens nothing first."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PATIENCE = 120
"""Seconds for a start on a loaded machine."""


@pytest.mark.parametrize(
    ("name", "url"),
    [("reports", None), ("reports", ""), ("reports", "  "), ("meetings", ""), ("indicators", "")],
)
def test_a_service_of_its_own_without_a_nats_server_ends_with_one_line(
    name: str, url: str | None, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    environment = {key: value for key, value in os.environ.items() if "NATS" not in key} | {"STOCKTAKE_DATA": str(data)}
    if url is not None:
        environment["NATS_URL"] = url

    ended = subprocess.run(
        [sys.executable, "-m", f"services.{name}"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr.splitlines() == [
        f"stocktake {name}: NATS_URL is not set or is empty; "
        "a service of its own needs a nats-server to talk to the others"
    ]
    assert not data.exists()


def test_a_start_loads_nothing_that_it_may_never_use() -> None:
    seldom = ("psycopg", "xlsxwriter", "icalendar")
    words = f"import sys, services.up; print([one for one in {seldom} if one in sys.modules])"

    started = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, timeout=PATIENCE)

    assert started.stdout.strip() == "[]", started.stderr
