"""The catalogues of the project: whole, and of one meaning where two plans use one name."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path

import pytest

import shared.events
from services.indicators.grammar.expression import Said, walk
from services.indicators.plans.definition import CATALOGUES, Indicator, Plan, definitions, load_plans
from services.indicators.plans.words import formula

PLANS = {plan.id: plan for plan in load_plans(CATALOGUES)}
PRACTICE_CODES = Path(shared.events.__file__).parent / "practice_codes.csv"

LAP = """
1.12 2.12 3.12 4.12345 5.12 6.1 7.1 8.1 9.12 10.123 11.1234 12.12 13.1 14.1 15.1 16.1 17.12345 18.12 19.12 20.1 21.12
22.1 23.12 24.1 25.1 26.1 27.1 28.1 29.12 30.1 31.1 32.1 33.12 34.12 35.1 36.12 37.12 38.12 39.12 40.1 41.12 42.1 43.12
44.1 45.1 46.1 47.12 48.123 49.1 50.1
"""
VCAP = """
1.abcd 2.ab 3.abcde 4.abc 5.ab 6.abc 7.a 8.abcd 9.ab 10.ab 11.abcde 12.abcde 13.ab 14.a 15.ab 16.ab 17.ab 18.ab 19.ab
20.abc 21.ab 22.abcd 23.ab 24.ab 25.ab 26.a 28.abcde 29.abc 30.abc 31.a 32.abc 33.abc 34.abc 35.abcd 36.ab 37.abc 38.a
39.ab 40.abcde 41.abc 42.ab 43.abc
"""
DAP = """
1.1: 2 3 4 5 6 7 8 9 10 11 12; 1.3: 1 2 3 4; 2.1: 1 2 3 4 5 6 7; 2.3: 1 2; 2.4: 1; 3.1: 1 2 3 4 5 6 7; 3.2: 1 2 3;
3.8: 1 2 3 4; 3.x: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; 4.1(a): 1 2; 4.1(c): 1 2 3; 4.1: 1 2; 4.1(d): 1; 4.4: 1;
5.1: 1; 5.2: 1 2 3 4 5; 5.5: 1 2 3 4 5; 5.6: 1 2 3 4 5; 5.4: 1; 6.1: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; 6.2: 1 2;
7.1: 1 2 3 4 5 6 7 8 9 10 11 12 13; machinery: 1 2 3 4 5
"""
WHOLE = [
    pytest.param("LAP", LAP, {"A": 54, "F": 19, "J": 11, "N": 1}, id="LAP"),
    pytest.param("DAP", DAP, {"A": 48, "F": 39, "N": 29}, id="DAP"),
    pytest.param("VCAP", VCAP, {"A": 70, "F": 25, "J": 17, "N": 1}, id="VCAP"),
]


def ids(plan: str, compact: str) -> Iterator[str]:
    """`2.ab` = X-2.a and X-2.b; `4.1(a): 1 2` = X-4.1(a).1 and X-4.1(a).2."""
    if ":" in compact:
        for action, _, numbers in (one.partition(":") for one in compact.split(";")):
            yield from (f"{plan}-{action.strip()}.{number}" for number in numbers.split())
        return
    for action, _, letters in (one.partition(".") for one in compact.split()):
        yield from (f"{plan}-{action}.{letter}" for letter in letters)


@pytest.mark.parametrize(("plan", "compact", "computability"), WHOLE)
def test_a_plan_has_exactly_its_indicators(plan: str, compact: str, computability: dict[str, int]) -> None:
    indicators = PLANS[plan].indicators

    assert [one.id for one in indicators] == list(ids(plan, compact))
    assert Counter(one.computability for one in indicators) == computability
    assert all(one.source is not None and one.source.document == PLANS[plan].document for one in indicators)


@pytest.mark.parametrize(("one", "other"), [pytest.param(*two, id="-".join(two)) for two in combinations(PLANS, 2)])
def test_a_name_that_two_plans_use_means_the_same_in_both(one: str, other: str) -> None:
    first, second = PLANS[one], PLANS[other]

    assert _differing(first.populations, second.populations) == []
    assert _differing(first.codes, second.codes) == []


def _differing(first: Mapping[str, object], second: Mapping[str, object]) -> list[str]:
    return [name for name in first if name in second and first[name] != second[name]]


def test_no_two_plans_have_an_indicator_of_one_name() -> None:
    names = Counter(one.id for plan in PLANS.values() for one in plan.indicators)

    assert [name for name, times in names.items() if times > 1] == []


@pytest.mark.parametrize("plan", ["DAP", "LAP", "VCAP"])
def test_each_practice_code_feeds_the_indicators_that_the_list_of_codes_says(plan: str) -> None:
    with PRACTICE_CODES.open(encoding="utf-8", newline="") as file:
        listed = {row["code"]: {f"{plan}-{one}" for one in row[plan.lower()].split()} for row in csv.DictReader(file)}

    feeding: dict[str, set[str]] = {}
    for indicator in PLANS[plan].indicators:
        for code in _codes(indicator):
            feeding.setdefault(code, set()).add(indicator.id)

    assert feeding == {code: fed for code, fed in listed.items() if fed}


def _codes(indicator: Indicator) -> set[str]:
    return {node.said for node in walk(indicator.measure) if isinstance(node, Said)}


@pytest.mark.parametrize("plan", PLANS.values(), ids=list(PLANS))
def test_every_definition_says_itself_in_words(plan: Plan) -> None:
    sentences = [formula(definition) for definition in definitions(plan)]

    assert all(re.match(r"[A-Z]", one) for one in sentences)
    assert all(_codes(one) <= set(plan.codes) for one in plan.indicators)


def test_the_baselines_of_the_draft_name_their_cycle_and_say_what_is_printed() -> None:
    baselines = {one.id: one.baseline for one in PLANS["VCAP"].indicators}
    printed = {id: one.value for id, one in baselines.items() if one and one.value is not None}

    assert all(one is not None and one.cycle == "VCAP-baseline" for one in baselines.values())
    assert printed == {
        "VCAP-12.a": "112", "VCAP-12.b": "16", "VCAP-12.d": "40 or 70 %", "VCAP-13.a": "0", "VCAP-13.b": "0",
        "VCAP-15.a": "0", "VCAP-15.b": "0", "VCAP-16.b": "2/100 %", "VCAP-42.a": "0", "VCAP-43.a": "0",
        "VCAP-43.b": "0", "VCAP-43.c": "0",
    }  # fmt: skip
