"""Corrections, revisions and retractions over HTTP: from command to the rows that queries answer from."""

from __future__ import annotations

from typing import Any

from tests.running import PASSAGES, Running

PROBLEMS = "https://stocktake.invalid/problems/"
WHY = {"role": "registrar", "reason": "a slip of ours"}
STATE = {"role": "state", "reason": "the State wrote again"}


def statement(state: str, **changed: Any) -> dict[str, Any]:
    fact = {"reporter": state, "code": "workplan.annual", "answer": "yes", "received": "2025-04-15"}
    return fact | {"period_from": "2024-01-01", "period_to": "2024-12-31"} | changed


def said(services: Running, fact: dict[str, Any], command: str = "RecordStatement", **more: Any) -> str:
    service = more.pop("service", "reports")
    [id_] = services.recorded(service, command, fact, **more)["ids"]
    return str(id_)


def retracted(services: Running, target: str, service: str = "reports", **more: Any) -> Any:
    body = {"target": target, "passages": PASSAGES} | WHY | more
    return services.ask(service, "POST", f"/{service}/commands/Retract", json=body)


def taken_back(services: Running, target: str, service: str = "reports", **more: Any) -> str:
    answer = retracted(services, target, service, **more)
    assert answer.status_code == 201, answer.text
    [id_] = answer.json()["ids"]
    return str(id_)


def items(services: Running, path: str) -> list[dict[str, Any]]:
    services.caught_up()
    found = services.get(path)
    return list(found["items"] if isinstance(found, dict) else found)


def test_a_corrected_statement_is_one_row_that_names_both_events(services: Running) -> None:
    wrong = said(services, statement("LAO", answer="no"))
    right = said(services, statement("LAO"), corrects=wrong, **WHY)

    [row] = items(services, "/reports/statements?state=LAO")
    assert (row["answer"], row["eventId"], row["eventIds"]) == ("yes", right, [wrong, right])
    event = services.get(f"/reports/ledger/events/{right}")
    assert (event["corrects"], event["revises"], event["retracts"]) == (wrong, None, None)
    assert event["data"]["amendment"] == WHY
    assert services.get(f"/reports/ledger/events/{wrong}")["data"]["answer"] == "no"


def test_a_correction_keeps_known_at_unless_it_says_otherwise(services: Running) -> None:
    by = {"time": "2025-04-30", "precision": "by"}
    receipt = {"notAfter": "2025-06-30"}
    first = said(services, statement("PER", received=receipt), known=by)
    second = said(services, statement("PER", received=receipt, answer="no"), corrects=first, **WHY)
    third = said(services, statement("PER", received="2025-03-01", answer="no"), corrects=second, **WHY)
    fourth = said(
        services,
        statement("PER", received="2025-03-01", answer="no"),
        corrects=third,
        known={"time": "2025-05-01"},
        **WHY,
    )

    known = [services.get(f"/reports/ledger/events/{id_}")["knowntime"] for id_ in (first, second, third, fourth)]
    assert known == ["2025-04-30", "2025-04-30", "2025-03-01", "2025-05-01"]


def test_a_revision_takes_the_row_and_its_retraction_gives_it_back(services: Running) -> None:
    old = said(services, statement("CHE", received="2023-04-30"))
    new = said(services, statement("CHE", received="2025-03-10", answer="no"), revises=old, **STATE)
    [row] = items(services, "/reports/statements?state=CHE")
    assert (row["eventId"], row["answer"], row["knownTime"], row["eventIds"]) == (new, "no", "2025-03-10", [old, new])

    back = taken_back(services, new, role="state", received="2025-04-10")
    [row] = items(services, "/reports/statements?state=CHE")
    assert (row["eventId"], row["answer"], row["knownTime"]) == (old, "yes", "2023-04-30")
    assert row["eventIds"] == [old, new, back]
    event = services.get(f"/reports/ledger/events/{back}")
    assert (event["retracts"], event["knowntime"], event["subject"]) == (new, "2025-04-10", "CHE")
    assert event["data"] == {
        "target_type": "PracticeReported",
        "target_stream": "practice-CHE-workplan.annual-2024-12-31",
        "state": "CHE",
        "received": "2025-04-10",
        "amendment": {"role": "state", "reason": "a slip of ours"},
        "confidence": "verified",
    }


def test_the_registrar_takes_back_a_wrong_state_and_records_the_right_one(services: Running) -> None:
    wrong = said(services, statement("DEU"))
    moved = services.command("reports", "RecordStatement", statement("AUT"), corrects=wrong, **WHY)
    gone = taken_back(services, wrong)
    said(services, statement("AUT"))

    assert (moved.status_code, moved.json()["type"]) == (409, f"{PROBLEMS}identity")
    assert "retraction" in moved.json()["detail"]
    assert items(services, "/reports/statements?state=DEU") == []
    assert [row["state"] for row in items(services, "/reports/statements?state=AUT")] == ["AUT"]
    assert services.get(f"/reports/ledger/events/{gone}")["knowntime"] == "2025-04-15"
    said(services, statement("DEU"), key="DEU again")
    assert len(items(services, "/reports/statements?state=DEU")) == 1


