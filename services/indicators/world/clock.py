"""The membership clock as masks: which States it shows in a group on a day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property
from typing import Final

from services.indicators.world.stateset import mask
from shared.treaty.membership import Membership

GROUPS: Final[Mapping[str, Callable[[Membership, date], frozenset[str]]]] = {
    "parties": Membership.parties,
    "deposited": Membership.deposited,
    "signatories": Membership.signatories,
}


class MembershipClock:
    """What the membership by verified acts alone and that by all acts show; found once from one turn to the next."""

    def __init__(self, certain: Membership, possible: Membership) -> None:
        self._both = certain, possible
        self._shown: dict[tuple[str, int], tuple[int, int]] = {}

    @cached_property
    def days(self) -> list[date]:
        """The days on which the standing of some State changes, in order."""
        found: set[date | None] = set()
        for membership in self._both:
            for one in membership.states.values():
                found.add(one.signed)
                for term in one.terms:
                    found |= {term.deposited, term.in_force, term.left}
        return sorted(day for day in found if day)

    def on(self, group: str, day: date) -> tuple[int, int]:
        """The States in one of GROUPS on a day, by either membership."""
        key = group, bisect_right(self.days, day)
        if key not in self._shown:
            certain, possible = (mask(GROUPS[group](one, day)) for one in self._both)
            self._shown[key] = certain, possible
        return self._shown[key]
