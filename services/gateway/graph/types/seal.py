"""Sealed figure sets as GraphQL types: what was concluded, which seal took its place, whether it comes out the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import strawberry

from services.gateway.asking.cuts import Cut, echoed
from services.gateway.asking.selection import Info, asks_for
from services.gateway.graph.arguments import described
from services.gateway.graph.types.figure import Part, Status, part_of, text
from services.gateway.graph.types.nodes import Node, code_of
from services.gateway.limits.bounds import bounded, whole

SEALS = 200
FIGURES = 200
PARTS = 8

FIGURES_ASKED = frozenset({"figures"})

Row = Mapping[str, Any]


@strawberry.type(description="An indicator's answer in a sealed set, as it was hashed.")
class SealedFigure:
    """Quantities are decimals as text; of a percentage the two integers."""

    indicator: str = strawberry.field(description="Code of the indicator.")
    status: Status = strawberry.field(description="What kind of answer it is.")
    reason_code: str | None = strawberry.field(description="The reason as a code, where there is no number.")
    definition_hash: str = strawberry.field(description="SHA-256, in hex, of its definition.")
    parts: list[Part] = bounded(PARTS, usual=1, description="The numbers that it consists of.")


@strawberry.type(description="A sealed set computed again, from the ledgers alone, at its own cut.")
class SealVerification:
    """What differs is named, never mended."""

    sound: bool = strawberry.field(description="Whether it comes out the same.")
    recomputed: str = strawberry.field(description="The hash that it comes out with.")
    differing: list[str] = bounded(FIGURES, usual=1, description="Codes of the indicators that come out otherwise.")


async def _verification(info: Info, root: strawberry.Parent[Seal]) -> SealVerification:
    # one question for however many seals are asked about
    rows = (await info.context.ask("/indicators/seals/verification")).value
    row = next(one for one in rows if one["event"] == root.event)
    return SealVerification(sound=row["sound"], recomputed=row["recomputed"], differing=row["differing"])


@strawberry.type(description="A plan's figures as they were concluded at a cut: never edited, at most superseded.")
class Seal(Node):
    """A seal is an event; its cut says which past the figures are of."""

    event: strawberry.Private[str]
    id: strawberry.ID = strawberry.field(description="`seal:<uuid of its event>`.")
    meeting: str = strawberry.field(description="The meeting or cycle whose figures they are.")
    plan: str = strawberry.field(description="Code of the plan.")
    hash: str = strawberry.field(description="SHA-256, in hex, of the set.")
    definitions: str = strawberry.field(description="`inForce`, `latest` or the version that was used.")
    reason: str | None = strawberry.field(description="Why it superseded another; null for a first seal.")
    recorded: date = strawberry.field(description="The day it was recorded.")
    supersedes: strawberry.ID | None = strawberry.field(description="`seal:<uuid>` of the one whose place it took.")
    superseded_by: strawberry.ID | None = strawberry.field(
        description="`seal:<uuid>` of the one that took its place; null for one that stands."
    )
    figures: list[SealedFigure] = bounded(FIGURES, usual=90, description="The answers that were sealed.")
    verification: SealVerification = strawberry.field(
        resolver=_verification, description="Whether it comes out the same today; every seal is computed again for it."
    )
    cut: Cut = strawberry.field(description="The past that the figures are of.")


async def seals(
    info: Info,
    meeting: Annotated[str | None, described("Of this meeting or cycle.")] = None,
    plan: Annotated[str | None, described("Of this plan, by its code or id.")] = None,
) -> list[Seal]:
    """Resolver of the seals, in the order of their recording."""
    wanted = code_of(plan, "plan") if plan else None
    rows = [
        row
        for row in await _rows(info, figures=asks_for(info, FIGURES_ASKED))
        if meeting in (None, row["meeting"]) and wanted in (None, row["plan"])
    ]
    info.context.spend(sum(1 + 2 * len(row.get("figures") or ()) for row in whole(rows, SEALS)))
    return [_seal(row) for row in rows]


async def find_seal(info: Info, event: str) -> Seal | None:
    """The seal that this event is; None where it is none. Raises PublicError."""
    rows = await _rows(info, figures=True)
    return next((_seal(row) for row in rows if row["event"] == event), None)


async def _rows(info: Info, *, figures: bool) -> list[dict[str, Any]]:
    parameters = {"figures": "true" if figures else None}
    rows: list[dict[str, Any]] = (await info.context.ask("/indicators/seals", parameters)).value
    return rows


def _seal(row: Row) -> Seal:
    return Seal(
        event=row["event"],
        id=strawberry.ID(f"seal:{row['event']}"),
        meeting=row["meeting"],
        plan=row["plan"],
        hash=row["hash"],
        definitions=str(row["definitions"]),
        reason=row["reason"],
        recorded=date.fromisoformat(row["recorded"]),
        supersedes=_id(row["supersedes"]),
        superseded_by=_id(row["supersededBy"]),
        figures=[_figure(one) for one in whole(row.get("figures") or (), FIGURES)],
        cut=echoed(row),
    )


def _figure(row: Row) -> SealedFigure:
    return SealedFigure(
        indicator=row["indicator"],
        status=Status(row["status"]),
        reason_code=text(row["reasonCode"]),
        definition_hash=row["definitionHash"],
        parts=[part_of(one) for one in whole(row["parts"], PARTS)],
    )


def _id(event: str | None) -> strawberry.ID | None:
    return strawberry.ID(f"seal:{event}") if event else None
