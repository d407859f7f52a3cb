"""Facts on their way to becoming commands: rows that state the same fact are joined into one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from services.cli.record.rows import BadRow, Row
from shared.events.base import Event
from shared.events.registry import EVENT_TYPES

KINDS = {name.rsplit(".", 1)[1]: kind for name, kind in EVENT_TYPES.items()}
"""Every event class by its name."""


def event_of(kind: str, fields: Mapping[str, Any]) -> Event:
    """The event with these fields. Raises BadRow naming the first field at fault."""
    if kind not in KINDS:
        raise BadRow("fact", f"no event is called {kind!r}")
    try:
        return KINDS[kind].model_validate({name: value for name, value in fields.items() if value is not None})
    except ValidationError as invalid:
        first = invalid.errors()[0]
        place = ".".join(str(step) for step in first["loc"]) or kind
        raise BadRow(place, first["msg"]) from None


@dataclass(slots=True)
class Draft:
    """One fact with the rows that state it. `origins` are (where it stands, key or table, State of the row)."""

    kind: str
    fields: dict[str, Any]
    passages: list[dict[str, str]]
    known: dict[str, str] | None = None
    effective: dict[str, str] | None = None
    origins: list[tuple[Row, str, str | None]] = field(default_factory=list)

    @property
    def event(self) -> Event:
        """The event as the fields stand now."""
        return event_of(self.kind, self.fields)

    @property
    def label(self) -> str:
        """Every row that states it or speaks for it."""
        return ", ".join(dict.fromkeys(row.label for row, _, _ in self.origins))

    def add(self, fields: Mapping[str, Any]) -> None:
        """Join fields: lists are united, anything else must agree. Raises BadRow; then nothing is changed."""
        joined = dict(self.fields)
        for name, value in fields.items():
            held = joined.get(name)
            if isinstance(held, list) and isinstance(value, list):
                joined[name] = sorted({*held, *value})
            elif held is None or held == value:
                joined[name] = value
            else:
                raise BadRow(name, f"{value!r} contradicts {held!r} in {self.label}")
        event_of(self.kind, joined)
        self.fields = joined

    def cite(self, row: Row, origin: str, state: str | None, passages: Iterable[dict[str, str]]) -> None:
        """One more row speaks for it."""
        self.origins.append((row, origin, state))
        self.passages += [passage for passage in passages if passage not in self.passages]


class Drafts:
    """All facts of the record by identity: equal natural key in the same ledger = the same fact."""

    def __init__(self) -> None:
        self._by_identity: dict[tuple[str, str], Draft] = {}
        self._by_origin: dict[tuple[str, str], list[Draft]] = {}

    def __iter__(self) -> Any:
        return iter(self._by_identity.values())

    def state(self, draft: Draft) -> Draft:
        """Add a fact, or join it with the one already there. Raises BadRow."""
        event = draft.event
        held = self._by_identity.get((event.ledger, event.natural_key))
        if held is None:
            held = self._by_identity[event.ledger, event.natural_key] = draft
            for row, origin, state in draft.origins:
                self._index(held, origin, state or row.label)
            return held
        if held.kind != draft.kind:
            raise BadRow("fact", f"{draft.kind} has the identity of a {held.kind} in {held.label}")
        if (held.known, held.effective) != (draft.known, draft.effective):
            raise BadRow("known", f"another date of knowledge or effect than in {held.label}")
        held.add(draft.fields)
        for row, origin, state in draft.origins:
            held.cite(row, origin, state, draft.passages)
            self._index(held, origin, state or row.label)
        return held

    def held_in(self, origin: str, state: str) -> list[Draft]:
        """The facts that a table or a key states of a State."""
        return self._by_origin.get((origin, state), [])

    def _index(self, draft: Draft, origin: str, state: str) -> None:
        drafts = self._by_origin.setdefault((origin, state), [])
        if draft not in drafts:
            drafts.append(draft)
