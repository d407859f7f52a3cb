"""A neighbour's ledger read over HTTP gives the exact bytes; what is no ledger is refused."""

from __future__ import annotations

from pathlib import Path

import httpx
import orjson
import pytest
from fastapi import FastAPI, Response

from shared.ledger.api import ledger_router
from shared.ledger.remote import LedgerUnreadable, remote_ledger
from tests.bus.support import deposit, ledger_at, whole


def answering(body: bytes, status: int = 200) -> httpx.AsyncClient:
    """A neighbour that answers whatever it is asked with this."""
    app = FastAPI()

    @app.get("/{path:path}")
    def answer() -> Response:
        return Response(body, status_code=status)

    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://meetings")


async def test_the_bytes_and_the_chain_come_over_unchanged(tmp_path: Path) -> None:
    async with ledger_at(tmp_path / "meetings.sqlite") as ledger:
        await deposit(ledger, "LAO", "ZMB", "NOR", "ZMB")
        app = FastAPI()
        app.include_router(ledger_router(ledger), prefix="/meetings")
        client = httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://meetings")
        read = remote_ledger("meetings", client)

        found = [*await read(0, 3), *await read(3, 3)]

        assert [(one.raw, one.hash) for one in found] == [(one.raw, one.hash) for one in await whole(ledger)]
        assert await read(4, 3) == []

        body = orjson.loads((await client.get("/meetings/ledger/events")).content)
        body["events"][1]["data"]["state"] = "DEU"
        with pytest.raises(LedgerUnreadable, match="event 2 does not follow"):
            await remote_ledger("meetings", answering(orjson.dumps(body)))(0, 9)


@pytest.mark.parametrize("body", [b"<h1>It works</h1>", b"[]", b"{}", b'{"events": [{"id": 1}]}'])
async def test_what_is_no_ledger_is_refused(body: bytes) -> None:
    with pytest.raises(LedgerUnreadable):
        await remote_ledger("meetings", answering(body))(0, 9)


async def test_a_service_that_is_down_is_refused() -> None:
    with pytest.raises(LedgerUnreadable):
        await remote_ledger("meetings", answering(b"", 503))(0, 9)
    with pytest.raises(LedgerUnreadable):
        await remote_ledger("meetings", httpx.AsyncClient(base_url="http://127.0.0.1:1"))(0, 9)
