"""A whole running system as its users meet it: real processes, real files, public HTTP only."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import dropwhile
from pathlib import Path
from random import Random
from typing import Any

import httpx
import psutil

from services.cli.record.commands import Command, read_record
from services.cli.record.sending import BUSY, chains
from shared.bus.subscribers import accounts_config, new_key

ROOT = Path(__file__).parents[2]
STOCKTAKE = Path(sys.executable).with_name("stocktake")
PATIENCE = 240.0
"""Seconds a journey waits for something that must happen; generous, since machines here are noisy."""

IMPORT_PATIENCE = 300.0
"""Seconds for an import of the whole record to end by itself."""


HTTP = httpx.Client(timeout=60, limits=httpx.Limits(max_keepalive_connections=0))
"""Asks every running system. Each client of its own would read the machine's certificates for a twentieth of a second,
which a wait with many looks takes away from what it waits for; no connection is kept, since servers here are killed."""


WHEN_ASKED = {"STOCKTAKE_CLOCK": "false"}
"""The clocks run only when a journey asks them to: nothing is added while it counts."""


def free_port() -> int:
    """A port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
    """Wait until `condition` holds; fail naming `what` when it does not in time."""
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited {patience:.0f} s for: {what}")
        time.sleep(0.05)


@dataclass
class Process:
    """One child process with its output in a file, so that a full pipe never stops it."""

    command: list[str]
    environment: dict[str, str]
    log: Path
    running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as sink:
            self.running = subprocess.Popen(
                self.command, env=os.environ | self.environment, cwd=ROOT, stdout=sink, stderr=sink
            )

    @property
    def pid(self) -> int:
        assert self.running is not None
        return self.running.pid

    def kill(self) -> None:
        """kill -9: no handler runs, nothing is flushed."""
        assert self.running is not None
        self.running.send_signal(signal.SIGKILL)
        self.running.wait()

    def stop(self, with_: signal.Signals = signal.SIGTERM) -> int:
        """Ask politely; answers the exit code."""
        assert self.running is not None
        if self.running.poll() is None:
            self.running.send_signal(with_)
        return self.running.wait(timeout=PATIENCE)

    def stop_when_done(self) -> int:
        """Wait for an import to end by itself; answers the exit code."""
        assert self.running is not None
        return self.running.wait(timeout=IMPORT_PATIENCE)

    def descendants(self) -> list[psutil.Process]:
        """Every child process, now."""
        return psutil.Process(self.pid).children(recursive=True)


@dataclass
class System:
    """Something that answers at `url`, and what it is made of."""

    url: str
    folder: Path
    parts: dict[str, Process] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """Its data folder."""
        return self.folder / "data"

    def start(self) -> None:
        for part in self.parts.values():
            part.start()
        self.wait_ready()

    def stop(self) -> None:
        for part in reversed(self.parts.values()):
            if part.running is not None and part.running.poll() is None:
                part.stop()

    def get(self, path: str, **query: str) -> Any:
        """JSON of a public query; an error fails the test with the body of the answer."""
        answer = HTTP.get(f"{self.url}{path}", params=query)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def text(self, path: str) -> str:
        """A page; an error fails the test with the body of the answer."""
        answer = HTTP.get(f"{self.url}{path}")
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.text

    def graphql(self, query: str, **variables: Any) -> Any:
        """`data` of a GraphQL answer; errors fail the test."""
        answer = HTTP.post(f"{self.url}/graphql", json={"query": query, "variables": variables})
        body = answer.json()
        assert "errors" not in body, body["errors"]
        return body["data"]

    def ready(self) -> bool:
        try:
            return HTTP.get(f"{self.url}/readyz").is_success
        except httpx.HTTPError:
            return False

    def wait_ready(self) -> None:
        until(self.ready, f"{self.url}/readyz to be green; logs in {self.folder}")

    def heads(self) -> dict[str, int]:
        """Last position of each ledger."""
        return {name: self.get(f"/{name}/ledger/head")["position"] for name in ("reports", "meetings", "indicators")}

    def cli(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `stocktake …` against this system."""
        return subprocess.run(
            [str(STOCKTAKE), *words],
            env=os.environ | {"STOCKTAKE_URL": self.url, "COLUMNS": "200", "NO_COLOR": "1"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=IMPORT_PATIENCE,
            check=False,
        )

    def load(self, record: Path | None = None) -> None:
        """Import the record (or another folder of the same form) as an operator does."""
        folder = ["--folder", str(record)] if record else []
        done = self.cli("record", "import", *folder)
        assert done.returncode == 0, done.stderr

    def importing(self, record: Path | None = None) -> Process:
        """The import as a process of its own, to be disturbed."""
        folder = ["--folder", str(record)] if record else []
        started = Process(
            [str(STOCKTAKE), "record", "import", *folder], {"STOCKTAKE_URL": self.url}, self.folder / "import.log"
        )
        started.start()
        return started

    def rebuild(self) -> None:
        """Make the facts that figures rest on anew beside the live ones, and let those answer."""
        path = f"{self.url}/indicators/projections/facts"
        asked = HTTP.post(f"{path}/rebuild")
        assert asked.status_code == 202, asked.text
        until(lambda: HTTP.post(f"{path}/switch").is_success, "the facts made anew to answer")

    def figures(self) -> list[dict[str, Any]]:
        """The plan's figures with their evidence, once the projections have caught up; without cuts and event ids."""
        path = f"{self.url}/indicators/figures"
        query = {"plan": "LAP", "meeting": "13MSP", "evidence": "true"}
        until(lambda: HTTP.get(path, params=query).is_success, "the figures to be answered")
        return [without_identity(row) for row in self.get("/indicators/figures", **query)["figures"]]


def under_way(system: System, further: int = 200) -> None:
    """Wait until an import has recorded so many events more."""
    before = sum(system.heads().values())
    until(lambda: sum(system.heads().values()) >= before + further, "the import to be under way")


def replayed_hash(system: System) -> str:
    """What `stocktake replay 13MSP` prints as the hash of the set."""
    done = system.cli("replay", "13MSP", "--json")
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["hash"])


