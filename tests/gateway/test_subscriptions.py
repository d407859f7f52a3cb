"""Subscriptions over a real socket and a real bus: what is recorded is heard, and who may not hear is told so."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
from fastapi import FastAPI
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from services.gateway.answering.websocket import PER_CONNECTION
from services.gateway.app import create_app
from services.gateway.asking.live import WAITING, Listener, Live
from services.gateway.problems import PublicError
from shared.events.envelope import Recorded
from shared.settings import Settings
from tests.gateway.conftest import client_of, record, served
from tests.gateway.small_record import command

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENCE = 60
PAGE = "https://stats.example"
VOTES = """subscription { eventRecorded(ledger: meetings, type: UngaVoteRecorded, state: "LAO") {
             id position typeName state { name } passages { document } } }"""


class Gateway:
    """A gateway that listens, and what it holds of it."""

    def __init__(self, url: str, live: Live):
        self.url, self.live = url.replace("http://", "ws://") + "/graphql", live

    @asynccontextmanager
    async def connected(self, **more: Any) -> AsyncIterator[ClientConnection]:
        async with connect(self.url, subprotocols=["graphql-transport-ws"], **more) as socket:  # type: ignore[list-item]  # a NewType of str
            await socket.send(json.dumps({"type": "connection_init"}))
            assert json.loads(await asyncio.wait_for(socket.recv(), PATIENCE))["type"] == "connection_ack"
            yield socket


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def gateway(recorded: Mapping[str, FastAPI]) -> AsyncIterator[Gateway]:
    async with AsyncExitStack() as stack:
        clients = {name: await stack.enter_async_context(client_of(app, name)) for name, app in recorded.items()}
        settings = Settings(nats_url=recorded["meetings"].state.nats.url, cors_origins=PAGE)
        app = create_app(settings, services=clients)
        await stack.enter_async_context(app.router.lifespan_context(app))
        http = await stack.enter_async_context(served(app))
        yield Gateway(str(http.base_url), app.state.live)


async def subscribe(socket: ClientConnection, query: str, id: str = "1") -> None:
    await socket.send(json.dumps({"id": id, "type": "subscribe", "payload": {"query": query}}))


async def told(socket: ClientConnection) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), PATIENCE))
    return found


async def listeners(gateway: Gateway, wanted: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while gateway.live.listeners() != wanted:  # noqa: ASYNC110 - counted from outside, nothing announces it
            await asyncio.sleep(0.02)


def vote(state: str, year: int) -> Any:
    return command(
        "meetings", "RecordVote", {"state": state, "year": year, "vote": "yes", "date": f"{year}-12-04"}, "1"
    )


async def test_an_event_is_heard_when_it_is_recorded_and_only_if_it_is_wanted(
    gateway: Gateway, recorded: Mapping[str, FastAPI]
) -> None:
    async with gateway.connected() as socket:
        await subscribe(socket, VOTES)
        await listeners(gateway, 1)
        await record(recorded, [vote("AUT", 2021), vote("LAO", 2021), vote("LAO", 2022)])
        first, second = await told(socket), await told(socket)

    event = first["payload"]["data"]["eventRecorded"]
    assert (first["type"], event["typeName"]) == ("next", "ccm.meetings.UngaVoteRecorded")
    assert event["state"] == {"name": "Lao People's Democratic Republic"}
    assert event["passages"] == [{"document": "REPORT-2025"}]
    assert second["payload"]["data"]["eventRecorded"]["position"] == event["position"] + 1


async def test_two_listeners_share_one_reader_and_leave_nothing_behind(
    gateway: Gateway, recorded: Mapping[str, FastAPI]
) -> None:
    async with gateway.connected() as one, gateway.connected() as other:
        await subscribe(one, VOTES)
        await subscribe(other, VOTES)
        await listeners(gateway, 2)
        await record(recorded, [vote("LAO", 2020)])
        heard = [(await told(socket))["payload"]["data"]["eventRecorded"]["id"] for socket in (one, other)]
        await one.send(json.dumps({"id": "1", "type": "complete"}))
        await listeners(gateway, 1)
    await listeners(gateway, 0)

    assert heard[0] == heard[1]
    assert gateway.live._readers == {}, "nobody listens, so nothing is read"


REFUSED = {
    "a question": ("{ states { iso3 } }", "subscription-only"),
    "a question among others": (
        "subscription S { figureChanged { indicator } } query Q { __typename }", "subscription-only",
    ),
    "a State that is none": ('subscription { eventRecorded(ledger: meetings, state: "XXX") { id } }', "state-unknown"),
    "too much": ("subscription { figureChanged { figure { " + " ".join(
        f"a{n}: members {{ state {{ obligations {{ chain {{ sources {{ document }} }} }} }} }}" for n in range(60)
    ) + " } } }", "too-costly"),
    "an unknown field": ("subscription { nothing }", "graphql-invalid"),
}  # fmt: skip


@pytest.mark.parametrize(("query", "code"), REFUSED.values(), ids=REFUSED)
async def test_a_refusal_ends_the_subscription_and_says_why(gateway: Gateway, query: str, code: str) -> None:
    async with gateway.connected() as socket:
        await subscribe(socket, query)
        answer = await told(socket)

    errors = answer["payload"] if answer["type"] == "error" else answer["payload"]["errors"]
    assert errors[0].get("extensions", {}).get("code") == code
    await listeners(gateway, 0)


async def test_one_connection_holds_only_so_many_subscriptions(gateway: Gateway) -> None:
    async with gateway.connected() as socket:
        for number in range(PER_CONNECTION + 1):
            await subscribe(socket, VOTES, str(number))
        answer = await told(socket)
        assert gateway.live.listeners() <= PER_CONNECTION

    assert (answer["type"], answer["id"]) == ("error", str(PER_CONNECTION))


@pytest.mark.parametrize("origin", [PAGE, None])
async def test_a_named_origin_and_no_origin_connect(gateway: Gateway, origin: str | None) -> None:
    async with gateway.connected(origin=origin) as socket:
        assert socket.subprotocol == "graphql-transport-ws"


@pytest.mark.parametrize("origin", ["https://stats.example.evil", "http://stats.example", "null"])
async def test_a_page_of_another_origin_does_not_connect(gateway: Gateway, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with gateway.connected(origin=origin):
            pass

    assert refused.value.response.status_code == 403


async def test_the_older_protocol_is_not_spoken(gateway: Gateway) -> None:
    with pytest.raises((ConnectionClosed, InvalidStatus)):
        async with connect(gateway.url, subprotocols=["graphql-ws"]) as socket:  # type: ignore[list-item]  # a NewType
            await socket.send(json.dumps({"type": "connection_init"}))
            await asyncio.wait_for(socket.recv(), PATIENCE)


async def test_a_subscription_by_post_is_refused(recorded: Mapping[str, FastAPI]) -> None:
    async with client_of(recorded["meetings"], "meetings") as client:
        app = create_app(Settings(), services={"meetings": client})
        async with client_of(app, "gateway") as http:
            answer = await http.post("/graphql", json={"query": "subscription { figureChanged { indicator } }"})

    assert [error["extensions"]["code"] for error in answer.json()["errors"]] == ["connection-only"]


async def test_a_listener_that_falls_behind_is_let_go_after_what_it_was_promised() -> None:
    listener = Listener(lambda _: True)
    event = Recorded(raw=b"{}", hash=b"")
    for _ in range(WAITING + 1):
        listener.offer(event)

    heard = 0
    with pytest.raises(PublicError, match="subscribe again"):
        async for _ in listener.events():
            heard += 1
    assert heard == WAITING


async def test_without_a_bus_nothing_can_be_heard() -> None:
    with pytest.raises(PublicError, match="no bus"):
        async with Live(None).listening("meetings", lambda _: True):
            pass
