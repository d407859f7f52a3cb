"""Telemetry's promises: one trace through HTTP and SQL, links for batches, gauges read on demand, JSON logs."""

import asyncio
import io
import json
import logging
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import structlog
from fastapi import FastAPI
from opentelemetry import trace
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine

from shared import telemetry
from shared.settings import Settings

CALLER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
CALLERS_TRACE = 0x0AF7651916CD43DD8448EB211C80319C


def names(spans: InMemorySpanExporter) -> list[str]:
    return [span.name for span in spans.get_finished_spans()]


@pytest.fixture
def greeter() -> FastAPI:
    app = FastAPI(telemetry=telemetry.HTTP)

    @app.get("/greet/{whom}")
    async def greet(whom: str) -> dict[str, str | None]:
        return {"hello": whom, "traceparent": telemetry.current_traceparent()}

    return app


def client_of(app: FastAPI) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://greeter")


async def test_a_request_is_one_span_named_by_its_route(spans: InMemorySpanExporter, greeter: FastAPI) -> None:
    async with client_of(greeter) as client:
        await client.get("/greet/LAO")

    assert names(spans) == ["GET /greet/{whom}"]


async def test_a_request_joins_the_trace_its_caller_names(spans: InMemorySpanExporter, greeter: FastAPI) -> None:
    async with client_of(greeter) as client:
        answer = await client.get("/greet/LAO", headers={"traceparent": CALLER})

    (span,) = spans.get_finished_spans()
    assert span.context.trace_id == CALLERS_TRACE
    assert span.parent is not None and span.parent.span_id == 0xB7AD6B7169203331
    assert answer.json()["traceparent"].split("-")[1:3] == [CALLER.split("-")[1], f"{span.context.span_id:016x}"]


async def test_a_call_within_the_process_joins_its_callers_trace_without_a_header(
    spans: InMemorySpanExporter, greeter: FastAPI
) -> None:
    async with client_of(greeter) as client:
        with telemetry.tracer().start_as_current_span("caller"):
            await client.get("/greet/LAO")

    request, caller = spans.get_finished_spans()
    assert request.parent is not None and request.parent.span_id == caller.context.span_id


async def test_sql_is_traced_although_the_engine_was_made_through_a_name_imported_earlier(
    spans: InMemorySpanExporter, tmp_path: Path
) -> None:
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/traced.sqlite")

    with telemetry.tracer().start_as_current_span("query") as query:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT :one"), {"one": 1})
    await engine.dispose()

    (statement,) = (span for span in spans.get_finished_spans() if span.name == "SELECT")
    assert statement.parent is not None and statement.parent.span_id == query.get_span_context().span_id
    assert statement.attributes is not None and statement.attributes["db.query.text"] == "SELECT ?"


async def test_an_engine_with_options_of_its_own_is_traced_once(spans: InMemorySpanExporter, tmp_path: Path) -> None:
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/traced.sqlite")

    for one in (engine, engine.execution_options(reading=True)):
        async with one.connect() as connection:
            await connection.execute(text("SELECT 1"))
    await engine.dispose()

    assert names(spans) == ["SELECT", "SELECT"]


async def test_a_statement_that_fails_is_a_span_that_failed(spans: InMemorySpanExporter, tmp_path: Path) -> None:
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/traced.sqlite")

    async with engine.connect() as connection:
        with pytest.raises(OperationalError):
            await connection.execute(text("SELECT nothing FROM nowhere"))
    await engine.dispose()

    (span,) = spans.get_finished_spans()
    assert span.status.status_code is trace.StatusCode.ERROR


async def test_connecting_while_others_do_is_no_race(spans: InMemorySpanExporter, tmp_path: Path) -> None:
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/traced.sqlite")

    async def ask() -> None:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))

    await asyncio.gather(*(ask() for _ in range(10)))
    await engine.dispose()

    assert names(spans) == ["SELECT"] * 10


async def test_outgoing_http_carries_the_trace(spans: InMemorySpanExporter, free_port_answering: int) -> None:
    async with httpx.AsyncClient(timeout=60) as client:
        with telemetry.tracer().start_as_current_span("caller") as caller:
            answer = await client.get(f"http://127.0.0.1:{free_port_answering}/")

    sent = answer.json()["traceparent"]
    assert sent.split("-")[1] == f"{caller.get_span_context().trace_id:032x}"


def test_outside_any_span_there_is_no_traceparent(spans: InMemorySpanExporter) -> None:
    assert telemetry.current_traceparent() is None


def test_setting_up_a_second_service_in_the_process_changes_nothing(spans: InMemorySpanExporter) -> None:
    before, handlers = trace.get_tracer_provider(), list(logging.getLogger().handlers)

    telemetry.configure("another", Settings())

    assert trace.get_tracer_provider() is before
    assert logging.getLogger().handlers == handlers


async def test_metrics_are_served_in_the_prometheus_format(spans: InMemorySpanExporter) -> None:
    telemetry.meter().create_counter("stocktake_test_events").add(2, {"ledger": "reports"})

    transport = httpx.ASGITransport(app=telemetry.metrics_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://metrics") as client:
        answer = await client.get("/metrics")

    assert answer.headers["content-type"].startswith("text/plain")
    assert 'stocktake_test_events_total{ledger="reports"} 2.0' in answer.text


def test_a_log_line_is_json_and_names_its_trace(spans: InMemorySpanExporter, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)

    with telemetry.tracer().start_as_current_span("work") as span:
        structlog.get_logger().warning("relay waits", ledger="reports")
        logging.getLogger("some.library").error("it broke")

    ours, theirs = (json.loads(line) for line in written.getvalue().splitlines())
    assert ours["event"] == "relay waits" and ours["ledger"] == "reports" and ours["level"] == "warning"
    assert ours["trace_id"] == theirs["trace_id"] == f"{span.get_span_context().trace_id:032x}"
    assert theirs["event"] == "it broke"


def test_without_a_collector_no_span_is_recorded_and_no_library_patched() -> None:
    program = """
from shared import telemetry
from shared.settings import Settings
import sys
telemetry.configure("quiet", Settings())
with telemetry.tracer().start_as_current_span("work") as span:
    print(span.is_recording(), telemetry.current_traceparent() is not None)
print("opentelemetry.instrumentation.httpx" in sys.modules, "opentelemetry.exporter.otlp" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.split() == ["False", "True", "False", "False"]
