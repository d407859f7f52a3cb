"""Spans as an exporter sees them: one in-memory exporter per process, emptied before each test."""

import json
from collections.abc import Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared import telemetry
from shared.settings import Settings


@cache  # the SDK knows one provider per process, so the exporter is added once
def _exporter() -> InMemorySpanExporter:
    telemetry.configure("tests", Settings())
    exporter = InMemorySpanExporter()
    telemetry.export_spans(SimpleSpanProcessor(exporter))
    return exporter


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """The spans finished since the test began, in the order in which they ended."""
    exporter = _exporter()
    exporter.clear()
    yield exporter
    exporter.clear()


class _EchoTraceparent(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({"traceparent": self.headers["traceparent"]}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: pytest shows stderr of failing tests, and this would fill it."""


@pytest.fixture
def free_port_answering() -> Iterator[int]:
    """A port where a plain HTTP server answers with the traceparent it was sent."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _EchoTraceparent) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()
