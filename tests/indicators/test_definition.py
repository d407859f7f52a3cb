"""A plan file is checked as a whole before anything is computed, and its faults are named where they are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from services.indicators.grammar.expression import Parts
from services.indicators.plans.definition import (
    CATALOGUES,
    BrokenCatalogue,
    Definition,
    definitions,
    load_plan,
    load_plans,
)
from shared.events.envelope import canonical
from tests.indicators.history import SAID_A, define
from tests.indicators.plans import indicator, plan

README = (CATALOGUES / "README.md").read_text(encoding="utf-8")


def written(folder: Path, *indicators: dict[str, Any], **more: Any) -> Path:
    content = plan().model_dump(mode="json", by_alias=True, exclude_defaults=True)
    path = folder / "x.yaml"
    path.write_text(yaml.safe_dump({**content, "indicators": list(indicators), **more}), encoding="utf-8")
    return path


def fault_of(folder: Path, *indicators: dict[str, Any], **more: Any) -> str:
    with pytest.raises(BrokenCatalogue) as broken:
        load_plan(written(folder, *indicators, **more))
    return str(broken.value)


def test_the_example_of_the_readme_is_a_valid_plan(tmp_path: Path) -> None:
    path = tmp_path / "lap.yaml"
    path.write_text(README.split("```yaml\n")[1].split("```")[0], encoding="utf-8")

    loaded = load_plan(path)

    assert [one.id for one in loaded.indicators] == ["LAP-18.1"]


def test_every_catalogue_of_the_project_is_valid() -> None:
    assert all(one.indicators for one in load_plans(CATALOGUES))


@pytest.mark.parametrize(
    ("measure", "said"),
    [
        ({"count": "states", "wher": {"said": "a"}}, "X-1.1 measure.count.wher: Extra inputs are not permitted"),
        ({"count": "states", "where": {"say": "a"}}, "a set of States has exactly one of the keys population, fact"),
        ({"counts": "states"}, "X-1.1 measure: a measure has exactly one of the keys count, sum"),
        ({"count": "states", "where": {"said": "z"}}, "code 'z' is not declared"),
        ({"count": "states", "where": "elsewhere"}, "population 'elsewhere' is neither built in nor declared"),
        ({"count": "states", "where": {"fact": "Nothing"}}, "no event is called 'Nothing'"),
        ({"count": "states", "where": {"fact": "StockpileDiscovered"}}, "kind 'StockpileDiscovered' is not declared"),
        ({"count": "states", "where": {"fact": "EntryIntoForceReached"}}, "announced by the clock"),
        ({"count": "states", "where": {"fact": "ReportSubmitted", "where": {"colour": 1}}}, "no attribute colour"),
        (
            {"count": "states", "where": {"fact": "ReportSubmitted", "where": {"kind": "yearly"}}},
            "kind: 'yearly' is none of ['annual', 'initial', 'voluntary']",
        ),
        (
            {"count": "states", "where": {"fact": "ReportSubmitted", "where": {"forms_included": "J"}}},
            "forms_included: it is a list: ask with has, has_all or has_any",
        ),
        (
            {"count": "states", "where": {"fact": "ReportSubmitted", "in": "cycle", "at": "last"}},
            "give `in` or `at`, not both",
        ),
        (
            {"count": "states", "where": {"fact": "ReportSubmitted", "in": {"received": "cycle", "covers": "cycle"}}},
            "a window has exactly one axis",
        ),
        ({"count": "request_id"}, "`of` must give the facts that have it"),
        ({"mean": SAID_A, "over": {"years": [2019, 2015]}}, "the first year lies after the last"),
    ],
)
def test_a_fault_is_named_with_indicator_and_path(measure: dict[str, Any], said: str, tmp_path: Path) -> None:
    fault = fault_of(tmp_path, indicator("X-1.1", measure))

    assert re.match(r"x\.yaml:\d+: ", fault)
    assert said in fault


def test_computability_and_measure_fit_together(tmp_path: Path) -> None:
    judged = {"count": "states", "where": {"judged": {"said": "a"}, "words": ["good"]}}

    assert "computability J" in fault_of(tmp_path, indicator("X-1.1", judged))
    assert "computability J" in fault_of(tmp_path, indicator("X-1.1", SAID_A, computability="J"))
    assert "computability N" in fault_of(tmp_path, indicator("X-1.1", {"none": "no source"}))
    assert "computability N" in fault_of(tmp_path, indicator("X-1.1", SAID_A, computability="N"))


def test_counting_states_needs_something_to_count_in(tmp_path: Path) -> None:
    assert "needs `of`" in fault_of(tmp_path, indicator("X-1.1", SAID_A, population=None))


def test_names_may_not_be_given_twice_nor_rest_on_themselves(tmp_path: Path) -> None:
    one = indicator("X-1.1", SAID_A)

    assert "indicator X-1.1 is there twice" in fault_of(tmp_path, one, one)
    circular = {"p": {"all": ["q"]}, "q": {"not": "p"}}
    assert "population p rests on itself" in fault_of(tmp_path, one, populations=circular)
    assert "population parties is built in" in fault_of(tmp_path, one, populations={"parties": {"said": "a"}})


def test_a_file_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("id: [", encoding="utf-8")

    with pytest.raises(BrokenCatalogue, match=r"x\.yaml"):
        load_plan(path)


def test_two_files_may_not_hold_the_same_plan(tmp_path: Path) -> None:
    first = written(tmp_path, indicator("X-1.1", SAID_A))
    (tmp_path / "y.yaml").write_bytes(first.read_bytes())

    with pytest.raises(BrokenCatalogue, match="several files hold the plan X"):
        load_plans(tmp_path)


def test_a_definition_comes_back_from_its_canonical_form_unchanged() -> None:
    definition = define(
        {"count": "states", "of": {"population": "p", "at": "last"}, "where": {"not": {"said": "b", "answer": "no"}}},
        populations={"p": {"fact": "ReportSubmitted", "where": {"forms_included": {"has": "J"}}, "latest": "state"}},
    )

    again = Definition.model_validate(definition.canonical())

    assert again == definition
    assert again.hash() == definition.hash()


def test_parts_keep_their_order_in_canonical_json_which_sorts_keys() -> None:
    share = {"percent": {"of": {"said": "a"}, "over": "parties"}}
    definition = define({"parts": {"share": share, "number": SAID_A, "Amount": SAID_A}})

    again = Definition.model_validate_json(canonical(definition.canonical()))

    assert isinstance(again.indicator.measure, Parts)
    assert list(again.indicator.measure.parts) == ["share", "number", "Amount"]
    assert (again, again.hash()) == (definition, definition.hash())


def test_two_parts_of_one_name_are_refused(tmp_path: Path) -> None:
    twice = {"parts": [{"number": SAID_A}, {"number": SAID_A}]}

    assert "each part needs a name of its own" in fault_of(tmp_path, indicator("X-1.1", twice))


def test_the_hash_moves_with_what_the_figure_rests_on_and_with_nothing_else() -> None:
    first = plan(indicator("X-1.1", {"count": "states", "of": "seekers"}), indicator("X-2.1", SAID_A))
    changed = plan(
        indicator("X-1.1", {"count": "states", "of": "seekers"}),
        indicator("X-2.1", SAID_A),
        populations={"seekers": {"said": "b"}},
    )

    before, after = definitions(first), definitions(changed)

    assert before[0].hash() != after[0].hash()  # its population changed
    assert before[1].hash() == after[1].hash()


def test_yaml_reads_a_bare_no_as_a_truth_value_and_we_read_it_as_the_answer() -> None:
    meant = define({"count": "states", "where": {"said": "a", "answer": "no"}})
    written_bare = define({"count": "states", "where": {"said": "a", "answer": False}})

    assert meant == written_bare
