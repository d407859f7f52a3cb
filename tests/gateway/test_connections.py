"""Limits of connections that listen, over real sockets and a real nats-server: nobody waits in silence."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from services.gateway.answering.websocket import ConnectionLimits, Subscriptions, websocket_route
from services.gateway.asking.live import WAITING, Live
from services.gateway.asking.upstream import Upstream
from shared.bus.connection import Bus
from shared.bus.server import NatsServer
from shared.events.envelope import Recorded
from shared.states import states
from tests.bus.support import kill
from tests.gateway.conftest import record, served
from tests.gateway.test_subscriptions import PATIENCE, subscribe, told, vote

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

EVERY_VOTE = "subscription { eventRecorded(ledger: meetings, type: UngaVoteRecorded) { position } }"
VOTE = "UngaVoteRecorded"
PARTS = " ".join(f"a{n}: data b{n}: passages {{ document paragraph eventId kind knownTime }}" for n in range(45))
LONG = EVERY_VOTE.replace("position", f"position {PARTS}")
"""Some thirty kilobytes an event."""


@asynccontextmanager
async def listening(live: Live, limits: ConnectionLimits | None = None, **server: Any) -> AsyncIterator[str]:
    """A gateway that only listens; answers its address."""
    subscriptions = Subscriptions(Upstream({}), live, (), "", limits or ConnectionLimits())
    async with served(Starlette(routes=[websocket_route(subscriptions)]), **server) as http:
        try:
            yield str(http.base_url).replace("http://", "ws://") + "/graphql"
        finally:
            await live.close()


@asynccontextmanager
async def connected(url: str, **more: Any) -> AsyncIterator[ClientConnection]:
    async with connect(url, subprotocols=["graphql-transport-ws"], **more) as opened:  # type: ignore[list-item]  # a NewType of str
        await opened.send(json.dumps({"type": "connection_init"}))
        assert (await told(opened))["type"] == "connection_ack"
        yield opened


async def heard_by(live: Live, number: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while live.listeners() != number:  # noqa: ASYNC110 - counted from outside, nothing announces it
            await asyncio.sleep(0.02)


async def test_one_connection_too_many_is_told_to_try_later_and_a_place_that_is_left_is_free() -> None:
    async with listening(Live(None), ConnectionLimits(connections=2)) as url, AsyncExitStack() as stack:
        await stack.enter_async_context(connected(url))
        leaving = await stack.enter_async_context(connected(url))
        async with connect(url, subprotocols=["graphql-transport-ws"]) as third:  # type: ignore[list-item]  # a NewType
            with pytest.raises(ConnectionClosed) as closed:
                await asyncio.wait_for(third.recv(), PATIENCE)
        await leaving.close()
        async with asyncio.timeout(PATIENCE):
            while True:
                try:
                    await stack.enter_async_context(connected(url))
                    break
                except ConnectionClosed:
                    await asyncio.sleep(0.02)

    assert closed.value.rcvd is not None
    assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (1013, "too many connections; try again later")


async def test_a_connection_that_says_nothing_is_closed_and_leaves_its_place() -> None:
    limits = ConnectionLimits(connections=1, init_within=timedelta(milliseconds=50))
    async with listening(Live(None), limits) as url:
        async with connect(url, subprotocols=["graphql-transport-ws"]) as silent:  # type: ignore[list-item]  # a NewType
            with pytest.raises(ConnectionClosed) as closed:
                await asyncio.wait_for(silent.recv(), PATIENCE)
        async with connected(url):
            pass

    assert closed.value.rcvd is not None and closed.value.rcvd.code == 4408


async def test_a_client_that_does_not_read_is_let_go_and_holds_up_nobody(recorded: Mapping[str, FastAPI]) -> None:
    live = Live(recorded["meetings"].state.nats.url)
    votes = [vote(state, year) for year in (2011, 2012, 2013) for state in list(states())[:150]]
    small = socket.socket()
    small.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(listening(live, send_buffer=4096))
        small.connect(("127.0.0.1", int(url.split(":")[2].split("/")[0])))
        options = {"sock": small, "compression": None, "max_queue": 1, "ping_interval": None}
        slow = await stack.enter_async_context(connected(url, **options))
        await subscribe(slow, LONG)
        await heard_by(live, 1)
        quick = await stack.enter_async_context(live.listening("meetings", lambda event: event.kind == VOTE))
        reading = asyncio.create_task(first_of(quick.events(), len(votes)))
        await asyncio.gather(*(record(recorded, votes[n::10]) for n in range(10)))
        async with asyncio.timeout(PATIENCE * 2):
            seen = await reading
        answers = [await told(slow)]
        while answers[-1]["type"] != "complete":
            answers.append(await told(slow))

    assert len(seen) == len(votes) == len(set(seen)), "who reads hears all"
    *events, refusal, _ = answers
    positions = [one["payload"]["data"]["eventRecorded"]["position"] for one in events]
    assert positions == seen[: len(positions)], "in order and without a gap, up to where it was let go"
    assert WAITING < len(positions) < len(votes)
    assert refusal["payload"]["errors"][0]["extensions"]["code"] == "listener-behind"


async def first_of(events: AsyncIterator[Recorded], number: int) -> list[int]:
    return [(await anext(events)).position for _ in range(number)]


async def test_a_bus_that_dies_is_waited_for_and_nothing_is_missed(recorded: Mapping[str, FastAPI]) -> None:
    nats: NatsServer = recorded["meetings"].state.nats
    live = Live(nats.url)
    async with listening(live) as url, connected(url) as client:
        await subscribe(client, EVERY_VOTE)
        await heard_by(live, 1)
        await record(recorded, [vote("LAO", 2010)])
        heard = [await told(client)]
        kill(nats)
        await record(recorded, [vote("AUT", 2010), vote("LTU", 2010)])
        heard += [await told(client), await told(client)]

    first, *rest = [one["payload"]["data"]["eventRecorded"]["position"] for one in heard]
    assert rest == [first + 1, first + 2], "what was recorded while it was away comes once, in order"


@asynccontextmanager
async def bus_of_its_own(folder: Path) -> AsyncIterator[tuple[NatsServer, Bus]]:
    async with NatsServer(folder / "nats") as nats:
        bus = await Bus.connect(nats.url, name="test")
        await bus.ensure_stream("meetings")
        try:
            yield nats, bus
        finally:
            await bus.close()


async def test_a_bus_that_stays_away_is_told_to_who_listens(tmp_path: Path) -> None:
    async with bus_of_its_own(tmp_path) as (nats, _):
        live = Live(nats.url, patience=1.0)
        async with listening(live) as url, connected(url) as client:
            await subscribe(client, EVERY_VOTE)
            await heard_by(live, 1)
            await nats.stop()
            last, end = await told(client), await told(client)

    assert last["payload"]["errors"][0]["extensions"]["code"] == "service-unreachable"
    assert "read the gap" in last["payload"]["errors"][0]["message"]
    assert end["type"] == "complete"


async def test_what_is_no_event_ends_the_listening_and_the_next_one_begins_anew(tmp_path: Path) -> None:
    async with bus_of_its_own(tmp_path) as (nats, bus):
        live = Live(nats.url)
        async with listening(live) as url, connected(url) as client:
            await subscribe(client, EVERY_VOTE)
            await heard_by(live, 1)
            await bus.nc.publish("ccm.meetings.Nonsense.-", b"no event")
            last, end = await told(client), await told(client)
            await subscribe(client, EVERY_VOTE, "2")
            await heard_by(live, 1)

    assert last["payload"]["errors"][0]["extensions"]["code"] == "internal"
    assert end["type"] == "complete"


async def test_two_that_begin_at_once_share_one_reader(tmp_path: Path) -> None:
    async with bus_of_its_own(tmp_path) as (nats, bus):
        live = Live(nats.url)
        async with listening(live) as url, connected(url) as client:
            for number in range(8):
                await subscribe(client, EVERY_VOTE, str(number))
            await heard_by(live, 8)
            consumers = await bus.js.consumers_info("EVT_MEETINGS")

    assert len(consumers) == 1
