"""What a subscriber may do, and what it tries in vain: each attempt against the real server."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import nats
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext

from shared.bus.connection import Bus
from shared.bus.durables import Durables
from shared.bus.relay import Relay
from shared.bus.reloading import Embedded
from shared.bus.server import ACCOUNTS, OURS, NatsServer
from shared.bus.subscribers import (
    API_PREFIX,
    BrokenRegister,
    NoSuchGrant,
    Register,
    Subscriber,
    accounts_config,
    granted,
    new_key,
    subscriber,
)
from shared.events.envelope import cloudevent
from shared.ledger.port import Ledger
from tests.bus.support import PATIENCE, deposit, eventually, kill, same_as_ledger, say, whole

SINCE = "2026-06-01"
STREAM = "EVT_MEETINGS"


# -- what can be granted ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (["ccm.>"], ["ccm.indicators.*.*", "ccm.meetings.*.*", "ccm.reports.*.*"]),
        (["ccm.reports.>"], ["ccm.reports.*.*"]),
        (["ccm.reports.ReportSubmitted.>"], ["ccm.reports.ReportSubmitted.*"]),
        (["ccm.*.*.LAO"], ["ccm.indicators.*.LAO", "ccm.meetings.*.LAO", "ccm.reports.*.LAO"]),
        (["ccm.*.ReportSubmitted.LAO"], ["ccm.reports.ReportSubmitted.LAO"]),
        (["ccm.reports.*.LAO", "ccm.reports.>"], ["ccm.reports.*.*"]),
        (["ccm.reports.*.LAO", "ccm.reports.*.LAO"], ["ccm.reports.*.LAO"]),
        (["ccm.indicators.FigurePublished.LAP-40_1"], ["ccm.indicators.FigurePublished.LAP-40_1"]),
    ],
)
def test_subjects_are_granted_in_full_and_once(asked: list[str], given: list[str]) -> None:
    assert granted(asked) == given


@pytest.mark.parametrize(
    "asked",
    [
        [], [">"], ["*.>"], ["hb.>"], ["$JS.>"], ["ccm"], ["ccm.reports"], ["ccm.reports.ReportSubmitted"],
        ["ccm.other.>"], ["ccm.reports.Other.*"], ["ccm.meetings.ReportSubmitted.*"], ["ccm.reports.*.LAO.x"],
        ["ccm.reports.>.LAO"], ["ccm.reports.*.L O"], ["ccm.reports.*.*", "ccm.reports.\n.*"],
        ["ccm.reports.ReportSubmitted.*", "ccm.reports.*.LAO"],
    ],
    ids=repr,
)  # fmt: skip
def test_what_no_event_is_published_on_is_not_granted(asked: list[str]) -> None:
    with pytest.raises(NoSuchGrant):
        granted(asked)


@pytest.mark.parametrize("name", ["", "a", "A-name", "a.b", "a b", "a*", "a>", "-a", "1a", "a" * 32, "a\n", "a_b"])
def test_a_name_that_would_mean_more_than_itself_is_refused(name: str) -> None:
    with pytest.raises(NoSuchGrant):
        subscriber(name, "U", ["ccm.>"], SINCE)


def test_the_register_keeps_no_secret_and_reads_what_it_wrote(tmp_path: Path) -> None:
    seed, key = new_key()
    register = Register(tmp_path / "subscribers.json")
    assert register.read() == []

    register.write([subscriber("acme", key, ["ccm.reports.>"], SINCE)])

    assert [one.name for one in register.read()] == ["acme"]
    assert seed not in register.file.read_text() and key in register.file.read_text()


@pytest.mark.parametrize("text", ["", "{", "[1]", '[{"name": "acme"}]', '{"a": 1}'])
def test_a_register_that_is_none_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "subscribers.json").write_text(text)

    with pytest.raises(BrokenRegister, match=r"subscribers\.json"):
        Register(tmp_path / "subscribers.json").read()


# -- with the real server -----------------------------------------------------------------------------------------


@dataclass
class Outside:
    """A subscriber's connection, as its own program would make it."""

    nc: Client
    js: JetStreamContext
    refused: list[str]

    async def take(self, name: str, count: int, stream: str = STREAM) -> list[Msg]:
        """Messages from its consumer, acknowledged."""
        subscription = await self.js.pull_subscribe_bind(name, stream=stream)
        taken: list[Msg] = []
        while len(taken) < count:
            for message in await subscription.fetch(count - len(taken), timeout=PATIENCE):
                await message.ack()
                taken.append(message)
        await self.nc.flush()
        return taken

    async def is_refused(self) -> None:
        """Wait until the server has refused something."""
        await self.nc.flush()
        await eventually(lambda: bool(self.refused))


