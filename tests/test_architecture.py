"""The shape of the repository on one page: who may import whom, what is installed, and what lies at the top.

- Services never import one another: they speak through events and HTTP.
- `shared` imports no service: it is the language and the machinery, and knows no one in particular.
- Inside indicators and the gateway each room uses only the rooms below it.
- What rules, decides or computes does no input or output, and reads no clock: whoever needs today is told.

The sentences are import contracts in pyproject.toml; `make check` explains a broken one in detail.
"""

import ast
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

EDGES = {"__main__", "api", "app", "duties_api", "figures", "figures_api", "plans_api", "replay_api", "replays"}
"""Modules of a service that may ask what day it is."""

PURE = [
    *ROOT.glob("shared/treaty/*.py"),
    *ROOT.glob("shared/events/*.py"),
    *ROOT.glob("shared/states/*.py"),
    *(ROOT / "shared" / name for name in ("command.py", "decider.py", "plain_fact.py")),
    *(module for module in ROOT.glob("services/*/**/*.py") if module.stem not in EDGES),
]

CLOCKS = {"now", "today", "utcnow", "time", "monotonic", "perf_counter"}


def test_the_import_contracts_hold() -> None:
    kept = subprocess.run(
        [Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert kept.returncode == 0, kept.stdout
    for sentence in (
        "Services never import one another",
        "shared imports no service",
        "Inside indicators, each room uses only the rooms below it",
        "Inside the gateway, each room uses only the rooms below it",
        "does no input or output",
    ):
        assert sentence in kept.stdout


@pytest.mark.parametrize("package", ["services", "shared"])
def test_no_dependency_brings_a_package_of_our_name(package: str) -> None:
    # the names are generic: started outside the repository, a dependency's own `shared` would win silently
    assert set(packages_distributions().get(package, [])) <= {"stocktake"}


@pytest.mark.parametrize("module", PURE, ids=lambda module: str(module.relative_to(ROOT)))
def test_rules_and_events_read_no_clock(module: Path) -> None:
    nodes = ast.walk(ast.parse(module.read_text(encoding="utf-8")))
    called = [node.func.attr for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]

    assert CLOCKS.isdisjoint(called)


def test_the_top_of_the_repository_is_what_we_say_it_is() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert {line.split("/")[0] for line in listed.splitlines()} == {
        ".ci", ".dockerignore", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile", "README.md",
        "SECURITY.md", "bench", "deploy", "docker-compose.yml", "docs", "examples", "pyproject.toml",
        "requirements-dev.lock", "requirements.lock", "services", "shared", "tests",
    }  # fmt: skip  # one name per line would take a page
