"""The README tells the truth: its paths exist, its picture names what is there, its commands do what they say."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

import httpx
import psutil
import pytest

from shared.bus.connection import stream_name
from shared.events.registry import EVENT_TYPES

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PICTURE, COMMANDS = (re.search(rf"```{kind}\n(.*?)```", README, re.DOTALL)[1] for kind in ("", "sh"))  # type: ignore[index]
PATIENCE = 150.0
"""Seconds for a start that loads the record; only there to end a hanging test."""


def commands() -> list[str]:
    return [line.split("#")[0].strip() for line in COMMANDS.splitlines()]


def test_it_fits_on_one_screen() -> None:
    assert len(README.splitlines()) <= 64


def test_the_picture_names_every_service_and_no_other() -> None:
    services = {folder.parent.name for folder in ROOT.glob("services/*/app.py")}

    assert {word for word in re.findall(r"[a-z]+", PICTURE) if word in services} == services


def test_the_picture_names_every_stream_and_no_other() -> None:
    ledgers = {kind.ledger for kind in EVENT_TYPES.values()}

    assert set(re.findall(r"EVT_[A-Z]+", PICTURE)) == {stream_name(ledger) for ledger in ledgers}


@pytest.mark.parametrize("part", ["ledger", "relay"])
def test_a_part_in_the_picture_is_a_module_of_that_name(part: str) -> None:
    assert part in PICTURE
    assert list(ROOT.glob(f"shared/**/{part}*"))


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:services|shared|tests|deploy|docs)/[^`]*)`", README))))
def test_a_path_it_names_exists(path: str) -> None:
    assert (ROOT / path).exists()


def test_make_alone_lists_the_verbs_it_names() -> None:
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    for verb in ("up", "test", "check", "bench", "fmt", "lock"):
        assert re.search(rf"^  make {verb}\s+\S", listed, re.MULTILINE)


@pytest.mark.journey
@pytest.mark.timeout(300)
def test_its_two_commands_do_what_they_say(tmp_path: Path, free_port: int) -> None:
    start, ask = commands()
    url = f"http://127.0.0.1:{free_port}"

    # given what the README says to type first; what it installs is installed already, since this test runs
    stamp = installed_stamp()
    up = subprocess.Popen(
        [*start.split(), f"--old-file={stamp}", f"PORT={free_port}", f"DATA={tmp_path}"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    children = wait_until_loaded(up, url)

    # when one asks what it says to type next
    answer = subprocess.run(
        ask.split(), cwd=ROOT, env=os.environ | {"STOCKTAKE_URL": url}, capture_output=True, text=True, check=False
    )

    # then the figure opens into States and passages, and the end leaves nothing behind
    assert answer.returncode == 0, answer.stderr
    assert "LAP-38.1" in answer.stdout
    assert re.search(r"13MSP-PROGRESS-REPORT\S*, \w+; event\s+[0-9a-f-]{36}", answer.stdout)
    up.send_signal(signal.SIGTERM)
    up.communicate(timeout=20)
    assert psutil.wait_procs(children, timeout=5)[1] == []


def installed_stamp() -> str:
    database = subprocess.run(
        ["make", "--dry-run", "--print-data-base", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    found = re.search(r"^RUNS := (\S+)$", database, re.MULTILINE)
    assert found
    return found[1]


def wait_until_loaded(up: "subprocess.Popen[str]", url: str) -> list[psutil.Process]:
    """Reads what `make up` says until it serves; answers its child processes."""
    assert up.stderr
    said = []
    deadline = time.monotonic() + PATIENCE
    for line in up.stderr:
        said.append(line)
        if line.startswith("Serving") or time.monotonic() > deadline:
            break
    assert up.poll() is None and httpx.get(f"{url}/readyz").status_code == 200, "".join(said)
    return psutil.Process(up.pid).children(recursive=True)
