"""Reads stored events fast and as today's versions: only the members that a reader names, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar, get_type_hints

import msgspec

from shared.events.base import Event
from shared.events.registry import EVENT_TYPES, UPCASTERS, Upcaster, upcast


class Shape(Protocol):
    """What every shape must name; a `msgspec.Struct` that says besides which members of the stored object it wants.

    Members of its `data` need defaults where an earlier version of an event lacks them.
    """

    type: str
    schemaversion: int
    position: int


S = TypeVar("S", bound=Shape)


class Hole(Exception):
    """The stored events do not follow one another: what was counted on them would be wrong without showing it."""


class _Data(msgspec.Struct):
    """The part of a stored event that upcasting changes."""

    data: dict[str, Any]


_data_of = msgspec.json.Decoder(list[_Data]).decode
_version_of, _position_of = attrgetter("type", "schemaversion"), attrgetter("position")


class Replay(Generic[S]):
    """Decodes the bytes of one ledger in the order of its positions, from `after` + 1 on."""

    def __init__(
        self,
        shape: type[S],
        after: int = 0,
        types: Mapping[str, type[Event]] = EVENT_TYPES,
        upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS,
    ) -> None:
        self.position = after
        self._shape, self._types, self._upcasters = shape, types, upcasters
        self._decode: Callable[[bytes], list[S]] = msgspec.json.Decoder(
            list[shape]  # type: ignore[valid-type]  # a type given at run time
        ).decode
        data = get_type_hints(shape).get("data")
        self._data = None if data is None else list[data]  # type: ignore[valid-type]  # a type given at run time
        self._current: set[tuple[str, int]] = set()

    def through(self, pages: Iterable[Sequence[bytes]]) -> Iterator[Sequence[S]]:
        """The events of each page. Raises Hole, and KeyError for a type nobody knows."""
        return (self.page(page) for page in pages)

    def page(self, page: Sequence[bytes]) -> Sequence[S]:
        """The events of the next page, in today's versions. Raises Hole and KeyError."""
        try:
            events = self._decode(b"[%b]" % b",".join(page))
        except msgspec.ValidationError:  # an earlier version has another type of value there
            events = [self._upcast(raw) for raw in page]
        else:
            current = self._current
            others = [at for at, version in enumerate(map(_version_of, events)) if version not in current]
            if others:
                self._bring_up(others, events, page)
        first, self.position = self.position + 1, self.position + len(page)
        if list(map(_position_of, events)) != list(range(first, self.position + 1)):
            raise Hole(f"positions {first} to {self.position} are not all there, in order")
        return events

    def _bring_up(self, others: Sequence[int], events: Sequence[S], page: Sequence[bytes]) -> None:
        """Give those that are of earlier versions the data of today's; remember the versions that are today's."""
        earlier = []
        for at in others:
            event = events[at]
            if event.schemaversion >= self._types[event.type].schemaversion:
                self._current.add((event.type, event.schemaversion))
            elif self._data is not None:
                earlier.append(at)
        if earlier:
            stored = _data_of(b"[%b]" % b",".join([page[at] for at in earlier]))
            data = [
                upcast(events[at].type, events[at].schemaversion, one.data, self._types, self._upcasters)
                for at, one in zip(earlier, stored, strict=True)
            ]
            for at, one in zip(earlier, msgspec.convert(data, self._data), strict=True):
                events[at].data = one  # type: ignore[attr-defined]  # the shape has it

    def _upcast(self, raw: bytes) -> S:
        stored = msgspec.json.decode(raw)
        data = upcast(stored["type"], stored["schemaversion"], stored["data"], self._types, self._upcasters)
        return msgspec.convert(stored | {"data": data}, self._shape)
