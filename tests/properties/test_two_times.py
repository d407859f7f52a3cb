"""Figures in two times, whatever is recorded: a set attested stays, arrival does not matter, the steps add up."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.indicators.facts.fact import LEDGERS, Fact
from services.indicators.facts.store import FactBook, FactsProjection
from services.indicators.figures.figure_set import FigureSet
from services.indicators.history.restatement import Way, way
from services.indicators.world.cutting import Question, cut_of
from services.indicators.world.frame import Cycle
from services.indicators.world.record import Record
from services.indicators.world.world import Cut, cycles_of
from shared.database import async_engine
from shared.events.base import Event
from shared.events.canonical import canonical
from shared.events.envelope import GENESIS, Recorded, chain_hash
from shared.events.indicators import CoverageDeclared, CycleDefined, IndicatorDefined
from shared.events.meetings import InstrumentDeposited, WithdrawalNotified
from shared.events.reports import PracticeAssessed, PracticeReported
from shared.problems import Problem
from shared.projecting.generations import make_tables
from shared.projecting.live import LiveTables
from tests.indicators import history as small
from tests.indicators.history import BEGINS, History, day, world
from tests.indicators.test_interleaving import DEFINITIONS, STATES, arriving, gifts, statements

UNHURRIED = settings(deadline=None, max_examples=60)
THEN, TODAY = day("2025-06-30"), day("2026-11-21")
EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
BETWEEN = day("2026-01-15")

DATES = st.sampled_from([day(text) for text in ("2009-01-10", "2024-09-06", "2025-01-15", "2025-06-30", "2025-09-01")])


def defined(definition: Any, version: int, in_force: date) -> IndicatorDefined:
    """A version of the one indicator."""
    return IndicatorDefined(
        indicator="X-1.1", plan="X", version=version, in_force=in_force,
        definition=definition.canonical(), definition_hash=definition.hash(),
    )  # fmt: skip


acts = st.one_of(
    st.builds(
        lambda s, d: InstrumentDeposited(state=s, instrument="accession", deposited=d),
        st.sampled_from(["TUR", "USA"]),
        DATES,
    ),
    st.builds(lambda s, d: WithdrawalNotified(state=s, received=d), st.sampled_from(STATES), DATES),
    st.builds(
        lambda s, d: CoverageDeclared(coverage_id="late", subjects=s, from_=BEGINS, through=d, completeness="complete"),
        st.sampled_from([("a",), ("b", "AssistanceProvidedReported")]),
        DATES,
    ),
    st.builds(
        lambda d: CycleDefined(cycle="13MSP", from_=day("2024-07-01"), to=d, meeting="13MSP", report_year=2024),
        st.sampled_from([day("2025-05-31"), THEN]),
    ),
    st.builds(lambda definition, d: defined(definition, 2, d), st.sampled_from(DEFINITIONS), DATES),
    st.builds(
        lambda o, d: PracticeAssessed(
            state="LAO", target_event="reports-1", criterion="good", outcome=o, assessor="c", date=d, reason="read"
        ),
        st.sampled_from(["meets", "partly"]),
        DATES,
    ),
)
"""What happens to the world besides what States say: membership, coverage, cycles, definitions, judgements."""

changes = st.lists(
    st.tuples(
        st.one_of(statements, gifts, acts),
        st.sampled_from(["", "", "revises", "corrects", "retracts"]),
        st.integers(0, 9),
        DATES,
    ),
    max_size=7,
)
"""Events, each with what it does to which earlier statement, and when it became known."""

Changes = list[tuple[Event, str, int, date]]


def begun(definition: Any) -> tuple[History, list[str]]:
    """A record in which two States have said something, and the ids of that."""
    h = world(*STATES).covered("a", "AssistanceProvidedReported")
    h.tell(defined(definition, 1, day("2021-09-21")))
    return h, [h.says("LAO"), h.says("CHE", code="b")]


def go_on(h: History, said: list[str], told: Changes, recorded: datetime) -> History:
    """Tell what else there is; what amends, amends a statement, and each definition is a version of its own."""
    for at, (event, link, target, known) in enumerate(told):
        if isinstance(event, IndicatorDefined):
            versions = sum(1 for fact in h.facts if fact.kind == "IndicatorDefined")
            event = event.model_copy(update={"version": versions + 1})
        links: dict[str, Any] = {link: said[target % len(said)]} if link and event.ledger == "reports" else {}
        id = h.tell(event, known.isoformat(), place=str(at), recorded=recorded, **links)
        if isinstance(event, PracticeReported):
            said.append(id)
    return h


def answered(facts: Sequence[Fact], basis: Any = "reconstructed", known_by: date = THEN) -> dict[str, Any]:
    """The set at the 13MSP with its hash."""
    cut = Cut(basis, known_by, THEN, heads(facts))
    record = Record(tuple(facts), cut.positions)
    return FigureSet(record, record.cycles["13MSP"], record.attested(cut), "inForce").answered()


def heads(facts: Sequence[Fact]) -> tuple[tuple[str, int], ...]:
    return small.cut_of(facts).positions


def walked(facts: Sequence[Fact], since: tuple[tuple[str, int], ...]) -> Way:
    """From what was known then at some positions to what is known today."""
    start, end = Cut("reconstructed", THEN, THEN, since), Cut("reconstructed", TODAY, THEN, heads(facts))
    found = way(Record(tuple(facts), end.positions), "X-1.1", "inForce", cycles_of(facts)["13MSP"], start, end)
    assert found is not None
    return found


@UNHURRIED
@given(changes, changes, st.sampled_from(DEFINITIONS))
def test_an_attested_set_never_changes_whatever_is_recorded_later(before: Changes, after: Changes, of: Any) -> None:
    h, said = begun(of)
    then = answered(go_on(h, said, before, EARLY).facts, "attested", BETWEEN)

    again = answered(go_on(h, said, after, LATE).facts, "attested", BETWEEN)

    assert again == then


@UNHURRIED
@given(changes, st.sampled_from(DEFINITIONS), st.integers(0, 2**32), st.sampled_from([THEN, TODAY]))
def test_any_interleaving_and_order_of_arrival_gives_one_hash(told: Changes, of: Any, seed: int, by: date) -> None:
    h, said = begun(of)
    go_on(h, said, told, LATE)
    other = arriving(h, seed)

    assert answered(other.facts, known_by=by)["hash"] == answered(h.facts, known_by=by)["hash"]
    assert answered(other.facts, "attested", BETWEEN)["hash"] == answered(h.facts, "attested", BETWEEN)["hash"]
    ways = [walked(one.facts, heads(one.facts)) for one in (h, other)]
    assert [(one.cause, one.event and one.event.id) for one in ways[0].steps] == [
        (one.cause, one.event and one.event.id) for one in ways[1].steps
    ]


@UNHURRIED
@given(changes, st.sampled_from(DEFINITIONS), st.tuples(*[st.integers(0, 4)] * 3))
def test_the_steps_add_up_whatever_happened(told: Changes, of: Any, unseen: tuple[int, int, int]) -> None:
    h, said = begun(of)
    facts = go_on(h, said, told, LATE).facts
    since = tuple((ledger, max(1, at - less)) for (ledger, at), less in zip(heads(facts), unseen, strict=True))

    found = walked(facts, since)

    sides = [found.start, *(step.after for step in found.steps)]
    assert [step.before for step in found.steps] == sides[:-1]
    assert sides[-1] == found.end
    numbers = [side.value for side in sides]
    if None not in numbers:
        moved = sum(step.difference or 0 for step in found.steps)
        assert moved + (found.start.value or 0) == found.end.value
    now = answered(facts, known_by=TODAY)["figures"][0]
    assert {name: now[name] for name in found.end.answer} == found.end.answer


# the facts as a service holds them: projected while they arrive, or all at once


FROM_NOTHING = dict.fromkeys(LEDGERS, 0)


async def projected(stored: Sequence[dict[str, Any]], folder: Path, stops: Sequence[int]) -> list[Fact]:
    """The facts in a real file, projected in this order; read on after some of the events and at the end."""
    engine, book, reached = async_engine(f"sqlite:///{folder / 'views.sqlite'}", "indicators"), FactBook(), FROM_NOTHING
    async with engine.begin() as connection:
        generation = (await make_tables(connection, FactsProjection())).live.number
    projection, live = FactsProjection().in_generation(generation), LiveTables(engine, FactsProjection())
    for at, one in enumerate(stored):
        raw = canonical(one)
        async with engine.begin() as connection:
            await connection.run_sync(projection.apply, [Recorded(raw, chain_hash(GENESIS, raw))])
        reached = reached | {str(one["source"]).rsplit("/", 1)[-1]: int(one["position"])}
        if at in stops:
            await book.read(live, reached)
    await book.read(live, reached)
    await engine.dispose()
    return book.facts


@settings(deadline=None, max_examples=12)
@given(changes, st.sampled_from(DEFINITIONS), st.randoms(use_true_random=False), st.sets(st.integers(0, 30)))
def test_rebuilt_facts_give_the_figures_of_those_that_were_read_as_they_came(
    told: Changes, of: Any, random: Any, stops: set[int]
) -> None:
    h, said = begun(of)
    go_on(h, said, told, LATE)
    queues = [[one for one in h.stored if one["source"].endswith(ledger)] for ledger in LEDGERS]
    rebuilt = [one for queue in queues for one in queue]
    live = [queue.pop(0) for _ in rebuilt for queue in [random.choice([queue for queue in queues if queue])]]

    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        as_they_came = asyncio.run(projected(live, Path(one), sorted(stops)))
        all_at_once = asyncio.run(projected(rebuilt, Path(other), ()))

    assert answered(as_they_came) == answered(all_at_once) == answered(h.facts)


# which days may be asked for

CYCLE = Cycle("13MSP", day("2024-07-01"), THEN, "13MSP")
HEADS = dict.fromkeys(LEDGERS, 3)
ANY_DAY = st.dates(date(2008, 5, 30), date(2100, 1, 1))


@given(ANY_DAY, ANY_DAY, st.sampled_from(["reconstructed", "attested"]))
def test_nothing_is_known_yet_of_a_day_to_come_and_any_day_may_be_looked_at(
    known_by: date, effective_at: date, basis: Any
) -> None:
    question = Question("13MSP", known_by, effective_at, basis)
    if known_by > TODAY or (basis == "attested" and known_by == TODAY):
        with pytest.raises(Problem) as refused:
            cut_of(question, {"13MSP": CYCLE}, HEADS, TODAY)
        assert (refused.value.status, refused.value.type, refused.value.field) == (422, "future", "query:knownBy")
    else:
        _, cut = cut_of(question, {"13MSP": CYCLE}, HEADS, TODAY)
        assert (cut.known_by, cut.effective_at, cut.basis) == (known_by, effective_at, basis)
