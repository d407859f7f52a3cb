"""What every listed fact says of its proof: checked or not, known by when, and where documents say so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from services.gateway.bounds import whole
from services.gateway.certainty import Confidence
from services.gateway.passages import passages

if TYPE_CHECKING:
    from services.gateway.state_types import State

SOURCES = 200

CONFIDENCE_TEXT = "Whether somebody has checked it in its documents."
KNOWN_TIME_TEXT = "The day by which the institution held it."
SOURCES_TEXT = "The passages that say so."


def proof(row: Mapping[str, Any]) -> dict[str, Any]:
    """`confidence`, `known_time` and `sources` of a listed row."""
    cited = [{**one, "eventId": row["eventId"], "knowntime": row["knownTime"]} for one in row["passages"]]
    return {
        "confidence": Confidence(row["confidence"]),
        "known_time": date.fromisoformat(row["knownTime"]),
        "sources": passages(whole(cited, SOURCES)),
    }


def the_state(iso3: str) -> State:
    """The State with this code; looked up late, since a State opens into the lists that name it."""
    from services.gateway.state_types import state

    return state(iso3)
