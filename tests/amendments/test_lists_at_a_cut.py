"""Lists as they stood at a cut: what was known by a day, up to a position, held by this system; on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.reports.read_models import PROJECTIONS
from shared.events.envelope import Recorded
from shared.past_rows import ListCut, folded
from tests import postgres
from tests.amendments.test_over_http import STATE, WHY, said, statement, taken_back
from tests.running import Running, running_services

LISTS = (
    "/reports/statements", "/reports/article7", "/reports/requests", "/reports/declarations", "/reports/measures",
    "/meetings/participations", "/meetings/votes", "/meetings/contributions", "/meetings/assessments",
    "/meetings/offices", "/meetings/requests",
)  # fmt: skip


@pytest.fixture(scope="module", params=["SQLite", "PostgreSQL"])
def services(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder: Path = tmp_path_factory.mktemp("services")
    with ExitStack() as stack:
        url = None
        if request.param == "PostgreSQL":
            url = stack.enter_context(postgres.database(request.getfixturevalue("postgres_server")))
        yield stack.enter_context(running_services(folder, url))


@pytest.fixture(scope="module")
def mended(services: Running) -> dict[str, str]:
    """Statements that were corrected, revised and taken back, a report, a corrected vote, and a term of office."""
    ids = {"wrong": said(services, statement("LAO", answer="no"))}
    ids["old"] = said(services, statement("CHE", received="2023-04-30"))
    ids["gone"] = said(services, statement("DEU", received="2024-04-30"))
    ids["right"] = said(services, statement("LAO"), corrects=ids["wrong"], **WHY)
    ids["new"] = said(services, statement("CHE", received="2025-03-10", answer="no"), revises=ids["old"], **STATE)
    ids["back"] = taken_back(services, ids["new"], role="state", received="2025-04-10")
    ids["retracted"] = taken_back(services, ids["gone"], role="state", received="2024-12-31")
    annual = {"state": "PER", "kind": "annual", "covers_years": [2024], "received": "2025-04-30"}
    ids["report"] = said(services, annual, "SubmitReport")

    def told(command: str, **fact: Any) -> str:
        return said(services, fact, command, service="meetings")

    told("DepositInstrument", state="LAO", instrument="accession", deposited="2009-03-18")
    told("DepositInstrument", state="AUT", instrument="accession", deposited="2024-03-18")
    ids["vote"] = told("RecordVote", year=2024, state="LAO", vote="abstain", date="2024-12-04")
    vote = {"year": 2024, "state": "LAO", "vote": "yes", "date": "2024-12-04"}
    ids["vote again"] = said(services, vote, "RecordVote", service="meetings", corrects=ids["vote"], **WHY)
    told("AssumeOffice", office_id="c", office="coordinator", theme="clearance", state="LAO", **{"from": "2023-11-24"})
    told("EndOffice", office_id="c", to="2024-09-13")
    services.caught_up()
    return ids


def rows(services: Running, path: str, **cut: Any) -> list[dict[str, Any]]:
    query = "&".join(f"{name}={value}" for name, value in cut.items())
    return list(services.get(f"{path}?{query}")["items"])


def statements(services: Running, **cut: Any) -> dict[str, tuple[str, list[str]]]:
    return {one["state"]: (one["answer"], one["eventIds"]) for one in rows(services, "/reports/statements", **cut)}


@pytest.mark.parametrize("path", LISTS)
def test_at_the_head_a_list_made_from_the_journal_is_the_live_one(
    services: Running, mended: dict[str, str], path: str
) -> None:
    head = services.head(path.split("/")[1])
    live = services.get(path)
    limited = services.get(f"{path}?position={head}&effectiveAt=2100-01-01")

    assert limited.pop("cut") == live.pop("cut") | {"effectiveAt": "2100-01-01"}
    assert limited == live


REVISED = [  # known by -> what Switzerland had said, by which events
    ("2023-04-29", None),
    ("2023-04-30", ("yes", ["old"])),
    ("2025-03-09", ("yes", ["old"])),
    ("2025-03-10", ("no", ["old", "new"])),
    ("2025-04-09", ("no", ["old", "new"])),
    ("2025-04-10", ("yes", ["old", "new", "back"])),
]


@pytest.mark.parametrize(("known_by", "expected"), REVISED)
def test_a_revision_counts_from_its_receipt_and_until_it_is_taken_back(
    services: Running, mended: dict[str, str], known_by: str, expected: tuple[str, list[str]] | None
) -> None:
    found = statements(services, knownBy=known_by).get("CHE")

    assert found == (expected and (expected[0], [mended[name] for name in expected[1]]))


@pytest.mark.parametrize(("known_by", "stands"), [("2024-04-30", True), ("2024-12-30", True), ("2024-12-31", False)])
def test_a_state_takes_back_from_a_day_on(
    services: Running, mended: dict[str, str], known_by: str, stands: bool
) -> None:
    assert ("DEU" in statements(services, knownBy=known_by)) is stands


def test_a_correction_is_what_was_right_all_along_but_not_before_it_was_recorded(
    services: Running, mended: dict[str, str]
) -> None:
    at = services.get(f"/reports/ledger/events/{mended['right']}")["position"]

    assert statements(services, knownBy="2025-04-15")["LAO"] == ("yes", [mended["wrong"], mended["right"]])
    assert statements(services, position=at)["LAO"][0] == "yes"
    assert statements(services, position=at - 1)["LAO"] == ("no", [mended["wrong"]])
    assert "LAO" not in statements(services, knownBy="2025-04-14")
    (vote,) = rows(services, "/meetings/votes", knownBy="2024-12-04")
    assert (vote["vote"], vote["eventId"]) == ("yes", mended["vote again"])


def test_what_begins_later_is_left_out_and_what_ends_later_has_not_ended(
    services: Running, mended: dict[str, str]
) -> None:
    def ends(day: str) -> list[str | None]:
        return [one["to"] for one in rows(services, "/meetings/offices", effectiveAt=day)]

    assert (ends("2023-11-23"), ends("2023-11-24"), ends("2024-09-12")) == ([], [None], [None])
    assert ends("2024-09-13") == ["2024-09-13"]


def test_filters_pages_and_counts_go_by_the_cut(services: Running, mended: dict[str, str]) -> None:
    first = services.get("/reports/statements?knownBy=2025-04-15&limit=1&newest=true")
    second = services.get(f"/reports/statements?knownBy=2025-04-15&limit=1&newest=true&after={first['next']}")

    assert [one["state"] for page in (first, second) for one in page["items"]] == ["LAO", "CHE"]
    assert (first["total"], second["total"], second["next"]) == (2, 2, None)
    assert rows(services, "/reports/statements", knownBy="2025-04-15", state="PER") == []
    assert [one["state"] for one in rows(services, "/reports/article7", knownBy="2025-04-30", year=2024)] == ["PER"]
    assert rows(services, "/reports/article7", knownBy="2025-04-30", year=2023) == []


def test_membership_is_told_as_it_was_known_then(services: Running, mended: dict[str, str]) -> None:
    before = services.get("/meetings/membership?on=2024-12-31&knownBy=2024-03-17")
    after = services.get("/meetings/membership?on=2024-12-31&knownBy=2024-03-18")

    assert (before["parties"], after["parties"]) == (["LAO"], ["AUT", "LAO"])
    assert before["cut"] == {
        "basis": "reconstructed", "knownBy": "2024-03-17", "effectiveAt": "2024-12-31",
        "positions": {"meetings": services.head("meetings")},
    }  # fmt: skip
    assert services.get("/meetings/states/AUT?on=2024-12-31&knownBy=2024-03-17")["deposited"] is None


REFUSED = {
    "a day to come": ("knownBy=2026-06-02", "future", "query:knownBy"),
    "today, which this system has not settled yet": ("knownBy=2026-06-01&basis=attested", "future", "query:knownBy"),
    "held by this system, but by when": ("basis=attested", "invalid", "query:knownBy"),
    "a position that is not there yet": ("position=100000", "position-ahead", "query:position"),
    "a position before the first": ("position=-1", "invalid", "query:position"),
    "another basis": ("basis=published", "invalid", "query:basis"),
}


@pytest.mark.parametrize(("query", "type", "field"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_answered_is_refused(
    services: Running, mended: dict[str, str], query: str, type: str, field: str
) -> None:
    answer = services.ask("reports", "GET", f"/reports/statements?{query}")

    problem = answer.json()
    assert (answer.status_code, problem["type"].rsplit("/", 1)[1], problem["field"]) == (422, type, field)


def test_what_this_system_held_goes_by_the_days_of_recording(services: Running, mended: dict[str, str]) -> None:
    """The events of the ledger, as if one had been recorded on each day of January 2026."""
    events = services.get("/reports/ledger/events?limit=1000")["events"]
    stored = []
    for day, event in enumerate(events, start=1):
        fields = {name: value for name, value in event.items() if name not in ("hash", "recordedTime")}
        stored.append(Recorded(orjson.dumps(fields | {"recordedtime": f"2026-01-{day:02}T12:00:00Z"}), b""))

    def held(day: int) -> dict[str, str]:
        cut = ListCut(known_by=date(2026, 1, day), basis="attested")
        tables = folded(PROJECTIONS[0], stored, cut)
        return {row["state"]: row["answer"] for row in tables["statements"]}

    assert held(1) == {"LAO": "no"}
    assert held(3) == {"LAO": "no", "CHE": "yes", "DEU": "yes"}
    assert held(4)["LAO"] == "yes", "corrected on that day, and not before"
    assert held(len(events)) == {"LAO": "yes", "CHE": "yes"}
    assert rows(services, "/reports/statements", basis="attested", knownBy="2026-05-31") == [], "recorded only later"
