"""The address and the citation of a figure at a cut: whoever follows it sees the same number again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from services.gateway.words import STATUSES, valued

Row = Mapping[str, Any]


def permalink(row: Row, meeting: str | None, base: str = "") -> str:
    """`<base>/figures/LAP-40.1?meeting=13MSP&…&at=reports:12,…`: every part of the cut, so that nothing can move.

    Without a meeting the effective day names the cycle. The definition is pinned by its version.
    """
    cut = row["cut"]
    parameters = {
        "meeting": meeting,
        "effectiveAt": cut["effectiveAt"],
        "knownBy": cut["knownBy"],
        "basis": cut["basis"],
        "definition": row["definition"],
        "at": positions(cut),
    }
    query = urlencode({name: value for name, value in parameters.items() if value is not None}, safe=":,")
    return f"{base}/figures/{quote(row['indicator'], safe='')}?{query}"


def positions(cut: Row) -> str:
    """`indicators:9,meetings:3,reports:12`."""
    return ",".join(f"{ledger}:{position}" for ledger, position in sorted(cut["positions"].items()))


def citation(row: Row, meeting: str | None, link: str) -> str:
    """One line that names the figure, what it says, and the past it was computed from."""
    cut = row["cut"]
    value = f"{valued(row)} {row['unit']}" if row.get("value") is not None and row.get("unit") else valued(row)
    held = "known by" if cut["basis"] == "reconstructed" else "held by this system by"
    when = f"at the {meeting}" if meeting else f"on {cut['effectiveAt']}"
    return (
        f"{row['indicator']} {when}: {value} ({STATUSES[row['status']]}), definition {row['definition']},"
        f" as {held} {cut['knownBy']}, at {positions(cut)}. Stocktake, {link}"
    )
