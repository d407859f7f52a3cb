"""The nats-server of docker-compose.yml lets in who has a key it knows, and tells everybody else so at once."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import nats
import pytest
from nats.errors import Error as NatsError

from deploy.checks import ROOT, nats_conf
from services.gateway.asking.live import Live
from shared.bus.connection import Bus, NotLetIn, stream_name
from shared.bus.relay import Relay
from shared.bus.server import find_binary
from shared.bus.subscribers import accounts_config, new_key, public_key, subscriber
from shared.ledger.port import Ledger
from shared.serving import NOT_STARTED
from tests.bus.support import eventually, same_as_ledger, say
from tests.journeys.system import free_port

PATIENCE = 120
"""Seconds for a process to end on a loaded machine."""


@dataclass(frozen=True)
class Deployed:
    """Where it listens, our services' key, and the seed of a subscriber to the reports of one State."""

    url: str
    key: Path
    outsider: str


@pytest.fixture
async def deployed(tmp_path: Path) -> AsyncIterator[Deployed]:
    """nats-server on deploy/nats.conf, but for ports and folder."""
    port, seed = free_port(), new_key()
    text = (ROOT / "deploy" / "nats.conf").read_text(encoding="utf-8")
    for as_deployed, here in (
        ("0.0.0.0:4222", f"127.0.0.1:{port}"),
        ("127.0.0.1:8222", "127.0.0.1:-1"),
        ("/data", str(tmp_path / "nats")),
    ):
        assert as_deployed in text
        text = text.replace(as_deployed, here)
    conf = nats_conf.beside_accounts(text, tmp_path)
    key = tmp_path / "bus" / "services.nk"
    ours = f'{{ nkey: "{public_key(key.read_text())}" }}'
    granted = subscriber("acme", seed[1], ["ccm.reports.*.LAO"], "2026-06-01")
    (tmp_path / "bus" / "accounts.conf").write_text(accounts_config(ours, [granted]))
    server = await asyncio.create_subprocess_exec(str(find_binary()), "-c", str(conf), stderr=subprocess.DEVNULL)
    yield Deployed(f"nats://127.0.0.1:{port}", key, seed[0])
    server.terminate()
    await server.wait()


async def test_a_service_with_its_key_keeps_the_stream_equal_to_its_ledger(deployed: Deployed, ledger: Ledger) -> None:
    bus = await Bus.connect(deployed.url, name="meetings", seed=deployed.key)
    relay = Relay(ledger, bus)
    await relay.start()
    await relay.wait_for(await say(ledger, 30), timeout=PATIENCE)

    await same_as_ledger(bus, ledger)
    await relay.stop()
    await bus.close()


async def test_the_gateway_hears_with_the_same_key(deployed: Deployed) -> None:
    bus = await Bus.connect(deployed.url, name="reports", seed=deployed.key)
    await bus.ensure_stream("reports")
    live = Live(deployed.url, deployed.key)

    async with live.listening("reports", lambda _: True):
        assert live.listeners() == 1
    await live.close()
    await bus.close()


@pytest.mark.parametrize("who", ["nobody", "a stranger", "who lost the key", "a password"])
async def test_whoever_it_does_not_know_is_told_so_at_once_and_in_one_line(
    deployed: Deployed, tmp_path: Path, who: str
) -> None:
    await (await Bus.connect(deployed.url, name="meetings", seed=deployed.key)).close()  # it runs
    stranger = tmp_path / "stranger.nk"
    stranger.write_text(new_key()[0])
    seed = {"a stranger": stranger, "who lost the key": tmp_path / "lost.nk"}.get(who)
    url = deployed.url.replace("//", "//stocktake:guessed@") if who == "a password" else deployed.url

    with pytest.raises(NotLetIn) as refused:
        await Bus.connect(url, name="reports", seed=seed, patience=20)

    words = str(refused.value)
    assert deployed.url in words and "\n" not in words and "guessed" not in words
    assert ("no file" if who == "who lost the key" else "does not let reports in") in words


async def test_our_services_are_no_administrators_of_the_server(deployed: Deployed) -> None:
    bus = await Bus.connect(deployed.url, name="reports", seed=deployed.key)

    with pytest.raises(NatsError):
        await bus.nc.request("$SYS.REQ.SERVER.PING", timeout=1)
    await bus.close()


async def test_a_subscriber_can_neither_publish_nor_read_what_is_not_its_own(deployed: Deployed) -> None:
    bus = await Bus.connect(deployed.url, name="reports", seed=deployed.key)
    await bus.ensure_stream("reports")
    refused: list[str] = []

    async def hear(error: Exception) -> None:
        refused.append(str(error).lower())

    outsider = await nats.connect(deployed.url, nkeys_seed_str=deployed.outsider, error_cb=hear)
    for subject in ("ccm.reports.Forged.LAO", f"$JS.API.STREAM.INFO.{stream_name('reports')}", "hb.reports"):
        await outsider.publish(subject, b"{}")
    for subject in ("ccm.>", "_INBOX_reports.>", "$JS.API.>"):
        await outsider.subscribe(subject)
    await outsider.flush()

    await eventually(lambda: len(refused) == 6)
    assert all("permissions violation" in one for one in refused)
    assert (await bus.js.stream_info(stream_name("reports"))).state.messages == 0
    await outsider.close()
    await bus.close()


async def test_a_service_process_without_the_key_ends_and_says_why_in_one_line(
    deployed: Deployed, tmp_path: Path
) -> None:
    await (await Bus.connect(deployed.url, name="meetings", seed=deployed.key)).close()  # it runs
    environment = {name: value for name, value in os.environ.items() if "NATS" not in name}
    environment |= {"NATS_URL": deployed.url, "STOCKTAKE_DATA": str(tmp_path), "STOCKTAKE_PORT": str(free_port())}

    ended = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "services.reports"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert ended.returncode == NOT_STARTED
    said = [json.loads(line) for line in ended.stderr.splitlines()]
    why, last = (line["event"] for line in said if line["level"] == "error")
    assert why == f"nats-server at {deployed.url} does not let reports in: it knows no such user or key"
    assert last == "Application startup failed. Exiting."
