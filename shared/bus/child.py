"""Becomes nats-server: `python child.py LOCK PARENT BINARY ARGS...`, run by path, importing nothing of ours.

Two things must be arranged between fork and exec, and doing them here instead of in a `preexec_fn` keeps Python code
out of a forked copy of a threaded process:

- PR_SET_PDEATHSIG: the kernel kills this process when the thread that started it ends, so also on kill -9 of the
  parent. It is the *thread* that counts: the server lives as long as the thread of the event loop that started it.
- an exclusive lock on LOCK, inherited through exec and so held exactly as long as the server lives. nats-server
  itself would let two servers write into one store.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import sys
import time
from pathlib import Path

PR_SET_PDEATHSIG = 1
LOCK_PATIENCE = 5.0
"""Seconds to wait for a dying predecessor to let go of the lock."""

LOCKED = 75
"""Exit status: another server still holds the lock (EX_TEMPFAIL)."""


def die_with_parent(parent: int) -> None:
    """Ask the kernel for SIGKILL on the parent's death; leave at once if it died before we could ask."""
    if not sys.platform.startswith("linux"):
        return  # only Linux has the call; elsewhere an orphan is ended by the next start failing on the lock
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    if os.getppid() != parent:
        sys.exit(0)


def hold_lock(path: str) -> None:
    """Take the lock, or exit with LOCKED after LOCK_PATIENCE seconds."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(handle, True)
    deadline = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > deadline:
                sys.stderr.write(f"another nats-server holds {path}\n")
                sys.exit(LOCKED)
            time.sleep(0.02)


def main() -> None:
    """See the module's docstring."""
    lock, parent, binary, *arguments = sys.argv[1:]
    die_with_parent(int(parent))
    hold_lock(lock)
    for ports in Path(lock).parent.glob("*.ports"):
        ports.unlink()  # left behind by a killed server, and our process id may be its old one
    os.execv(binary, [binary, *arguments])


if __name__ == "__main__":
    main()
