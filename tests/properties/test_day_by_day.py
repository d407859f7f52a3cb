"""Who is in a population on many days at once is who is in it on each of them, and what is kept by the day is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.indicators.duties.course import Course, Watched
from services.indicators.duties.obligations import obligations
from services.indicators.evaluation.daily import Masks
from services.indicators.evaluation.populations import left_on, on_day, on_days
from services.indicators.evaluation.sets import found
from services.indicators.facts.fact import Fact
from services.indicators.facts.index import FactIndex
from services.indicators.grammar.window import Window
from services.indicators.world.clock import GROUPS, MembershipClock
from services.indicators.world.frame import Frame, Interval, cycle_of
from services.indicators.world.indexed import world_at
from services.indicators.world.record import Record
from services.indicators.world.scene import Scene
from services.indicators.world.stateset import mask
from services.indicators.world.world import Basis, Cut, World, cut_facts, world_of
from shared.events.base import Event
from shared.events.indicators import CoverageDeclared
from shared.events.reports import DeclarationOfCompliance, ReportSubmitted
from shared.treaty.membership import Act, Membership, membership
from tests.indicators.history import BEGINS, CYCLE, cut_of, define
from tests.properties.support import DAYS, UNHURRIED
from tests.properties.test_fact_index import AMONG, POPULATIONS, TOLD, history

MANY = POPULATIONS | {
    "obligated": {"any": ["affected", "retaining", {"obliged": 3}]},
    "done": {"obliged": 4, "status": ["completed", "declared"]},
    "unbound": {"all": ["deposited", {"not": {"obliged": 5}}]},
    "gave_much": {"fact": "AssistanceProvidedReported", "where": {"amount": "2"}, "in": {"effective": "toDate"}},
    "receiving": {"fact": "AssistanceProvidedReported", "state": "recipients", "in": {"received": "cycle"}},
    "of_the_years": {"fact": "AssistanceProvidedReported", "in": {"covers": {"years": [2022, 2024]}}},
    "reporting": {"fact": ["ObligationReported", "DeclarationOfCompliance"], "in": {"received": "toDate"}},
    "at_the_meeting": {"fact": "ExtensionRequested", "in": {"meeting": "previous"}},
    "saying": {"all": ["parties", {"said": "a", "at": "last"}]},
    "among": AMONG,
    "sometime": {"all": [{"population": "affected", "at": "window"}, "signatories"]},
}
SEEN = [date(2022, 2, 20) + timedelta(days=100 * n) for n in range(12)]
FEW = settings(UNHURRIED, max_examples=50)
"""Each of many days in many populations."""

TOLD_AND_LINKED = tuple[Event, date, date, str | None, int]


REPORTS_COVERED: TOLD_AND_LINKED = (
    CoverageDeclared(
        coverage_id="r", subjects=("ReportSubmitted",), from_=BEGINS, through=date(2024, 6, 1), completeness="complete"
    ),
    *(date(2022, 3, 1), date(2022, 3, 1), None, 0),
)


UNVERIFIED: TOLD_AND_LINKED = (
    DeclarationOfCompliance(state="LAO", received="2022-03-01", article=4, confidence="unverified"),
    *(date(2022, 3, 1), date(2022, 3, 1), None, 0),
)


def initial_report(received: date) -> Event:
    return ReportSubmitted(state="LAO", kind="initial", received=received.isoformat(), covers_years=())


def scene_of(name: str, world: World, facts: Sequence[Fact]) -> Scene:
    """Where a population is asked, with all that it rests on."""
    cycle = next(cycle_of(fact) for fact in facts if fact.kind == "CycleDefined")
    definition = define({"count": "states"}, population=name, populations=MANY, series="flow")
    frame = Frame(cycle, SEEN[-1], definition.begins, world.sittings)
    return Scene(world, frame, definition, Window(received="cycle"), "window")


@FEW
@given(TOLD, st.sampled_from(["reconstructed", "attested"]), DAYS)
@example([UNVERIFIED], "reconstructed", date(2024, 9, 30))
def test_on_many_days_at_once_it_is_as_the_fold_finds_on_each(
    told: list[TOLD_AND_LINKED], basis: Basis, known_by: date
) -> None:
    facts = history(told)
    cut = replace(cut_of(facts), basis=basis, known_by=known_by)
    folded, indexed = world_of(cut_facts(facts, cut)), world_at(FactIndex(facts), cut)
    for name in (*MANY, "parties", "outside"):
        plain = scene_of(name, folded, facts)

        at_once = on_days(name, scene_of(name, indexed, facts), SEEN, found)

        assert at_once == [Masks.of(on_day(name, plain, day, found)) for day in SEEN], name


@FEW
@given(TOLD)
def test_the_day_on_which_a_state_left_is_the_one_that_the_fold_finds(told: list[TOLD_AND_LINKED]) -> None:
    facts = history(told)
    cut = cut_of(facts, known_by="2026-12-31")
    folded, indexed = world_of(cut_facts(facts, cut)), world_at(FactIndex(facts), cut)
    days = Interval(SEEN[0], SEEN[-1])
    for name in ("affected", "obligated", "parties"):
        for state in ("LAO", "PER"):
            left = left_on(name, scene_of(name, indexed, facts), state, days, found)

            assert left == left_on(name, scene_of(name, folded, facts), state, days, found)


@FEW
@given(TOLD, st.lists(DAYS, max_size=2), st.lists(st.tuples(DAYS, DAYS, st.integers(0, 16)), min_size=2, max_size=4))
def test_obligations_kept_from_one_turn_to_the_next_are_those_of_every_day(
    told: list[TOLD_AND_LINKED], reported: list[date], asked: list[tuple[date, date, int]]
) -> None:
    facts = history([*[(initial_report(day), day, day, None, 0) for day in reported], REPORTS_COVERED, *told])
    index = FactIndex(facts)  # one for all cuts, so that what an earlier one found is there for a later one
    for known_by, on, position in asked:
        cut = cut_of(facts, known_by=known_by.isoformat(), positions={"reports": position})
        indexed, folded = world_at(index, cut), world_of(cut_facts(facts, cut))
        for day in (on - timedelta(days=1), on, on + timedelta(days=1), SEEN[-1]):
            assert obligations(indexed, day) == obligations(folded, day)


ACTS = st.builds(
    Act,
    st.sampled_from(["AFG", "LAO"]),
    st.sampled_from(["signature", "deposit", "withdrawal", "conflict"]),
    DAYS,
    engaged=st.booleans(),
)
SHOW = {"parties": Membership.parties, "deposited": Membership.deposited, "signatories": Membership.signatories}


@UNHURRIED
@given(st.lists(ACTS, max_size=6), st.lists(ACTS, max_size=3))
def test_the_clock_shows_the_groups_of_the_membership_on_any_day(certain: list[Act], more: list[Act]) -> None:
    both = membership(certain), membership([*certain, *more])
    clock = MembershipClock(*both)
    days = {day + timedelta(days=n) for day in (*clock.days, BEGINS) for n in (-1, 0, 1)}

    assert SHOW.keys() == GROUPS.keys()
    for group, show in SHOW.items():
        for day in days:
            assert clock.on(group, day) == (mask(show(both[0], day)), mask(show(both[1], day)))


@UNHURRIED
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.sampled_from("<≤=")), max_size=6))
def test_what_a_course_keeps_is_what_its_function_answers_that_day(asked: list[tuple[int, int, str]]) -> None:
    start, course = date(2024, 1, 1), Course[tuple[bool, ...]]()

    def answers(on: date) -> tuple[bool, ...]:
        held_on: list[bool] = []
        for one, other, how in asked:
            day, later = start + timedelta(days=one), start + timedelta(days=other)
            held = on < day if how == "<" else day <= on if how == "≤" else on == day
            held_on += [held, min(on, later) >= later] if held else [held]
        return tuple(held_on)

    for n in (20, 3, 37, *range(41)):
        day = start + timedelta(days=n)
        assert course.on(day, answers) == answers(day)
    spans = list(course.through(start, start + timedelta(days=40), answers))
    assert [begin for begin, _, _ in spans[1:]] == [end for _, end, _ in spans[:-1]]
    for begin, end, kept in spans[:-1]:
        assert answers(begin) == kept == answers(end - timedelta(days=1))


@pytest.mark.parametrize("read", [lambda day: day.year, hash, lambda day: {day: 1}])
def test_a_watched_day_refuses_what_would_not_show_when_the_answer_changes(read: object) -> None:
    with pytest.raises(TypeError):
        read(Watched.of(date(2024, 1, 1)))  # type: ignore[operator]  # what must fail


def test_a_course_reaches_the_last_day_of_the_calendar() -> None:
    course = Course[bool]()

    spans = list(course.through(date(9999, 12, 30), date.max, lambda on: on < date.max))

    assert [(begin, found) for begin, _, found in spans] == [(date(9999, 12, 30), True), (date.max, False)]


@UNHURRIED
@given(TOLD, DAYS, st.integers(0, 16))
def test_what_a_ledger_had_recorded_by_a_day_is_found_without_reading_it_all(
    told: list[TOLD_AND_LINKED], known_by: date, position: int
) -> None:
    facts = history(told)
    cut = Cut("attested", known_by, CYCLE.to, (("indicators", 2), ("meetings", 99), ("reports", position)))
    positions = cut.positions

    assert Record(facts, positions, FactIndex(facts)).attested(cut) == Record(facts, positions).attested(cut)
