"""Plan files come into the ledger at start: once, by hash, and never changed without a new version."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.indicators.plans.definition import BrokenCatalogue, Plan
from services.indicators.serving.catalogue import record_plans
from shared.events.indicators import CycleDefined, IndicatorDefined
from shared.events.registry import decode
from shared.ledger.opening import open_ledger
from shared.ledger.port import Ledger
from tests.indicators.history import SAID_A
from tests.indicators.plans import indicator, plan

TODAY = date(2026, 11, 21)


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    ledger = open_ledger("indicators", origin="test", database=f"sqlite:///{tmp_path}/indicators.sqlite")
    await ledger.start()
    yield ledger
    await ledger.stop()


async def record(ledger: Ledger, *plans: Plan, today: date = TODAY) -> int:
    return await record_plans(ledger, plans, actor="test", today=today)


def with_entry(**more: Any) -> Plan:
    return plan(indicator("X-1.1", SAID_A, **more))


async def test_a_new_plan_brings_its_cycles_and_indicators_with_their_passages(ledger: Ledger) -> None:
    assert await record(ledger, plan()) == 3

    first, second, defined = await ledger.read()
    assert [first.kind, second.kind, defined.kind] == ["CycleDefined", "CycleDefined", "IndicatorDefined"]
    assert defined.fields["passages"] == [{"document": "PLAN", "paragraph": "X-1.1"}]
    assert defined.fields["knowntime"] == "2021-09-21"
    assert first.fields["knowntime"] == "2023-07-01"


async def test_the_event_carries_the_whole_definition_and_its_hash(ledger: Ledger) -> None:
    from services.indicators.plans.definition import Definition

    await record(ledger, plan())

    event = decode((await ledger.read())[-1])
    assert isinstance(event, IndicatorDefined)
    assert Definition.model_validate(event.definition).hash() == event.definition_hash


async def test_an_unchanged_plan_adds_nothing_when_the_service_starts_again(ledger: Ledger) -> None:
    await record(ledger, plan())

    assert await record(ledger, plan()) == 0
    assert (await ledger.head()).position == 3


async def test_a_change_without_a_new_version_is_refused_and_nothing_is_appended(ledger: Ledger) -> None:
    await record(ledger, plan())

    with pytest.raises(BrokenCatalogue, match=r"X-1\.1 has changed but its version is 1.*give it version 2"):
        await record(ledger, plan(indicator("X-0.1", SAID_A), indicator("X-1.1", SAID_A, title="another")))
    assert (await ledger.head()).position == 3


async def test_a_change_of_a_population_is_a_change_of_what_rests_on_it(ledger: Ledger) -> None:
    seekers = indicator("X-1.1", {"count": "states", "of": "seekers"})
    await record(ledger, plan(seekers))

    with pytest.raises(BrokenCatalogue, match=r"X-1\.1"):
        await record(ledger, plan(seekers, populations={"seekers": {"said": "b"}}))


async def test_a_new_version_is_appended_beside_the_old_one(ledger: Ledger) -> None:
    await record(ledger, plan())

    assert await record(ledger, with_entry(title="another", version=2, in_force="2024-01-01")) == 1

    versions = [decode(one) for one in await ledger.read_stream("indicator-X-1.1")]
    assert [one.version for one in versions if isinstance(one, IndicatorDefined)] == [1, 2]


async def test_a_version_older_than_the_recorded_one_is_refused(ledger: Ledger) -> None:
    await record(ledger, with_entry(version=2, in_force="2024-01-01"))

    with pytest.raises(BrokenCatalogue):
        await record(ledger, with_entry())


async def test_a_definition_that_comes_into_force_later_is_known_today(ledger: Ledger) -> None:
    await record(ledger, with_entry(in_force="2027-01-01"))

    assert (await ledger.read())[-1].fields["knowntime"] == "2026-11-21"


async def test_a_cycle_that_is_recorded_with_other_days_is_refused(ledger: Ledger) -> None:
    await record(ledger, plan())

    with pytest.raises(BrokenCatalogue, match="13MSP is recorded with other dates"):
        await record(ledger, plan(cycles=[{"cycle": "13MSP", "from": "2024-07-01", "to": "2025-07-01"}]))


async def test_a_cycle_defined_by_command_is_left_alone_when_it_is_the_same(ledger: Ledger) -> None:
    await record(ledger, plan())
    (recorded,) = await ledger.read_stream("cycle-13MSP")

    assert isinstance(decode(recorded), CycleDefined)
    assert await record(ledger, plan()) == 0


async def test_a_cycle_that_two_plans_give_alike_is_recorded_once(ledger: Ledger) -> None:
    other = plan(indicator("Y-1.1", SAID_A), id="Y", document="OTHER")

    assert await record(ledger, plan(), other) == 4
    assert await record(ledger, plan(), other) == 0


async def test_a_cycle_that_two_plans_give_other_days_is_refused(ledger: Ledger) -> None:
    cycles = [{"cycle": "13MSP", "from": "2024-07-01", "to": "2025-07-01"}]
    other = plan(indicator("Y-1.1", SAID_A), id="Y", cycles=cycles)

    with pytest.raises(BrokenCatalogue, match="Y: another plan gives the cycle 13MSP other dates"):
        await record(ledger, plan(), other)
    assert (await ledger.head()).position == 0
