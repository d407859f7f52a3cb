"""Spans over the bus: the context of each event's command travels with it, and a batch links to all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.trace import Link, Span, SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.events.envelope import Recorded

_tracer = trace.get_tracer("stocktake.bus")
_propagator = TraceContextTextMapPropagator()


@contextmanager
def span_over(name: str, kind: SpanKind, events: Sequence[Recorded], *, within: bool = False) -> Iterator[Span]:
    """A span named `name` over these events, linked to the span of each one's command.

    When they all come from one command, that command's span is also the parent, so that its trace runs on; except
    `within` the current span, which is then the parent.
    """
    parents = list(dict.fromkeys(event.traceparent for event in events if event.traceparent))
    contexts = [_propagator.extract({"traceparent": parent}) for parent in parents]
    causes = [trace.get_current_span(context).get_span_context() for context in contexts]
    goes_on = not within and len(parents) == 1 and all(event.traceparent for event in events)
    with _tracer.start_as_current_span(
        name,
        context=contexts[0] if goes_on else None,
        kind=kind,
        links=[Link(cause) for cause in causes if cause.is_valid],
        attributes={
            "stocktake.ledger": events[0].ledger,
            "stocktake.position.first": events[0].position,
            "stocktake.position.last": events[-1].position,
            "messaging.system": "nats",
            "messaging.batch.message_count": len(events),
        },
    ) as span:
        yield span
