"""The meetings service over HTTP: membership on any day, meetings, and decisions on requests heard from reports."""

from __future__ import annotations

from typing import Any

import pytest

from tests.running import PASSAGES, Running

PROBLEMS = "https://stocktake.invalid/problems/"


@pytest.fixture(scope="module")
def lithuania(services: Running) -> Running:
    """Lithuania signed, ratified and withdrew; South Sudan acceded; Angola signed."""
    services.recorded("meetings", "RecordSignature", {"state": "LTU", "date": "2008-12-03"})
    services.recorded(
        "meetings", "DepositInstrument", {"state": "LTU", "instrument": "ratification", "deposited": "2011-03-24"}
    )
    services.recorded("meetings", "NotifyWithdrawal", {"state": "LTU", "received": "2024-09-06"})
    services.recorded(
        "meetings", "DepositInstrument", {"state": "SSD", "instrument": "accession", "deposited": "2023-08-03"}
    )
    services.recorded("meetings", "RecordSignature", {"state": "AGO", "date": "2008-12-03"})
    services.caught_up()
    return services


def submit(services: Running, request_id: str) -> None:
    state, article, _ = request_id.split("-")
    fact = {"request_id": request_id, "state": state, "article": int(article), "received": "2023-12-01"}
    services.recorded("reports", "SubmitExtensionRequest", fact | {"for_meeting": "12MSP"})


def decide(services: Running, request_id: str, **changed: Any) -> Any:
    fact = {"request_id": request_id, "state": request_id[:3], "meeting": "12MSP", "outcome": "as_requested"}
    return services.command("meetings", "DecideExtension", fact | changed, known={"time": "2024-09-13"})


def schedule(services: Running, meeting: str, opens: str, closes: str) -> Any:
    fact = {"meeting": meeting, "kind": "MSP", "opens": opens, "closes": closes}
    return services.command("meetings", "ScheduleMeeting", fact, known={"time": "2024-01-01"})


def test_membership_is_computed_for_any_day(lithuania: Running) -> None:
    before, after = (lithuania.get(f"/meetings/membership?on=2025-03-0{day}") for day in (5, 6))

    assert (before["parties"], before["former"]) == (["LTU", "SSD"], [])
    assert (after["parties"], after["former"]) == (["SSD"], ["LTU"])
    assert after["signatories"] == ["AGO"]
    assert len(after["notParty"]) == 197 - 2
    assert "LTU" in after["notParty"]


def test_the_197_states_say_what_they_are_today(lithuania: Running) -> None:
    rows = {row["iso3"]: row for row in lithuania.get("/meetings/states")}

    assert len(rows) == 197
    assert {rows[code]["standing"] for code in ("LTU", "SSD", "AGO", "LAO")} == {"former", "party", "signatory", "none"}
    assert rows["LTU"] == {
        "iso3": "LTU",
        "m49": "440",
        "name": "Lithuania",
        "group": "Eastern European Group",
        "signed": "2008-12-03",
        "deposited": "2011-03-24",
        "instrument": "ratification",
        "entryIntoForce": "2011-09-01",
        "withdrawalReceived": "2024-09-06",
        "withdrawalEffective": "2025-03-06",
        "on": "2026-06-01",
        "standing": "former",
    }


@pytest.mark.parametrize(
    ("day", "standing"), [("2023-08-02", "none"), ("2023-08-03", "deposited"), ("2024-02-01", "party")]
)
def test_one_state_on_a_day_with_its_acts_and_their_passages(lithuania: Running, day: str, standing: str) -> None:
    found = lithuania.get(f"/meetings/states/SSD?on={day}")

    assert found["standing"] == standing
    [act] = found["acts"]
    assert (act["kind"], act["date"], act["instrument"]) == ("deposit", "2023-08-03", "accession")
    assert act["passages"] == PASSAGES
    assert act["eventId"]


def test_accession_by_a_state_that_signed_is_refused(lithuania: Running) -> None:
    before = lithuania.head("meetings")

    answer = lithuania.command(
        "meetings", "DepositInstrument", {"state": "AGO", "instrument": "accession", "deposited": "2025-01-01"}
    )

    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["type"], problem["field"]) == (f"{PROBLEMS}wrong-instrument", "/fact/instrument")
    assert problem["article"] == "16"
    assert lithuania.head("meetings") == before


