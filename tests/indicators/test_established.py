"""Baselines of an adopted plan: what is refused, what is recorded, and how later figures stand to them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from services.indicators.figures.baselines import Baseline, baselines
from services.indicators.figures.established import (
    Established,
    establishing,
    progress,
    refuse_unaccepted,
    refuse_unadopted,
)
from services.indicators.figures.figure import Figure
from services.indicators.plans.definition import Definition
from shared.decider import Refused
from shared.events.indicators import BaselineEstablished
from tests.indicators.history import SAID_A, History, define, figure, world
from tests.indicators.plans import plan
from tests.indicators.test_baselines import AFTER, BASELINE, SHARE, later_reports, record_of, two_cycles

ADOPTED = date(2026, 9, 18)
TODAY = date(2026, 11, 21)


def found(history: History, measure: dict[str, Any] = SHARE) -> Baseline:
    definition = define(measure, baseline=BASELINE, evidence="Form F")
    (one,) = baselines(record_of(history, definition), "X", date(2026, 6, 30))
    return one


def recorded(history: History, measure: dict[str, Any] = SHARE) -> BaselineEstablished:
    return establishing(found(history, measure), "X", ADOPTED, "VCAP-2026")


def refusal(**changes: Any) -> tuple[int, str, str | None]:
    file = plan().model_copy(update={"adopted": changes.pop("file", ADOPTED)})
    asked: dict[str, Any] = {"adopted": ADOPTED, "as_of": date(2026, 6, 30), "today": TODAY} | changes
    with pytest.raises(Refused) as refused:
        refuse_unadopted("X", None if asked.pop("unknown", False) else file, **asked)
    return refused.value.status, refused.value.type, refused.value.field


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"file": None}, (409, "plan-not-adopted", "/plan")),
        ({"unknown": True}, (409, "plan-not-adopted", "/plan")),
        ({"adopted": date(2026, 9, 17)}, (422, "invalid", "/adopted")),
        ({"as_of": date(2026, 11, 22)}, (422, "future", "/asOf")),
    ],
)
def test_no_baseline_without_a_plan_adopted_on_that_day_nor_of_a_day_to_come(
    changes: dict[str, Any], refused: tuple[int, str, str]
) -> None:
    assert refusal(**changes) == refused


def test_the_last_allowed_day_is_today() -> None:
    refuse_unadopted("X", plan().model_copy(update={"adopted": ADOPTED}), ADOPTED, TODAY, TODAY)


def test_a_provisional_value_is_refused_by_name_until_it_is_accepted_by_name() -> None:
    one = found(two_cycles())
    with pytest.raises(Refused) as refused:
        refuse_unaccepted([one], [])

    assert (refused.value.status, refused.value.type) == (409, "provisional")
    assert str(refused.value).endswith("X-1.1")
    refuse_unaccepted([one], ["X-1.1"])
    refuse_unaccepted([found(later_reports(two_cycles()))], [])


def test_a_name_that_is_no_indicator_of_the_plan_is_not_accepted() -> None:
    with pytest.raises(Refused) as refused:
        refuse_unaccepted([found(two_cycles())], ["X-1.1", "X-9.9"])

    assert (refused.value.status, refused.value.type) == (422, "indicator-unknown")


def test_what_is_recorded_is_the_value_with_its_states_its_cut_and_the_document_of_adoption() -> None:
    event = recorded(later_reports(two_cycles()))

    assert (event.status, event.value, event.provisional) == ("computed", "66.7", False)
    assert (event.numerator, event.denominator) == (("AFG", "LAO"), ("AFG", "CHE", "LAO"))
    assert (event.known, event.effective_at, event.cycle) == (date(2026, 6, 30), date(2026, 6, 30), "AFTER")
    assert (event.adopted, event.document, event.definition_version) == (ADOPTED, "VCAP-2026", 1)
    assert (event.stream, event.natural_key) == ("baseline-X", "baseline-X-X-1.1")


def test_an_accepted_provisional_value_says_that_it_is_one_and_of_which_cycle() -> None:
    event = recorded(two_cycles())

    assert (event.value, event.provisional, event.cycle) == ("33.3", True, "13MSP")


def test_what_the_record_cannot_tell_is_recorded_without_a_value_never_as_zero() -> None:
    h = History().with_cycle().with_cycle(AFTER).parties("LAO").clock_covered(through="2026-06-30")

    event = recorded(h, SAID_A)

    assert (event.status, event.value, event.numerator) == ("noData", None, None)
    assert "value" not in event.data()


def counted(states: int, target: Any = None) -> Figure:
    h = world("AFG", "CHE", "LAO").covered("a")
    for state in ("AFG", "CHE", "LAO")[:states]:
        h.says(state)
    definition: Definition = define(SAID_A, **({"target": target} if target is not None else {}))
    return figure(h, definition)


def from_(value: str | None) -> Established:
    return Established("e-1", recorded(later_reports(two_cycles())).model_copy(update={"value": value}))


@pytest.mark.parametrize(
    ("was", "states", "distance", "direction"),
    [("1", 3, 2, "up"), ("3", 1, -2, "down"), ("2", 2, 0, "same"), ("0", 0, 0, "same"), (None, 2, None, None)],
)
def test_distance_and_direction_from_the_baseline(
    was: str | None, states: int, distance: int | None, direction: str | None
) -> None:
    shown = progress(counted(states), from_(was))

    assert shown is not None
    assert (shown["distance"], shown["direction"], shown["event"]) == (distance, direction, "e-1")


@pytest.mark.parametrize(
    ("target", "states", "to_target"),
    [({"value": 3}, 1, 2), ({"value": 0}, 2, -2), ({"value": 0}, 0, 0), ({"value": "2.5"}, 2, "0.5")],
)
def test_a_target_of_zero_is_a_target(target: dict[str, Any], states: int, to_target: Any) -> None:
    shown = progress(counted(states, target), None)

    assert shown is not None
    assert Decimal(str(shown["target"])) == Decimal(str(target["value"]))
    assert (shown["toTarget"], shown["baseline"], shown["distance"]) == (to_target, None, None)


def test_the_day_of_a_target_is_shown_and_without_baseline_and_target_there_is_nothing_to_show() -> None:
    dated = progress(counted(1, {"value": 3, "by": "2031-12-31"}), None)

    assert dated is not None and dated["by"] == "2031-12-31"
    assert progress(counted(1), None) is None


def test_a_definition_without_a_target_keeps_its_hash_and_one_with_a_target_of_zero_has_another() -> None:
    plain, zero = define(SAID_A), define(SAID_A, target={"value": 0})

    assert "target" not in plain.canonical()["indicator"]
    assert zero.canonical()["indicator"]["target"] == {"value": "0"}
    assert plain.hash() != zero.hash()
    assert Definition.model_validate(zero.canonical()).hash() == zero.hash()
