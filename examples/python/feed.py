"""The paged HTTP feed: everything from the first event on, for whoever begins or has missed something."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urljoin

PER_PAGE = 256


def pages(gateway: str, ledger: str, after: int, subjects: list[str]) -> Iterator[dict[str, Any]]:
    """The pages from the one on which position `after` + 1 stands, to the last; each says `events` and `through`."""
    query = urlencode(filters(ledger, subjects))
    address: str | None = f"/feeds/{ledger}/{after // PER_PAGE + 1}" + (f"?{query}" if query else "")
    while address:
        asked = urllib.request.Request(urljoin(gateway, address), headers={"Accept": "application/json"})
        with urllib.request.urlopen(asked, timeout=60) as answer:
            page = json.load(answer)
        page["events"] = [one for one in page["events"] if heard(one, subjects)]
        yield page
        address = page["next"]


def filters(ledger: str, subjects: list[str]) -> list[tuple[str, str]]:
    """The narrowest filter of the feed that lets all of the subjects through."""
    tokens = [one.split(".") for one in subjects if one.split(".")[1] == ledger]
    types, states = ({one[place] for one in tokens} for place in (2, 3))
    found = [] if "*" in types else [("type", f"ccm.{ledger}.{one}") for one in sorted(types)]
    return found + ([] if "*" in states else [("subject", one) for one in sorted(states)])


def heard(event: dict[str, Any], subjects: list[str]) -> bool:
    """Whether the event is published on one of the subjects, of which `*` stands for anything in its place."""
    tokens = [*event["type"].split("."), event.get("subject", "-")]
    return any(all(w in ("*", t) for w, t in zip(one.split("."), tokens, strict=True)) for one in subjects)
