"""Which generation plays which part: pure, from any beginning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.projecting.roles import Generation, NotHeld, Roles, begun, rolled_back, switched

FIRST = Roles(Generation(1, 1))


def test_a_rebuild_gives_a_candidate_a_number_never_used() -> None:
    once = begun(FIRST, 1)
    assert once == Roles(Generation(1, 1), candidate=Generation(2, 1), latest=2)
    assert begun(once, 2) == Roles(Generation(1, 1), candidate=Generation(3, 2), latest=3)


def test_a_rebuild_after_a_switch_drops_what_was_switched_from() -> None:
    after = begun(switched(begun(FIRST, 1)), 1)
    assert after == Roles(Generation(2, 1), candidate=Generation(3, 1), latest=3)


def test_a_rollback_undoes_a_switch() -> None:
    before = begun(FIRST, 1)
    assert rolled_back(switched(before)) == before


@pytest.mark.parametrize(("change", "roles"), [(switched, FIRST), (rolled_back, FIRST), (rolled_back, begun(FIRST, 1))])
def test_a_part_that_nobody_plays_cannot_be_taken(change: object, roles: Roles) -> None:
    assert callable(change)
    with pytest.raises(NotHeld):
        change(roles)


@given(st.lists(st.sampled_from(("begun", "switched", "rolled_back"))))
def test_whatever_is_done_two_generations_at_most_are_held_and_one_answers(steps: list[str]) -> None:
    roles = FIRST
    for step in steps:
        try:
            roles = {"begun": lambda r: begun(r, 1), "switched": switched, "rolled_back": rolled_back}[step](roles)
        except NotHeld:
            continue
        assert len(roles.held) <= 2
        assert len(set(roles.numbers)) == len(roles.numbers)
        assert max(roles.numbers) <= roles.latest
        assert roles.candidate is None or roles.previous is None
