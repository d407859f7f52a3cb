"""What States owe on the command line: what people read, what scripts parse, and refusals in one line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from icalendar import Calendar

from services.cli.client import Failed
from services.cli.duties import code_of, day_of, deadline_rows, span_of
from tests.gateway.owed import deadline
from tests.journeys.system import System

DAY = "2021-02-28"
"""Before Laos's first deadline for clearance, and before the small record knows of anything else."""


def rows(system: System, *words: str) -> Any:
    """The JSON of a listing."""
    done = system.cli(*words, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def said(system: System, *words: str) -> str:
    """What a person reads, spaces and line ends made one."""
    done = system.cli(*words)
    assert (done.returncode, done.stderr) == (0, "")
    return " ".join(done.stdout.split())


def test_deadlines_give_scripts_seven_fields_of_what_lies_ahead(system: System) -> None:
    found = rows(system, "deadlines", "--as-of", DAY, "--within", "12m")

    fields = ("state", "article", "what", "due", "status", "formula", "source")
    assert {tuple(row) for row in found} == {fields}
    (report,) = [row for row in found if (row["state"], row["what"]) == ("AUT", "annual_report-2020")]
    assert (report["article"], report["due"], report["status"]) == ("7.2", "2021-04-30", "ahead")
    assert report["formula"].startswith("30 April of the year after 2020")
    assert report["source"] == "REPORT-2025, status"


def test_deadlines_of_one_state_are_its_own_and_within_a_span_they_are_fewer(system: System) -> None:
    own = rows(system, "deadlines", "--state", "lao", "--as-of", DAY)
    near = rows(system, "deadlines", "--state", "LAO", "--as-of", DAY, "--within", "30d")
    ahead = [row["what"] for row in near if row["status"] == "ahead"]

    assert {row["state"] for row in own} == {"LAO"}
    assert "annual_report-2020" in {row["what"] for row in own}
    assert "annual_report-2020" not in ahead


def test_deadlines_tell_people_states_and_duties_by_name(system: System) -> None:
    text = said(system, "deadlines", "--state", "LAO", "--as-of", DAY)

    assert f"Deadlines on {DAY}" in text
    for part in ("2021-04-30", "annual transparency report", "ahead"):
        assert part in text, part


def test_deadlines_as_a_calendar_are_read_by_a_calendar_library(system: System) -> None:
    own = system.cli("deadlines", "--state", "LAO", "--as-of", DAY, "--ics")
    everything = system.cli("deadlines", "--as-of", DAY, "--ics")

    assert (own.returncode, own.stderr) == (0, "")
    events = Calendar.from_ical(own.stdout).events
    assert "deadline:LAO-annual_report-2020@stocktake" in {str(event["uid"]) for event in events}
    assert "meeting:13MSP@stocktake" in {str(event["uid"]) for event in Calendar.from_ical(everything.stdout).events}


MEMBERSHIP = [
    ("2025-03-05", ["AUT", "LAO", "LTU"], []),
    ("2025-03-06", ["AUT", "LAO"], ["LTU"]),
]


@pytest.mark.parametrize(("on", "parties", "former"), MEMBERSHIP)
def test_membership_gives_scripts_four_groups_on_a_day(
    system: System, on: str, parties: list[str], former: list[str]
) -> None:
    found = rows(system, "membership", "--on", on)

    assert list(found) == ["on", "parties", "deposited", "signatories", "notParty"]
    assert (found["on"], found["parties"], found["deposited"], found["signatories"]) == (on, parties, parties, [])
    assert len(found["notParty"]) == 197 - len(parties)
    assert set(former) <= set(found["notParty"])


def test_membership_tells_people_of_those_that_left_too(system: System) -> None:
    text = said(system, "membership", "--on", "2025-03-06")

    assert "States Parties 2 Austria, Lao People's Democratic Republic" in text
    assert "Former States Parties 1 Lithuania" in text


def test_a_states_file_is_whole_for_scripts(system: System) -> None:
    found = rows(system, "state", "LAO", "--on", DAY)

    assert list(found) == [
        "state", "name", "on", "membership", "obligations", "deadlines", "reports", "requests",
    ]  # fmt: skip
    assert (found["state"], found["on"], found["membership"]["entryIntoForce"]) == ("LAO", DAY, "2011-03-01")
    assert {row["article"] for row in found["obligations"]} >= {"3", "4", "5", "7.1", "7.2", "9"}
    assert all("chain" in row for row in found["obligations"])
    assert found["deadlines"] == rows(system, "deadlines", "--state", "LAO", "--as-of", DAY)
    assert 2020 in {row["year"] for row in found["reports"]}


def test_a_states_file_tells_people_the_causes(system: System) -> None:
    text = said(system, "state", "LAO", "--on", DAY)

    for part in (
        f"Lao People's Democratic Republic [LAO] on {DAY}: State Party",
        "In force since 2011-03-01",
        "Article 4: not recorded",
        "2011-03-01: entry into force",
        "Extension requests none recorded",
    ):
        assert part in text, part


REFUSED = {
    ("deadlines", "--state", "XXX"): "stocktake: 'XXX' is no code of a State; write ISO 3166-1 alpha-3, such as LAO",
    ("deadlines", "--within", "12x"): (
        "stocktake: '12x' is no span of time; write days, months or years: 90d, 12m, 2y"
    ),
    ("deadlines", "--as-of", "2026-02-30"): (
        "stocktake: '2026-02-30' is no day; write year, month and day, such as 2026-06-22"
    ),
    ("deadlines", "--json", "--ics"): "stocktake: choose --json or --ics, not both",
    ("deadlines", "--as-of", "1900-01-01"): "(invalid)",
    ("deadlines", "--as-of", "1900-01-01", "--ics"): "(invalid)",
    ("membership", "--on", "today"): (
        "stocktake: 'today' is no day; write year, month and day, such as 2026-06-22"
    ),
    ("state", "Laos"): "stocktake: 'Laos' is no code of a State; did you mean LAO (Lao People's Democratic Republic)?",
}  # fmt: skip


@pytest.mark.parametrize(("words", "line"), REFUSED.items(), ids=" ".join)
def test_a_refusal_is_one_line_that_says_what_would_be_right(system: System, words: tuple[str, ...], line: str) -> None:
    done = system.cli(*words)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.endswith(f"{line}\n")


SPANS = [("1d", True), ("90d", True), ("12m", True), ("2y", True), ("999m", True)]
SPANS += [(text, False) for text in ("", "0d", "12", "m", "12 m", "-1d", "1.5y", "1000d", "12M", "１2m")]


@pytest.mark.parametrize(("text", "taken"), SPANS)
def test_a_span_is_a_number_of_days_months_or_years(text: str, taken: bool) -> None:
    if taken:
        assert span_of(text) == text
    else:
        with pytest.raises(Failed, match="90d, 12m, 2y"):
            span_of(text)


@pytest.mark.parametrize(("text", "day"), [("2024-02-29", "2024-02-29"), ("20240229", "2024-02-29")])
def test_a_day_is_taken_as_it_is_written(text: str, day: str) -> None:
    assert day_of(text) == day


@pytest.mark.parametrize("text", ["2023-02-29", "29.02.2024", "2024", ""])
def test_a_day_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Failed, match="such as 2026-06-22"):
        day_of(text)


CODES = [("ivoire", "CIV"), ("Côte d'Ivoire", "CIV"), ("laos", "LAO")]


@pytest.mark.parametrize(("text", "meant"), CODES)
def test_a_name_instead_of_a_code_is_answered_with_the_code(text: str, meant: str) -> None:
    with pytest.raises(Failed, match=f"did you mean {meant}"):
        code_of(text)


def test_the_passages_of_a_row_are_one_string() -> None:
    sources = [{"document": "CCM/MSP/2025/9", "paragraph": p, "eventId": "e"} for p in ("12", "13", "12")]
    (row,) = deadline_rows([deadline(source=sources)])

    assert row["source"] == "CCM/MSP/2025/9 para 12; CCM/MSP/2025/9 para 13"
