"""The same services on PostgreSQL: ledgers and read models in a schema per service."""

from __future__ import annotations

from pathlib import Path

from tests.running import running_services


def test_a_request_is_submitted_heard_decided_and_shown(tmp_path: Path, postgres_url: str) -> None:
    with running_services(tmp_path, postgres_url) as services:
        request = {"request_id": "LAO-4-2", "state": "LAO", "article": 4, "received": {"notAfter": "2023-12-10"}}
        services.recorded("reports", "SubmitExtensionRequest", request | {"for_meeting": "12MSP"})
        services.recorded(
            "meetings",
            "ScheduleMeeting",
            {"meeting": "12MSP", "kind": "MSP", "opens": "2024-09-10", "closes": "2024-09-13"},
        )
        services.recorded("meetings", "RecordSignature", {"state": "LAO", "date": "2008-12-03"})
        services.caught_up()
        decision = {"request_id": "LAO-4-2", "state": "LAO", "meeting": "12MSP", "outcome": "as_requested"}
        services.recorded("meetings", "DecideExtension", decision, known={"time": "2024-09-13"})
        report = {"state": "LAO", "kind": "annual", "covers_years": [2023, 2024], "received": "2025-04-30"}
        services.recorded("reports", "SubmitReport", report)
        services.caught_up()

        assert services.get("/meetings/requests?state=LAO")["items"][0]["outcome"] == "as_requested"
        assert services.get("/reports/requests?state=LAO")["items"][0]["received"]["notAfter"] == "2023-12-10"
        assert services.get("/reports/article7?state=LAO&year=2023")["items"][0]["timeliness"] == "timely"
        assert services.get("/meetings/states/LAO?on=2009-01-01")["standing"] == "signatory"
        assert services.get("/reports/ledger/verify")["sound"]
        assert list(tmp_path.glob("*.sqlite")) == []
