"""A set's hash is a function of its answers: of nothing less, and of nothing more (model §8)."""

from __future__ import annotations

from typing import Any

import pytest

from services.indicators.figures.figure_hash import HASHED, sealed_set, set_hash
from services.indicators.plans.definition import Definition
from tests.indicators.history import SAID_A, History, define, figure, world

PERCENT = define({"percent": {"of": {"said": "a"}, "over": "parties"}})


def hashed(history: History, *definitions: Definition, **cut: Any) -> dict[str, Any]:
    figures = [figure(history, one, **cut) for one in definitions or (define(SAID_A),)]
    return sealed_set("13MSP", figures[0].cut, figures)


def saying(*states: str) -> History:
    history = world("AFG", "CHE", "LAO").covered("a")
    for state in states:
        history.says(state)
    return history


def test_a_count_is_its_plain_quantities_and_the_states_it_counts() -> None:
    part = hashed(saying("LAO", "AFG"))["figures"][0]["parts"][0]

    assert part == {
        "name": "value",
        "unit": "states",
        "value": "2",
        "low": "2",
        "high": "2",
        "items": [{"key": "AFG"}, {"key": "LAO"}],
    }


def test_a_percentage_is_its_two_integers() -> None:
    part = hashed(saying("LAO"), PERCENT)["figures"][0]["parts"][0]

    assert (part["numerator"], part["denominator"], part["low"], part["high"]) == (1, 3, 1, 1)
    assert "value" not in part


@pytest.mark.parametrize("other", [saying("LAO"), saying("LAO", "CHE"), saying()], ids=["fewer", "others", "nobody"])
def test_another_answer_is_another_hash(other: History) -> None:
    assert hashed(other)["hash"] != hashed(saying("LAO", "AFG"))["hash"]


@pytest.mark.parametrize("member", HASHED)
def test_each_member_that_is_hashed_counts(member: str) -> None:
    found = hashed(saying("LAO"))

    assert set_hash({**found, member: "another"}) != found["hash"]


def test_positions_do_not_count() -> None:
    history = saying("LAO")
    before = hashed(history)
    history.says("CHE", code="b")  # which no figure here asks for

    after = hashed(history)

    assert (before["positions"] != after["positions"], before["hash"]) == (True, after["hash"])


def test_another_definition_with_the_same_answer_is_another_hash() -> None:
    history = saying("LAO")

    assert hashed(history, define(SAID_A, readings=["we read it so"]))["hash"] != hashed(history)["hash"]


def test_the_order_of_figures_does_not_count() -> None:
    one = define(SAID_A)
    other = one.model_copy(update={"indicator": one.indicator.model_copy(update={"id": "X-0.1"})})

    assert hashed(saying("LAO"), one, other)["hash"] == hashed(saying("LAO"), other, one)["hash"]
