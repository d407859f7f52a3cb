"""Seals: what was concluded is computed again at its cut, and what differs is named; a later one says why."""

from __future__ import annotations

from typing import Any

import pytest

from services.indicators.facts.fact import Fact
from services.indicators.history.replay import replayed
from services.indicators.history.restated import restated
from services.indicators.history.seals import seal as decider
from services.indicators.history.seals import seals, verified
from services.indicators.world.cutting import Question
from shared.command import Command
from shared.decider import Refused
from shared.events.base import Effective, Known
from shared.events.indicators import FigurePublished, MeetingFiguresSealed
from tests.indicators.history import History, cut_of, day, define, world
from tests.indicators.test_restatement import before, defined

TODAY = day("2026-11-21")
ASKED = Question("13MSP")


def replay(history: History, question: Question = ASKED) -> dict[str, Any]:
    facts = history.facts
    return replayed(facts, question, dict(cut_of(facts).positions), TODAY, "X")


def sealed(history: History, **changes: Any) -> MeetingFiguresSealed:
    answers = {**replay(history), "plan": "X", "definitions": "inForce", **changes}
    return MeetingFiguresSealed.model_validate(answers)


def verify(history: History) -> list[dict[str, Any]]:
    facts: list[Fact] = history.facts
    return [verified(one, facts, dict(cut_of(facts).positions), TODAY) for one in seals(facts)]


def restate(history: History, to: str = "now", **question: Any) -> dict[str, Any]:
    from services.indicators.world.record import Record

    facts = history.facts
    cut = cut_of(facts)
    asked = Question("13MSP", **question)
    return restated(Record(tuple(facts), cut.positions), "X-1.1", asked, to, dict(cut.positions), TODAY)


def concluded() -> History:
    h = before()
    h.says("LAO")
    h.tell(sealed(h), "2025-09-16")
    return h


def other_rows(history: History) -> tuple[dict[str, Any], ...]:
    """The set as other code might have computed it: nobody counted."""
    (row,) = replay(history)["figures"]
    part = {**row["parts"][0], "value": "0", "low": "0", "high": "0", "items": []}
    return ({**row, "parts": [part]},)


def test_a_seal_comes_out_the_same_whatever_is_recorded_later() -> None:
    h = concluded()
    h.says("AFG")
    h.says("LAO", answer="no", received="2025-05-30", known="2025-06-01")

    (row,) = verify(h)

    assert (row["sound"], row["differing"], row["recomputed"]) == (True, [], row["hash"])


def test_a_seal_that_comes_out_otherwise_names_its_rows() -> None:
    h = before()
    h.says("LAO")
    h.tell(sealed(h, figures=other_rows(h), hash="0" * 64), "2025-09-16")

    (row,) = verify(h)

    assert (row["sound"], row["differing"]) == (False, ["X-1.1"])


def test_what_a_seal_said_and_today_s_code_does_not_is_a_code_change_before_every_event() -> None:
    h = before()
    h.says("LAO")
    h.tell(sealed(h, figures=other_rows(h), hash="0" * 64), "2025-09-16")
    h.says("AFG", received="2025-04-30")

    found = restate(h)

    assert [(one["cause"], one["difference"], one["in"]) for one in found["steps"]] == [
        ("codeChange", 1, ["LAO"]),
        ("backfilledLetter", 1, ["AFG"]),
    ]
    assert (found["reconstructed"]["value"], found["now"]["value"], found["difference"]) == (0, 2, 2)


def test_a_restatement_begins_at_the_positions_of_the_seal_unless_others_are_given() -> None:
    h = concluded()
    h.says("AFG", received="2025-04-30")

    from_seal, from_heads = restate(h), restate(h, positions=cut_of(h.facts).positions)

    assert [one["cause"] for one in from_seal["steps"]] == ["backfilledLetter"]
    assert (from_seal["reconstructed"]["value"], from_heads["reconstructed"]["value"]) == (1, 2)
    assert (from_seal["seal"] is not None, from_heads["seal"], from_heads["steps"]) == (True, None, [])


def printed(history: History, value: str, names: tuple[str, ...] | None = None) -> None:
    history.tell(
        FigurePublished(
            figure_id="F-1", indicators=("X-1.1",), cycle="13MSP", as_printed=value, value=value, place="row 1",
            role="table", printed=day("2025-09-09"), names=names,
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "names", "step"),
    [
        ("3", None, (-2, [], [], -2)),
        ("1", ("AFG",), (0, ["LAO"], ["AFG"], None)),
        ("3", ("AFG", "LAO", "CHE"), (-2, [], ["AFG", "CHE"], None)),
        ("3", ("AFG", "LAO"), (-2, [], ["AFG"], -1)),
    ],
)
def test_print_differs_with_names_where_print_names_them_and_the_rest_unexplained(
    value: str, names: tuple[str, ...] | None, step: tuple[Any, ...]
) -> None:
    h = before()
    h.says("LAO")
    printed(h, value, names)

    found = [(one["difference"], one["in"], one["out"], one["unexplained"]) for one in restate(h)["steps"]]

    assert found == ([] if value == "1" else [step])  # an equal number needs no step, whoever is named


def test_the_step_from_print_is_absent_when_a_side_has_no_number() -> None:
    words, uncovered = before(), world("LAO")
    printed(words, "N/A")
    defined(uncovered, define({"count": "states", "where": {"said": "a"}}))
    printed(uncovered, "3")

    assert restate(words)["steps"] == restate(uncovered)["steps"] == []


def test_a_restatement_goes_forward() -> None:
    from shared.problems import Problem

    with pytest.raises(Problem) as refused:
        restate(concluded(), to="2025-06-29")

    assert (refused.value.status, refused.value.field) == (422, "query:to")
    assert restate(concluded(), to="2025-06-30")["steps"] == []


def decided(reason: str | None, *stands: MeetingFiguresSealed) -> MeetingFiguresSealed:
    h = before()
    fact = sealed(h, reason=reason)
    command = Command(fact, (), Known(time=TODAY), Effective(from_=TODAY), TODAY, head="e-1" if stands else None)
    (proposed,) = decider.decide(decider.fold(stands), command)
    assert isinstance(proposed.event, MeetingFiguresSealed)
    return proposed.event


def test_a_first_seal_needs_no_reason_and_a_second_one_does_and_names_what_it_supersedes() -> None:
    first = decided(None)

    assert first.supersedes is None
    with pytest.raises(Refused) as refused:
        decided(None, first)
    assert (refused.value.type, refused.value.status) == ("sealed-already", 409)
    assert decided("a letter was found", first).supersedes == "e-1"


def test_a_cut_is_accepted_again_and_gives_the_same_set() -> None:
    h = before()
    h.says("LAO")
    then = replay(h)
    h.says("AFG")

    again = replay(h, Question("13MSP", day(then["knownBy"]), positions=tuple(sorted(then["positions"].items()))))

    assert again == then
    assert replay(h)["hash"] != then["hash"]
