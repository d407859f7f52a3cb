"""A span per SQL statement, on every engine of the process, whenever and through whichever name it was made."""

from __future__ import annotations

from typing import Any

from opentelemetry import trace
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, ExceptionContext, ExecutionContext

_tracer = trace.get_tracer("stocktake.sql")


def trace_sql() -> None:
    """Listen from now on; call it once."""
    # On the class, once: the instrumentation package listens per engine, through a patched `create_engine` that
    # misses names imported earlier; it refuses SQLAlchemy 2.1; and adding listeners later races with connecting.
    event.listen(Engine, "before_cursor_execute", _begin)
    event.listen(Engine, "after_cursor_execute", _end)
    event.listen(Engine, "handle_error", _fail)


def _begin(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: ExecutionContext, many: bool
) -> None:
    operation = statement.split(None, 1)[0].upper()
    attributes = {
        "db.system.name": connection.dialect.name,
        "db.operation.name": operation,
        "db.query.text": statement,  # values travel apart from it, as parameters
    }
    span = _tracer.start_span(operation, kind=trace.SpanKind.CLIENT, attributes=attributes)
    context.sql_span = span  # type: ignore[attr-defined]  # the one object that lives as long as the statement


def _end(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: ExecutionContext, many: bool
) -> None:
    _span_of(context).end()


def _fail(failure: ExceptionContext) -> None:
    span = _span_of(failure.execution_context)
    if not span.is_recording():  # it had ended: fetching its rows failed, or was cancelled
        return
    span.record_exception(failure.original_exception)
    span.set_status(trace.StatusCode.ERROR)
    span.end()


def _span_of(context: ExecutionContext | None) -> trace.Span:
    return getattr(context, "sql_span", trace.INVALID_SPAN)
