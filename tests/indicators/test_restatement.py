"""Why a figure changed: one step for each event that changed it, and the steps add up (model §8)."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.indicators.evaluation.measures import plain
from services.indicators.facts.fact import Fact
from services.indicators.figures.figure import computed_row
from services.indicators.figures.figure_set import FigureSet
from services.indicators.history import restatement
from services.indicators.history.relevance import Looked
from services.indicators.history.restatement import Way, way
from services.indicators.plans.definition import Definition
from services.indicators.world.record import Record
from services.indicators.world.world import Cut, cycles_of
from shared.events.base import Event
from shared.events.indicators import IndicatorDefined
from tests.indicators.history import SAID_A, History, cut_of, day, define, world
from tests.indicators.test_interleaving import DEFINITIONS, gifts, statements

TODAY = "2026-11-21"
IN_THE_CYCLE = {"notBefore": "2024-07-01", "notAfter": "2025-06-30"}


def defined(history: History, definition: Definition, version: int = 1, in_force: str = "2021-09-21") -> str:
    """Record a version of a definition."""
    return history.tell(
        IndicatorDefined(
            indicator="X-1.1",
            plan="X",
            version=version,
            in_force=day(in_force),
            definition=definition.canonical(),
            definition_hash=definition.hash(),
        )
    )


def before(*parties: str) -> History:
    history = world(*parties or ("AFG", "LAO"))
    defined(history, define(SAID_A))
    return history.covered("a")


def walked(history: History, since: tuple[tuple[str, int], ...] | None = None, version: Any = "inForce") -> Way:
    facts = history.facts
    end = cut_of(facts, TODAY, "2025-06-30")
    start = Cut("reconstructed", day("2025-06-30"), day("2025-06-30"), since or end.positions)
    found = way(Record(tuple(facts), end.positions), "X-1.1", version, cycles_of(facts)["13MSP"], start, end)
    assert found is not None
    return found


def told(found: Way) -> list[tuple[str, str | None, list[str], list[str]]]:
    return [(one.cause, one.event.id if one.event else None, one.entering, one.leaving) for one in found.steps]


def heads(history: History) -> tuple[tuple[str, int], ...]:
    return cut_of(history.facts).positions


def test_a_late_report_is_a_step_with_its_event_and_its_state() -> None:
    h = before()
    h.says("LAO", received="2025-04-30")
    late = h.says("AFG", received=IN_THE_CYCLE, known="2025-09-09")

    found = walked(h)

    assert [plain(found.start.value), plain(found.end.value)] == [1, 2]
    assert told(found) == [("lateReport", late, ["AFG"], [])]


@pytest.mark.parametrize(
    ("link", "cause"), [("revises", "revision"), ("corrects", "clerical"), ("retracts", "retraction")]
)
def test_what_undoes_an_earlier_event_says_so(link: str, cause: str) -> None:
    h = before()
    more: dict[str, Any] = {}
    said = h.says("LAO", received="2025-04-30")
    since = heads(h)
    more[link] = said
    undone = h.says("LAO", answer="no", received="2025-04-30", known="2025-10-01", **more)

    assert told(walked(h, since)) == [(cause, undone, [], ["LAO"])]


def test_a_letter_that_was_held_then_and_recorded_since_is_backfilled() -> None:
    h = before()
    since = heads(h)
    letter = h.says("LAO", received="2025-04-30")

    assert told(walked(h, since)) == [("backfilledLetter", letter, ["LAO"], [])]
    assert told(walked(h)) == []  # seen from today's positions it was known all along


def test_a_state_whose_accession_is_recorded_later_enters_by_membership() -> None:
    h = before("LAO")
    h.says("AFG", received="2025-04-30")
    since = heads(h)
    h.party("AFG")

    assert [(one[0], one[2]) for one in told(walked(h, since))] == [("membership", ["AFG"])]


def test_coverage_turns_no_data_into_a_number_and_its_step_has_no_difference() -> None:
    h = world("LAO")
    defined(h, define(SAID_A))
    since = heads(h)
    h.covered("a")

    (step,) = walked(h, since).steps

    assert (step.cause, step.before.status, step.after.status) == ("coverage", "noData", "computed")
    assert step.difference is None


def test_a_judgement_that_comes_later_is_a_step() -> None:
    h = world("LAO").covered("a")
    defined(h, define({"count": "states", "where": {"judged": {"said": "a"}, "words": ["good"]}}, computability="J"))
    said = h.says("LAO")
    judged = h.judges(said, "LAO", "good", "does_not_meet", on="2025-09-01")

    assert told(walked(h)) == [("judgement", judged, [], ["LAO"])]


def test_a_definition_in_force_then_and_recorded_since_is_a_step_and_latest_takes_it_from_the_start() -> None:
    h = before()
    h.says("LAO")
    h.says("AFG", code="b")
    h.covered("b")
    since = heads(h)
    other = defined(h, define({"count": "states", "where": {"said": "b"}}, version=2), 2, "2025-01-01")

    assert told(walked(h, since)) == [("definition", other, ["AFG"], ["LAO"])]
    assert told(walked(h, version="latest")) == []
    assert told(walked(h, since, version=1)) == []


def test_a_revision_that_is_retracted_again_is_two_steps_that_cancel() -> None:
    h = before()
    said = h.says("LAO", received="2025-04-30")
    revised = h.says("LAO", answer="no", received="2025-09-01", revises=said)
    retracted = h.says("LAO", received="2025-10-01", retracts=revised)

    found = walked(h)

    assert told(found) == [("revision", revised, [], ["LAO"]), ("retraction", retracted, ["LAO"], [])]
    assert found.start == found.end


def test_what_takes_a_fact_back_matters_though_its_own_kind_does_not() -> None:
    h = before()
    said = h.says("LAO", received="2025-04-30")
    undone = h.says("LAO", code="b", received="2025-09-01", retracts=said)

    assert [(one[1], one[3]) for one in told(walked(h))] == [(undone, ["LAO"])]


def test_a_revision_that_speaks_of_another_question_is_no_step() -> None:
    h = before()
    said = h.says("LAO", received="2025-04-30")
    h.says("LAO", code="b", received="2025-09-01", revises=said)

    assert told(walked(h)) == []


def test_steps_come_in_fold_order_whatever_the_order_of_arrival() -> None:
    h = before()
    second = h.says("LAO", received=IN_THE_CYCLE, known="2025-10-01")
    first = h.says("AFG", received=IN_THE_CYCLE, known="2025-09-01")

    assert [one.event.id for one in walked(h).steps if one.event] == [first, second]


def amended(events: list[Event], links: list[tuple[str, int, int]], definition: Definition) -> History:
    """A history in which some events undo others that came before them."""
    h = before("AFG", "CHE", "LAO").leaves("LTU", "2025-08-01").covered("AssistanceProvidedReported")
    defined(h, definition, 2, "2021-09-21")
    ids: list[str] = []
    for at, event in enumerate(events):
        link, target, months = links[at % len(links)] if links else ("", 0, 0)
        known = f"2025-{5 + months:02}-10"
        more: dict[str, Any] = {link: ids[target % len(ids)]} if link and ids else {}
        ids.append(h.tell(event, known, place=str(at), **more))
    return h


LINKS = st.lists(
    st.tuples(st.sampled_from(["", "", "revises", "corrects", "retracts"]), st.integers(0, 7), st.integers(0, 6)),
    max_size=8,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(statements, gifts), max_size=8), LINKS, st.sampled_from(DEFINITIONS), st.integers(0, 9))
def test_steps_lead_from_the_figure_then_to_the_figure_now_without_a_gap(
    events: list[Event], links: list[tuple[str, int, int]], definition: Definition, sealed: int
) -> None:
    h = amended(events, links, definition)
    since = tuple((ledger, max(0, at - sealed) if ledger == "reports" else at) for ledger, at in heads(h))

    found = walked(h, since)

    assert [found.start.answer, *(one.after.answer for one in found.steps)][-1] == found.end.answer
    for one, following in zip(found.steps, found.steps[1:], strict=False):
        assert one.after == following.before
    if found.steps and None not in [one.difference for one in found.steps]:
        assert sum(one.difference or 0 for one in found.steps) == (found.end.value or 0) - (found.start.value or 0)
    assert (_row(h, since)["value"], _row(h, heads(h), TODAY)["value"]) == tuple(
        plain(side.value) for side in (found.start, found.end)
    )


@settings(max_examples=40, deadline=None)
@given(st.lists(st.one_of(statements, gifts), max_size=6), LINKS, st.sampled_from(DEFINITIONS), st.integers(0, 9))
def test_events_that_cannot_matter_are_left_out_and_none_that_does(
    events: list[Event], links: list[tuple[str, int, int]], definition: Definition, sealed: int
) -> None:
    h = amended(events, links, definition)
    since = tuple((ledger, max(0, at - sealed) if ledger == "reports" else at) for ledger, at in heads(h))
    end = cut_of(h.facts, TODAY, "2025-06-30")
    start = Cut("reconstructed", day("2025-06-30"), day("2025-06-30"), since)

    every = restatement._Fold(tuple(h.facts), "X-1.1", "inForce", cycles_of(h.facts)["13MSP"], start, end).walked()

    assert every is not None
    assert told(every) == told(walked(h, since))


def test_what_was_looked_at_is_less_than_everything() -> None:
    h = before()
    h.says("LAO", code="b", received="2025-09-01")
    facts = h.facts
    fold = restatement._Fold(
        tuple(facts), "X-1.1", "inForce", cycles_of(facts)["13MSP"], cut_of(facts), cut_of(facts, TODAY, "2025-06-30")
    )
    fold.walked()

    assert fold.looked <= Looked(codes={"a"})
    assert not Looked(codes={"a"}).at(facts[-1])


def _row(history: History, positions: tuple[tuple[str, int], ...], known_by: str = "2025-06-30") -> dict[str, Any]:
    facts = history.facts
    cut = Cut("reconstructed", day(known_by), day("2025-06-30"), positions)
    found = FigureSet(Record(tuple(facts), positions), cycles_of(facts)["13MSP"], cut, "inForce").figure("X-1.1")
    assert found is not None
    return computed_row(found)


# -- attested ---------------------------------------------------------------------------------------------------------


EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)


def attested(facts: list[Fact], known_by: date = date(2026, 1, 15)) -> dict[str, Any]:
    cut = Cut("attested", known_by, day("2025-06-30"), cut_of(facts).positions)
    record = Record(tuple(facts), cut.positions)
    return FigureSet(record, cycles_of(facts)["13MSP"], record.attested(cut), "inForce").answered()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(statements, gifts), max_size=6), LINKS, st.sampled_from(DEFINITIONS))
def test_an_attested_set_is_the_same_after_any_later_append(
    events: list[Event], links: list[tuple[str, int, int]], definition: Definition
) -> None:
    h = before("AFG", "CHE", "LAO").covered("AssistanceProvidedReported")
    said = [h.says("LAO"), h.says("CHE", code="b")]
    then = attested(h.facts)

    for at, event in enumerate(events):
        link, target, _ = links[at % len(links)] if links else ("", 0, 0)
        more: dict[str, Any] = {link: said[target % 2]} if link else {}
        h.tell(event, "2025-05-01", recorded=LATE, place=str(at), **more)
    later = definition.model_copy(update={"in_force": date(2021, 9, 21)})
    h.tell(
        IndicatorDefined(
            indicator="X-1.1", plan="X", version=2, in_force=date(2021, 9, 21),
            definition=later.canonical(), definition_hash=later.hash(),
        ),
        recorded=LATE,
    )  # fmt: skip

    assert attested(h.facts) == then


def test_before_the_first_recorded_event_nothing_was_held() -> None:
    h = before()
    h.says("LAO")

    (row,) = attested(h.facts, date(2025, 12, 31))["figures"]

    assert (row["status"], row["reasonCode"]) == ("notHeld", "notHeld")
