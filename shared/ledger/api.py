"""The ledger over HTTP, read only: its head, its events as recorded, and a walk that verifies them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, Response

from shared.events.envelope import Recorded, timestamp
from shared.ledger.port import Ledger, Selection
from shared.problems import Problem

After = Annotated[int, Query(ge=0, lt=2**53, description="Events beyond this position; 0 = from the first.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="At most so many events.")]
Type = Annotated[str | None, Query(pattern="^[A-Za-z]{1,80}$", description="A type of this ledger: ReportSubmitted.")]
Subject = Annotated[str | None, Query(pattern="^[A-Z]{3}$", description="ISO3 of the State that events are about.")]
Newest = Annotated[bool, Query(description="The newest first; `after` is then the position that they lie before.")]
Name = Annotated[str, Path(max_length=400)]


def ledger_router(ledger: Ledger) -> APIRouter:
    """Routes under `/ledger`, to be included under the service's own prefix."""
    router = APIRouter(prefix="/ledger", tags=["ledger"])

    @router.get("/head", summary="The last position, its chain hash and when it was recorded")
    async def head() -> Response:
        last = await ledger.head()
        recorded = timestamp(last.recordedtime) if last.recordedtime else None
        return _json({"ledger": last.ledger, "position": last.position, "hash": last.hash, "recordedTime": recorded})

    @router.get("/events", summary="Events beyond a position, in order, as recorded, of one type or State or all")
    async def events(
        after: After = 0, limit: Limit = 256, type: Type = None, state: Subject = None, newest: Newest = False
    ) -> Response:
        wanted = Selection(after, limit + 1, type and f"ccm.{ledger.name}.{type}", state, newest)
        found, total = await ledger.select(wanted)
        page = found[:limit]
        following = page[-1].position if len(found) > limit else None
        return _json({"ledger": ledger.name, "total": total, "next": following, "events": _shown(page)})

    @router.get("/tail", summary="The last events, in order, as recorded")
    async def tail(limit: Limit = 20) -> Response:
        return _json({"ledger": ledger.name, "events": _shown(await ledger.tail(limit))})

    @router.get("/events/{event_id}", summary="One event by its id")
    async def event(event_id: Name) -> Response:
        found = await ledger.find(event_id) if _storable(event_id) else None
        if found is None:
            raise Problem(404, "event-unknown", "No such event", f"the {ledger.name} ledger holds no event {event_id}")
        return _json({"ledger": ledger.name, **shown(found)})

    @router.get("/streams/{stream:path}", summary="All events of a stream by version; empty for a new stream")
    async def stream(stream: Name) -> Response:
        found = await ledger.read_stream(stream) if _storable(stream) else ()
        return _json({"ledger": ledger.name, "stream": stream, "version": len(found), "events": _shown(found)})

    @router.get("/verify", summary="Walk all events: positions, bytes, columns, chain, head")
    async def verify() -> Response:
        walked = await ledger.verify()
        return _json(
            {
                "ledger": walked.ledger,
                "checked": walked.checked,
                "head": walked.head,
                "fault": walked.fault,
                "sound": walked.fault is None,
            }
        )

    return router


def shown(recorded: Recorded) -> dict[str, Any]:
    """The stored object as it is, with `recordedTime` and the chain `hash` (hex) added."""
    return {**recorded.fields, "recordedTime": recorded.fields["recordedtime"], "hash": recorded.hash.hex()}


def _shown(events: Iterable[Recorded]) -> list[dict[str, Any]]:
    return [shown(one) for one in events]


def _storable(text: str) -> bool:
    return "\0" not in text  # which PostgreSQL would not even compare


def _json(body: dict[str, Any]) -> Response:
    return Response(orjson.dumps(body), media_type="application/json")