def test_only_the_head_is_amended_and_the_answer_names_it(services: Running) -> None:
    first = said(services, statement("BEL"))
    second = said(services, statement("BEL", answer="no"), corrects=first, **WHY)
    before = services.head("reports")

    again = services.command("reports", "RecordStatement", statement("BEL"), corrects=first, **WHY)
    late = retracted(services, first)

    assert (again.status_code, again.json()["type"], again.json()["field"]) == (
        409,
        f"{PROBLEMS}not-the-head",
        "/corrects",
    )
    assert (late.status_code, late.json()["type"], late.json()["field"]) == (409, f"{PROBLEMS}not-the-head", "/target")
    assert second in again.json()["detail"] and second in late.json()["detail"]
    assert services.head("reports") == before


def test_nothing_is_revised_or_taken_back_before_it_was_known(services: Running) -> None:
    old = said(services, statement("ESP", received="2025-04-15"))
    early = services.command(
        "reports", "RecordStatement", statement("ESP", received="2025-04-14", answer="no"), revises=old, **STATE
    )
    taken = retracted(services, old, role="state", received="2025-04-14")

    assert (early.status_code, early.json()["type"], early.json()["field"]) == (
        409,
        f"{PROBLEMS}sequence",
        "/fact/received",
    )
    assert (taken.status_code, taken.json()["type"], taken.json()["field"]) == (409, f"{PROBLEMS}sequence", "/received")
    said(services, statement("ESP", received="2025-04-15", answer="no"), revises=old, **STATE)


def test_an_amendment_is_answered_again_under_its_key(services: Running) -> None:
    wrong = said(services, statement("NLD", answer="no"))
    first = services.command("reports", "RecordStatement", statement("NLD"), corrects=wrong, key="mend NLD", **WHY)
    again = services.command("reports", "RecordStatement", statement("NLD"), corrects=wrong, key="mend NLD", **WHY)
    other = services.command(
        "reports", "RecordStatement", statement("NLD"), corrects=wrong, key="mend NLD", role="state", reason="x"
    )
    right = first.json()["ids"][0]
    gone, repeated = retracted(services, right), retracted(services, right)

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"replayed": True}
    assert (other.status_code, other.json()["type"]) == (422, f"{PROBLEMS}key-reused")
    assert (gone.status_code, repeated.status_code, repeated.json()["ids"]) == (201, 200, gone.json()["ids"])


def test_a_correction_that_changes_nothing_is_refused_and_one_of_a_passage_is_not(services: Running) -> None:
    first = said(services, statement("ITA"))
    same = services.command("reports", "RecordStatement", statement("ITA"), corrects=first, **WHY)
    elsewhere = [{"document": "CCM/MSP/2025/9", "paragraph": "13"}]
    said(services, statement("ITA"), corrects=first, passages=elsewhere, **WHY)

    assert (same.status_code, same.json()["type"]) == (409, f"{PROBLEMS}already-recorded")
    [row] = items(services, "/reports/statements?state=ITA")
    assert row["passages"] == elsewhere


def test_an_event_of_another_type_or_ledger_is_no_target(services: Running) -> None:
    of_reports = said(services, statement("NOR"))
    meeting = {"meeting": "15MSP", "kind": "MSP"}
    other = services.command("reports", "ReportObligation", {
        "state": "NOR", "article": 4, "status": "none", "effective": "2010-08-01", "cause": "report",
        "received": "2025-01-01"}, corrects=of_reports, **WHY)  # fmt: skip
    elsewhere = services.command(
        "meetings", "ScheduleMeeting", meeting, known={"time": "2025-01-01"}, corrects=of_reports, **WHY
    )

    assert (other.status_code, other.json()["type"], other.json()["field"]) == (409, f"{PROBLEMS}identity", "/corrects")
    assert (elsewhere.status_code, elsewhere.json()["type"]) == (409, f"{PROBLEMS}target-unknown")


def test_a_revised_report_is_a_second_row_and_a_retracted_one_can_be_sent_again(services: Running) -> None:
    annual = {"state": "IRQ", "kind": "annual", "covers_years": [2024], "received": "2025-04-30"}
    first = said(services, annual, "SubmitReport")
    second = said(services, annual | {"received": "2025-08-01"}, "SubmitReport", revises=first, **STATE)
    third = said(services, annual | {"received": "2025-09-01", "revises": second}, "SubmitReport")

    rows = items(services, "/reports/article7?state=IRQ")
    assert [(row["eventId"], row["timeliness"]) for row in rows] == [
        (first, "timely"), (second, "late"), (third, "late")]  # fmt: skip
    assert all(row["eventIds"] == [first, second, third] for row in rows)
    for report in (third, second, first):
        taken_back(services, report)
    assert items(services, "/reports/article7?state=IRQ") == []
    said(services, annual, "SubmitReport", key="IRQ again")
    assert len(items(services, "/reports/article7?state=IRQ")) == 1


