"""How a field of the schema asks what States owe: on a day, at a cut, within the bound of its list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from services.gateway.asking.cuts import Asked
from services.gateway.asking.duty_rows import Kind, Rows, all_rows, duty_key
from services.gateway.asking.selection import Info, asks_for
from services.gateway.asking.upstream import Parameters
from services.gateway.limits.bounds import whole

OPENED = frozenset({"sources", "chain", "sections", "decision"})
"""Fields that open a row into further objects."""


def duty_parameters(at: Asked, **more: str | None) -> dict[str, str | None]:
    """A cut in days and further parameters as the services take them."""
    parameters = at.parameters()
    return {
        "on": parameters["effectiveAt"],
        "knownBy": parameters["knownBy"],
        "basis": parameters["basis"],
        "positions": parameters["positions"],
        **more,
    }


async def rows_of_state(info: Info, kind: Kind, iso3: str, parameters: Parameters, longest: int) -> Rows:
    """One State's rows; what several States of an answer ask for is one question. Raises PublicError."""
    return _counted(info, await info.context.duties.load(duty_key(kind, iso3, parameters)), longest)


async def rows_of_all(info: Info, kind: Kind, parameters: Parameters, longest: int) -> Rows:
    """The rows of a root field. Raises PublicError."""
    return _counted(info, await all_rows(info.context.ask, kind, parameters), longest)


def _counted(info: Info, found: Rows, longest: int) -> Rows:
    whole(found.rows, longest)
    info.context.spend(_objects(found.rows) if asks_for(info, OPENED) else len(found.rows))
    return found


def _objects(value: Any) -> int:
    """Objects in a JSON value."""
    if isinstance(value, Mapping):
        return 1 + sum(map(_objects, value.values()))
    if isinstance(value, Sequence) and not isinstance(value, str):
        return sum(map(_objects, value))
    return 0
