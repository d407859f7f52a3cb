"""Logs: one line per event on stderr, JSON for machines and coloured on a terminal, with the trace it belongs to."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

import structlog
from opentelemetry import trace
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor


class Stderr(logging.StreamHandler[TextIO]):
    """Writes to what is stderr now, not to what it was when logging was set up (a test or a daemon may swap it)."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:  # type: ignore[override]  # read-only on purpose
        return sys.stderr


def configure_logs(level: str) -> None:
    """Send our lines and the libraries' the same way; `level` is the least severe that is written."""
    terminal = sys.stderr.isatty()
    said: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace,
    ]
    structlog.configure(
        processors=[*said, ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        cache_logger_on_first_use=True,
    )
    shown: list[Processor] = (
        # Plain: the default draws every local variable of every frame, seconds and gigabytes for one deep traceback.
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if terminal
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    handler = Stderr()
    handler.setFormatter(
        ProcessorFormatter(foreign_pre_chain=said, processors=[ProcessorFormatter.remove_processors_meta, *shown])
    )
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level.upper())


def _add_trace(logger: object, method: str, line: EventDict) -> EventDict:
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        line["trace_id"], line["span_id"] = trace.format_trace_id(span.trace_id), trace.format_span_id(span.span_id)
    return line
