"""One trace runs from a command through relay and projection; a batch links to the traces of its commands."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy.ext.asyncio import AsyncEngine

from shared import telemetry
from shared.bus.connection import Bus
from shared.bus.relay import Relay
from shared.ledger.port import Ledger
from shared.settings import Settings
from tests.bus.support import PATIENCE, TRACEPARENT, deposit, eventually, say
from tests.projecting.support import Heard, started

TRACE, SPAN = (int(part, 16) for part in TRACEPARENT.split("-")[1:3])


@cache  # the SDK knows one provider per process, so the exporter is added once
def _exporter() -> InMemorySpanExporter:
    telemetry.configure("tests", Settings())
    exporter = InMemorySpanExporter()
    telemetry.export_spans(SimpleSpanProcessor(exporter))
    return exporter


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = _exporter()
    exporter.clear()
    yield exporter
    exporter.clear()


def named(spans: InMemorySpanExporter, name: str) -> list[ReadableSpan]:
    return [span for span in spans.get_finished_spans() if span.name == name]


def linked(span: ReadableSpan) -> set[tuple[int, int]]:
    return {(link.context.trace_id, link.context.span_id) for link in span.links}


async def test_the_trace_of_a_command_runs_on_to_the_projection(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine, spans: InMemorySpanExporter
) -> None:
    runner = await started(Heard(), engine, bus)
    await runner.wait_for("meetings", await say(ledger, 1), timeout=PATIENCE)
    await eventually(lambda: bool(named(spans, "consume")) and bool(named(spans, "relay")))

    (relayed,), (consumed,), (projected,) = (named(spans, name) for name in ("relay", "consume", "project"))
    for span in (relayed, consumed, projected):
        assert span.context and span.context.trace_id == TRACE
        assert linked(span) == {(TRACE, SPAN)}
    for span in (relayed, consumed):
        assert span.parent and span.parent.span_id == SPAN
    assert projected.parent == consumed.context
    assert projected.attributes and projected.attributes["stocktake.projection"] == "heard"
    await runner.stop()


async def test_a_batch_of_several_commands_links_to_each_of_them(
    bus: Bus, ledger: Ledger, engine: AsyncEngine, spans: InMemorySpanExporter
) -> None:
    commands = set()
    for state in ("LAO", "ZMB", "NOR"):
        with trace.get_tracer("test").start_as_current_span(state) as span:
            commands.add(span.get_span_context().trace_id)
            await deposit(ledger, state)
    relay = Relay(ledger, bus)
    await relay.start()
    runner = await started(Heard(), engine, bus)
    await runner.wait_for("meetings", 3, timeout=PATIENCE)
    await eventually(lambda: bool(named(spans, "consume")) and bool(named(spans, "relay")))

    (relayed,) = named(spans, "relay")
    assert {trace_id for trace_id, _ in linked(relayed)} == commands
    assert relayed.parent is None
    assert relayed.attributes and relayed.attributes["messaging.batch.message_count"] == 3
    await runner.stop()
    await relay.stop()


async def test_the_metrics_show_how_far_behind_we_are(
    bus: Bus, ledger: Ledger, relay: Relay, engine: AsyncEngine, spans: InMemorySpanExporter
) -> None:
    from prometheus_client import REGISTRY, generate_latest

    heard = Heard(policy="park")
    heard.poison = {1}
    runner = await started(heard, engine, bus)
    await runner.wait_for("meetings", await deposit(ledger, "LAO", "LAO", "ZMB"), timeout=PATIENCE)

    shown = generate_latest(REGISTRY).decode()

    assert 'stocktake_relay_lag{ledger="meetings"' in shown.replace("stocktake_relay_lag_events", "stocktake_relay_lag")
    parked = next(line for line in shown.splitlines() if line.startswith("stocktake_projection_parked"))
    assert 'projection="heard"' in parked and parked.endswith(" 2.0")
    await runner.stop()