class System:
    """A server with a filled ledger, its relay, and two subscribers: acme hears Laos, beta hears all."""

    def __init__(self, server: NatsServer, bus: Bus, ledger: Ledger, relay: Relay) -> None:
        self.server, self.bus, self.ledger, self.relay = server, bus, ledger, relay
        self.seeds: dict[str, str] = {}
        self.durables = Durables(bus, ledger.name, server.register.file, every=0.2)

    async def grant(self, **subjects: str) -> None:
        """Exactly these subscribers from now on."""
        known = {one.name: one for one in self.server.register.read()}
        for name, subject in subjects.items():
            if name not in known:
                self.seeds[name], key = new_key()
                known[name] = subscriber(name, key, [subject], SINCE)
        self.server.register.write([known[name] for name in subjects])
        for _ in range(2):  # the server connects a new account's imports at the second reading
            before = self.readings()
            Embedded(self.server.store_dir).reload(self.server.register)
            await eventually(lambda before=before: self.readings() > before)  # type: ignore[misc]  # mypy infers no lambda with a default
        await self.durables.settle()

    def readings(self) -> int:
        """How often the server has read its configuration again, as its log tells."""
        return (self.server.store_dir / "nats.log").read_text("utf-8").count("Reloaded server configuration")

    @asynccontextmanager
    async def outside(self, name: str, seed: str | None = None) -> AsyncIterator[Outside]:
        """The subscriber connected with its key."""
        refused: list[str] = []

        async def error(failure: Exception) -> None:
            refused.append(str(failure))

        nc = await nats.connect(
            f"nats://127.0.0.1:{self.server.port}",
            nkeys_seed_str=seed or self.seeds[name],
            inbox_prefix=f"_SUB.{name}",
            error_cb=error,
            reconnect_time_wait=1,
            max_reconnect_attempts=-1,
        )
        try:
            yield Outside(nc, nc.jetstream(prefix=API_PREFIX, timeout=30), refused)
        finally:
            await nc.close()


@pytest.fixture
async def system(server: NatsServer, bus: Bus, ledger: Ledger) -> AsyncIterator[System]:
    await deposit(ledger, "LAO", "AUT", "LAO", "CHE")
    relay = Relay(ledger, bus, heartbeat=0.2)
    await relay.start()
    await relay.wait_for(4, 30)
    made = System(server, bus, ledger, relay)
    await made.grant(acme="ccm.meetings.*.LAO", beta="ccm.>")
    yield made
    await made.durables.stop()
    await relay.stop()


def sequences(messages: list[Msg]) -> list[int]:
    return [int(json.loads(message.data)["sequence"]) for message in messages]


async def test_a_subscriber_takes_what_it_is_granted_in_order_and_to_the_byte(system: System) -> None:
    async with system.outside("acme") as acme, system.outside("beta") as beta:
        some, all_ = await acme.take("acme", 2), await beta.take("beta", 4)

    assert sequences(some) == [1, 3]
    assert [message.data for message in all_] == [cloudevent(event) for event in await whole(system.ledger)]
    assert [message.subject for message in some] == ["ccm.meetings.InstrumentDeposited.LAO"] * 2
    assert acme.refused == beta.refused == []


async def test_it_goes_on_where_it_acknowledged_last(system: System) -> None:
    async with system.outside("beta") as beta:
        assert sequences(await beta.take("beta", 3)) == [1, 2, 3]
    await eventually(lambda: acknowledged(system, "beta"))

    async with system.outside("beta") as again:
        assert sequences(await again.take("beta", 1)) == [4]


async def acknowledged(system: System, name: str) -> bool:
    info = await system.bus.js.consumer_info(STREAM, name)
    return bool(info.num_ack_pending == 0)


async def test_it_hears_the_heartbeat_and_can_look_at_its_consumer(system: System) -> None:
    async with system.outside("beta") as beta:
        heard: asyncio.Queue[Msg] = asyncio.Queue()
        await beta.nc.subscribe("hb.meetings", cb=heard.put)

        said = json.loads((await asyncio.wait_for(heard.get(), 30)).data)
        info = await beta.js.consumer_info(STREAM, "beta")

    assert (said["ledger"], said["head"]) == ("meetings", 4)
    assert (info.config.filter_subjects, info.num_pending) == (["ccm.meetings.*.*"], 4)


