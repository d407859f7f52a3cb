"""A world read from the index is the world folded from all facts: for any history, at any cut, on both bases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.indicators.duties.footing import READ
from services.indicators.duties.obligations import obligations, obligations_under
from services.indicators.facts.fact import Fact
from services.indicators.facts.index import FactIndex
from services.indicators.figures.explanation import states_of
from services.indicators.figures.figure import compute, computed_row
from services.indicators.history.relevance import Looked, watched
from services.indicators.world.frame import Interval, cycle_of
from services.indicators.world.indexed import world_at
from services.indicators.world.world import Cut, World, cut_facts, world_of
from shared.events.base import Effective, Event, Known
from shared.events.indicators import CoverageDeclared
from shared.events.reports import AssistanceProvidedReported, PracticeAssessed, PracticeReported
from tests.indicators.history import BEGINS, CYCLE, History, define
from tests.properties.support import DAYS, UNHURRIED
from tests.properties.test_facts_inside_the_cut import facts as acts

STATES = ("AFG", "LAO", "PER")
DAY_OR_BOUNDS = st.one_of(
    DAYS.map(date.isoformat),
    st.sampled_from(["2024", "2024-03", {"notAfter": "2024-09-10"}, {"notBefore": "2021-01-01"}]),
)

AMONG = {"fact": "AssistanceProvidedReported", "where": {"recipients": {"among": "parties"}}}
REPORT_YEAR = {"covers": "reportYear"}
POPULATIONS = {
    "affected": {"all": ["parties", {"obliged": 4}]},
    "giving": {"fact": "AssistanceProvidedReported", "in": {"received": "cycle"}},
    "helped": {"any": ["giving", AMONG]},
    "retaining": {"all": ["parties", {"fact": "RetentionReported", "in": {"received": "cycle"}}]},
}
DEFINITIONS = [
    define({"count": "states", "where": {"said": "a"}}, series="flow"),
    define({"count": "states", "where": {"said": "b", "at": "last"}}, series="status"),
    define({"percent": {"of": {"any": [{"said": "a"}, {"not": {"said": "b"}}]}, "over": "parties"}}),
    define({"count": "states", "where": {"judged": {"said": "a"}, "words": ["good"]}}, computability="J"),
    define({"count": "states", "where": AMONG}, window="toDate"),
    define({"sum": "amount", "of": {"fact": "AssistanceProvidedReported"}, "per": "state"}, population=None),
    define({"count": "states", "where": {"owes": "initial_report"}}),
    define({"count": "states", "where": {"fact": ["ReportSubmitted", "RetentionReported"]}}, window=REPORT_YEAR),
    define({"count": "states", "where": {"fact": "StockpileDestroyed", "date": "date"}}, window="cycle"),
    define({"count": "states", "where": {"fact": "ExtensionRequested"}}, window={"meeting": "previous"}),
    define({"change": {"count": "states", "of": "affected"}}, population="affected", populations=POPULATIONS),
    define({"count": "states"}, population="affected", populations=POPULATIONS, series="flow", window="cycle"),
    define({"count": "states"}, population="helped", populations=POPULATIONS, series="flow"),
    define({"count": "states"}, population="retaining", populations=POPULATIONS, series="flow"),
    define({"count": "states", "where": {"said": "a", "at": "last", "answer": ["yes", "no"]}}, series="status"),
]


@st.composite
def statements(draw: st.DrawFn) -> Event:
    """What a State says of a code or gives, what is declared complete, and judgements on any of it."""
    state, code, day = draw(st.sampled_from(STATES)), draw(st.sampled_from("ab")), draw(DAYS)
    sure: Any = draw(st.sampled_from(["verified", "verified", "unverified"]))
    match draw(st.integers(0, 7)):
        case 0:
            outcome: Any = draw(st.sampled_from(["meets", "partly"]))
            target = f"reports-{draw(st.integers(1, 12))}"
            return PracticeAssessed(
                state=state, target_event=target, criterion="good", outcome=outcome, assessor="c", date=day, reason="r"
            )
        case 1:
            kinds: Any = draw(st.sampled_from([("a",), ("b", "AssistanceProvidedReported"), ("ObligationReported",)]))
            return CoverageDeclared(
                coverage_id="c", subjects=kinds, from_=BEGINS, through=day, completeness="complete", confidence=sure
            )
        case 2:
            return AssistanceProvidedReported(
                state=state, year=2024, received=draw(DAY_OR_BOUNDS), amount=draw(st.sampled_from([None, "2"])),
                recipients=draw(st.sampled_from([("LAO",), "unspecified"])), line=draw(st.sampled_from("12")),
            )  # fmt: skip
    year = draw(st.sampled_from([2022, 2024]))
    answer: Any = draw(st.sampled_from(["yes", "no"]))
    return PracticeReported.model_validate(
        {
            "reporter": state, "code": code, "answer": answer, "received": draw(DAY_OR_BOUNDS), "confidence": sure,
            "period_from": date(year, 1, 1), "period_to": date(year, 12, 31),
        }
    )  # fmt: skip


LINK = st.sampled_from([None, None, None, "corrects", "revises", "retracts"])
TOLD = st.lists(st.tuples(st.one_of(acts(), statements()), DAYS, DAYS, LINK, st.integers(0, 99)), max_size=16)
"""An event, the day it became known, the day it was recorded, what it does, and to which of the others."""


def history(told: Sequence[tuple[Event, date, date, str | None, int]]) -> list[Fact]:
    """Facts in the order of their entry, two parties among them; links go to earlier and to later ones."""
    h = History().with_cycle().parties("LAO", "PER").clock_covered("2026-12-31")
    names: list[str] = []
    counted = {"reports": 0, "meetings": sum(one["source"] == "test/meetings" for one in h.stored), "indicators": 2}
    for event, *_ in told:
        counted[event.ledger] += 1
        names.append(f"{event.ledger}-{counted[event.ledger]}")
    for at, (event, known, recorded, does, to) in enumerate(told):
        target = names[to % len(names)]
        link: dict[str, Any] = {does: target} if does and target != names[at] else {}
        when = datetime.combine(recorded, time(12), UTC)
        assert names[at] == h.tell(event, Known(time=known), event.holds or Effective(from_=known), recorded=when, **link)  # fmt: skip  # noqa: E501
    return without_circles(h.facts)


def without_circles(facts: Sequence[Fact]) -> list[Fact]:
    """No ledger takes an amendment of something later: a link forward is dropped where it would close a circle."""
    at = {fact.id: place for place, fact in enumerate(facts)}
    kept = []
    for fact in facts:
        targets = {name: getattr(fact, name) for name in ("corrects", "revises", "retracts")}
        back = {name: to if to is None or at[to] < at[fact.id] else None for name, to in targets.items()}
        kept.append(fact if back == targets else _linked(fact, back))
    return kept


def _linked(fact: Fact, links: dict[str, str | None]) -> Fact:
    return replace(fact, **links)  # type: ignore[arg-type]  # the three links and nothing else


def asked(world: World, facts: Sequence[Fact], cut: Cut) -> list[Any]:
    """All that a world answers, item by item: figures with their evidence, obligations, and what it is made of."""
    cycle = next(cycle_of(fact) for fact in facts if fact.kind == "CycleDefined")
    figures = [compute(definition, world, cycle, cut) for definition in DEFINITIONS]
    return [
        [computed_row(one) for one in figures],
        [states_of(one) for one in figures],
        [one.leaves for one in figures],
        obligations(world, cut.effective_at),
        list(world.by_kind.items()),
        dict(world.by_code),
        dict(world.by_id),
        dict(world.judgements),
        dict(world.acts),
        dict(world.sittings),
        world.coverage,
        (world.certain_membership.states, world.possible_membership.states),
        world.empty,
    ]


@UNHURRIED
@given(TOLD, DAYS, st.sampled_from(["reconstructed", "attested"]), st.data())
def test_the_index_answers_what_the_fold_of_all_facts_answers(
    told: list[tuple[Event, date, date, str | None, int]], known_by: date, basis: Any, data: st.DataObject
) -> None:
    facts = history(told)
    heads = {name: sum(fact.ledger == name for fact in facts) for name in ("indicators", "meetings", "reports")}
    positions = tuple(
        (name, data.draw(st.sampled_from([head, head // 2, 0, head - 1]))) for name, head in heads.items()
    )
    cut = Cut(basis, known_by, CYCLE.to, tuple((name, max(0, at)) for name, at in positions))
    arriving = data.draw(st.permutations(facts))
    pieces = sorted({0, len(facts), *data.draw(st.lists(st.integers(0, len(facts)), max_size=3))})
    index = FactIndex()
    for begin, end in pairwise(pieces):
        index.add(arriving[begin:end])
        asked(world_at(index, cut), facts, cut)  # asked meanwhile, so that what was filed before is added to

    assert asked(world_at(index, cut), facts, cut) == asked(world_of(cut_facts(arriving, cut)), facts, cut)


@UNHURRIED
@given(TOLD, st.lists(st.tuples(DAYS, st.integers(0, 16)), min_size=2, max_size=4))
def test_one_index_answers_many_cuts(
    told: list[tuple[Event, date, date, str | None, int]], cuts: list[tuple[date, int]]
) -> None:
    facts = history(told)
    index = FactIndex(facts)
    for known_by, position in cuts:
        cut = Cut("reconstructed", known_by, CYCLE.to, (("indicators", 99), ("meetings", 99), ("reports", position)))

        assert asked(world_at(index, cut), facts, cut) == asked(world_of(cut_facts(facts, cut)), facts, cut)


TALKATIVE = st.lists(
    st.tuples(
        st.sampled_from(["2022", "2024"]),
        st.sampled_from(["yes", "no"]),
        DAY_OR_BOUNDS,
        DAYS,
        LINK,
        st.integers(0, 99),
    ),
    min_size=6,
    max_size=14,
)


@UNHURRIED
@given(TALKATIVE, DAYS, st.integers(0, 14), st.data())
def test_the_last_of_many_statements_is_found_from_the_last_on(
    said: list[tuple[str, str, Any, date, str | None, int]], known_by: date, position: int, data: st.DataObject
) -> None:
    statements_ = [
        (_said(year, answer, received, sure="unverified" if to % 5 == 0 else "verified"), known, known, does, to)
        for year, answer, received, known, does, to in said
    ]
    facts = history(statements_)
    cut = Cut("reconstructed", known_by, CYCLE.to, (("indicators", 99), ("meetings", 99), ("reports", position)))
    index = FactIndex()
    for begin, end in pairwise(sorted({0, len(facts), data.draw(st.integers(0, len(facts)))})):
        index.add(facts[begin:end])
        indexed = world_at(index, cut)
        asked(indexed, facts, cut)  # asked meanwhile, so that what was grouped before is added to

    days = Interval(date.min, date.max)
    assert indexed.nearby is not None
    assert indexed.nearby.last_first(("code", "a"), ("state",), "received", None, days) is not None
    assert asked(indexed, facts, cut) == asked(world_of(cut_facts(facts, cut)), facts, cut)


def _said(year: str, answer: str, received: Any, sure: str) -> Event:
    return PracticeReported.model_validate(
        {
            "reporter": "LAO", "code": "a", "answer": answer, "received": received, "confidence": sure,
            "period_from": f"{year}-01-01", "period_to": f"{year}-12-31",
        }
    )  # fmt: skip


@UNHURRIED
@given(TOLD)
def test_what_obligations_share_between_cuts_is_keyed_by_every_kind_they_read(
    told: list[tuple[Event, date, date, str | None, int]],
) -> None:
    facts = history(told)
    cut = Cut("reconstructed", CYCLE.to, CYCLE.to, (("indicators", 99), ("meetings", 99), ("reports", 99)))
    looked = Looked()
    for article in ("3", "4", "5"):
        obligations_under(article, watched(world_of(cut_facts(facts, cut)), looked), cut.effective_at)

    assert not looked.everything
    assert looked.kinds <= READ
