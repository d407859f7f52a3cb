"""`stocktake subscribers`: from nothing to the first event as docs/subscribe.md says, and to nothing again."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nats
import pytest
from nats.errors import Error as NatsError

from deploy.checks import ROOT
from shared.bus.server import find_binary
from shared.bus.subscribers import public_key
from tests.journeys.system import STOCKTAKE, System

DOCUMENT = (ROOT / "docs" / "subscribe.md").read_text(encoding="utf-8")
COMMANDS, FIRST_EVENT = (re.search(rf"```{kind}\n(.*?)```", DOCUMENT, re.DOTALL)[1] for kind in ("sh", "python"))  # type: ignore[index]  # without it the test fails at once


def stocktake(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [STOCKTAKE, "subscribers", *arguments],
        env=os.environ | {"STOCKTAKE_DATA": str(data)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def added(system: System, name: str) -> dict[str, Any]:
    """What `add` prints for a subscriber who hears the reports ledger."""
    answer = stocktake(system.folder / "data", "add", name, "--subjects", "ccm.reports.>", "--json")
    assert answer.returncode == 0, answer.stderr
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


@pytest.fixture(scope="module")
def granted(system: System) -> dict[str, Any]:
    """Given to acme, which stays."""
    return added(system, "acme")


def first_event(folder: Path, needs: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    (folder / "acme.json").write_text(json.dumps(needs))
    (folder / "first_event.py").write_text(FIRST_EVENT)
    return subprocess.run(
        [sys.executable, "-W", "ignore", "first_event.py"], cwd=folder, capture_output=True, text=True, timeout=60
    )


def test_the_document_names_this_command() -> None:
    assert ".venv/bin/stocktake subscribers add acme --subjects 'ccm.reports.>' --json" in COMMANDS


def test_a_stranger_gets_the_first_event_with_what_add_printed(granted: dict[str, Any], tmp_path: Path) -> None:
    answer = first_event(tmp_path, granted)

    assert answer.stdout == "00000000000000000001 ccm.reports.NationalResourcesReported LAO\n", answer.stderr


async def test_a_revoked_subscriber_gets_nothing(system: System) -> None:
    granted = added(system, "brief")

    revoked = stocktake(system.folder / "data", "revoke", "brief")

    assert (revoked.returncode, revoked.stdout) == (0, "brief hears nothing any more\n")
    with pytest.raises((NatsError, OSError)):
        await nats.connect(
            granted["server"],
            nkeys_seed_str=granted["seed"],
            allow_reconnect=False,
            max_reconnect_attempts=0,
            error_cb=quiet,
        )


async def quiet(_: Exception) -> None:
    """What goes wrong is raised."""


def test_the_seed_is_shown_once_and_kept_nowhere(system: System, granted: dict[str, Any]) -> None:
    listed = stocktake(system.folder / "data", "list", "--json")

    (acme,) = json.loads(listed.stdout)
    assert public_key(granted["seed"]) == granted["key"] == acme["key"]
    kept = [file for file in system.folder.rglob("*") if file.is_file()]
    assert not [file for file in kept if granted["seed"].encode() in file.read_bytes()]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["add", "acme"], "acme is a subscriber already"),
        (["add", "Beta"], "is no name"),
        (["add", "beta", "--subjects", "$JS.>"], "is no subject of an event"),
        (["add", "beta", "--subjects", "ccm.reports.Nothing.*"], "no ledger has such an event"),
        (["revoke", "nobody"], "no subscriber is called 'nobody'"),
        (["list", "--data", "/no/such/folder"], "is no data folder"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    system: System, granted: dict[str, Any], arguments: list[str], says: str
) -> None:
    answer = stocktake(system.folder / "data", *arguments)

    assert answer.returncode == 1
    assert says in answer.stderr and answer.stderr.count("\n") == 1
    assert granted["seed"] not in answer.stderr


def test_a_grant_made_while_nothing_runs_holds_from_the_next_start_on(tmp_path: Path) -> None:
    answer = stocktake(tmp_path, "add", "acme")

    assert answer.returncode == 0
    assert "its grants hold from the next start on" in answer.stdout
    assert json.loads((tmp_path / "subscribers.json").read_text())[0]["name"] == "acme"


def test_the_accounts_for_another_server_are_read_by_nats_server_itself(tmp_path: Path) -> None:
    stocktake(tmp_path, "add", "acme", "--subjects", "ccm.*.*.LAO")
    key = tmp_path / "services.nk"

    first, second = (stocktake(tmp_path, "accounts", "--service-key", str(key)) for _ in range(2))

    assert first.stdout == second.stdout and public_key(key.read_text()) in first.stdout
    assert key.stat().st_mode & 0o077 == 0
    (tmp_path / "bus").mkdir()
    (tmp_path / "bus" / "accounts.conf").write_text(first.stdout)
    conf = shutil.copy(ROOT / "deploy" / "nats.conf", tmp_path)
    assert subprocess.run([find_binary(), "-t", "-c", conf], check=False).returncode == 0


def test_a_service_key_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "services.nk").write_text("not a seed")

    answer = stocktake(tmp_path, "accounts", "--service-key", str(tmp_path / "services.nk"))

    assert (answer.returncode, answer.stdout) == (1, "")
    assert "holds no nkey seed" in answer.stderr
