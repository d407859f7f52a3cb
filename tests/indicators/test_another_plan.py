"""A plan of another treaty is one file: its codes, populations, cycle and indicators, and no code changed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.indicators.figures.figure import compute, computed_row
from services.indicators.plans.definition import Plan, definitions, load_plan
from services.indicators.plans.words import formula
from services.indicators.world.world import cut_facts, cycles_of, world_of
from shared.events.indicators import CycleDefined
from shared.events.meetings import DelegationRegistered, MeetingScheduled
from shared.events.reports import NationalMeasureReported
from tests.indicators.history import History, cut_of

RIVERS = """
id: RIVERS
title: First plan of the Convention on Shared Rivers (made up)
document: RIVERS-2031
in_force: 2031-01-01
begins: 2029-01-01
codes:
  rivers.gauges: gauges stand on every shared river
  rivers.warning: downstream States are warned of floods
kinds: [PracticeReported, NationalMeasureReported, DelegationRegistered]
populations:
  upstream: {fact: NationalMeasureReported, where: {kind: specific_law, status: adopted}, in: {received: toDate}}
  gauged: {all: [upstream, {said: rivers.gauges, at: last}]}
cycles:
  - {cycle: 1AR, from: 2031-01-01, to: 2031-12-31, meeting: 1AR, reportYear: 2030}
indicators:
  - id: RIVERS-A.1
    action: A
    section: warning
    title: Upstream States that warn
    unit: percent of upstream States
    population: upstream
    series: reported_in_period
    computability: A
    evidence: yearly letter
    window: {received: cycle}
    measure: {percent: {of: {said: rivers.warning}, over: upstream}}
  - id: RIVERS-A.2
    action: A
    section: warning
    title: Upstream States with good gauges
    unit: States
    population: gauged
    series: status
    computability: J
    evidence: yearly letter
    window: {effective: toDate}
    measure: {count: states, where: {judged: {said: rivers.gauges, at: last}, words: [reliable]}}
  - id: RIVERS-B.1
    action: B
    section: meeting
    title: Delegations and the women in them
    unit: delegations
    series: flow
    computability: F
    evidence: meeting record
    window: {meeting: this}
    measure:
      parts:
        delegations: {count: delegation, of: {fact: DelegationRegistered}}
        women: {sum: women, of: {fact: DelegationRegistered}}
  - id: RIVERS-B.2
    action: B
    section: meeting
    title: Water kept back
    unit: cubic metres
    series: flow
    computability: N
    evidence: none
    measure: {none: nobody measures it}
"""
CYCLE = CycleDefined.model_validate(
    {"cycle": "1AR", "from": "2031-01-01", "to": "2031-12-31", "meeting": "1AR", "report_year": 2030}
)


@pytest.fixture
def rivers(tmp_path: Path) -> Plan:
    path = tmp_path / "rivers-2031.yaml"
    path.write_text(RIVERS, encoding="utf-8")
    return load_plan(path)


def law(state: str) -> NationalMeasureReported:
    return NationalMeasureReported(
        measure_id=f"law-{state}", state=state, kind="specific_law", status="adopted", received="2030-03-01"
    )


def the_record() -> History:
    """Four States have laws; two warn, one says no; three have gauges, of which one is found reliable."""
    h = History().with_cycle(CYCLE)
    for state in ("AUT", "DEU", "HUN", "SVK"):
        h.tell(law(state))
    for state, answer in (("AUT", "yes"), ("DEU", "yes"), ("HUN", "no"), ("ROU", "yes")):
        h.says(state, "rivers.warning", answer, received="2031-05-01", year=2030)
    gauges = {
        state: h.says(state, "rivers.gauges", received="2031-05-01", year=2030) for state in ("AUT", "HUN", "SVK")
    }
    h.judges(gauges["AUT"], "AUT", "reliable", "meets", on="2031-06-01")
    h.judges(gauges["HUN"], "HUN", "reliable", "does_not_meet", on="2031-06-01")
    h.tell(MeetingScheduled(meeting="1AR", kind="MSP", opens=date(2031, 10, 1), closes=date(2031, 10, 3)), "2031-01-01")
    for state, women in (("AUT", 2), ("HUN", 3)):
        h.tell(DelegationRegistered(meeting="1AR", participant=state, women=women), "2031-10-03")
    h.covered("NationalMeasureReported", "rivers.gauges", first="2029-01-01", through="2031-12-31")
    return h.covered("rivers.warning", "DelegationRegistered", first="2031-01-01", through="2031-12-31")


def rows(plan: Plan, history: History) -> dict[str, dict[str, Any]]:
    facts = history.facts
    cut = cut_of(facts, "2031-12-31")
    world, cycle = world_of(cut_facts(facts, cut)), cycles_of(facts)["1AR"]
    return {one.indicator.id: computed_row(compute(one, world, cycle, cut)) for one in definitions(plan)}


def test_its_figures_are_computed_with_names(rivers: Plan) -> None:
    found = rows(rivers, the_record())

    warn = found["RIVERS-A.1"]
    assert (warn["status"], warn["value"]) == ("computed", 50)
    assert (warn["members"], warn["denominator"]) == (["AUT", "DEU"], ["AUT", "DEU", "HUN", "SVK"])
    gauges = found["RIVERS-A.2"]
    assert (gauges["status"], gauges["members"]) == ("needsJudgement", ["AUT", "SVK"])
    assert [part["value"] for part in found["RIVERS-B.1"]["parts"]] == [2, 5]
    assert (found["RIVERS-B.2"]["status"], found["RIVERS-B.2"]["reason"]) == ("notComputable", "nobody measures it")


def test_what_its_record_does_not_cover_is_no_zero(rivers: Plan) -> None:
    found = rows(rivers, History().with_cycle(CYCLE))

    assert {id: row["status"] for id, row in found.items()} == {
        "RIVERS-A.1": "noData", "RIVERS-A.2": "noData", "RIVERS-B.1": "noData", "RIVERS-B.2": "notComputable",
    }  # fmt: skip


def test_its_formulas_are_said_in_words(rivers: Plan) -> None:
    sentences = [formula(one) for one in definitions(rivers)]

    assert "downstream States are warned of floods" in sentences[0]
