"""The ledger over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from shared.http.handlers import answer_problem
from shared.ledger.api import ledger_router
from shared.ledger.port import Ledger
from shared.problems import MEDIA_TYPE, Problem
from tests.contracts.builders import backdoor, command, ledger_on


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'reports.sqlite'}"


@pytest.fixture
async def ledger(database: str) -> AsyncIterator[Ledger]:
    opened = ledger_on(database)
    await opened.start()
    yield opened
    await opened.stop()


@pytest.fixture
async def client(ledger: Ledger) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.add_exception_handler(Problem, answer_problem)
    app.include_router(ledger_router(ledger), prefix="/reports")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://reports") as opened:
        yield opened


async def test_the_head_of_an_empty_ledger(client: httpx.AsyncClient) -> None:
    assert (await client.get("/reports/ledger/head")).json() == {
        "ledger": "reports",
        "position": 0,
        "hash": "0" * 64,
        "recordedTime": None,
    }


async def test_an_event_is_shown_as_it_is_stored_with_its_hash(client: httpx.AsyncClient, ledger: Ledger) -> None:
    await ledger.append(command())
    (recorded,) = await ledger.read()

    expected = {**recorded.fields, "recordedTime": recorded.fields["recordedtime"], "hash": recorded.hash.hex()}
    assert (await client.get(f"/reports/ledger/events/{recorded.id}")).json() == {"ledger": "reports", **expected}
    for path in ("events", "tail", f"streams/{recorded.stream}"):
        assert (await client.get(f"/reports/ledger/{path}")).json()["events"] == [expected]
    head = (await client.get("/reports/ledger/head")).json()
    assert (head["hash"], head["recordedTime"]) == (expected["hash"], expected["recordedTime"])


async def test_pages_follow_one_another(client: httpx.AsyncClient, ledger: Ledger) -> None:
    await ledger.append(command(events=5))

    async def positions(path: str) -> list[int]:
        return [event["position"] for event in (await client.get(f"/reports/ledger/{path}")).json()["events"]]

    assert await positions("events?limit=2") == [1, 2]
    assert await positions("events?after=2&limit=2") == [3, 4]
    assert await positions("events?after=5") == []
    assert await positions("tail?limit=2") == [4, 5]


@pytest.mark.parametrize("limit", [0, 1001, "x"])
async def test_a_page_of_a_size_we_do_not_serve_is_refused(client: httpx.AsyncClient, limit: object) -> None:
    assert (await client.get(f"/reports/ledger/events?limit={limit}")).status_code == 422


@pytest.mark.parametrize("unknown", ["01a1fd8f-7d0c-7073-b5d0-d6f61d2363ae", "no%20id", "a%00b"])
async def test_an_unknown_event_is_a_problem(client: httpx.AsyncClient, unknown: str) -> None:
    answer = await client.get(f"/reports/ledger/events/{unknown}")

    assert (answer.status_code, answer.headers["content-type"]) == (404, MEDIA_TYPE)
    assert answer.json()["type"].endswith("/event-unknown")


async def test_a_new_stream_is_empty(client: httpx.AsyncClient) -> None:
    answer = await client.get("/reports/ledger/streams/source-CCM/MSP/2025/5")

    assert answer.json() == {"ledger": "reports", "stream": "source-CCM/MSP/2025/5", "version": 0, "events": []}


async def test_verification_says_what_is_wrong(client: httpx.AsyncClient, ledger: Ledger, database: str) -> None:
    await ledger.append(command(events=2))
    sound = (await client.get("/reports/ledger/verify")).json()
    with backdoor(database) as way_in:
        way_in.drop_triggers()
        way_in.execute("UPDATE events SET subject = 'AFG' WHERE position = 2")
    faulty = (await client.get("/reports/ledger/verify")).json()

    assert sound == {"ledger": "reports", "checked": 2, "head": sound["head"], "fault": None, "sound": True}
    assert (faulty["sound"], faulty["checked"]) == (False, 1)
    assert faulty["fault"].startswith("position 2: column subject says 'AFG'")
