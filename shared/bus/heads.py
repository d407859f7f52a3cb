"""How far each ledger has got, as far as this process knows: from its own relay, from heartbeats, from streams."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import orjson
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg

log = structlog.get_logger("stocktake.bus")


def heartbeat_subject(ledger: str) -> str:
    """`hb.reports`."""
    return f"hb.{ledger}"


class Heads:
    """The highest position heard of, per ledger. A ledger only grows, so a smaller number is old news.

    `raised` holds what is to be called with the ledger and its head so far, just before that grows.
    """

    def __init__(self, nc: Client) -> None:
        self._nc = nc
        self._known: dict[str, int] = {}
        self._listening = False
        self.raised: set[Callable[[str, int], None]] = set()

    def get(self, ledger: str) -> int:
        """The highest position known (0 = nothing heard)."""
        return self._known.get(ledger, 0)

    def saw(self, ledger: str, position: int) -> None:
        """Take note that the ledger has this position."""
        before = self.get(ledger)
        if position > before:
            for tell in tuple(self.raised):
                tell(ledger, before)
            self._known[ledger] = position

    async def listen(self) -> None:
        """Hear the heartbeats of all ledgers from now on."""
        if not self._listening:
            self._listening = True
            await self._nc.subscribe(heartbeat_subject("*"), cb=self._heard)

    async def beat(self, ledger: str, position: int) -> None:
        """Say where the ledger stands: `{ledger, head, time}` on `hb.<ledger>`, without acknowledgement."""
        said = {"ledger": ledger, "head": position, "time": datetime.now(UTC).isoformat()}
        await self._nc.publish(heartbeat_subject(ledger), orjson.dumps(said))

    async def _heard(self, message: Msg) -> None:
        try:
            said = orjson.loads(message.data)
            self.saw(str(said["ledger"]), int(said["head"]))
        except (ValueError, KeyError, TypeError) as error:
            log.warning("unreadable heartbeat", subject=message.subject, error=repr(error))
