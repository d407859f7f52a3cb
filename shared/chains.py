"""What events do to one another: corrections, revisions and retractions, and which facts stand after them (model §6).

A fact and its corrections are one *entry*: what we entered wrongly was never said. The entry's latest text is its
head; what its first text did to another entry (revise, retract) its head does. Nothing here depends on the order in
which events arrive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar


class Linked(Protocol):
    """An event with its id and the ids it corrects, revises or retracts."""

    @property
    def id(self) -> str: ...
    @property
    def corrects(self) -> str | None: ...
    @property
    def revises(self) -> str | None: ...
    @property
    def retracts(self) -> str | None: ...


E = TypeVar("E", bound=Linked)


@dataclass(frozen=True, slots=True)
class Standing(Generic[E]):
    """A fact that stands: its latest text, and the ids of every event that made it what it is, in their order."""

    event: E
    lineage: tuple[str, ...]


class Chains(Generic[E]):
    """The entries among some events. `active` says of an entry's head whether it counts yet, as at a cut.

    `stays` says of an event whether it stays when it is revised.
    """

    def __init__(
        self,
        events: Iterable[E],
        *,
        active: Callable[[E], bool] = lambda _: True,
        stays: Callable[[E], bool] = lambda _: False,
    ) -> None:
        self._events = {event.id: event for event in events}
        self._active, self._stays = active, stays
        self._texts: dict[str, list[E]] = {}
        self._roots = {id: self._root_of(event) for id, event in self._events.items()}
        for id, root in self._roots.items():
            if id != root:
                self._texts.setdefault(root, []).append(self._events[id])
        self._retractions: dict[str, list[str]] = {}
        self._revisions: dict[str, list[str]] = {}
        for id in self._roots:
            self._link(id)
        self._withdrawn: dict[str, bool] = {}

    def head(self, id: str) -> E:
        """The event that acts on what `id` names: the only one that can be amended. KeyError for an unknown id."""
        root = self._roots[id]
        while (later := self._later(root)) is not None:
            root = later
        return self._text(root)

    def text(self, id: str) -> E:
        """The latest text of the entry of `id`."""
        return self._text(self._roots[id])

    def is_held(self, id: str) -> bool:
        """Whether the entry of `id` counts: held, not withdrawn, and no retraction itself."""
        root = self._roots[id]
        held = not self._events[root].retracts and self._active(self._text(root))
        return held and not self._is_withdrawn(root)

    def stands(self, id: str) -> bool:
        """Whether the entry of `id` is held and no revision that takes its place is in force."""
        return self.is_held(id) and (self._stays(self.text(id)) or not self.revised_by(id))

    def revised_by(self, id: str) -> list[E]:
        """The revisions in force of the entry of `id`."""
        return [self._text(one) for one in self._in_force(self._revisions.get(self._roots[id], ()))]

    def corrected_from(self, id: str) -> list[E]:
        """The texts before `id` in its entry, the nearest first."""
        found = []
        event = self._events[id]
        while (target := self._events.get(event.corrects or "")) is not None:
            found.append(target)
            event = target
        return found

    def standing(self) -> list[Standing[E]]:
        """The facts that stand, each in the place where it, or what it replaces, was first entered."""
        order = {id: at for at, id in enumerate(self._events)}
        places = {root: order[self._place(root)] for root in set(self._roots.values()) if self.stands(root)}
        return [
            Standing(self._text(root), tuple(sorted(self._kin(root), key=order.__getitem__)))
            for root in sorted(places, key=lambda root: (places[root], order[root]))
        ]

    def _root_of(self, event: E) -> str:
        while event.corrects is not None and event.corrects in self._events:
            event = self._events[event.corrects]
        return event.id

    def _link(self, id: str) -> None:
        """File an entry under what it retracts or revises; its corrections repeat that at most."""
        event = self._events[id]
        if self._roots[id] != id:
            return
        for target, filed in ((event.retracts, self._retractions), (event.revises, self._revisions)):
            if target is not None and target in self._events:
                filed.setdefault(self._roots[target], []).append(id)

    def _text(self, root: str) -> E:
        """The last correction; of two that name the same target, which no ledger of ours takes, the later by id."""
        event = self._events[root]
        texts = self._texts.get(root)
        if not texts:
            return event
        by_target: dict[str | None, E] = {}
        for text in sorted(texts, key=lambda one: one.id):
            by_target[text.corrects] = text
        while event.id in by_target:
            event = by_target[event.id]
        return event

    def _is_withdrawn(self, root: str) -> bool:
        """Taken away by a retraction that is not itself taken back, however often that went to and fro."""
        if root not in self._withdrawn:
            self._withdrawn[root] = bool(self._in_force(self._retractions.get(root, ())))
        return self._withdrawn[root]

    def _in_force(self, roots: Iterable[str]) -> list[str]:
        return [root for root in roots if self._active(self._text(root)) and not self._is_withdrawn(root)]

    def _later(self, root: str) -> str | None:
        """The entry that acts on this one now: its retraction, else its revision."""
        acting = self._in_force(self._retractions.get(root, ())) or self._in_force(self._revisions.get(root, ()))
        return max(acting) if acting else None

    def _place(self, root: str) -> str:
        """Where a fact belongs in the order of its stream: a revision that replaces is where its target was."""
        target = self._events[root].revises
        while target is not None and target in self._events and not self._stays(self._text(self._roots[target])):
            root = self._roots[target]
            target = self._events[root].revises
        return root

    def _kin(self, root: str) -> set[str]:
        """Every event linked to an entry, to and fro: texts, what they revise, what was retracted and restored."""
        found: set[str] = set()
        ahead = [root]
        while ahead:
            one = ahead.pop()
            if one in found:
                continue
            found.add(one)
            event = self._events[one]
            ahead += [text.id for text in self._texts.get(one, ())]
            ahead += self._retractions.get(one, ())
            ahead += self._revisions.get(one, ())
            targets = (event.corrects, event.revises, event.retracts)
            ahead += [self._roots[target] for target in targets if target in self._roots]
        return found
