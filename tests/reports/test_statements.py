"""Statements, declarations and plain facts: recorded once under their natural key, never about a time not begun."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.reports.deciders import decider_for
from services.reports.declaration import declaration
from services.reports.statement import statement
from shared.events import reports
from shared.events.registry import EVENT_TYPES
from shared.events.reports import (
    DeclarationOfCompliance,
    LandReleaseReported,
    ObligationReported,
    PracticeReported,
    SourceRegistered,
)
from shared.plain_fact import plain_fact
from tests.given_when_then import Given


def practice(**changed: Any) -> PracticeReported:
    fact = {
        "reporter": "LAO",
        "code": "workplan.annual",
        "answer": "yes",
        "received": "2025-04-15",
        "period_from": date(2024, 1, 1),
        "period_to": date(2024, 12, 31),
    }
    return PracticeReported(**(fact | changed))


def obligation(effective: str, status: str = "outstanding") -> ObligationReported:
    return ObligationReported(
        state="LAO", article=4, status=status, effective=effective, cause="report", received="2025-04-15"
    )


def declared(**changed: Any) -> DeclarationOfCompliance:
    fact = {"state": "PER", "article": 3, "completed": "2023-12-01", "declared": "2024-09-10", "received": "2024-09-10"}
    return DeclarationOfCompliance(**(fact | changed))


def test_a_statement_is_recorded_once() -> None:
    Given(statement).given().when(practice()).then_recorded()
    Given(statement).given(practice()).when(practice(answer="no")).then_refused("already-recorded", "/fact")


def test_a_period_that_has_begun_may_be_spoken_of() -> None:
    today = date(2024, 12, 31)
    begun = practice(received="2024-12-31", period_from=date(2024, 12, 31), period_to=date(2025, 12, 31))
    ahead = practice(received="2024-12-31", period_from=date(2025, 1, 1), period_to=date(2025, 12, 31))

    Given(statement).when(begun, today=today).then_recorded()
    Given(statement).when(ahead, today=today).then_refused("future", "/fact/period_from")


def test_a_period_ends_after_it_begins() -> None:
    Given(statement).when(practice(period_to=date(2024, 1, 1))).then_recorded()
    Given(statement).when(practice(period_to=date(2023, 12, 31))).then_refused("invalid", "/fact/period_to")


def test_a_year_not_begun_is_refused() -> None:
    this, next_ = (LandReleaseReported(state="LAO", year=year, received="2026-06-01") for year in (2026, 2027))

    Given(statement).when(this).then_recorded()
    Given(statement).when(next_).then_refused("future", "/fact/year")


def test_a_stream_holds_several_dated_facts() -> None:
    history = Given(plain_fact).given(obligation("2010-08-01"))

    history.when(obligation("2020-08-01", "completed")).then_recorded()
    history.when(obligation("2010-08-01", "completed")).then_refused("already-recorded", "/fact")


def test_a_plain_fact_received_in_the_future_is_refused() -> None:
    source = SourceRegistered(source_id="A", title="T", kind="art7", issuer="LAO", received="2026-06-02")

    Given(plain_fact).when(source).then_refused("future", "/fact/received")


def test_a_declaration_follows_each_completion() -> None:
    Given(declaration).when(declared()).then_recorded()
    Given(declaration).given(declared()).when(declared()).then_refused("already-recorded", "/fact")
    Given(declaration).given(declared()).when(declared(completed="2025-01", declared="2025-03")).then_recorded()


def test_nothing_is_declared_before_it_is_completed() -> None:
    Given(declaration).when(declared(declared="2023-12-01")).then_recorded()
    Given(declaration).when(declared(declared="2023-11-30")).then_refused("invalid", "/fact/declared", "3.2")
    Given(declaration).when(declared(completed="2023-12", declared="2023-12")).then_recorded()


@pytest.mark.parametrize("kind", [kind for kind in EVENT_TYPES.values() if kind.ledger == "reports"])
def test_every_event_has_a_decider(kind: type[reports.ReportsEvent]) -> None:
    assert decider_for(kind).initial is not None


def test_a_misspelt_practice_code_is_refused_and_the_near_one_named() -> None:
    Given(statement).when(practice(code="workplan.anual")).then_refused("code-unknown", "/fact/code")