def load_shuffled(system: System, record: Path, seed: int = 13) -> None:
    """Send the record's commands one by one in another order; what is refused as too early is sent again later.

    The commands of one stream keep their order: the treaty gives it, as an instrument before its withdrawal.
    """
    with httpx.Client(base_url=system.url, timeout=60) as client:
        for phase in (True, False):
            waiting = deque(chains(one for one in read_record(record).commands if one.first is phase))
            Random(seed).shuffle(waiting)
            end = time.monotonic() + IMPORT_PATIENCE
            while waiting:
                assert time.monotonic() < end, f"still refused: {waiting[0][0].label}"
                chain = waiting.popleft()
                left = list(dropwhile(lambda one: _taken(client, one), chain))
                if left:
                    waiting.append(left)


def _taken(client: httpx.Client, command: Command) -> bool:
    """Whether the command is recorded; not so while what it rests on is yet to come."""
    answer = client.post(command.path, json=command.body, headers={"Idempotency-Key": command.key})
    assert answer.is_success or answer.status_code in BUSY or answer.status_code == 409, answer.text
    return answer.is_success


def without_identity(value: Any) -> Any:
    """The same answer without cuts and event ids: what must be byte-identical between two systems."""
    if isinstance(value, dict):
        return {k: without_identity(v) for k, v in sorted(value.items()) if k not in ("cut", "eventId", "eventIds")}
    if isinstance(value, list):
        return [without_identity(one) for one in value]
    return value


def embedded(folder: Path, **more: str) -> System:
    """One process, SQLite files, nats-server child (the default of `make up`, without loading the record)."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    environment = {"STOCKTAKE_PORT": str(port), "STOCKTAKE_DATA": str(folder / "data"), **WHEN_ASKED, **more}
    everything = Process([sys.executable, "-m", "services"], environment, folder / "services.log")
    return System(f"http://127.0.0.1:{port}", folder, {"services": everything})


def nats_child(system: System) -> psutil.Process:
    """The embedded nats-server."""
    return next(p for p in system.parts["services"].descendants() if "nats-server" in p.name())


def four_processes(folder: Path, database_url: str) -> System:
    """nats-server and the four services as separate processes on PostgreSQL, as in docker-compose.yml."""
    folder.mkdir(parents=True, exist_ok=True)
    ports = {name: free_port() for name in ("nats", "reports", "meetings", "indicators", "gateway")}
    shared = {
        "STOCKTAKE_DATABASE_URL": database_url,
        "NATS_URL": f"nats://127.0.0.1:{ports['nats']}",
        "NATS_SEED": str(folder / KEY),
        **WHEN_ASKED,
        **{f"STOCKTAKE_{name.upper()}_URL": f"http://127.0.0.1:{ports[name]}" for name in WRITERS},
    }
    server = [str(NATS_SERVER), "-c", str(_nats_configuration(folder, ports["nats"]))]
    parts = {"nats": Process(server, {}, folder / "nats.log")}
    for name in (*WRITERS, "gateway"):
        environment = shared | {"STOCKTAKE_PORT": str(ports[name]), "STOCKTAKE_DATA": str(folder / "data")}
        parts[name] = Process([sys.executable, "-m", f"services.{name}"], environment, folder / f"{name}.log")
    return System(f"http://127.0.0.1:{ports['gateway']}", folder, parts)


WRITERS = ("reports", "meetings", "indicators")
KEY = "services.nk"
"""What the four services sign in with, as in docker-compose.yml."""

NATS_SERVER = Path(sys.executable).with_name("nats-server")


def _nats_configuration(folder: Path, port: int) -> Path:
    seed, key = new_key()
    (folder / KEY).write_text(seed, encoding="utf-8")
    (folder / "accounts.conf").write_text(accounts_config(f'{{ nkey: "{key}" }}', []), encoding="utf-8")
    written = folder / "nats.conf"
    written.write_text(
        f'listen: "127.0.0.1:{port}"\ninclude "accounts.conf"\n'
        f'jetstream {{ store_dir: "{folder / "nats"}", sync_interval: always }}\n',
        encoding="utf-8",
    )
    return written
