"""`stocktake correct|revise|retract` against a running system of their own: what changes, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from services.cli.amend import fact_with, passage, value
from services.cli.client import Failed
from tests.gateway.small_record import SMALL_RECORD
from tests.journeys.system import HTTP, System, embedded, until

FIGURE = "/indicators/figures/LAP-38.1"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A small record that nobody else looks at."""
    running = embedded(tmp_path_factory.mktemp("amended"))
    try:
        running.start()
        for path, body in SMALL_RECORD:
            answer = HTTP.post(f"{running.url}{path}", json=body)
            assert answer.status_code == 201, answer.text
        yield running
    finally:
        running.stop()


def event_of(system: System, state: str) -> dict[str, Any]:
    """The last event of the reports ledger about a State."""
    found = [e for e in system.get("/reports/ledger/events")["events"] if e["subject"] == state and not e["retracts"]]
    return dict(found[-1])


def members(system: System) -> Any:
    answer = HTTP.get(f"{system.url}{FIGURE}", params={"meeting": "13MSP"})
    return answer.json()["members"] if answer.is_success else None


def test_a_correction_shows_what_changes_and_is_recorded(own: System) -> None:
    wrong = event_of(own, "LAO")
    done = own.cli(
        "correct", wrong["id"], "--set", "accessible=true", "--set", "articles=[4]", "--reason", "it says for what"
    )

    assert (done.returncode, done.stderr) == (0, "")
    text = " ".join(done.stdout.split())
    right = event_of(own, "LAO")
    assert "articles [] [4]" in text and "accessible – true" in text
    assert f"recorded as event {right['id']}, reports {right['position']}" in text
    assert (right["corrects"], right["knowntime"]) == (wrong["id"], wrong["knowntime"])
    assert right["data"]["amendment"] == {"role": "registrar", "reason": "it says for what"}
    assert right["passages"] == wrong["passages"]


def test_a_wrong_identity_is_one_line(own: System) -> None:
    """The theme is part of what the fact is: another one is another fact."""
    done = own.cli("correct", event_of(own, "LTU")["id"], "--set", "theme=clearance", "--reason", "x", "--json")

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)


def test_a_revision_and_its_retraction_move_the_figure(own: System) -> None:
    until(lambda: members(own) == ["LAO", "LTU"], "the figure")
    before = event_of(own, "LTU")
    done = own.cli(
        "revise", before["id"], "--set", "kind=null", "--received", "2025-07-10", "--reason", "a later report",
        "--passage", "REPORT-2026#1", "--json",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    answer = json.loads(done.stdout)
    assert answer["changes"] == [
        {"field": "received", "before": "2025-03-01", "after": "2025-07-10"},
        {"field": "passages", "before": ["REPORT-2025#131"], "after": ["REPORT-2026#1"]},
    ]
    assert event_of(own, "LTU")["revises"] == before["id"]
    again = own.cli(
        "retract", answer["ids"][0], "--role", "registrar", "--reason", "not theirs", "--passage", "REPORT-2026#2"
    )
    assert (again.returncode, again.stderr) == (0, "")

    gone = own.cli(
        "retract", before["id"], "--role", "state", "--received", "2025-06-01", "--reason", "it never gave",
        "--passage", "NOTE#1", "--json",
    )  # fmt: skip
    assert json.loads(gone.stdout)["changes"] == [{"field": "stands", "before": True, "after": False}]
    until(lambda: members(own) == ["LAO"], "the figure without what was taken back")


REFUSED = {
    "an unknown event": (["retract", "0197ba00-0000-7000-8000-000000000000", "--role", "state", "--received",
                          "2025-07-10", "--reason", "x", "--passage", "D#1"], "no ledger holds an event"),
    "no passage": (["retract", "@", "--role", "registrar", "--reason", "x", "--passage", "D"], "DOCUMENT#PARAGRAPH"),
    "an unknown field": (["correct", "@", "--set", "colour=blue", "--reason", "x"], "there is no such field"),
    "no field": (["correct", "@", "--set", "theme", "--reason", "x"], "write FIELD=VALUE"),
    "nothing changed": (["correct", "@", "--reason", "x"], "(already-recorded)"),
    "a day that is none": (["correct", "@", "--known-at", "soon", "--reason", "x"], "(invalid)"),
    "before its target": (["retract", "@", "--role", "state", "--received", "2025-01-01", "--reason", "x",
                           "--passage", "D#1"], "(sequence)"),
    "received by the registrar": (["retract", "@", "--role", "registrar", "--received", "2025-07-01", "--reason", "x",
                                   "--passage", "D#1"], "(invalid)"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "said"), REFUSED.values(), ids=list(REFUSED))
def test_a_refusal_is_one_line_and_changes_nothing(own: System, words: list[str], said: str) -> None:
    target, before = event_of(own, "LAO")["id"], own.heads()
    done = own.cli(*(target if word == "@" else word for word in words))

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("stocktake: ") and said in done.stderr
    assert own.heads() == before


def test_what_is_no_longer_the_head_is_named_with_the_one_that_is(own: System) -> None:
    events = own.get("/reports/ledger/events")["events"]
    right = next(event for event in events if event["corrects"])
    done = own.cli("correct", right["corrects"], "--set", "accessible=true", "--reason", "x")

    assert done.returncode == 1
    assert right["id"] in done.stderr and done.stderr.endswith("(not-the-head)\n")


@pytest.mark.parametrize(
    ("text", "read"),
    [("2024", 2024), ("2024-12-05", "2024-12-05"), ("yes", "yes"), ('"2024"', "2024"), ("[3, 4]", [3, 4]), ("", "")],
)
def test_a_value_is_json_where_it_can_be_and_text_elsewhere(text: str, read: Any) -> None:
    assert value(text) == read


def test_a_passage_is_a_document_and_a_place_in_it() -> None:
    assert passage("CCM/MSP/2025/9#table 3") == {"document": "CCM/MSP/2025/9", "paragraph": "table 3"}
    with pytest.raises(Failed):
        passage("#3")


def test_a_field_set_to_null_is_left_out() -> None:
    event = {"type": "ccm.reports.RiskEducationReported", "data": {"state": "LAO", "tailored": True, "amendment": {}}}

    assert fact_with(event, ["tailored=null", "year=2024"]) == {"state": "LAO", "year": 2024}
