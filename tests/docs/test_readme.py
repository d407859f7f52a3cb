"""The README tells the truth: its paths exist, its picture names what is there.

That its commands do what they say is a journey: `tests/journeys/test_up.py`.
"""

import re
import subprocess
from pathlib import Path

import pytest

from shared.bus.connection import stream_name
from shared.events.registry import EVENT_TYPES

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PICTURE = re.search(r"```\n(.*?)```", README, re.DOTALL)[1]  # type: ignore[index]  # without it the test fails at once


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
