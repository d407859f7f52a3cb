"""What the property tests share: commands asked of the real deciders, and what a refusal has to say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from shared.command import Command
from shared.decider import Decider, Refused
from shared.events.base import Event
from tests.given_when_then import asking

TODAY = date(2027, 1, 1)
"""The day of every command: no act of these histories lies ahead of it."""

UNHURRIED = settings(
    deadline=None,  # machines are shared
    max_examples=150,
    suppress_health_check=[HealthCheck.too_slow],
)

FORM = frozenset({"future", "invalid", "identity", "code-unknown"})
"""Refusals of form (422): a fact contradicts itself, the calendar or its own id; the Convention has no say in it."""

ARTICLE = re.compile(r"(?:[1-9]|1\d|2[0-3])(?:\.\d{1,2})?(?: [a-n])?")
"""How an article is cited: 15, 20.2, 4.1 c."""

DAYS = st.sampled_from([date(year, month, day) for year in (2022, 2024) for month in (3, 9) for day in (1, 10, 30)])
"""Few days, so that acts often fall on one day, or on the two sides of another."""


def tried(decider: Decider[Any, Any], before: Sequence[Event], fact: Event, **more: Any) -> Refused | None:
    """Ask for a fact after others; None when exactly that fact was recorded, else the refusal."""
    command: Command = asking(fact, today=TODAY, **more)
    try:
        proposed = decider.decide(decider.fold(before), command)
    except Refused as refused:
        return refused
    assert [one.event for one in proposed] == [fact]
    return None


def names_its_article(refused: Refused) -> bool:
    """Whether a refusal cites an article of the Convention, or is one of form, which needs none."""
    if refused.article is None:
        return refused.type in FORM and refused.status == 422
    return ARTICLE.fullmatch(refused.article) is not None


def closure(steps: dict[Any, set[Any]]) -> dict[Any, set[Any]]:
    """Where several steps lead that fall on one day."""
    reached = {start: set(after) for start, after in steps.items()}
    grown = True
    while grown:
        grown = False
        for after in reached.values():
            more = set().union(*(reached.get(one, set()) for one in after)) - after
            after |= more
            grown = grown or bool(more)
    return reached


def turns(states: Iterable[Any]) -> list[tuple[Any, Any]]:
    """The changes in a sequence of states, one after the other."""
    return [(one, other) for one, other in pairwise(states) if one != other]
