"""Brings the plan files into the ledger at start: by hash, nothing twice, and no change without a new version."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date

from services.indicators.plans.definition import BrokenCatalogue, CycleEntry, Definition, Plan, definitions
from shared.events.base import Event, Known, Passage
from shared.events.envelope import Proposed, canonical
from shared.events.indicators import CycleDefined, IndicatorDefined
from shared.events.registry import decode
from shared.ledger.port import Append, Ledger


async def record_plans(ledger: Ledger, plans: Iterable[Plan], *, actor: str, today: date) -> int:
    """Append what is new in the plans and answer how many events that were. Raises BrokenCatalogue before the first."""
    wanted: list[tuple[Append, Event]] = []
    seen: dict[str, CycleEntry] = {}
    for plan in plans:
        for cycle in plan.cycles:
            if cycle.cycle not in seen:
                wanted += await _new_cycle(ledger, plan, cycle, actor, today)
            elif not _same(seen[cycle.cycle], cycle):
                raise BrokenCatalogue(f"{plan.id}: another plan gives the cycle {cycle.cycle} other dates or meetings")
            seen[cycle.cycle] = cycle
        for definition in definitions(plan):
            wanted += await _new_version(ledger, plan, definition, actor, today)
    for append, _ in wanted:
        await ledger.append(append)
    return len(wanted)


def _same(one: CycleEntry, other: CycleEntry) -> bool:
    """Whether two plans mean the same cycle; each may cite its own document for it."""
    return one.model_copy(update={"source": None}) == other.model_copy(update={"source": None})


async def _new_version(
    ledger: Ledger, plan: Plan, definition: Definition, actor: str, today: date
) -> list[tuple[Append, Event]]:
    indicator = definition.indicator
    event = IndicatorDefined(
        indicator=indicator.id,
        plan=plan.id,
        version=indicator.version,
        in_force=definition.in_force,
        definition=definition.canonical(),
        definition_hash=definition.hash(),
    )
    recorded = await ledger.read_stream(event.stream)
    last = decode(recorded[-1]) if recorded else None
    if isinstance(last, IndicatorDefined):
        if last.definition_hash == event.definition_hash:
            return []
        if event.version <= last.version:
            raise BrokenCatalogue(
                f"{plan.id}: {indicator.id} has changed but its version is {event.version}, "
                f"and version {last.version} is recorded: give it version {last.version + 1} and its in_force day"
            )
    passage = indicator.source or Passage(document=plan.document, paragraph=indicator.id)
    return [(_append(event, len(recorded), passage, definition.in_force, actor, today), event)]


async def _new_cycle(
    ledger: Ledger, plan: Plan, cycle: CycleEntry, actor: str, today: date
) -> list[tuple[Append, Event]]:
    event = CycleDefined(**cycle.model_dump(exclude={"source"}))
    recorded = await ledger.read_stream(event.stream)
    if recorded:
        if decode(recorded[-1]) != event:
            raise BrokenCatalogue(f"{plan.id}: the cycle {cycle.cycle} is recorded with other dates or meetings")
        return []
    passage = cycle.source or Passage(document=plan.document, paragraph=f"cycle {cycle.cycle}")
    return [(_append(event, 0, passage, cycle.from_, actor, today), event)]


def _append(event: Event, version: int, passage: Passage, known: date, actor: str, today: date) -> Append:
    assert event.holds is not None
    proposed = Proposed(event, Known(time=min(known, today)), event.holds, (passage,))
    digest = hashlib.sha256(canonical(event.data())).hexdigest()
    return Append(event.stream, version, (proposed,), f"catalogue:{event.natural_key}:{digest}", digest, actor)
