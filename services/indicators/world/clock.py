"""The membership clock as masks: which States it shows in a group on a day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Final

from services.indicators.world.stateset import bit
from shared.treaty.membership import Membership, Standing, StateMembership

GROUPS: Final[Mapping[str, frozenset[Standing]]] = {
    "parties": frozenset({"party"}),
    "deposited": frozenset({"party", "deposited"}),
    "signatories": frozenset({"signatory"}),
}
"""What a State is on a day, that is in a group."""


class MembershipClock:
    """What the membership by verified acts alone and that by all acts show: each State looked at on its own turns."""

    def __init__(self, certain: Membership, possible: Membership) -> None:
        self._certain, self._possible = certain, possible

    def on(self, group: str, day: date) -> tuple[int, int]:
        """The States in one of GROUPS on a day, by either membership."""
        return self._shown[group][bisect_right(self.days, day)]

    @cached_property
    def days(self) -> list[date]:
        """The days on which the standing of some State changes, in order."""
        both = (self._certain, self._possible)
        return sorted({day for membership in both for one in membership.states.values() for day in _turns(one)})

    @cached_property
    def _shown(self) -> Mapping[str, list[tuple[int, int]]]:
        """By group, what is shown before the first of the days, and from each of them on."""
        certain, possible = _masks(self._certain, self.days), _masks(self._possible, self.days)
        return {group: list(zip(certain[group], possible[group], strict=True)) for group in GROUPS}


def _masks(membership: Membership, days: list[date]) -> Mapping[str, list[int]]:
    changes: dict[date, dict[str, int]] = {day: dict.fromkeys(GROUPS, 0) for day in days}
    for state, one in membership.states.items():
        before = dict.fromkeys(GROUPS, False)
        for day in _turns(one):
            standing = one.standing(day)
            for group, inside in GROUPS.items():
                if before[group] != (standing in inside):
                    before[group] = not before[group]
                    changes[day][group] ^= bit(state)
    shown = {group: [0] for group in GROUPS}
    for day in days:
        for group, masks in shown.items():
            masks.append(masks[-1] ^ changes[day][group])
    return shown


def _turns(one: StateMembership) -> list[date]:
    """The days on which the standing of a State changes, in order."""
    terms = (day for term in one.terms for day in (term.deposited, term.in_force, term.left))
    return sorted({day for day in (one.signed, *terms) if day})
