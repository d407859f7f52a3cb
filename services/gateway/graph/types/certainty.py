"""How well something is known: days as bounds, the standing of its proof, and answers that may be `cannotTell`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum
from typing import Any

import strawberry


@strawberry.enum(description="Whether what is said rests on facts that somebody has checked in their documents.")
class Confidence(Enum):
    """Standing of the proof."""

    verified = strawberry.enum_value("verified", description="The checked facts alone say so.")
    unverified = strawberry.enum_value("unverified", description="It takes facts that nobody has checked yet.")


@strawberry.enum(description="An answer that the record may leave open.")
class Certainty(Enum):
    """yes, no, or nobody can tell."""

    yes = strawberry.enum_value("yes", description="Certainly.")
    no = strawberry.enum_value("no", description="Certainly not.")
    cannotTell = strawberry.enum_value("cannotTell", description="A date is only bounded, or not recorded.")


@strawberry.enum(description="Whether an act came by its last day; a verdict, never a bar.")
class Timeliness(Enum):
    """timely or late, where the dates tell."""

    timely = strawberry.enum_value("timely", description="On the last day or before it.")
    late = strawberry.enum_value("late", description="After the last day.")
    cannotTell = strawberry.enum_value("cannotTell", description="The bounds of a date lie on both sides.")


@strawberry.type(description="A day as well as it is known; both ends belong to it, null = open on that side.")
class Interval:
    """One day where both ends are equal."""

    not_before: date | None = strawberry.field(description="The earliest day it can be.")
    not_after: date | None = strawberry.field(description="The latest day it can be.")


def interval(bounds: Mapping[str, Any] | None) -> Interval | None:
    """A service's bounds as the GraphQL type; None = nothing is known of the day."""
    if bounds is None:
        return None
    return Interval(not_before=day(bounds["notBefore"]), not_after=day(bounds["notAfter"]))


def day(text: str | None) -> date | None:
    """A day as the services write it."""
    return date.fromisoformat(text) if text else None
