"""Dates of facts as the services write them (`2024`, `2024-12`, `2024-12-05` or bounds), as GraphQL intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter

from services.gateway.graph.types.certainty import Interval
from shared.events.base import FactDate, earliest, latest

_FACT_DATE: TypeAdapter[Any] = TypeAdapter(FactDate)


def bounds_of(when: str | Mapping[str, Any] | None) -> Interval | None:
    """The first and last day that a date can mean; None = nothing is known of the day."""
    if when is None:
        return None
    read = _FACT_DATE.validate_python(when)
    return Interval(not_before=earliest(read), not_after=latest(read))
