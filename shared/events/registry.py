"""Every event type by name, and the chain of upcasters that lets today's code read every version ever written."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from shared.events import indicators, meetings, reports
from shared.events.base import Event
from shared.events.envelope import Recorded

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]
"""data at version n -> data at version n+1: pure, total, reading nothing but its argument."""

UPCASTERS: Mapping[tuple[str, int], Upcaster] = {}
"""(`ccm.reports.ReportSubmitted`, 1) -> the step from version 1 to 2. Empty: nothing has changed since the start."""


def event_types() -> dict[str, type[Event]]:
    """Every event class by its type name, in the order of the modules (reports, meetings, indicators)."""
    found: dict[str, type[Event]] = {}
    for module in (reports, meetings, indicators):
        for value in vars(module).values():
            if (
                inspect.isclass(value)
                and issubclass(value, Event)
                and value.__module__ == module.__name__
                and "command" in vars(value)
            ):
                found[value.type_name()] = value
    return found


EVENT_TYPES = event_types()


class BrokenUpcasterChain(Exception):
    """A version of an event type cannot be read: some step from it to today's version is missing or superfluous."""


def check_chain(
    types: Mapping[str, type[Event]] = EVENT_TYPES, upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS
) -> None:
    """Raise BrokenUpcasterChain unless every version below today's has exactly its step; called at start-up."""
    wanted = {(name, version) for name, kind in types.items() for version in range(1, kind.schemaversion)}
    missing, extra = wanted - set(upcasters), set(upcasters) - wanted
    if missing or extra:
        raise BrokenUpcasterChain(f"missing steps {sorted(missing)}, superfluous steps {sorted(extra)}")


def upcast(
    type_name: str,
    version: int,
    data: dict[str, Any],
    types: Mapping[str, type[Event]] = EVENT_TYPES,
    upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS,
) -> dict[str, Any]:
    """`data` as today's version of the type would hold it."""
    for step in range(version, types[type_name].schemaversion):
        data = upcasters[type_name, step](data)
    return data


def decode(recorded: Recorded) -> Event:
    """The typed event inside a recorded one, upcast to today's version. KeyError for a type nobody knows."""
    kind = EVENT_TYPES[recorded.type]
    return kind.model_validate(upcast(recorded.type, recorded.schemaversion, recorded.data))


def decode_all(recorded: Iterable[Recorded]) -> list[Event]:
    """Each of them, in order."""
    return [decode(one) for one in recorded]
