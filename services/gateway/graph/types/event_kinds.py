"""The types of events as a GraphQL enum: every one of the registry, in its own words."""

from __future__ import annotations

from enum import Enum

import strawberry

from shared.events.registry import EVENT_TYPES


@strawberry.enum(description="A type of event, without the ledger in front of it.")
class EventType(Enum):
    """Every type of the registry, described as it is there."""

    _ignore_ = "kind"

    # one name may be a type of several ledgers, as FactRetracted is: it is one value here
    for kind in {kind.__name__: kind for kind in EVENT_TYPES.values()}.values():
        vars()[kind.__name__] = strawberry.enum_value(kind.__name__, description=(kind.__doc__ or "").split("\n")[0])


_BY_NAME = {one.name: one for one in EventType}


def event_type(name: str | None) -> EventType | None:
    """A type by its name, with or without its ledger; None for one that this gateway does not know yet."""
    return _BY_NAME.get(name.rsplit(".", 1)[-1]) if name else None
