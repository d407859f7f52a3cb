"""Traces and metrics: set up once per process, cheap while nobody listens."""

from __future__ import annotations

import os
from collections.abc import Sequence
from threading import Lock

from fastapi.telemetry import TelemetryConfig
from opentelemetry import metrics, propagate, trace
from opentelemetry.context import Context, get_current
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.propagators.textmap import CarrierT, Getter, default_getter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, ParentBased, Sampler, SamplingResult
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.logs import configure_logs
from shared.settings import Settings
from shared.sql_spans import trace_sql

OTLP = "OTEL_EXPORTER_OTLP_ENDPOINT"
"""Where spans and metrics are sent (OTLP over HTTP); unset, no span is recorded and /metrics is all there is."""

HTTP: TelemetryConfig = {"operation_spans": False, "metrics": False, "logs": False}
"""For `FastAPI(telemetry=HTTP)`: one span per request; the rest costs as much again as a small request."""


def unheard(scope: Scope) -> bool:
    """Whether nobody would see a request's span: no exporter is there, and no caller hands its trace on."""
    return not _sampler.listened_to and not any(name == b"traceparent" for name, _ in scope["headers"])


class _Propagator(TraceContextTextMapPropagator):
    """W3C trace context; without a `traceparent` the caller is in this process and its span is the parent."""

    def extract(
        self, carrier: CarrierT, context: Context | None = None, getter: Getter[CarrierT] = default_getter
    ) -> Context:
        return super().extract(carrier, get_current() if context is None else context, getter)


_TRACEPARENT = _Propagator()


class WhileListenedTo(Sampler):
    """Record a span only when some exporter will see it; the trace context travels either way."""

    def __init__(self) -> None:
        self.listened_to = False
        self._recording = ParentBased(ALWAYS_ON)

    def should_sample(self, parent_context: Context | None, trace_id: int, *args: object) -> SamplingResult:
        chosen = self._recording if self.listened_to else ALWAYS_OFF
        return chosen.should_sample(parent_context, trace_id, *args)  # type: ignore[arg-type]  # passed on

    def get_description(self) -> str:
        return "WhileListenedTo"


_sampler = WhileListenedTo()
_provider: TracerProvider | None = None
_configuring = Lock()


def configure(service_name: str, settings: Settings) -> None:
    """Set up this process under `service_name`; every later call, as by a second service in it, changes nothing."""
    global _provider
    with _configuring:
        if _provider is not None:
            return
        configure_logs(settings.log_level)
        resource = Resource.create(
            {"service.name": service_name, "service.namespace": "stocktake", "stocktake.origin": settings.origin}
        )
        _provider = TracerProvider(resource=resource, sampler=_sampler)
        trace.set_tracer_provider(_provider)
        propagate.set_global_textmap(_TRACEPARENT)
        metrics.set_meter_provider(MeterProvider(resource=resource, metric_readers=_readers()))
    if os.environ.get(OTLP):
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # 24 MB: only when wanted
        from opentelemetry.sdk.trace.export import BatchSpanProcessor

        export_spans(BatchSpanProcessor(OTLPSpanExporter()))


def _readers() -> Sequence[MetricReader]:
    readers: list[MetricReader] = [PrometheusMetricReader(disable_target_info=True, scope_info_enabled=False)]
    if os.environ.get(OTLP):
        from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
        from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader

        readers.append(PeriodicExportingMetricReader(OTLPMetricExporter()))
    return readers


def export_spans(processor: SpanProcessor) -> None:
    """Record spans from now on and hand them to `processor`. RuntimeError before `configure`."""
    if _provider is None:
        raise RuntimeError("telemetry.configure comes first")
    _provider.add_span_processor(processor)
    if not _sampler.listened_to:
        _sampler.listened_to = True
        _trace_libraries()


def _trace_libraries() -> None:
    """Spans for outgoing HTTP and for SQL; nothing is patched while nobody listens."""
    from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor

    HTTPXClientInstrumentor().instrument()
    trace_sql()


_tracer = trace.get_tracer("stocktake")  # kept: asking for it again costs as much as a span


def tracer() -> trace.Tracer:
    """The tracer of the spans that belong to no one part: `command`, and those of tests."""
    return _tracer


def meter() -> metrics.Meter:
    """The meter of instruments that belong to no one part; their names begin with `stocktake`."""
    return metrics.get_meter("stocktake")


def current_traceparent() -> str | None:
    """The W3C `traceparent` of the running span, to travel with an event or a message; None outside any."""
    carrier: dict[str, str] = {}
    _TRACEPARENT.inject(carrier)
    return carrier.get("traceparent")


def metrics_app() -> ASGIApp:
    """The answer to GET /metrics in the Prometheus text format: everything measured in this process."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        body = generate_latest(REGISTRY)
        headers = [(b"content-type", CONTENT_TYPE_LATEST.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return answer