FORBIDDEN_TO_HEAR = [
    ">", "*", "ccm.>", "ccm.meetings.*.LAO", "ccm.meetings.InstrumentDeposited.LAO", "_INBOX.>", "_INBOX_meetings.>",
    "_INBOX_test.>", "_SUB.>", "_SUB.beta.>", "_SUB.*.>", "$JS.>", "$JS.API.>", "$SYS.>", "$JS.ACK.>", "hb.>", "hb.*",
    "hb.reports", "STOCKTAKE.API.>",
]  # fmt: skip


@pytest.mark.parametrize("queue", ["", "workers"])
@pytest.mark.parametrize("subject", FORBIDDEN_TO_HEAR)
async def test_it_hears_nothing_beyond_its_inbox_and_heartbeats(
    outsiders: tuple[System, Outside], subject: str, queue: str
) -> None:
    system, acme = outsiders
    heard: list[Msg] = []

    async def hear(message: Msg) -> None:
        heard.append(message)

    await acme.nc.subscribe(subject, queue=queue, cb=hear)

    await acme.is_refused()
    await deposit(system.ledger, "LAO")
    await system.relay.wait_for((await system.ledger.head()).position, 30)
    await system.bus.nc.flush()
    assert heard == []


FORBIDDEN_TO_SAY = [
    "ccm.meetings.InstrumentDeposited.LAO", "ccm.reports.X.-", "hb.meetings", "_INBOX_meetings.x", "_SUB.beta.x",
    "$JS.API.INFO", f"$JS.API.STREAM.INFO.{STREAM}", f"$JS.API.STREAM.DELETE.{STREAM}",
    f"$JS.API.STREAM.PURGE.{STREAM}",
    f"$JS.API.STREAM.MSG.GET.{STREAM}", f"$JS.API.DIRECT.GET.{STREAM}", f"$JS.API.STREAM.UPDATE.{STREAM}",
    f"$JS.API.CONSUMER.CREATE.{STREAM}", f"$JS.API.CONSUMER.CREATE.{STREAM}.acme.ccm.>",
    f"$JS.API.CONSUMER.DURABLE.CREATE.{STREAM}.acme", f"$JS.API.CONSUMER.DELETE.{STREAM}.acme",
    f"$JS.API.CONSUMER.LIST.{STREAM}", f"$JS.API.CONSUMER.INFO.{STREAM}.beta",
    f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.beta",
    f"{API_PREFIX}.CONSUMER.MSG.NEXT.{STREAM}.beta", f"{API_PREFIX}.CONSUMER.INFO.{STREAM}.beta",
    f"{API_PREFIX}.STREAM.INFO.{STREAM}", f"{API_PREFIX}.CONSUMER.CREATE.{STREAM}.acme.ccm.>",
    f"{API_PREFIX}.CONSUMER.MSG.NEXT.EVT_REPORTS.acme", f"$JS.ACK.{STREAM}.beta.1.1.1.1.0", "$SYS.REQ.SERVER.PING",
]  # fmt: skip


@pytest.mark.parametrize("subject", FORBIDDEN_TO_SAY)
async def test_it_says_nothing_but_what_its_own_consumer_needs(outsiders: tuple[System, Outside], subject: str) -> None:
    system, acme = outsiders
    answered = acme.nc.new_inbox()
    answers = await acme.nc.subscribe(answered)

    await acme.nc.publish(subject, b"{}", reply=answered)

    await acme.is_refused()
    assert answers.pending_msgs == 0
    await same_as_ledger(system.bus, system.ledger)


@pytest.fixture
async def outsiders(system: System) -> AsyncIterator[tuple[System, Outside]]:
    async with system.outside("acme") as acme:
        yield system, acme


ELSEWHERE: list[Callable[[System], str]] = [
    lambda _: "ccm.meetings.InstrumentDeposited.LAO",
    lambda _: "hb.meetings",
    lambda _: "_SUB.beta.x",
    lambda system: system.bus.nc.new_inbox(),
]


