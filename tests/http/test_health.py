"""Alive is not ready: a relay that met a foreign message, or a read model that stands still, is red."""

from __future__ import annotations

import asyncio

from shared.bus.connection import Bus
from tests.running import Running


async def publish(url: str, subject: str, body: bytes) -> None:
    bus = await Bus.connect(url, name="stranger")
    await bus.js.publish(subject, body)
    await bus.close()


def test_all_is_green_at_first(services: Running) -> None:
    for path in ("/readyz", "/reports/readyz"):
        services.until(lambda path=path: services.ask("reports", "GET", path).status_code == 200)  # type: ignore[misc]  # mypy infers no lambda with a default
    assert services.ask("reports", "GET", "/livez").json() == {"alive": True}


def test_metrics_are_served(services: Running) -> None:
    answer = services.ask("meetings", "GET", "/meetings/metrics")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")


def test_a_foreign_message_on_the_stream_turns_the_service_red_and_leaves_it_alive(services: Running) -> None:
    asyncio.run(publish(services.nats_url, "ccm.reports.Foreign.-", b"{}"))

    services.until(lambda: services.ask("reports", "GET", "/readyz").status_code == 503)
    answer = services.ask("reports", "GET", "/readyz")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "https://stocktake.invalid/problems/not-ready"
    assert any("relay of reports" in fault for fault in answer.json()["faults"])
    assert services.get("/reports/relay")["state"] == "stopped"
    assert services.ask("reports", "GET", "/livez").status_code == 200


def test_commands_are_still_recorded_while_the_bus_is_in_doubt(services: Running) -> None:
    fact = {"reporter": "LAO", "code": "workplan.annual", "answer": "yes", "received": "2025-04-15"}

    services.recorded("reports", "RecordStatement", fact | {"period_from": "2024-01-01", "period_to": "2024-12-31"})
