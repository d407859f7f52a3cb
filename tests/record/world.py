"""The record's facts without a running system: commands made into stored events, asked by the figure engine."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import orjson

from services.cli.record import RECORD, Record
from services.cli.record.commands import Command
from services.indicators.evaluation.sets import found
from services.indicators.facts.fact import Fact, fact_of
from services.indicators.figures.figure import Figure, compute, computed_row
from services.indicators.figures.figure_set import FigureSet
from services.indicators.grammar.expression import Population
from services.indicators.plans.definition import CATALOGUES, definitions, load_plans, of_populations
from services.indicators.world.found import Found
from services.indicators.world.frame import Cycle, Frame, cycle_of
from services.indicators.world.record import Record as Figures
from services.indicators.world.scene import TO_DATE, Scene
from services.indicators.world.stateset import members
from services.indicators.world.world import Cut, cut_facts, world_of
from shared.events.base import Effective, Event, Known, Passage, known_from
from shared.events.envelope import Proposed, canonical, stored_object
from shared.events.indicators import CycleDefined, IndicatorDefined
from shared.events.registry import EVENT_TYPES

PLANS = {plan.id: plan for plan in load_plans(CATALOGUES)}
PLAN = PLANS["LAP"]
COMMANDS: dict[tuple[str, str], type[Event]] = {(kind.ledger, kind.command): kind for kind in EVENT_TYPES.values()}
WRITTEN = datetime(2026, 11, 21, tzinfo=UTC)


def event_of(command: Command) -> Event:
    """The event that a command asks for."""
    return COMMANDS[command.service, command.command].model_validate(command.body["fact"])


def known_of(command: Command) -> Known:
    """known_at as the services fill it in."""
    if "known" in command.body:
        return Known.model_validate(command.body["known"])
    received = event_of(command).received_on
    known = known_from(received) if received is not None else None
    assert known is not None, f"{command.label}: no day by which it was held"
    return known


PLAN_PASSAGE = Passage(document="PLAN", paragraph="1")


def _fact(
    event: Event, known: Known, holds: Effective | None, passages: Iterable[Passage], positions: dict[str, int]
) -> Fact:
    """The fact as it is stored at the head of its ledger."""
    assert holds is not None
    stored = stored_object(
        Proposed(event, known, holds, tuple(passages)),
        id=f"{event.ledger}-{positions[event.ledger]}",
        source=f"test/{event.ledger}",
        version=1,
        position=positions[event.ledger],
        recordedtime=WRITTEN,
        actor="test",
    )
    return fact_of(orjson.loads(canonical(stored)))  # as it is read back from the ledger


class World:
    """Figures and populations of a record folder that was read."""

    def __init__(self, record: Record):
        self.positions = {"reports": 0, "meetings": 0, "indicators": 0}
        self.facts: list[Fact] = []
        for entry in (cycle for plan in PLANS.values() for cycle in plan.cycles):
            cycle = CycleDefined(**entry.model_dump(exclude={"source"}))
            self._hold(cycle, Known(time=entry.from_), cycle.holds, [Passage(document="LAP-2021", paragraph="cycle")])
        for command in record.commands:
            event, known = event_of(command), known_of(command)
            given = command.body.get("effective")
            holds = Effective.model_validate(given) if given else event.holds or Effective(from_=known.time)
            self._hold(event, known, holds, [Passage(**one) for one in command.body["passages"]])

    def _hold(self, event: Event, known: Known, holds: Effective, passages: Iterable[Passage]) -> None:
        self.positions[event.ledger] += 1
        self.facts.append(_fact(event, known, holds, passages, self.positions))

    def rows(self, meeting: str = "13MSP", plan: str = "LAP") -> dict[str, dict[str, Any]]:
        """The figures of a plan at a meeting, by indicator."""
        cycle = self._cycle(lambda one: one.name == meeting)
        cut = self._cut(cycle.last)
        world = world_of(cut_facts(self.facts, cut))
        return {one.indicator.id: computed_row(compute(one, world, cycle, cut)) for one in definitions(PLANS[plan])}

    def record(self) -> Figures:
        """The record with the definitions of every plan, as the service holds it."""
        facts, positions = list(self.facts), dict(self.positions)
        for plan in PLANS.values():
            for one in definitions(plan):
                event = IndicatorDefined(
                    indicator=one.indicator.id, plan=plan.id, version=1, in_force=one.in_force,
                    definition=one.canonical(), definition_hash=one.hash(),
                )  # fmt: skip
                positions["indicators"] += 1
                facts.append(_fact(event, Known(time=one.in_force), event.holds, [PLAN_PASSAGE], positions))
        return Figures(tuple(facts), tuple(sorted(positions.items())))

    def reconciled(self, meeting: str, plan: str) -> list[dict[str, Any]]:
        """The figures of a plan beside the printed ones."""
        figures = self._figures(meeting)
        return [figures.reconciliation(one) for one in figures.of_plan(plan)]

    def answered(self, meeting: str, plan: str) -> list[dict[str, Any]]:
        """The figures of a plan as the service answers them, with the evidence for each."""
        figures = self._figures(meeting)
        return [figures.row(one, evidence=True) for one in figures.of_plan(plan)]

    def _figures(self, meeting: str) -> FigureSet:
        held = self.record()
        cycle = held.cycles[meeting]
        return FigureSet(held, cycle, Cut("reconstructed", cycle.last, cycle.last, held.positions), "inForce")

    def figure(self, indicator: str, meeting: str = "13MSP") -> Figure:
        """One figure of the plan at a meeting."""
        cycle = self._cycle(lambda one: one.name == meeting)
        cut = self._cut(cycle.last)
        definition = next(one for one in definitions(PLAN) if one.indicator.id == indicator)
        return compute(definition, world_of(cut_facts(self.facts, cut)), cycle, cut)

    def population(self, name: str, on: str = "2025-06-30") -> tuple[list[str], list[str]]:
        """Who is certainly in a population on a day, and who only possibly."""
        day = date.fromisoformat(on)
        cut = self._cut(day)
        world = world_of(cut_facts(self.facts, cut))
        plan = of_populations(PLAN)
        frame = Frame(self._cycle(lambda one: one.first <= day <= one.last), day, plan.begins, world.sittings)
        group: Found = found(Population(population=name, at="last"), Scene(world, frame, plan, TO_DATE, "last"))
        return members(group.certain), members(group.possible & ~group.certain)

    def _cut(self, day: date) -> Cut:
        return Cut("reconstructed", day, day, tuple(sorted(self.positions.items())))

    def _cycle(self, wanted: Callable[[Cycle], bool]) -> Cycle:
        cycles = (cycle_of(fact) for fact in self.facts if fact.kind == "CycleDefined")
        return next(cycle for cycle in cycles if wanted(cycle))


def copy_of_the_record(to: Path) -> Path:
    """A record folder that a test may change."""
    return Path(shutil.copytree(RECORD, to / "record"))


def rows_of(folder: Path, table: str) -> Iterator[dict[str, str]]:
    """The rows of a table as they are."""
    with (folder / table).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def change(folder: Path, table: str, of: Callable[[dict[str, str]], dict[str, str] | None]) -> int:
    """Write a table anew, each row as `of` gives it back (None drops it); answers how many rows differ."""
    before = list(rows_of(folder, table))
    after = [of(dict(row)) for row in before]
    with (folder / table).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(before[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(row for row in after if row is not None)
    return sum(old != new for old, new in zip(before, after, strict=True))
