"""A fact as the figure engine sees it: generic kind, State, attributes and dates, read from a stored event."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from shared.events.base import Interval, earliest, latest
from shared.events.envelope import canonical
from shared.events.registry import upcast

LEDGERS = ("reports", "meetings", "indicators")
"""The ledgers whose events are facts."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A date as well as it is known: both ends belong to it, None = open on that side."""

    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Fact:
    """One recorded event, reduced to what figures need.

    `held` are the bounds of the day on which the institution got it. `period` tells a span that the fact covers
    from a single day that is only imprecisely known. `order` is the fold order of model §5: known_at,
    effective_from, ledger, document, place, content; never the position.
    """

    id: str
    ledger: str
    kind: str
    position: int
    state: str | None
    data: Mapping[str, Any]
    effective: Bounds
    period: bool
    known: date
    held: Bounds
    recorded: date
    passages: tuple[tuple[str, str], ...]
    sure: bool
    order: tuple[str, ...]
    corrects: str | None = None
    revises: str | None = None
    retracts: str | None = None
    predecessors: tuple[str, ...] = ()

    def attribute(self, name: str) -> Any:
        """The value under a name as the event class or its JSON spells it; None when the source is silent."""
        if name == "state":
            return self.data.get("state", self.state)
        value = self.data.get(name)
        return self.data.get(name.rstrip("_")) if value is None else value

    def values(self, attributes: tuple[str, ...]) -> tuple[Hashable, ...]:
        """The values under several names, fit to group by."""
        found = [self.attribute(name) for name in attributes]
        return tuple([tuple(value) if isinstance(value, list) else value for value in found])

    @property
    def rank(self) -> tuple[str, str]:
        """Of facts about one thing the last has the highest: by effective date, then known_at."""
        known, effective = self.order[:2]
        return effective, known


def date_of(when: Any) -> Any:
    """A date as events hold it, from the way their JSON writes it: bounds become an Interval, text stays text."""
    return Interval.model_validate(when) if isinstance(when, Mapping) else when


def bounds_of(when: Any) -> Bounds:
    """Bounds of a date as events write it: `2024-12-05`, `2024-12`, `2024` or `{notBefore, notAfter}`."""
    written = date_of(when)
    return Bounds(earliest(written), latest(written))


def fact_of(stored: Mapping[str, Any]) -> Fact:
    """The fact in a stored event (the object of model §2), upcast to today's version of its type."""
    data = upcast(stored["type"], stored["schemaversion"], dict(stored["data"]))
    ledger, kind = str(stored["type"]).split(".")[1:]
    known = date.fromisoformat(stored["knowntime"])
    passages = tuple(sorted((p["document"], p["paragraph"]) for p in stored["passages"]))
    effective = stored["effective"]
    first, last = _day(effective["from"]), _day(effective["to"])
    return Fact(
        id=stored["id"],
        ledger=ledger,
        kind=kind,
        position=stored["position"],
        state=stored["subject"],
        data=data,
        effective=Bounds(first, last if last is not None else first),
        period=_covers_a_period(data, effective["precision"], first, last),
        known=known,
        held=_held(data, known, stored["knownprecision"]),
        recorded=date.fromisoformat(str(stored["recordedtime"])[:10]),
        passages=passages,
        sure=data.get("confidence", "verified") == "verified",
        order=_order(known, first, ledger, passages, {"type": stored["type"], "data": data}),
        corrects=stored["corrects"],
        revises=stored["revises"],
        retracts=stored["retracts"],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _covers_a_period(data: Mapping[str, Any], precision: str, first: date | None, last: date | None) -> bool:
    """A yearly statement and a span of days hold throughout; a month or a year without that is an imprecise day."""
    several_days = first is not None and last is not None and first != last
    return several_days and (precision == "day" or "year" in data or "budget_year" in data)


def _held(data: Mapping[str, Any], known: date, precision: Literal["day", "by"]) -> Bounds:
    if "received" in data:
        return bounds_of(data["received"])
    return Bounds(known if precision == "day" else None, known)


def _order(
    known: date, first: date | None, ledger: str, passages: tuple[tuple[str, str], ...], content: Mapping[str, Any]
) -> tuple[str, ...]:
    document, place = passages[0] if passages else ("", "")
    digest = hashlib.sha256(canonical(content)).hexdigest()
    return (known.isoformat(), first.isoformat() if first else "", ledger, document, place, digest)
