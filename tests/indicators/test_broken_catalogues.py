"""A broken catalogue is refused with file, line, indicator and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.indicators.plans.definition import BrokenCatalogue, load_plan

GOOD = """\
id: X
title: a plan
document: PLAN
in_force: 2031-01-01
begins: 2029-01-01
codes:
  workplan.annual: annual work plans exist
kinds: [PracticeReported, ReportSubmitted]
populations:
  planners: {said: workplan.annual}
cycles:
  - {cycle: C1, from: 2031-01-01, to: 2031-12-31}
indicators:
  - id: X-1.1
    action: "1"
    section: s
    title: the first
    unit: States
    population: planners
    series: flow
    computability: A
    evidence: e
    measure: {count: states, where: {said: workplan.annual}}
  - id: X-1.2
    action: "1"
    section: s
    title: the second
    unit: States
    population: parties
    series: flow
    computability: A
    evidence: e
    measure:
      count: states
      where:
        fact: ReportSubmitted
        where: {kind: annual}
"""
BROKEN = [
    ("a code that is spelt wrong", "where: {said: workplan.annual}", "where: {said: workplan.anual}",
     "x.yaml:23: X-1.1: code 'workplan.anual' is not declared; did you mean 'workplan.annual'?"),
    ("a population that nobody declares", "    population: planners", "    population: planers",
     "x.yaml:19: X-1.1: population 'planers' is neither built in nor declared; did you mean 'planners'?"),
    ("a kind that is not listed", "kinds: [PracticeReported, ReportSubmitted]", "kinds: [PracticeReported]",
     "x.yaml:36: X-1.2: kind 'ReportSubmitted' is not declared; list it under `kinds`"),
    ("a kind that is no event", "kinds: [PracticeReported,", "kinds: [PractisReported, PracticeReported,",
     "kinds: no event is called 'PractisReported'; did you mean 'PracticeReported'?"),
    ("a key that is spelt wrong", "      where:\n        fact", "      wher:\n        fact",
     "x.yaml:35: X-1.2 measure.count.wher: Extra inputs are not permitted; did you mean 'where'?"),
    ("a key that is missing", "    evidence: e\n    measure: {count", "    measure: {count",
     "x.yaml:14: X-1.1 evidence: Field required; write `evidence: ...`"),
    ("a value that cannot be recorded", "where: {kind: annual}", "where: {kind: yearly}",
     "x.yaml:36: X-1.2 measure.count.where.fact: Value error, kind: 'yearly' is none of ['annual'"),
    ("a word of the wrong list", "    series: flow\n    computability: A\n    evidence: e\n    measure: {",
     "    series: flows\n    computability: A\n    evidence: e\n    measure: {",
     "x.yaml:20: X-1.1 series: Input should be 'flow', 'status', 'cumulative' or 'reported_in_period'"),
    ("a judgement that is not announced", "where: {said: workplan.annual}}",
     "where: {judged: {said: workplan.annual}, words: [good]}}",
     "x.yaml:14: X-1.1: Value error, computability J and a `judged` node go together"),
    ("an indicator given twice", "id: X-1.2", "id: X-1.1",
     "x.yaml:14: X-1.1: indicator X-1.1 is there twice; give one of them another name"),
    ("a population that rests on itself", "  planners: {said: workplan.annual}", "  planners: {not: planners}",
     "x.yaml:10: population planners: population planners rests on itself"),
    ("a window with two axes", "        where: {kind: annual}", "        in: {received: cycle, covers: cycle}",
     "x.yaml:37: X-1.2 measure.count.where.fact.in: Value error, a window has exactly one axis"),
]  # fmt: skip


def load(folder: Path, text: str) -> None:
    path = folder / "x.yaml"
    path.write_text(text, encoding="utf-8")
    load_plan(path)


def test_the_plan_that_is_broken_below_is_good(tmp_path: Path) -> None:
    load(tmp_path, GOOD)


@pytest.mark.parametrize(("good", "bad", "said"), [pytest.param(*row[1:], id=row[0]) for row in BROKEN])
def test_a_broken_catalogue_is_refused_where_it_breaks(good: str, bad: str, said: str, tmp_path: Path) -> None:
    assert GOOD.count(good) >= 1

    with pytest.raises(BrokenCatalogue) as broken:
        load(tmp_path, GOOD.replace(good, bad, 1))

    assert said in str(broken.value)


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("said: workplan.annual}}", "said: nothing.such}}").replace(
        "population: planners", "population: p"
    )

    with pytest.raises(BrokenCatalogue) as broken:
        load(tmp_path, text)

    assert len(str(broken.value).splitlines()) == 2


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenCatalogue, match=r"x\.yaml"):
        load(tmp_path, "")
