"""establish, as an operator calls it: once for an adopted plan, and what is refused is one line."""

from __future__ import annotations

import json

import pytest

from tests.journeys.system import System

ASKED = ("establish", "LAP", "--as-of", "2022-06-30", "--adopted", "2021-09-21", "--passage", "LAP-2021#1")

REFUSED = {
    "a plan that is a draft": (("establish", "VCAP", *ASKED[2:]), "plan-not-adopted"),
    "a plan that is none": (("establish", "XXX", *ASKED[2:]), "plan-unknown"),
    "another day of adoption": ((*ASKED[:5], "2021-09-20", *ASKED[6:]), "invalid"),
    "a day to come": ((*ASKED[:3], "2999-01-01", *ASKED[4:]), "future"),
    "a day that is none": ((*ASKED[:3], "soon", *ASKED[4:]), "invalid"),
    "a passage without a paragraph": ((*ASKED[:-1], "LAP-2021"), "write DOCUMENT#PARAGRAPH"),
    "a name that is no indicator": ((*ASKED, "--accept", "LAP-99.9"), "indicator-unknown"),
}


@pytest.mark.parametrize(("arguments", "words"), REFUSED.values(), ids=REFUSED)
def test_a_refusal_is_one_line_with_its_code_and_exit_1(system: System, arguments: tuple[str, ...], words: str) -> None:
    refused = system.cli(*arguments)

    assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (1, "", 1), refused.stderr
    assert words in refused.stderr


@pytest.mark.parametrize("missing", ["--as-of", "--adopted", "--passage"])
def test_what_must_be_said_is_asked_for(system: System, missing: str) -> None:
    at = ASKED.index(missing)
    done = system.cli(*ASKED[:at], *ASKED[at + 2 :])

    assert (done.returncode, missing in done.stderr) == (2, True)


def test_baselines_are_established_once_and_a_figure_then_tells_its_distance(system: System) -> None:
    standing = json.loads(system.cli("baselines", "LAP", "--as-of", "2022-06-30", "--json").stdout)
    named = [part for row in standing if row["provisional"] for part in ("--accept", row["indicator"])]

    first = system.cli(*ASKED, *named)
    again = system.cli(*ASKED, *named, "--json")
    other = system.cli(*ASKED, *named, "--on-behalf-of", "the President")

    assert first.returncode == 0, first.stderr
    assert first.stdout.startswith("85 baselines of LAP recorded: indicators ")
    assert (json.loads(again.stdout)["replayed"], len(json.loads(again.stdout)["ids"])) == (True, 85)
    assert (other.returncode, "already-recorded" in other.stderr) == (1, True)
    row = system.get("/indicators/figures/LAP-38.1", meeting="13MSP")
    assert row["progress"]["event"] in json.loads(again.stdout)["ids"]
