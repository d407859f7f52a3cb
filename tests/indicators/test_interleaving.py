"""Arrival does not matter: any order of events, between ledgers and within them, gives equal figures."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.indicators.figures.figure_hash import sealed_set
from shared.events.base import Event
from shared.events.reports import AssistanceProvidedReported, PracticeReported
from tests.indicators.history import CYCLE, History, define, figure, row

STATES = ("AFG", "CHE", "LAO", "LTU")
DAYS = ("2024-06-30", "2024-07-01", "2025-01-15", "2025-06-30", "2025-07-01")

DEFINITIONS = [
    define({"count": "states", "where": {"said": "a"}}, series="flow"),
    define({"percent": {"of": {"any": [{"said": "a"}, {"not": {"said": "b"}}]}, "over": "parties"}}),
    define({"count": "states", "where": {"judged": {"said": "a"}, "words": ["good"]}}, computability="J"),
    define({"change": {"count": "states", "of": "parties"}}, series="flow"),
    define({"sum": "amount", "of": {"fact": "AssistanceProvidedReported"}, "per": "state"}, population=None),
    define(
        {
            "count": "states",
            "where": {"fact": "AssistanceProvidedReported", "where": {"recipients": {"among": "parties"}}},
        }
    ),
]

statements = st.builds(
    lambda state, code, answer, received, confidence: PracticeReported.model_validate(
        {
            "reporter": state,
            "code": code,
            "answer": answer,
            "received": received,
            "period_from": "2024-01-01",
            "period_to": "2024-12-31",
            "confidence": confidence,
        }
    ),
    st.sampled_from(STATES),
    st.sampled_from("ab"),
    st.sampled_from(["yes", "no"]),
    st.sampled_from(DAYS),
    st.sampled_from(["verified", "unverified"]),
)
gifts = st.builds(
    lambda state, received, amount, recipients, line: AssistanceProvidedReported.model_validate(
        {"state": state, "received": received, "year": 2024, "amount": amount, "recipients": recipients, "line": line}
    ),
    st.sampled_from(STATES),
    st.sampled_from(DAYS),
    st.sampled_from([None, "1.5", "2"]),
    st.sampled_from([("LAO",), ("USA", "AFG"), "unspecified"]),
    st.sampled_from("12"),
)


def history_of(events: list[Event], revised: int, retracted: int) -> History:
    h = History()
    h.tell(CYCLE)
    h.parties(*STATES).leaves("LTU", "2024-09-06").clock_covered().covered("a", "AssistanceProvidedReported")
    ids = [h.tell(event) for event in events]
    if ids:
        target = ids[revised % len(ids)]
        h.says("LAO", received="2025-05-01", revises=target)
        h.says("LAO", received="2025-06-01", retracts=ids[retracted % len(ids)])
        h.judges(target, "LAO", "good", "meets")
    return h


def rows(history: History) -> list[dict[str, Any]]:
    return [row(history, definition, known_by="2025-06-30") for definition in DEFINITIONS]


def arriving(history: History, seed: int) -> History:
    """The same events in another order: other positions, everything else as it was."""
    shuffled = list(history.stored)
    Random(seed).shuffle(shuffled)
    counted: dict[str, int] = {}
    again = History()
    for stored in shuffled:
        counted[stored["source"]] = counted.get(stored["source"], 0) + 1
        again.stored.append({**stored, "position": counted[stored["source"]]})
    return again


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(statements, gifts), max_size=8), st.integers(0, 7), st.integers(0, 7), st.integers(0, 2**32))
def test_any_order_of_arrival_gives_equal_rows(events: list[Event], revised: int, retracted: int, seed: int) -> None:
    history = history_of(events, revised, retracted)

    assert rows(arriving(history, seed)) == rows(history)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.one_of(statements, gifts), max_size=8), st.integers(0, 7), st.integers(0, 7), st.integers(0, 2**32))
def test_any_order_of_arrival_gives_one_hash(events: list[Event], revised: int, retracted: int, seed: int) -> None:
    history = history_of(events, revised, retracted)

    def hash_of(told: History) -> str:
        figures = [figure(told, definition, known_by="2025-06-30") for definition in DEFINITIONS]
        return str(sealed_set("13MSP", figures[0].cut, figures)["hash"])

    assert hash_of(arriving(history, seed)) == hash_of(history)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(statements, gifts), max_size=8), st.integers(0, 7), st.integers(0, 7))
def test_certain_is_never_more_than_possible(events: list[Event], revised: int, retracted: int) -> None:
    for found in rows(history_of(events, revised, retracted)):
        for part in found["parts"]:
            if part["low"] is not None and part["high"] is not None:
                assert float(part["low"]) <= float(part["high"])
