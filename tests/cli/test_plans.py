"""trend, method and ask, as people and scripts call them."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from tests.journeys.system import System


def test_trend_shows_print_then_and_now_and_where_it_breaks(system: System) -> None:
    shown = system.cli("trend", "LAP-38.1")
    found = json.loads(system.cli("trend", "LAP-38.1", "--json").stdout)

    assert shown.returncode == 0, shown.stderr
    assert "LAP-38.1 to VCAP-1.c: the same, a break, number to share" in shown.stdout
    assert "print differs" in shown.stdout
    assert [one["indicator"] for one in found["chain"]] == ["LAP-38.1", "VCAP-1.c"]


def test_method_prints_the_running_definition(system: System) -> None:
    shown = system.cli("method", "VCAP-28.b")
    found = json.loads(system.cli("method", "VCAP-28.b", "--json").stdout)

    assert shown.returncode == 0, shown.stderr
    text = " ".join(shown.stdout.split())
    assert "risk education: gender, age, disability" in text
    assert "earlier: LAP-28.1, LAP-29.1 (merged)" in text
    assert found["definitionHash"] in text


def test_ask_names_certain_and_possible_states(system: System) -> None:
    question = "parties and fact(NationalResourcesReported)"
    shown = system.cli("ask", question, "--at", "13MSP")
    found = json.loads(system.cli("ask", question, "--at", "13MSP", "--json").stdout)

    assert shown.returncode == 0, shown.stderr
    assert "Lao People" in shown.stdout and "REPORT-2025, 113" in shown.stdout
    assert [one["iso3"] for one in found["certain"]] == ["LAO"]


@pytest.mark.parametrize(
    "words",
    [
        ("trend", "LAP-99.9"),
        ("method", "LAP-99.9"),
        ("ask", "partis", "--at", "13MSP"),
        ("ask", "parties", "--at", "99MSP"),
    ],
)
def test_what_cannot_be_answered_is_one_line_and_exit_1(system: System, words: tuple[str, ...]) -> None:
    done = system.cli(*words)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1), done.stderr


def test_figures_and_baselines_are_written_as_workbooks(system: System, tmp_path: Path) -> None:
    figures = system.cli("figures", "LAP", "13MSP", "--xlsx", str(tmp_path / "figures.xlsx"))
    baselines = system.cli("baselines", "VCAP", "--as-of", "2026-06-30", "--xlsx", str(tmp_path / "baselines.xlsx"))

    assert (figures.returncode, baselines.returncode) == (0, 0), figures.stderr + baselines.stderr
    assert openpyxl.load_workbook(tmp_path / "figures.xlsx").sheetnames[:3] == ["Figures", "Evidence", "Method"]
    assert openpyxl.load_workbook(tmp_path / "baselines.xlsx").sheetnames[0] == "Baselines VCAP"


def test_figures_as_csv(system: System) -> None:
    done = system.cli("figures", "LAP", "13MSP", "--csv")

    assert (done.returncode, done.stdout.splitlines()[0][:15]) == (0, "Indicator,Title"), done.stderr
    assert any(line.startswith("LAP-38.1,") for line in done.stdout.splitlines())


def test_a_file_that_cannot_be_written_is_one_line_and_exit_1(system: System, tmp_path: Path) -> None:
    done = system.cli("figures", "LAP", "13MSP", "--xlsx", str(tmp_path / "nowhere" / "figures.xlsx"))

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "cannot write" in done.stderr
