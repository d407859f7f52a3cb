"""Tells an embedded nats-server, from another process than the one that holds it, who is granted what by now."""

from __future__ import annotations

import fcntl
import json
import os
import signal
from dataclasses import dataclass
from pathlib import Path

from shared.bus.server import ACCOUNTS, OURS, PID
from shared.bus.subscribers import Register, accounts_config, replace


@dataclass(frozen=True, slots=True)
class Embedded:
    """The embedded nats-server whose store is in `store_dir`, running or not."""

    store_dir: Path

    def reload(self, register: Register) -> str | None:
        """Let it grant exactly what the register says; answers where it listens, None when it does not run.

        Who is granted nothing any more is disconnected at once; all others stay connected.
        """
        pid = self._pid()
        if pid is None:
            return None  # it reads the register when it starts
        replace(self.store_dir / ACCOUNTS, accounts_config(OURS, register.read()))
        os.kill(pid, signal.SIGHUP)
        return self._address(pid)

    def _pid(self) -> int | None:
        """Its process id; None unless a living one holds the lock, for an old number may be another program's."""
        try:
            with (self.store_dir / "lock").open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return None
        except BlockingIOError:
            return int((self.store_dir / PID).read_text())
        return None

    def _address(self, pid: int) -> str | None:
        for ports in self.store_dir.glob(f"*_{pid}.ports"):
            found: str = json.loads(ports.read_text())["nats"][0]
            return found
        return None
