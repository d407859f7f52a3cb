"""One trace runs from the HTTP command through append, relay and consumer to every read model it moves."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path

import httpx
import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from services.embedded import all_services
from shared import telemetry
from shared.bus.connection import Bus
from shared.bus.relay import Relay
from shared.bus.server import NatsServer
from shared.events.base import Effective, Known, Passage
from shared.events.envelope import Proposed
from shared.events.meetings import SignatureRecorded
from shared.ledger.opening import open_ledger
from shared.ledger.port import Append
from shared.settings import Settings

CALLERS_TRACE = "0af7651916cd43dd8448eb211c80319c"
CALLER = f"00-{CALLERS_TRACE}-b7ad6b7169203331-01"
PATIENCE = 60.0

STATEMENT = {
    "fact": {
        "reporter": "LAO",
        "code": "workplan.annual",
        "answer": "yes",
        "received": "2025-04-30",
        "period_from": "2024-01-01",
        "period_to": "2024-12-31",
    },
    "passages": [{"document": "CCM/MSP/2025/9", "paragraph": "12"}],
}


@pytest.fixture
async def client(spans: InMemorySpanExporter, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """All four services in this process, asked through the gateway."""
    async with AsyncExitStack() as stack:
        gateway = await stack.enter_async_context(all_services(Settings(data=tmp_path)))
        yield await stack.enter_async_context(
            httpx.AsyncClient(transport=httpx.ASGITransport(app=gateway), base_url="http://gateway")
        )


async def until_projected(client: httpx.AsyncClient, service: str, position: int) -> set[str]:
    """Wait until every read model of the service that hears the reports ledger is there; answers their names."""
    async with asyncio.timeout(PATIENCE):
        while True:
            rows = (await client.get(f"/{service}/projections")).json()
            heard = [row for row in rows if row["source"] == "reports"]
            if all(row["position"] >= position for row in heard):
                return {row["projection"] for row in heard}
            await asyncio.sleep(0.02)


def by_name(spans: list[ReadableSpan]) -> dict[str, list[ReadableSpan]]:
    named: dict[str, list[ReadableSpan]] = {}
    for span in spans:
        named.setdefault(span.name, []).append(span)
    return named


def is_below(span: ReadableSpan, above: ReadableSpan, spans: list[ReadableSpan]) -> bool:
    """Whether `above` is an ancestor of `span`."""
    by_id = {one.context.span_id: one for one in spans}
    parent = span.parent
    while parent is not None:
        if parent.span_id == above.context.span_id:
            return True
        parent = by_id[parent.span_id].parent if parent.span_id in by_id else None
    return False


async def test_one_trace_runs_from_the_command_to_every_read_model(
    client: httpx.AsyncClient, spans: InMemorySpanExporter
) -> None:
    # when a caller with a trace of its own records a fact, through the gateway
    answer = await client.post("/reports/commands/RecordStatement", json=STATEMENT, headers={"traceparent": CALLER})
    assert answer.status_code == 201, answer.text
    hearing = {
        projection
        for service in ("reports", "meetings", "indicators")
        for projection in await until_projected(client, service, answer.json()["position"])
    }

    # then each step is in that trace, below the one that caused it
    trace = [span for span in spans.get_finished_spans() if f"{span.context.trace_id:032x}" == CALLERS_TRACE]
    named = by_name(trace)
    (request,) = named["POST /reports/commands/RecordStatement"]
    (command,) = named["command"]
    assert is_below(command, request, trace)
    for step in ("append", "relay", "consume", "project"):
        assert named[step], f"no span {step} in the trace"
        assert all(is_below(span, command, trace) for span in named[step]), f"{step} is not below the command"

    # and each read model's transaction shows its SQL
    assert len(hearing) >= 3 and len(named["project"]) >= len(hearing)
    written = [span for span in trace if span.name.startswith(("INSERT", "UPDATE"))]
    assert any(is_below(span, project, trace) for project in named["project"] for span in written)


async def test_a_query_that_is_made_is_a_span_below_its_request(
    client: httpx.AsyncClient, spans: InMemorySpanExporter
) -> None:
    answer = await client.post("/graphql", json={"query": "{ plans { id } }"}, headers={"traceparent": CALLER})
    assert "errors" not in answer.json(), answer.text

    trace = [span for span in spans.get_finished_spans() if f"{span.context.trace_id:032x}" == CALLERS_TRACE]
    named = by_name(trace)
    (request,), (made,) = named["POST /graphql"], named["graphql"]
    assert is_below(made, request, trace)
    assert any(is_below(span, made, trace) for span in named["GET /indicators/plans"])


async def test_a_batch_on_the_bus_links_to_each_of_its_commands(spans: InMemorySpanExporter, tmp_path: Path) -> None:
    # given two facts appended in two traces, before anything is relayed
    ledger = open_ledger("meetings", origin="tests", database=f"sqlite:///{tmp_path}/meetings.sqlite")
    await ledger.start()
    causes = []
    for day in (1, 2):
        with telemetry.tracer().start_as_current_span("command") as command:
            await ledger.append(signature(date(2024, 5, day)))
            causes.append(command.get_span_context().trace_id)

    # when the relay publishes both at once
    async with NatsServer(tmp_path / "nats") as nats:
        bus = await Bus.connect(nats.url, name="tests")
        relay = Relay(ledger, bus)
        await relay.start()
        await relay.wait_for(2, PATIENCE)
        await relay.stop()
        await bus.close()
    await ledger.stop()

    # then its one span belongs to neither trace and points at both
    (relayed,) = by_name(list(spans.get_finished_spans()))["relay"]
    assert [link.context.trace_id for link in relayed.links] == causes
    assert relayed.context.trace_id not in causes


def signature(day: date) -> Append:
    fact = Proposed(
        SignatureRecorded(state="LAO", date=day),
        Known(time=day),
        Effective(from_=day),
        (Passage(document="CN.1", paragraph="1"),),
    )
    return Append(
        stream="membership-LAO",
        expected_version=day.day - 1,
        events=(fact,),
        key=day.isoformat(),
        body_hash=day.isoformat(),
        actor="tests",
        traceparent=telemetry.current_traceparent(),
    )


METRICS = (
    "stocktake_append_duration",
    "stocktake_append_group",
    "stocktake_relay_lag",
    "stocktake_projection_lag",
    "stocktake_projection_parked",
)


async def test_appends_lags_and_parked_events_are_measured(client: httpx.AsyncClient) -> None:
    answer = await client.post("/reports/commands/RecordStatement", json=STATEMENT)
    await until_projected(client, "reports", answer.json()["position"])

    shown = (await client.get("/reports/metrics")).text

    missing = [name for name in METRICS if f"\n{name}" not in shown]
    assert missing == []
