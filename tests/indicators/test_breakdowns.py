"""What the plans ask to be told apart against what arrived: told, not told, and nothing held are different answers."""

from __future__ import annotations

from typing import Any

import pytest

from services.indicators.figures.breakdowns import Breakdowns, check_breakdowns, load_breakdowns
from services.indicators.figures.figure import compute
from services.indicators.plans.definition import CATALOGUES, BrokenCatalogue, load_plans
from services.indicators.world.world import cut_facts, cycles_of, world_of
from shared.events.reports import RiskEducationReported
from tests.indicators.history import History, cut_of, define, world

PLANS = load_plans(CATALOGUES)
ASKED = load_breakdowns()
TAUGHT = {
    "indicators": ["X-1.1"],
    "what": "risk education",
    "of": {"fact": "RiskEducationReported"},
    "by": {"gender": {"keys": {"has": "gender"}}, "age": {"keys": {"has": "age"}}},
}
SAID = {"indicators": ["X-1.1"], "what": "data", "of": {"said": "a"}, "by": {"gender": {"keys": "gender"}}}


def received(asked: dict[str, Any], history: History) -> dict[str, Any]:
    facts = history.facts
    cut = cut_of(facts)
    figure = compute(define({"count": "states"}), world_of(cut_facts(facts, cut)), cycles_of(facts)["13MSP"], cut)
    return Breakdowns.model_validate({"asked": [asked]}).received(figure)[0]


def taught(history: History, state: str, *keys: Any) -> None:
    history.tell(RiskEducationReported(state=state, year=2024, received="2025-04-01", activity="schools", keys=keys))


def states(found: dict[str, Any]) -> dict[str, tuple[list[str], list[str]]]:
    return {one["iso3"]: (one["received"], one["missing"]) for one in found["states"]}


def test_each_state_that_told_something_is_named_with_what_it_told_apart() -> None:
    history = world("AUT", "LAO", "TCD").covered("RiskEducationReported")
    taught(history, "AUT", "gender", "age")
    taught(history, "LAO", "age")
    taught(history, "TCD")

    found = received(TAUGHT, history)

    assert states(found) == {
        "AUT": (["gender", "age"], []), "LAO": (["age"], ["gender"]), "TCD": ([], ["gender", "age"]),
    }  # fmt: skip
    assert (found["complete"], found["reason"]) == (True, None)
    assert all(one["evidence"] for one in found["states"])


def test_two_facts_of_a_state_add_up() -> None:
    history = world("AUT")
    taught(history, "AUT", "gender")
    history.tell(
        RiskEducationReported(
            state="AUT", year=2024, received="2025-04-01", activity="community", keys=("age",)
        )
    )  # fmt: skip

    assert states(received(TAUGHT, history)) == {"AUT": (["gender", "age"], [])}


def test_without_coverage_more_states_may_have_told() -> None:
    found = received(TAUGHT, world("AUT"))

    assert (found["states"], found["complete"]) == ([], False)
    assert "RiskEducationReported is not declared complete" in found["reason"]


def test_answers_to_a_code_are_told_apart_by_their_keys() -> None:
    history = world("AUT", "LAO")
    history.says("AUT", keys=("gender", "age"))
    history.says("LAO")
    history.says("TCD", answer="no", keys=("gender",))

    assert states(received(SAID, history)) == {"AUT": (["gender"], []), "LAO": ([], ["gender"])}


def test_the_projects_own_breakdowns_fit_its_plans() -> None:
    check_breakdowns(ASKED, PLANS)

    assert ASKED.expected("LAP-29.1") == [{"what": "risk education", "by": ["gender", "age", "disability"]}]
    assert ASKED.expected("VCAP-35.a")[0]["by"][0] == "risk education"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"indicators": ["LAP-29.11"]}, "LAP-29.11 is no indicator; did you mean 'LAP-29.1'"),
        ({"indicators": ["LAP-29.1"], "of": {"said": "strategy.nationl"}, "by": {"g": {"keys": "gender"}}},
         "declares no code strategy.nationl; did you mean 'strategy.national'"),
    ],
)  # fmt: skip
def test_what_no_plan_has_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(BrokenCatalogue, match=says):
        check_breakdowns(Breakdowns.model_validate({"asked": [TAUGHT | change]}), PLANS)


@pytest.mark.parametrize("by", [{"colour": {"colour": "red"}}, {"shoe size": {"keys": {"has": "shoe size"}}}, {}])
def test_a_breakdown_that_no_fact_can_have_is_refused(by: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Breakdowns.model_validate({"asked": [TAUGHT | {"by": by}]})