@pytest.mark.parametrize("where", ELSEWHERE, ids=["a stream", "a heartbeat", "another's inbox", "our inbox"])
async def test_an_answer_that_it_has_sent_elsewhere_arrives_nowhere(
    outsiders: tuple[System, Outside], where: Callable[[System], str]
) -> None:
    # given that a server answers on whatever reply subject a request names, without looking at permissions
    system, acme = outsiders
    reply = where(system)
    async with system.outside("beta") as beta:
        at_beta = await beta.nc.subscribe("_SUB.beta.>")
        at_ours = await system.bus.nc.subscribe(reply) if reply.startswith("_INBOX") else None

        # when a permitted request names a subject that is not the subscriber's to publish on
        for call in ("INFO", "MSG.NEXT"):
            await acme.nc.publish(f"{API_PREFIX}.CONSUMER.{call}.{STREAM}.acme", b"", reply=reply)
        await acme.take("acme", 1)  # by now the server has answered
        await beta.nc.flush()
        await system.bus.nc.flush()

        # then it stays within its own account
        assert at_beta.pending_msgs == 0 and (at_ours is None or at_ours.pending_msgs == 0)
    await same_as_ledger(system.bus, system.ledger)
    assert system.relay.status()["state"] == "running"


@pytest.mark.parametrize("who", ["nobody", "a stranger with a key", "our user with another password"])
async def test_who_is_not_in_the_register_is_not_let_in(system: System, who: str) -> None:
    at = f"127.0.0.1:{system.server.port}"
    more = {"nkeys_seed_str": new_key()[0]} if who == "a stranger with a key" else {}
    url = f"nats://stocktake:guess@{at}" if who.startswith("our") else f"nats://{at}"

    with pytest.raises((NatsError, OSError)):
        await nats.connect(url, allow_reconnect=False, max_reconnect_attempts=0, error_cb=quiet, **more)


async def quiet(_: Exception) -> None:
    """What goes wrong is raised."""


async def test_a_revoked_subscriber_gets_nothing_more(system: System) -> None:
    async with system.outside("acme") as acme, system.outside("beta") as beta:
        await acme.take("acme", 1)

        # when
        await system.grant(beta="ccm.>")

        # then it is disconnected, its consumer is gone, its key opens nothing
        await eventually(lambda: not acme.nc.is_connected)
        await deposit(system.ledger, "LAO")
        assert {one.name for one in await system.bus.js.consumers_info(STREAM)} == {"beta"}
        with pytest.raises((NatsError, OSError)):
            await nats.connect(
                f"nats://127.0.0.1:{system.server.port}",
                nkeys_seed_str=system.seeds["acme"],
                allow_reconnect=False,
                max_reconnect_attempts=0,
                error_cb=quiet,
            )

        # and nobody else notices
        assert sequences(await beta.take("beta", 5)) == [1, 2, 3, 4, 5]
        assert beta.nc.is_connected and system.bus.nc.is_connected and system.bus.errors == 0


async def test_a_later_namesake_starts_at_the_beginning(system: System) -> None:
    async with system.outside("beta") as beta:
        await beta.take("beta", 4)
    await system.grant(acme="ccm.meetings.*.LAO")
    await system.grant(acme="ccm.meetings.*.LAO", beta="ccm.>")

    async with system.outside("beta") as namesake:
        assert sequences(await namesake.take("beta", 1)) == [1]


async def test_grants_and_consumers_come_back_after_the_store_was_wiped(system: System) -> None:
    await system.durables.start()
    async with system.outside("beta") as beta:
        await beta.take("beta", 4)

        kill(system.server)
        shutil.rmtree(system.server.store_dir)

        await eventually(lambda: system.server.restarts > 0 and system.bus.nc.is_connected)
        await eventually(lambda: made_again(system))
        await eventually(lambda: beta.nc.is_connected)
        assert sequences(await beta.take("beta", 4)) == [1, 2, 3, 4]


async def made_again(system: System) -> bool:
    try:
        return {one.name for one in await system.bus.js.consumers_info(STREAM)} == {"acme", "beta"}
    except (NatsError, TimeoutError):
        return False


async def test_one_who_is_granted_another_ledger_has_no_consumer_here(system: System) -> None:
    await system.grant(gamma="ccm.reports.>")

    assert await system.bus.js.consumers_info(STREAM) == []


async def test_the_password_of_our_services_is_in_no_file(system: System) -> None:
    secret = system.server.url.split("@")[0].rsplit(":", 1)[1]

    await say(system.ledger, 1)
    written = [file for file in system.server.store_dir.rglob("*") if file.is_file()]
    assert not [file for file in written if secret.encode() in file.read_bytes()]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_the_configuration_says_so_without_a_subscriber_too(count: int) -> None:
    some = [Subscriber(f"s-{n}", f"U{n}", ("ccm.reports.*.*",), SINCE) for n in range(count)]

    text = accounts_config(OURS, some)

    assert text.count("nkey") == count
    assert "jetstream: enabled" in text
    assert ACCOUNTS == "accounts.conf"
