"""Sets of States as bitmasks: one bit for each of the 197, in the order of their ISO3 codes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from shared.states import states


@cache
def _bits() -> dict[str, int]:
    return {iso3: 1 << index for index, iso3 in enumerate(sorted(states()))}


@cache
def everybody() -> int:
    """The mask of all 197 States."""
    return (1 << len(_bits())) - 1


def bit(iso3: str) -> int:
    """The mask of one State; 0 for anything that is none of the 197 (an organisation in a list of participants)."""
    return _bits().get(iso3, 0)


def mask(codes: Iterable[str]) -> int:
    """The mask of several States."""
    found = 0
    for iso3 in codes:
        found |= bit(iso3)
    return found


def members(of: int) -> list[str]:
    """ISO3 codes in a mask, sorted."""
    codes, found = _codes(), []
    while of:
        last = of & -of
        found.append(codes[last.bit_length() - 1])
        of ^= last
    return found


@cache
def _codes() -> list[str]:
    return list(_bits())
