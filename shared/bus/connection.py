"""One connection to NATS, and the streams that carry the ledgers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Self

import nats
import structlog
from nats.js import JetStreamContext, api
from nats.js.errors import APIError, NotFoundError
from opentelemetry import metrics

from shared.bus.client import DirectClient
from shared.bus.heads import Heads
from shared.bus.together import Together
from shared.bus.versions import UnsuitableServer, require_version

log = structlog.get_logger("stocktake.bus")

CONNECT_PATIENCE = 30.0
DUPLICATE_WINDOW = 120.0
"""Seconds in which the server itself knows a repeated Nats-Msg-Id; our fence does not rest on it."""

_errors = metrics.get_meter("stocktake.bus").create_counter(
    "stocktake.bus.errors", description="errors reported by the NATS client outside any call"
)


class StreamRefused(Exception):
    """A stream of the right name exists, but it is not one of ours, or cannot be made one."""


class NotLetIn(ConnectionError):
    """The server is there, and does not take us for one of its users; trying again would change nothing."""


def stream_name(ledger: str) -> str:
    """`reports` -> `EVT_REPORTS`."""
    return f"EVT_{ledger.upper()}"


def without_password(url: str) -> str:
    """The URL as it may be shown."""
    scheme, between, rest = url.partition("://")
    return f"{scheme}{between}{rest.rpartition('@')[2]}"


def stream_config(ledger: str) -> api.StreamConfig:
    """A file-backed stream from which nothing is ever taken away."""
    return api.StreamConfig(
        name=stream_name(ledger),
        subjects=[f"ccm.{ledger}.>"],
        retention=api.RetentionPolicy.LIMITS,
        storage=api.StorageType.FILE,
        discard=api.DiscardPolicy.NEW,
        num_replicas=1,
        deny_delete=True,
        deny_purge=True,
        duplicate_window=DUPLICATE_WINDOW,
        allow_direct=True,
        allow_atomic=True,
    )


_CHECKED = ("retention", "storage", "discard", "deny_delete", "deny_purge", "allow_direct", "allow_atomic")


class Bus:
    """A connection that never gives up, and counts what goes wrong with it.

    `reconnected` holds what is to be called when it was lost and is there again: consumers are gone by then.
    """

    def __init__(self, nc: DirectClient, name: str) -> None:
        self.nc, self.name = nc, name
        self.js: JetStreamContext = nc.jetstream(timeout=5)
        self.heads = Heads(nc)
        self.together = Together(nc)
        self.errors = 0
        self._joining = ""  # the URL as it may be shown, until it has let us in
        self.reconnected: set[Callable[[], None]] = set()

    @classmethod
    async def connect(
        cls, url: str, *, name: str, patience: float = CONNECT_PATIENCE, seed: Path | None = None
    ) -> Self:
        """Connect within `patience` seconds, else ConnectionError; UnsuitableServer when the server is too old.

        `seed` is a file with the nkey seed to sign in with, where the URL itself does not say who we are. NotLetIn, at
        once, when there is no such file, or the server knows no such user.
        """
        if seed and not await asyncio.to_thread(seed.is_file):
            raise NotLetIn(f"there is no file {seed} with the nkey seed to sign in with at {without_password(url)}")
        bus = cls(DirectClient(), name)
        bus._joining = without_password(url)
        connecting = bus.nc.connect(
            url,
            name=f"stocktake-{name}",
            inbox_prefix=f"_INBOX_{name}",  # a private prefix, so that a grant need not cover others' answers
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.2,  # type: ignore[arg-type]  # declared int, used as seconds to sleep
            connect_timeout=2,
            nkeys_seed=str(seed) if seed else None,
            ping_interval=2,  # a peer that accepts and never answers is left after two unanswered pings
            error_cb=bus._on_error,
            disconnected_cb=bus._on_disconnect,
            reconnected_cb=bus._on_reconnect,
        )
        try:
            await asyncio.wait_for(connecting, patience)
        except NotLetIn:  # raised by our own callback, out of the client's attempt
            await bus.nc.close()
            raise
        except TimeoutError as error:
            await bus.nc.close()
            raise ConnectionError(f"no nats-server answered at {without_password(url)} within {patience} s") from error
        try:
            require_version(str(bus.nc.connected_server_version), without_password(url))
        except UnsuitableServer:
            await bus.nc.close()
            raise
        bus._joining = ""
        return bus

    async def close(self) -> None:
        """Send what is buffered, then close."""
        if not self.nc.is_closed:
            try:
                if self.nc.is_connected:
                    await self.nc.flush(timeout=1)
                await self.nc.close()
            except (nats.errors.Error, OSError) as error:  # the server is gone, and with it whatever was buffered
                log.warning("closed without a flush", bus=self.name, error=repr(error))

    async def ensure_stream(self, ledger: str) -> api.StreamInfo:
        """The ledger's stream, created if absent and brought to our settings; StreamRefused if it is another's."""
        wanted = stream_config(ledger)
        assert wanted.name
        try:
            info = await self.js.stream_info(wanted.name)
        except NotFoundError:
            return await self._make(wanted)
        if info.config.subjects != wanted.subjects:
            raise StreamRefused(f"stream {wanted.name} carries {info.config.subjects}, not {wanted.subjects}")
        if any(getattr(info.config, field) != getattr(wanted, field) for field in _CHECKED):
            log.warning("stream settings differ and are set right", stream=wanted.name)
            try:
                return await self.js.update_stream(wanted)
            except APIError as error:
                raise StreamRefused(f"stream {wanted.name} cannot be set right: {error.description}") from error
        return info

    async def _make(self, wanted: api.StreamConfig) -> api.StreamInfo:
        try:
            return await self.js.add_stream(wanted)
        except APIError as error:
            if error.err_code == 10065:  # subjects overlap with an existing stream
                raise StreamRefused(f"another stream already carries {wanted.subjects}") from error
            raise

    async def _on_error(self, error: Exception) -> None:
        self.errors += 1
        _errors.add(1, {"bus": self.name})
        if self._joining and "authorization violation" in str(error).lower():
            raise NotLetIn(f"nats-server at {self._joining} does not let {self.name} in: it knows no such user or key")
        log.warning("NATS error", bus=self.name, error=repr(error))

    async def _on_disconnect(self) -> None:
        log.info("disconnected from NATS", bus=self.name)

    async def _on_reconnect(self) -> None:
        log.info("connected to NATS again", bus=self.name)
        for tell in tuple(self.reconnected):
            tell()
