"""Changes of figures in running services: real ledgers, a real nats-server, real projections."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from shared.settings import Settings
from tests.indicators.conftest import PASSAGE, TODAY, Trio, trio
from tests.indicators.plans import indicator, plan
from tests.indicators.test_announcing import heads
from tests.indicators.test_api import HAS_WORK_PLAN, deposit, statement, tell_the_record
from tests.indicators.test_restatement import IN_THE_CYCLE

PLAN = plan(indicator("X-1.1", HAS_WORK_PLAN), indicator("X-2.1", {"none": "no source"}, computability="N"))


async def look(services: Trio) -> int:
    answer = await services.clients["indicators"].post("/indicators/changes/run")
    assert answer.status_code == 200, answer.text
    return int(answer.json()["announced"])


async def report_late(services: Trio) -> str:
    """A State Party's report of the cycle that became known after it; answers the event."""
    fact = statement("AFG", received=IN_THE_CYCLE)
    return await services.told(fact, known={"time": "2025-09-09", "precision": "by"})


async def tell_all(services: Trio) -> None:
    await tell_the_record(services)
    await services.told(deposit("AFG"))


async def notices(services: Trio) -> list[dict[str, Any]]:
    events = (await services.clients["indicators"].get("/indicators/ledger/events?limit=1000")).json()["events"]
    return [one for one in events if one["type"].rsplit(".", 1)[1] in ("FiguresObserved", "FigureChanged")]


async def test_a_late_report_is_one_change_with_its_state_and_its_event_and_nothing_adds_another(
    settings: Settings,
) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_all(services)
        observed = await look(services)
        assert observed == len(await notices(services)) > 0

        late = await report_late(services)
        assert await look(services) == 1

        (change,) = (await services.ask("/changes", meeting="13MSP"))["items"]
        assert (change["in"], change["out"]) == (["AFG"], [])
        assert [(one["cause"], one["events"]) for one in change["causes"]] == [("lateReport", [late])]
        (event,) = [one for one in await notices(services) if one["type"].endswith("FigureChanged")]
        assert (event["subject"], event["actor"]) == ("X-1.1", "clock")
        assert await services.ask("/changes", meeting="11MSP") == {"items": [], "next": None, "total": 0}

        assert await look(services) == 0
        assert (await services.clients["indicators"].post("/indicators/projections/facts/rebuild")).status_code == 202
        for ledger, head in (await heads(services)).items():
            await services.projected(ledger, head)
        assert await look(services) == 0
        standing = await heads(services)

    async with trio(settings, [PLAN]) as services:
        assert await look(services) == 0
        assert await heads(services) == standing
        assert (await services.ask("/ledger/verify"))["sound"]


async def test_two_at_once_tell_each_change_once(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as one, trio(settings, [PLAN]) as other:
        await tell_all(one)
        first = await asyncio.gather(look(one), look(other))
        assert sum(first) == len(await notices(one))

        await report_late(one)
        told = await asyncio.gather(look(one), look(other), look(one))

        assert sum(told) == 1
        assert [await look(one), await look(other)] == [0, 0]


async def test_an_empty_record_is_not_followed(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        answer = await services.clients["indicators"].post("/indicators/changes/run")

        assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (409, "record-empty")
        assert await notices(services) == []


async def test_nothing_is_told_while_a_neighbour_does_not_answer(settings: Settings) -> None:
    async with trio(settings, [PLAN], without=["reports"]) as services:
        await services.told(deposit("LAO"))
        await services.projected("meetings", 1)
        answer = await services.clients["indicators"].post("/indicators/changes/run")

        assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (503, "neighbour-missing")
        assert await notices(services) == []


async def test_it_runs_beside_the_services_and_says_how_it_stands(settings: Settings) -> None:
    async with trio(settings.model_copy(update={"clock": True}), [PLAN]) as services:
        stands = await services.ask("/changes/run")
        assert (stands["byItself"], stands["last"]) == (True, None)
        assert "indicators-changes" in {task.get_name() for task in asyncio.all_tasks()}

    assert "indicators-changes" not in {task.get_name() for task in asyncio.all_tasks()}


def establish(**more: Any) -> dict[str, Any]:
    return {"plan": "X", "asOf": "2025-06-30", "adopted": "2021-09-21", "passages": [PASSAGE], **more}


async def test_baselines_are_established_once_and_later_figures_show_how_far_they_are(settings: Settings) -> None:
    adopted = PLAN.model_copy(update={"adopted": date(2021, 9, 21)})
    async with trio(settings, [adopted]) as services:
        await tell_all(services)
        client = services.clients["indicators"]
        expected = await services.ask("/baselines/X", asOf="2025-06-30")
        provisional = [row["indicator"] for row in expected if row["provisional"]]
        body = establish(accept=provisional)

        first = await client.post("/indicators/commands/EstablishBaselines", json=body)
        again = await client.post("/indicators/commands/EstablishBaselines", json=body)
        other = await client.post(
            "/indicators/commands/EstablishBaselines", json=establish(accept=["X-1.1", *provisional])
        )

        assert (first.status_code, len(first.json()["ids"])) == (201, len(expected))
        assert (again.status_code, again.json()["ids"]) == (200, first.json()["ids"])
        assert (other.status_code, other.json()["type"].rsplit("/", 1)[1]) == (409, "already-recorded")

        await report_late(services)
        row = await services.ask("/figures/X-1.1", meeting="13MSP", knownBy=TODAY.isoformat())
        was = next(one["value"] for one in expected if one["indicator"] == "X-1.1")
        assert row["progress"]["baseline"] == was
        assert (row["progress"]["distance"], row["progress"]["direction"]) == (row["value"] - was, "up")
        assert row["progress"]["event"] in first.json()["ids"]


@pytest.mark.parametrize(
    ("adopted", "body", "status", "type", "field"),
    [
        (None, establish(), 409, "plan-not-adopted", "/plan"),
        (date(2021, 9, 20), establish(), 422, "invalid", "/adopted"),
        (date(2021, 9, 21), establish(asOf="2999-01-01"), 422, "future", "/asOf"),
        (date(2021, 9, 21), establish(accept=["X-9.9"]), 422, "indicator-unknown", "/accept"),
        (date(2021, 9, 21), establish(plan="Y"), 404, "plan-unknown", "/plan"),
        (date(2021, 9, 21), establish(passages=[]), 422, "invalid", "/passages"),
    ],
)
async def test_baselines_are_refused_with_what_would_be_right_and_nothing_is_recorded(
    settings: Settings, adopted: date | None, body: dict[str, Any], status: int, type: str, field: str
) -> None:
    async with trio(settings, [PLAN.model_copy(update={"adopted": adopted})]) as services:
        await tell_all(services)
        before = await heads(services)

        answer = await services.clients["indicators"].post("/indicators/commands/EstablishBaselines", json=body)

        assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (status, type), answer.text
        assert answer.json()["field"] == field
        assert await heads(services) == before
