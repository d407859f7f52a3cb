"""Small hand-written histories: events as their ledgers would hold them, and the figures they give."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from services.indicators.facts.fact import Fact, fact_of
from services.indicators.figures.figure import Figure, compute, computed_row
from services.indicators.plans.definition import Definition, Plan, definitions
from services.indicators.world.world import Cut, cut_facts, cycles_of, world_of
from shared.events.base import Effective, Event, Known, Passage, known_from
from shared.events.envelope import Proposed, stored_object
from shared.events.indicators import CoverageDeclared, CycleDefined
from shared.events.meetings import InstrumentDeposited, SignatureRecorded, WithdrawalNotified
from shared.events.registry import EVENT_TYPES
from shared.events.reports import PracticeAssessed, PracticeReported

CYCLE = CycleDefined(
    cycle="13MSP",
    from_=date(2024, 7, 1),
    to=date(2025, 6, 30),
    meeting="13MSP",
    previous_meeting="12MSP",
    report_year=2024,
    budget_year=2024,
    unga_year=2024,
)
RECORDED = datetime(2026, 1, 1, tzinfo=UTC)
BEGINS = date(2008, 5, 30)


def day(text: str) -> date:
    return date.fromisoformat(text)


@dataclass
class History:
    """Facts in the order in which they arrive; each `tell` answers the id of the event."""

    stored: list[dict[str, Any]] = field(default_factory=list)

    def tell(
        self,
        event: Event,
        known: str | Known | None = None,
        effective: Effective | None = None,
        *,
        recorded: datetime = RECORDED,
        place: str = "1",
        corrects: str | None = None,
        revises: str | None = None,
        retracts: str | None = None,
    ) -> str:
        if known is None and event.received_on is not None:
            known = known_from(event.received_on)
        held = Known(time=day(known)) if isinstance(known, str) else known
        assert held is not None, "say when it was known"
        holds = effective or event.holds or Effective(from_=held.time)
        passages = (Passage(document="D", paragraph=place),)
        proposed = Proposed(event, held, holds, passages, corrects, revises, retracts)
        position = 1 + sum(1 for one in self.stored if one["source"].endswith(event.ledger))
        id = f"{event.ledger}-{position}"
        self.stored.append(
            stored_object(
                proposed,
                id=id,
                source=f"test/{event.ledger}",
                version=1,
                position=position,
                recordedtime=recorded,
                actor="test",
            )
        )
        return id

    @property
    def facts(self) -> list[Fact]:
        return [fact_of(one) for one in self.stored]

    def with_cycle(self, cycle: CycleDefined = CYCLE) -> History:
        self.tell(cycle)
        return self

    def party(self, state: str, deposited: str = "2010-01-10") -> History:
        self.tell(InstrumentDeposited(state=state, instrument="ratification", deposited=day(deposited)))
        return self

    def parties(self, *states: str) -> History:
        for state in states:
            self.party(state)
        return self

    def signs(self, state: str, on: str = "2009-01-10") -> History:
        self.tell(SignatureRecorded(state=state, date=day(on)))
        return self

    def leaves(self, state: str, notice: str) -> History:
        self.tell(WithdrawalNotified(state=state, received=day(notice)))
        return self

    def says(
        self,
        state: str,
        code: str = "a",
        answer: Any = "yes",
        received: Any = "2025-04-30",
        year: int = 2024,
        keys: Any = (),
        confidence: Any = "verified",
        **more: Any,
    ) -> str:
        event = PracticeReported(
            reporter=state,
            code=code,
            answer=answer,
            received=received,
            period_from=date(year, 1, 1),
            period_to=date(year, 12, 31),
            keys=keys,
            confidence=confidence,
        )
        return self.tell(event, **more)

    def judges(self, target: str, state: str, word: str, outcome: Any, on: str = "2025-05-15") -> str:
        event = PracticeAssessed(
            state=state,
            target_event=target,
            criterion=word,
            outcome=outcome,
            assessor="coordinator",
            date=day(on),
            reason="read",
        )
        return self.tell(event)

    def covered(
        self,
        *subjects: str,
        first: str = "2024-07-01",
        through: str = "2025-06-30",
        completeness: Any = "complete",
        **more: Any,
    ) -> History:
        self.tell(
            CoverageDeclared(
                coverage_id=f"c{len(self.stored)}",
                subjects=subjects,
                from_=day(first),
                through=day(through),
                completeness=completeness,
                **more,
            )
        )
        return self

    def clock_covered(self, through: str = "2025-06-30") -> History:
        kinds = ("InstrumentDeposited", "WithdrawalNotified", "SignatureRecorded")
        return self.covered(*kinds, first=BEGINS.isoformat(), through=through)


def world(*parties: str) -> History:
    """A history with the cycle, these parties, and complete depositary records."""
    return History().with_cycle().parties(*parties).clock_covered()


def define(
    measure: dict[str, Any],
    *,
    population: Any = "parties",
    populations: dict[str, Any] | None = None,
    codes: Sequence[str] = ("a", "b", "c"),
    computability: str = "A",
    series: str = "reported_in_period",
    window: Any = None,
    **more: Any,
) -> Definition:
    """One definition around a measure, in a plan that allows every kind."""
    entry = {
        "id": "X-1.1",
        "action": "1",
        "section": "s",
        "title": "t",
        "unit": "states",
        "population": population,
        "series": series,
        "computability": computability,
        "evidence": "e",
        "measure": measure,
        "window": window or {"received": "cycle"},
        **more,
    }
    plan = Plan.model_validate(
        {
            "id": "X",
            "title": "x",
            "document": "D",
            "in_force": "2021-09-21",
            "begins": BEGINS.isoformat(),
            "codes": {code: f"words of {code}" for code in codes},
            "kinds": [name.rsplit(".", 1)[1] for name in EVENT_TYPES],
            "populations": populations or {},
            "indicators": [entry],
        }
    )
    return definitions(plan)[0]


def cut_of(facts: Iterable[Fact], known_by: str = "2025-06-30", effective_at: str | None = None, **more: Any) -> Cut:
    heads: dict[str, int] = {"indicators": 0, "meetings": 0, "reports": 0}
    for fact in facts:
        heads[fact.ledger] = max(heads[fact.ledger], fact.position)
    heads.update(more.pop("positions", {}))
    return Cut(
        more.pop("basis", "reconstructed"), day(known_by), day(effective_at or known_by), tuple(sorted(heads.items()))
    )


def figure(history: History, definition: Definition, cycle: str = "13MSP", **cut: Any) -> Figure:
    facts = history.facts
    at = cut_of(facts, **cut)
    return compute(definition, world_of(cut_facts(facts, at)), cycles_of(facts)[cycle], at)


def row(history: History, definition: Definition, **cut: Any) -> dict[str, Any]:
    return computed_row(figure(history, definition, **cut))


SAID_A = {"count": "states", "where": {"said": "a"}}
