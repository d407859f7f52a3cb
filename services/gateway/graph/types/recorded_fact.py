"""What every listed fact has: its proof (checked or not, known by when, where documents say so) and its cut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from services.gateway.asking.cuts import NO_CUT, Asked, Cut, echoed
from services.gateway.graph.types.certainty import Confidence
from services.gateway.graph.types.nodes import Node
from services.gateway.graph.types.passages import Passage, passages
from services.gateway.limits.bounds import bounded, whole

if TYPE_CHECKING:
    from services.gateway.graph.types.state import State

SOURCES = 200

Row = Mapping[str, Any]
TheState = Annotated["State", strawberry.lazy("services.gateway.graph.types.state")]


@strawberry.interface(description="A fact that a list of the record holds, as it stands or as it stood at a cut.")
class RecordedFact(Node):
    """How well it is proven, and the past that it was answered from."""

    confidence: Confidence = strawberry.field(description="Whether somebody has checked it in its documents.")
    known_time: date = strawberry.field(description="The day by which the institution held it.")
    sources: list[Passage] = bounded(SOURCES, usual=1, description="The passages that say so.")
    cut: Cut = strawberry.field(description="The past that the list was answered from; null days are no limit.")


@dataclass(frozen=True, slots=True)
class Seen:
    """The past that a list was answered from: as its service echoes it, and as it was asked for, to be inherited."""

    cut: Cut
    outer: Asked = NO_CUT


def seen(cut: Row, outer: Asked = NO_CUT) -> Seen:
    """A service's echo of a cut, with what was asked for."""
    return Seen(echoed(cut), outer)


def proof(row: Row, at: Seen) -> dict[str, Any]:
    """The fields of `RecordedFact` besides the id."""
    cited = [{**one, "eventId": row["eventId"], "knowntime": row["knownTime"]} for one in row["passages"]]
    return {
        "confidence": Confidence(row["confidence"]),
        "known_time": date.fromisoformat(row["knownTime"]),
        "sources": passages(whole(cited, SOURCES)),
        "cut": at.cut,
    }


def the_state(iso3: str, outer: Asked = NO_CUT) -> State:
    """The State with this code; looked up late, since a State opens into the lists that name it."""
    from services.gateway.graph.types.state import state

    return state(iso3, outer)
