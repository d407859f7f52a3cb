"""The rule of position + 1 against 200 random histories with duplicates, disorder, losses and crashes."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.projecting.order import in_order


@dataclass(frozen=True)
class At:
    position: int


@dataclass(frozen=True)
class Delivery:
    """What one poll brought, and whether the process died before it could commit."""

    arrived: tuple[At, ...]
    crashes: bool


def deliveries(length: int) -> st.SearchStrategy[list[Delivery]]:
    anything = st.lists(st.integers(1, length).map(At), max_size=2 * length).map(tuple)
    return st.lists(st.builds(Delivery, arrived=anything, crashes=st.booleans()), max_size=20)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 30).flatmap(lambda length: st.tuples(st.just(length), deliveries(length))))
def test_whatever_arrives_the_rows_are_the_fold_of_the_history(case: tuple[int, list[Delivery]]) -> None:
    length, history = case
    rows: list[int] = []  # a fold that shows every loss, repeat and disorder
    for delivery in history:
        taken, _ = in_order(len(rows), delivery.arrived)
        if not delivery.crashes:  # rows and position commit together, or neither does
            rows.extend(event.position for event in taken)
        assert rows == list(range(1, len(rows) + 1))

    taken, gap = in_order(len(rows), [At(n) for n in range(max(1, len(rows)), length + 1)])  # subscribed anew
    rows.extend(event.position for event in taken)

    assert rows == list(range(1, length + 1)) and not gap


@pytest.mark.parametrize(
    ("position", "arrived", "taken", "gap"),
    [
        (0, [], [], False),
        (0, [1], [1], False),
        (0, [2], [], True),
        (3, [3], [], False),
        (3, [4], [4], False),
        (3, [5], [], True),
        (3, [2, 3, 4, 4, 5], [4, 5], False),
        (3, [4, 6, 5], [4], True),
        (3, [1, 2, 3], [], False),
    ],
)
def test_around_the_boundary(position: int, arrived: list[int], taken: list[int], gap: bool) -> None:
    found, met = in_order(position, [At(n) for n in arrived])

    assert ([event.position for event in found], met) == (taken, gap)
