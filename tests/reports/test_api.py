"""The reports service over HTTP: from command to query, with its passages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from shared.http.commands import commands_of
from tests.running import PASSAGES, Running

PROBLEMS = "https://stocktake.invalid/problems/"


def statement(state: str, code: str = "workplan.annual", **changed: Any) -> dict[str, Any]:
    fact = {"reporter": state, "code": code, "answer": "yes", "received": "2025-04-15"}
    return fact | {"period_from": "2024-01-01", "period_to": "2024-12-31"} | changed


def annual(state: str, year: int, received: Any) -> dict[str, Any]:
    return {"state": state, "kind": "annual", "covers_years": [year], "received": received}


def test_a_statement_goes_from_command_to_query(services: Running) -> None:
    answer = services.recorded("reports", "RecordStatement", statement("LAO", keys=["age", "gender"]))
    services.caught_up()

    assert (answer["ledger"], answer["version"], answer["replayed"]) == ("reports", 1, False)
    assert (answer["first"], len(answer["ids"])) == (answer["position"], 1)
    assert answer["stream"] == "practice-LAO-workplan.annual-2024-12-31"
    [item] = services.get("/reports/statements?state=LAO&code=workplan.annual")["items"]
    assert item["eventId"] == answer["ids"][0]
    assert item["passages"] == PASSAGES
    assert (item["knownTime"], item["knownPrecision"]) == ("2025-04-15", "day")
    assert item["keys"] == ["age", "gender"]


def test_the_event_holds_the_times_that_were_not_said(services: Running) -> None:
    interval = {"notBefore": "2024-07-01", "notAfter": "2024-12-16", "basis": "para 263"}
    request = {"request_id": "SOM-4-1", "state": "SOM", "article": 4, "for_meeting": "13MSP", "received": interval}
    [id_] = services.recorded("reports", "SubmitExtensionRequest", request)["ids"]

    event = services.get(f"/reports/ledger/events/{id_}")
    assert (event["knowntime"], event["knownprecision"]) == ("2024-12-16", "by")
    assert event["effective"] == {"from": "2024-07-01", "to": "2024-12-16", "precision": "day"}
    assert (event["subject"], event["actor"], event["onbehalfof"]) == ("SOM", "operator", None)


def test_times_that_are_said_are_kept(services: Running) -> None:
    [id_] = services.recorded(
        "reports",
        "RecordStatement",
        statement("PER", received={"notAfter": "2025-06-30"}),
        known={"time": "2025-04-30", "precision": "by"},
        effective={"from": "2024-01-01", "to": None, "precision": "year"},
        onBehalfOf="Peru",
    )["ids"]

    event = services.get(f"/reports/ledger/events/{id_}")
    assert (event["knowntime"], event["knownprecision"], event["onbehalfof"]) == ("2025-04-30", "by", "Peru")
    assert event["effective"] == {"from": "2024-01-01", "to": None, "precision": "year"}


def test_a_receipt_in_the_running_year_is_known_by_today(services: Running) -> None:
    [id_] = services.recorded("reports", "RecordStatement", statement("ECU", received="2026"))["ids"]

    event = services.get(f"/reports/ledger/events/{id_}")
    assert (event["knowntime"], event["knownprecision"]) == ("2026-06-01", "by")


def test_the_same_command_again_is_answered_as_before(services: Running) -> None:
    first = services.command("reports", "RecordStatement", statement("DEU"))
    again = services.command("reports", "RecordStatement", statement("DEU"))

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"replayed": True}


def test_the_same_body_in_another_order_is_the_same_body(services: Running) -> None:
    fact = statement("AUT")
    first = services.command("reports", "RecordStatement", fact, key="AUT 1")
    again = services.command("reports", "RecordStatement", dict(reversed(fact.items())), key="AUT 1")

    assert (first.status_code, again.status_code) == (201, 200)


def test_the_same_key_with_another_body_is_refused(services: Running) -> None:
    services.recorded("reports", "RecordStatement", statement("CHL"), key="one key")
    before = services.head("reports")

    for changed in (statement("CHL", answer="no"), statement("CHL", code="victims.focal_point")):
        answer = services.command("reports", "RecordStatement", changed, key="one key")
        assert (answer.status_code, answer.json()["type"]) == (422, f"{PROBLEMS}key-reused")
        assert answer.json()["field"] == "header:Idempotency-Key"
    assert services.head("reports") == before


def test_a_fact_recorded_already_is_refused_under_another_key(services: Running) -> None:
    services.recorded("reports", "RecordStatement", statement("NLD"), key="a")
    answer = services.command("reports", "RecordStatement", statement("NLD"), key="b")

    assert (answer.status_code, answer.json()["type"]) == (409, f"{PROBLEMS}already-recorded")
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_second_report_names_revision_and_a_revision_points_back(services: Running) -> None:
    [first] = services.recorded("reports", "SubmitReport", annual("CHE", 2022, "2023-04-30"))["ids"]
    second = services.command("reports", "SubmitReport", annual("CHE", 2022, "2025-04-30"))
    revision = annual("CHE", 2022, "2025-04-30") | {"revises": first}
    [revised] = services.recorded("reports", "SubmitReport", revision)["ids"]

    assert second.status_code == 409
    assert "revises" in second.json()["detail"]
    assert second.json()["article"] == "7.2"
    assert services.get(f"/reports/ledger/events/{revised}")["revises"] == first


def test_reports_are_found_by_any_year_they_cover_with_a_verdict(services: Running) -> None:
    services.recorded("reports", "SubmitReport", annual("IRQ", 2024, "2025-04-30"))
    services.recorded("reports", "SubmitReport", annual("IRQ", 2023, "2024-05-01"))
    services.recorded("reports", "SubmitReport", annual("NER", 2024, "2025") | {"covers_years": [2023, 2024]})
    services.recorded("reports", "SubmitReport", {"state": "NER", "kind": "initial", "received": "2012"})
    services.caught_up()

    def found(query: str) -> list[tuple[Any, ...]]:
        items = services.get(f"/reports/article7?{query}")["items"]
        return [(item["state"], item["kind"], item["due"], item["timeliness"]) for item in items]

    assert found("state=IRQ&year=2024") == [("IRQ", "annual", "2025-04-30", "timely")]
    assert found("state=IRQ&year=2023") == [("IRQ", "annual", "2024-04-30", "late")]
    assert found("state=NER&year=2023") == [("NER", "annual", "2025-04-30", "cannotTell")]
    assert ("NER", "initial", None, None) in found("state=NER")
    assert found("state=IRQ&year=2022") == []


def test_a_request_is_one_row_over_its_life(services: Running) -> None:
    base = {"request_id": "AFG-4-2", "state": "AFG", "article": 4}
    announced = services.recorded("reports", "AnnounceExtension", base | {"received": "2024-06-30"})
    submitted = services.recorded(
        "reports",
        "SubmitExtensionRequest",
        base | {"received": "2024-12-01", "for_meeting": "13MSP", "months_asked": 61, "sections": ["a", "b"]},
        passages=[{"document": "CCM/MSP/2025/3", "paragraph": "1"}],
    )
    updated = services.recorded(
        "reports",
        "SubmitExtensionRequest",
        base | {"received": "2025-05-01", "for_meeting": "13MSP", "updates": "AFG-4-2", "months_asked": 60},
    )
    services.caught_up()

    [item] = services.get("/reports/requests?state=AFG")["items"]
    assert item["eventIds"] == [*announced["ids"], *submitted["ids"], *updated["ids"]]
    assert (item["status"], item["received"], item["updated"]) == ("submitted", "2024-12-01", ["2025-05-01"])
    assert (item["monthsAsked"], item["length"], item["sections"]) == (60, "within", ["a", "b"])
    assert item["passages"] == [*PASSAGES, {"document": "CCM/MSP/2025/3", "paragraph": "1"}]


def test_lists_are_read_page_by_page(services: Running) -> None:
    codes = ["workplan.annual", "strategy.national", "victims.focal_point", "clearance.lessons", "standards.aligned"]
    for code in codes:
        services.recorded("reports", "RecordStatement", statement("BEL", code=code))
    services.caught_up()

    seen, after = [], 0
    while True:
        page = services.get(f"/reports/statements?state=BEL&limit=2&after={after}")
        seen += [item["code"] for item in page["items"]]
        if page["next"] is None:
            break
        after = page["next"]
    assert seen == codes


def test_many_at_once_about_one_subject_are_each_recorded_once(services: Running) -> None:
    """The stream is the same for all of them, so that each but the first must be decided on a new version."""

    def say(number: int) -> int:
        fact = {"state": "ITA", "article": 4, "status": "outstanding", "effective": f"20{10 + number % 12}-01-01"}
        body = fact | {"cause": "report", "received": "2025-01-01"}
        return services.command("reports", "ReportObligation", body).status_code

    before = services.head("reports")
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(say, range(24)))

    assert sorted(answers) == [200] * 12 + [201] * 12
    assert services.head("reports") == before + 12


def test_openapi_shows_every_command_with_its_schema(services: Running) -> None:
    described = services.get("/reports/openapi.json")

    for name, kind in commands_of("reports").items():
        operation = described["paths"][f"/reports/commands/{name}"]["post"]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
        body = described["components"]["schemas"][schema]
        assert set(body["required"]) == {"fact", "passages"}
        fact = described["components"]["schemas"][kind.__name__]
        assert fact["additionalProperties"] is False
        assert fact["properties"].keys() == {field.alias or key for key, field in kind.model_fields.items()}


def test_operation_is_open_to_the_eye(services: Running) -> None:
    services.caught_up()

    assert services.get("/reports/relay")["state"] == "running"
    assert [row["projection"] for row in services.get("/reports/projections")] == ["reports"]
    for path in ("/livez", "/readyz", "/metrics", "/reports/livez", "/reports/readyz", "/reports/metrics"):
        assert services.ask("reports", "GET", path).status_code == 200


def test_a_read_model_is_made_anew(services: Running) -> None:
    services.recorded("reports", "RecordStatement", statement("NOR"))
    services.caught_up()
    before = services.get("/reports/statements?limit=1000")

    answer = services.ask("reports", "POST", "/reports/projections/reports/rebuild")
    services.caught_up()
    difference = services.get("/reports/projections/reports/diff")
    switched = services.ask("reports", "POST", "/reports/projections/reports/switch")

    assert (answer.status_code, answer.json()["generation"]) == (202, 2)
    tables = {one["table"]: one["live"]["rows"] for one in difference["tables"]}
    assert difference["equal"] and tables["statements"] > 0
    assert (switched.status_code, switched.json()) == (200, {"projection": "reports", "live": 2, "previous": 1})
    assert services.get("/reports/statements?limit=1000") == before

    back = services.ask("reports", "POST", "/reports/projections/reports/rollback")
    refused = services.ask("reports", "POST", "/reports/projections/reports/rollback")
    assert back.json() == {"projection": "reports", "live": 1, "candidate": 2}
    assert services.get("/reports/statements?limit=1000") == before
    assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[1]) == (409, "generation-missing")


def test_measures_are_found_by_state_kind_and_status(services: Running) -> None:
    for status, received in (("in_process", "2022-04-30"), ("adopted", "2024-04-30")):
        fact = {"measure_id": "m-TGO", "state": "TGO", "kind": "specific_law", "status": status, "received": received}
        services.recorded("reports", "RecordMeasure", fact, effective={"from": received})
    services.caught_up()

    adopted = services.get("/reports/measures?state=TGO&status=adopted")
    both = services.get("/reports/measures?kind=specific_law&state=TGO")

    assert [(one["status"], one["received"]) for one in adopted["items"]] == [("adopted", "2024-04-30")]
    assert (adopted["items"][0]["investmentBan"], both["total"]) == (None, 2)
