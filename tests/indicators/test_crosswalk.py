"""The crosswalk: whole, of the shape its grades ask for, and `same` only where the plans really ask the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from services.indicators.grammar.expression import Count, Parts, Percent
from services.indicators.plans.crosswalk import CROSSWALK, Crosswalk, Link, check_crosswalk, load_crosswalk
from services.indicators.plans.definition import CATALOGUES, BrokenCatalogue, Indicator, load_plans

PLANS = {plan.id: plan for plan in load_plans(CATALOGUES)}
WALK = load_crosswalk()
INDICATORS = {one.id: one for plan in PLANS.values() for one in plan.indicators}
EITHER = {"flow": "in the cycle", "reported_in_period": "in the cycle"}


def without(id: str) -> Crosswalk:
    """The crosswalk with one id left out wherever it stands; a link that this leaves without a side goes whole."""
    links = []
    for link in yaml.safe_load(CROSSWALK.read_text(encoding="utf-8"))["links"]:
        sides = {side: [one for one in listed(link.get(side)) if one != id] for side in ("from", "to")}
        if all(sides[side] for side in ("from", "to") if link.get(side)):
            grade = "same" if len(sides["from"]) == len(sides["to"]) == 1 else link["grade"]
            links.append(
                {**sides, "grade": grade if link["grade"] in ("merged", "split") else link["grade"], "why": "x"}
            )
    return Crosswalk.model_validate({"plans": WALK.plans, "links": links})


def listed(value: Any) -> list[str]:
    return [] if value is None else [value] if isinstance(value, str) else value


def asks(indicator: Indicator) -> tuple[Any, ...]:
    """What it counts, of whom, in which window: numerator and denominator of its first part."""
    measure = indicator.measure
    if isinstance(measure, Parts):
        measure = next(iter(measure.parts.values()))
    kind = EITHER.get(indicator.series, indicator.series)
    if isinstance(measure, Percent):
        return measure.percent.of, measure.percent.over, indicator.window, kind
    if isinstance(measure, Count) and measure.count == ("states",):
        return measure.where, measure.of or indicator.population, indicator.window, kind
    return measure, None, indicator.window, kind


def test_it_covers_the_plans_that_are_loaded() -> None:
    check_crosswalk(WALK, PLANS.values())


@pytest.mark.parametrize(
    "id", ["DAP-2.3.1", "DAP-3.x.7", "LAP-9.1", "LAP-17.2", "LAP-4.2", "VCAP-12.c", "VCAP-5.b", "VCAP-17.a"]
)
def test_an_unmapped_indicator_is_refused_by_name(id: str) -> None:
    with pytest.raises(BrokenCatalogue, match=rf"{id} is in no"):
        check_crosswalk(without(id), PLANS.values())


def test_an_indicator_that_no_plan_has_is_refused_with_what_would_be_right() -> None:
    links = [*WALK.links, {"from": ["LAP-9.11"], "grade": "dropped", "why": "x"}]
    walk = Crosswalk.model_validate({"plans": WALK.plans, "links": links})

    with pytest.raises(BrokenCatalogue, match=r"LAP-9.11 is no indicator of LAP; did you mean 'LAP-9.1'"):
        check_crosswalk(walk, PLANS.values())


def test_a_plan_that_is_not_loaded_is_passed_over() -> None:
    check_crosswalk(WALK, [PLANS["LAP"]])
    check_crosswalk(WALK, [])


ALIKE = [one for one in WALK.links if one.grade == "same" and one.from_[0].startswith("LAP-")]
"""Measures of the Dubrovnik review have windows of their own."""


@pytest.mark.parametrize("link", ALIKE, ids=lambda one: one.from_[0])
def test_what_is_graded_the_same_counts_the_same_of_the_same_states(link: Link) -> None:
    before, after = (INDICATORS[one] for one in (*link.from_, *link.to))

    assert asks(before) == asks(after)


def test_what_is_graded_otherwise_has_its_reason() -> None:
    assert all(link.why and "\n" not in link.why for link in WALK.links)


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ({"from": ["LAP-1.1"], "to": ["VCAP-1.a", "VCAP-1.b"], "grade": "same"}, "same leads from one to one"),
        ({"from": ["LAP-1.1"], "to": ["VCAP-1.a"], "grade": "merged"}, "merged leads from several to one"),
        ({"from": ["LAP-1.1"], "to": ["VCAP-1.a"], "grade": "split"}, "split leads from one to several"),
        ({"from": ["LAP-1.1"], "to": ["VCAP-1.a"], "grade": "new"}, "new leads from none"),
        ({"to": ["VCAP-1.a"], "grade": "dropped"}, "dropped leads from one or more to none"),
        ({"from": ["VCAP-1.a"], "to": ["LAP-1.1"], "grade": "same"}, "leads to a later plan"),
        ({"from": ["LAP-1.1", "DAP-1.1.3"], "to": ["VCAP-1.a"], "grade": "merged"}, "one plan on each side"),
        ({"from": ["ZAP-1"], "to": ["VCAP-1.a"], "grade": "same"}, "of no plan of the crosswalk"),
        ({"from": ["LAP-1.1"], "to": ["VCAP-1.a"], "grade": "similar"}, "grade"),
    ],
)
def test_a_link_that_does_not_fit_its_grade_is_refused(tmp_path: Path, link: dict[str, Any], says: str) -> None:
    file = tmp_path / "crosswalk.yaml"
    file.write_text(yaml.safe_dump({"plans": list(WALK.plans), "links": [{**link, "why": "x"}]}))

    with pytest.raises(BrokenCatalogue, match=says):
        load_crosswalk(file)


def test_a_trend_cannot_go_two_ways() -> None:
    links = [{"from": "LAP-1.1", "to": to, "grade": "same", "why": "x"} for to in ("VCAP-1.a", "VCAP-1.b")]

    with pytest.raises(ValueError, match=r"two ways: LAP-1\.1"):
        Crosswalk.model_validate({"plans": ["LAP", "VCAP"], "links": links})
