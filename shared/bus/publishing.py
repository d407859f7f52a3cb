"""Puts events on their stream, each at the sequence equal to its position, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from time import perf_counter

import orjson
from nats.js.api import Header
from nats.js.errors import APIError, NoStreamResponseError
from nats.nuid import NUID

from shared.bus.connection import Bus, stream_name
from shared.bus.pace import Pace
from shared.bus.together import Message
from shared.events.envelope import Recorded, cloudevent, nats_subject

ATOMIC_MOST = 500
"""Events in one batch; the server's own limit is 1000."""

STRETCH = 50
"""Events of a batch after which what is written goes on its way."""

ATOMIC_BYTES = 4_000_000
"""Bytes in one batch: the server stages it whole before it commits."""

ACK_PATIENCE = 2.0
"""Seconds; giving up early is harmless, as the stream itself says afterwards what it holds."""

FENCED_OFF = (10071, 10070)
"""Error codes: the stream does not end at the sequence, or with the message id, that we publish upon."""

_nuid = NUID()


class Misplaced(Exception):
    """The server stored or knew an event at another sequence than its position."""


async def publish(bus: Bus, events: Sequence[Recorded], pace: Pace) -> int:
    """Publish consecutive events and answer the position of the last one acknowledged here; some may be left over.

    By one batch or one by one, as `pace` prefers; it learns from what this took.

    Raises what the client raises: APIError FENCED_OFF when the stream does not end right before the first event.
    An error or a timeout says nothing about what was stored; only the stream itself does.
    """
    began, atomic = perf_counter(), pace.prefers_atomic(len(events))
    last = await (_atomic if atomic else _pipelined)(bus, events)
    pace.took(atomic, last - events[0].position + 1, perf_counter() - began)
    return last


def _headers(event: Recorded) -> dict[str, str]:
    headers = {Header.MSG_ID.value: event.id}
    if event.traceparent:
        headers["traceparent"] = event.traceparent
    return headers


def _subject(event: Recorded) -> str:
    return nats_subject(event.type, event.subject)


async def _pipelined(bus: Bus, events: Sequence[Recorded]) -> int:
    """All at once, the first fenced on its position, each other on its predecessor: one refusal refuses all after it.

    The sequence would not do for the others: when an intruder takes our first event's place, the second finds the
    stream at just the sequence it expects. So they expect the id of the event before them, which stands where it
    should. Not so the first: the server forgets the last message's id when it restarts after a quiet time, and that
    message has been looked at.
    """
    answers = await bus.together.publish(_fenced(events), ACK_PATIENCE)
    for event, answer in zip(events, answers, strict=True):
        _check(answer, event)
    return events[-1].position


def _fenced(events: Sequence[Recorded]) -> Iterator[Message]:
    first = events[0]
    fence = {
        Header.EXPECTED_STREAM.value: stream_name(first.ledger),
        Header.EXPECTED_LAST_SEQUENCE.value: str(first.position - 1),
    }
    for event in events:
        yield _subject(event), cloudevent(event), _headers(event) | fence
        fence = {Header.EXPECTED_LAST_MSG_ID.value: event.id}


def _check(answer: bytes, event: Recorded) -> None:
    """Raises APIError, NoStreamResponseError or Misplaced unless the answer says that the event is in its place."""
    if not answer:
        raise NoStreamResponseError
    said = orjson.loads(answer)
    if "error" in said:
        raise APIError.from_error(said["error"])
    if said["seq"] != event.position:
        raise Misplaced(f"position {event.position} of {event.ledger} is at sequence {said['seq']}")


async def _atomic(bus: Bus, events: Sequence[Recorded]) -> int:
    """One atomic batch (ADR-50): every event or none; the fence stands on the first, the ack on the last."""
    bodies = _fitting([cloudevent(event) for event in events[:ATOMIC_MOST]])
    batch, last = _nuid.next().decode(), len(bodies)
    for number, (event, body) in enumerate(zip(events[:last], bodies, strict=True), start=1):
        headers = _headers(event) | {Header.BATCH_ID.value: batch, Header.BATCH_SEQUENCE.value: str(number)}
        if number == 1:
            headers[Header.EXPECTED_STREAM.value] = stream_name(event.ledger)
            headers[Header.EXPECTED_LAST_SEQUENCE.value] = str(event.position - 1)
        if number < last:
            await bus.nc.publish(_subject(event), body, headers=headers)
            if number % STRETCH == 0:
                await asyncio.sleep(0)  # the server takes up these while we write the next ones
        else:
            headers[Header.BATCH_COMMIT.value] = "1"
            answer = await bus.nc.request(_subject(event), body, timeout=ACK_PATIENCE, headers=headers)
    _check(answer.data, events[last - 1])
    return events[last - 1].position


def _fitting(bodies: Sequence[bytes]) -> Sequence[bytes]:
    """As many of them, at least one, as stay below ATOMIC_BYTES together."""
    total = 0
    for count, body in enumerate(bodies):
        total += len(body)
        if total > ATOMIC_BYTES and count:
            return bodies[:count]
    return bodies