def test_a_decision_waits_until_its_request_is_heard(services: Running) -> None:
    assert schedule(services, "12MSP", "2024-09-10", "2024-09-13").status_code == 201
    before = services.head("meetings")

    unknown = decide(services, "LAO-4-2")
    assert unknown.status_code == 409
    assert (unknown.json()["type"], unknown.json()["field"]) == (f"{PROBLEMS}request-unknown", "/fact/request_id")
    assert services.head("meetings") == before

    submit(services, "LAO-4-2")
    services.caught_up()
    assert decide(services, "LAO-4-2", months=60, new_deadline="2030-08-01").status_code == 201
    assert decide(services, "LAO-4-2", months=12).json()["type"] == f"{PROBLEMS}already-recorded"


def test_a_decision_at_an_unknown_meeting_is_refused(services: Running) -> None:
    submit(services, "DEU-4-2")
    services.caught_up()

    answer = decide(services, "DEU-4-2", meeting="99MSP")
    assert (answer.status_code, answer.json()["type"]) == (409, f"{PROBLEMS}meeting-unknown")
    assert answer.json()["field"] == "/fact/meeting"


def test_a_decision_may_follow_the_scheduling_at_once(services: Running) -> None:
    submit(services, "TCD-4-2")
    services.caught_up()

    assert schedule(services, "11MSP", "2023-09-11", "2023-09-14").status_code == 201
    assert decide(services, "TCD-4-2", meeting="11MSP").status_code == 201


def test_analysis_and_decision_are_one_row(services: Running) -> None:
    submit(services, "CHL-4-3")
    services.caught_up()
    schedule(services, "10MSP", "2022-08-30", "2022-09-02")
    assessment = {"request_id": "CHL-4-3", "state": "CHL", "item": "costed", "outcome": "meets", "date": "2022-07-01"}
    [assessed] = services.recorded("meetings", "AssessRequest", assessment)["ids"]
    answer = decide(services, "CHL-4-3", meeting="10MSP", months=36, new_deadline="2026-06-01", benchmarks=["yearly"])
    services.caught_up()

    [item] = services.get("/meetings/requests?state=CHL")["items"]
    assert item["eventId"] == answer.json()["ids"][0]
    assert (item["outcome"], item["months"], item["newDeadline"]) == ("as_requested", 36, "2026-06-01")
    assert item["benchmarks"] == ["yearly"]
    assert item["assessments"] == [{"item": "costed", "outcome": "meets", "date": "2022-07-01", "eventId": assessed}]


def test_a_meeting_can_be_moved_and_shows_its_latest_dates(services: Running) -> None:
    first = schedule(services, "13MSP", "2025-09-16", "2025-09-19").json()
    moved = schedule(services, "13MSP", "2025-10-16", "2025-10-19").json()
    services.caught_up()

    found = services.get("/meetings/meetings/13MSP")
    assert (found["opens"], found["closes"]) == ("2025-10-16", "2025-10-19")
    assert found["eventIds"] == [*first["ids"], *moved["ids"]]


def test_meetings_are_listed_by_day_undated_ones_last(services: Running) -> None:
    undated = {"meeting": "4RC", "kind": "RC", "title": "Fourth Review Conference"}
    services.recorded("meetings", "ScheduleMeeting", undated, known={"time": "2026-01-01"})
    schedule(services, "5MSP", "2014-09-02", "2014-09-05")
    services.caught_up()

    names = [row["meeting"] for row in services.get("/meetings/meetings")]
    assert names[0] == "5MSP"
    assert names[-1] == "4RC"


def test_a_matter_goes_to_a_scheduled_meeting_only(services: Running) -> None:
    services.recorded(
        "meetings",
        "RequestClarification",
        {"matter": "M1", "from": "CHL", "to": "PER", "received": "2024-07-01"},
    )
    submission = {"matter": "M1", "meeting": "98MSP", "date": "2024-08-15"}
    answer = services.command("meetings", "SubmitMatter", submission)
    assert answer.json()["type"] == f"{PROBLEMS}meeting-unknown"

    schedule(services, "98MSP", "2024-09-10", "2024-09-13")
    services.recorded("meetings", "SubmitMatter", submission, key="submission of M1")
