"""Puts events on their stream, each at the sequence equal to its position, or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import orjson
from nats.js.api import Header
from nats.js.errors import APIError
from nats.nuid import NUID

from shared.bus.connection import Bus, stream_name
from shared.events.envelope import Recorded, cloudevent, nats_subject

ATOMIC_ABOVE = 12
"""Events in a group above which one atomic batch beats pipelined acks (measured with `sync_interval: always`)."""

ATOMIC_MOST = 500
"""Events in one batch; the server's own limit is 1000."""

ATOMIC_BYTES = 4_000_000
"""Bytes in one batch: the server stages it whole before it commits."""

ACK_PATIENCE = 2.0
"""Seconds; giving up early is harmless, as the stream itself says afterwards what it holds."""

FENCED_OFF = (10071, 10070)
"""Error codes: the stream does not end at the sequence, or with the message id, that we publish upon."""

_nuid = NUID()


class Misplaced(Exception):
    """The server stored or knew an event at another sequence than its position."""


async def publish(bus: Bus, events: Sequence[Recorded]) -> int:
    """Publish consecutive events and answer the position of the last one acknowledged here; some may be left over.

    Raises what the client raises: APIError FENCED_OFF when the stream does not end right before the first event.
    An error or a timeout says nothing about what was stored; only the stream itself does.
    """
    if len(events) <= ATOMIC_ABOVE:
        return await _pipelined(bus, events)
    return await _atomic(bus, events)


def _headers(event: Recorded) -> dict[str, str]:
    headers = {Header.MSG_ID.value: event.id}
    if event.traceparent:
        headers["traceparent"] = event.traceparent
    return headers


def _subject(event: Recorded) -> str:
    return nats_subject(event.type, event.subject)


async def _pipelined(bus: Bus, events: Sequence[Recorded]) -> int:
    """All at once, each fenced on its own predecessor: the first refusal refuses all after it.

    The sequence alone would not do: when an intruder takes our first event's place, the second finds the stream at
    just the sequence it expects. So it also expects the id of the event before it. Not so the first: the server
    forgets the last message's id when it restarts after a quiet time, and that message has been looked at.
    """
    asked = [
        await bus.js.publish_async(
            _subject(event),
            cloudevent(event),
            stream=stream_name(event.ledger),
            headers=_headers(event)
            | {Header.EXPECTED_LAST_SEQUENCE.value: str(event.position - 1)}
            | ({Header.EXPECTED_LAST_MSG_ID.value: before.id} if before else {}),
        )
        for before, event in zip((None, *events), events, strict=False)
    ]
    async with asyncio.timeout(ACK_PATIENCE):
        answers = await asyncio.gather(*asked, return_exceptions=True)
    for event, answer in zip(events, answers, strict=True):
        if isinstance(answer, BaseException):
            raise answer
        if answer.seq != event.position:
            raise Misplaced(f"position {event.position} of {event.ledger} is at sequence {answer.seq}")
    return events[-1].position


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
        else:
            headers[Header.BATCH_COMMIT.value] = "1"
            answer = await bus.nc.request(_subject(event), body, timeout=ACK_PATIENCE, headers=headers)
    said = orjson.loads(answer.data)
    if "error" in said:
        raise APIError.from_error(said["error"])
    if said["seq"] != events[last - 1].position:
        raise Misplaced(f"position {events[last - 1].position} of {events[0].ledger} is at sequence {said['seq']}")
    return events[last - 1].position


def _fitting(bodies: Sequence[bytes]) -> Sequence[bytes]:
    """As many of them, at least one, as stay below ATOMIC_BYTES together."""
    total = 0
    for count, body in enumerate(bodies):
        total += len(body)
        if total > ATOMIC_BYTES and count:
            return bodies[:count]
    return bodies
