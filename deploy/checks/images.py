"""What counts as a pinned image: an exact version or a digest, never a moving tag."""

from __future__ import annotations

import re

_EXACT = re.compile(r"^v?\d+\.\d+(\.\d+)?([-+.].*)?$")


def unpinned(image: str) -> str | None:
    """Why `image` may be another one tomorrow; None when it names one build."""
    if "@sha256:" in image:
        return None
    name, _, tag = image.rpartition(":")
    if not name or "/" in tag:
        return f"image {image} names no version"
    if not _EXACT.match(tag):
        return f"image {image} names no exact version"
    return None


def version_of(image: str) -> tuple[int, ...]:
    """The numbers at the start of the tag: (2, 15, 1) for nats:2.15.1-alpine."""
    found = re.match(r"v?(\d+(?:\.\d+)*)", image.rpartition(":")[2])
    return tuple(map(int, found[1].split("."))) if found else ()
