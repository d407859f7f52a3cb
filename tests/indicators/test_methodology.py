"""The methodology sheet says what the running definition says, of every indicator of every plan."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.indicators.figures.methodology import methodology
from services.indicators.grammar.expression import Judged, walk
from services.indicators.plans.definition import CATALOGUES, definitions, load_plans
from services.indicators.serving.across import load_across
from services.indicators.world.record import Record
from shared.events.base import Known
from shared.events.indicators import IndicatorDefined
from tests.indicators.history import History, define

ACROSS = load_across()
TODAY = date(2026, 11, 21)


def record_of(*versions: IndicatorDefined) -> Record:
    history = History()
    for version in versions:
        history.tell(version, Known(time=version.in_force))
    heads = {"indicators": len(history.stored), "meetings": 0, "reports": 0}
    return Record(tuple(history.facts), tuple(sorted(heads.items())))


def version(number: int, in_force: date, **changed: Any) -> IndicatorDefined:
    definition = define({"count": "states", "where": {"said": "a"}}, version=number, in_force=in_force, **changed)
    return IndicatorDefined(
        indicator="X-1.1", plan="X", version=number, in_force=in_force,
        definition=definition.canonical(), definition_hash=definition.hash(),
    )  # fmt: skip


def sheet(record: Record, indicator: str = "X-1.1", today: date = TODAY) -> dict[str, Any]:
    return methodology(indicator, record, ACROSS.crosswalk, ACROSS.breakdowns, today)


def test_the_version_in_force_is_told_and_every_version_with_its_day_and_hash() -> None:
    old, new = version(1, date(2021, 9, 21)), version(2, date(2025, 1, 1), title="another title")
    record = record_of(old, new)

    before, after = sheet(record, today=date(2024, 12, 31)), sheet(record, today=date(2025, 1, 1))

    assert (before["title"], after["title"]) == ("t", "another title")
    assert [(one["version"], one["inForce"], one["hash"], one["running"]) for one in after["versions"]] == [
        (1, "2021-09-21", old.definition_hash, False), (2, "2025-01-01", new.definition_hash, True),
    ]  # fmt: skip
    assert (after["definitionHash"], before["definitionHash"]) == (new.definition_hash, old.definition_hash)


def test_a_definition_not_yet_in_force_is_told_all_the_same() -> None:
    assert sheet(record_of(version(1, date(2027, 1, 1))))["versions"][0]["running"] is True


def test_codes_judgement_words_and_windows_are_those_of_the_definition() -> None:
    judged = define(
        {"count": "states", "where": {"judged": {"said": "a"}, "words": ["costed", "inclusive"]}},
        computability="J", evidence="Form F; extension request", readings=["ours"],
    )  # fmt: skip
    event = version(1, date(2021, 9, 21)).model_copy(
        update={"definition": judged.canonical(), "definition_hash": judged.hash()}
    )

    found = sheet(record_of(event))

    assert found["codes"] == [{"code": "a", "words": "words of a"}]
    assert found["judgementWords"] == ["costed", "inclusive"]
    assert (found["window"], found["sources"]) == ("received in the cycle", ["Form F", "extension request"])
    assert (found["readings"], found["restsOn"]) == (["ours"], "from what States report, once it is judged")


@pytest.mark.parametrize("plan", load_plans(CATALOGUES), ids=lambda plan: plan.id)
def test_every_indicator_of_every_plan_documents_itself(plan: Any) -> None:
    own = definitions(plan)
    record = record_of(
        *(
            IndicatorDefined(
                indicator=one.indicator.id, plan=plan.id, version=one.indicator.version, in_force=one.in_force,
                definition=one.canonical(), definition_hash=one.hash(),
            )
            for one in own
        )
    )  # fmt: skip

    for one in own:
        found = sheet(record, one.indicator.id)
        judged = {word for node in walk(one.indicator.measure) if isinstance(node, Judged) for word in node.words}
        assert set(found["judgementWords"]) == judged
        assert found["formula"] and found["sources"] and found["window"]
        assert {code["code"] for code in found["codes"]} == set(one.codes)
        assert found["definitionHash"] == one.hash()