def test_a_request_is_what_its_standing_events_say(services: Running) -> None:
    base = {"request_id": "TCD-4-3", "state": "TCD", "article": 4}
    asked = base | {"received": "2024-12-01", "for_meeting": "13MSP", "months_asked": 61}
    announced = said(services, base | {"received": "2024-06-30"}, "AnnounceExtension")
    submitted = said(services, asked, "SubmitExtensionRequest")
    mended = said(services, asked | {"months_asked": 60}, "SubmitExtensionRequest", corrects=submitted, **WHY)

    [row] = items(services, "/reports/requests?state=TCD")
    assert (row["status"], row["monthsAsked"], row["length"]) == ("submitted", 60, "within")
    assert row["eventIds"] == [announced, submitted, mended]
    taken_back(services, mended)
    [row] = items(services, "/reports/requests?state=TCD")
    assert (row["status"], row["monthsAsked"], row["eventIds"]) == ("announced", None, [announced])
    decision = {"request_id": "TCD-4-3", "state": "TCD", "meeting": "12MSP", "outcome": "as_requested", "months": 60}
    unheard = services.command("meetings", "DecideExtension", decision, known={"time": "2025-09-19"})
    assert (unheard.status_code, unheard.json()["type"]) == (409, f"{PROBLEMS}request-unknown")


def test_a_corrected_deposit_changes_who_is_party(services: Running) -> None:
    signed = {"state": "PHL", "date": "2008-12-03"}
    deposit = {"state": "PHL", "instrument": "ratification", "deposited": "2019-01-03"}
    said(services, signed, "RecordSignature", service="meetings")
    wrong = said(services, deposit, "DepositInstrument", service="meetings")
    services.caught_up()
    assert "PHL" in services.get("/meetings/membership?on=2019-07-01")["parties"]

    right = said(
        services, deposit | {"deposited": "2019-02-03"}, "DepositInstrument", service="meetings", corrects=wrong, **WHY
    )
    services.caught_up()
    assert "PHL" not in services.get("/meetings/membership?on=2019-07-01")["parties"]
    file = services.get("/meetings/states/PHL?on=2019-08-01")
    assert (file["deposited"], file["entryIntoForce"], file["standing"]) == ("2019-02-03", "2019-08-01", "party")
    assert [act["eventIds"] for act in file["acts"] if act["kind"] == "deposit"] == [[wrong, right]]

    taken_back(services, right, "meetings")
    services.caught_up()
    assert services.get("/meetings/states/PHL?on=2026-01-01")["standing"] == "signatory"


def test_a_corrected_meeting_and_a_retracted_schedule(services: Running) -> None:
    first = {"meeting": "14MSP", "kind": "MSP", "opens": "2026-11-16", "closes": "2026-11-20"}
    later = first | {"opens": "2026-11-23", "closes": "2026-11-27"}
    known = {"time": "2025-09-19"}
    one = said(services, first, "ScheduleMeeting", service="meetings", known=known)
    two = said(services, later, "ScheduleMeeting", service="meetings", known={"time": "2026-01-10"})
    mended = said(
        services,
        later | {"closes": "2026-11-26"},
        "ScheduleMeeting",
        service="meetings",
        corrects=two,
        **WHY,
    )
    services.caught_up()
    meeting = services.get("/meetings/meetings/14MSP")
    assert (meeting["closes"], meeting["knownTime"]) == ("2026-11-26", "2026-01-10")
    assert meeting["eventIds"] == [one, two, mended]

    taken_back(services, mended, "meetings")
    services.caught_up()
    assert services.get("/meetings/meetings/14MSP")["opens"] == "2026-11-16"
    taken_back(services, one, "meetings")
    services.caught_up()
    assert services.ask("meetings", "GET", "/meetings/meetings/14MSP").status_code == 404


def test_rows_made_anew_from_the_first_event_are_the_same(services: Running) -> None:
    services.caught_up()
    paths = ("/reports/statements?limit=1000", "/reports/requests?limit=1000", "/reports/article7?limit=1000")
    before = [services.get(path) for path in paths]

    assert services.ask("reports", "POST", "/reports/projections/reports/rebuild").status_code == 202
    services.caught_up()

    assert [services.get(path) for path in paths] == before
    assert services.get("/reports/ledger/verify")["sound"]
