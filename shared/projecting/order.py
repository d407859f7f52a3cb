"""The rule of position + 1: whatever arrives, in whatever order, only the next event counts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Placed(Protocol):
    """Something that stands at a position of its ledger."""

    @property
    def position(self) -> int:
        """1, 2, 3, ... without holes."""


P = TypeVar("P", bound=Placed)


def in_order(position: int, arrived: Iterable[P]) -> tuple[list[P], bool]:
    """Those of `arrived` that continue `position` without a hole, and whether a gap was met.

    What is at or before `position` was seen already and is ignored. After a gap nothing more is taken: the caller
    asks again from its own position + 1.
    """
    taken: list[P] = []
    for event in arrived:
        if event.position == position + 1:
            taken.append(event)
            position += 1
        elif event.position > position + 1:
            return taken, True
    return taken, False
