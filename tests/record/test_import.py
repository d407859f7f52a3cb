"""A running system that was sent the record over its public commands holds it once, however often it is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from services.cli.record import RECORD, Record, import_record
from services.embedded import all_services
from shared.settings import Settings
from tests.record.world import World, change, copy_of_the_record, rows_of
from tests.whole_record import copy_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


class System:
    """All services in this process on the folder that the record was imported into, asked through the gateway."""

    def __init__(self, client: httpx.AsyncClient):
        self.client = client

    async def get(self, path: str) -> Any:
        answer = await self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def heads(self) -> dict[str, int]:
        ledgers = ("reports", "meetings", "indicators")
        return {name: (await self.get(f"/{name}/ledger/head"))["position"] for name in ledgers}

    async def reconciliation(self) -> list[dict[str, Any]]:
        for _ in range(30):  # each answer waits two seconds itself
            answer = await self.client.get("/indicators/reconciliation/13MSP")
            if answer.status_code != 503:
                break
        rows: list[dict[str, Any]] = answer.raise_for_status().json()
        return rows


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(tmp_path_factory: pytest.TempPathFactory, whole_record: Path) -> AsyncIterator[System]:
    settings = Settings(data=copy_of(whole_record, tmp_path_factory.mktemp("system") / "data"), clock=False)
    async with all_services(settings) as gateway:
        transport = httpx.ASGITransport(app=gateway, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://gateway", timeout=60) as client:
            yield System(client)


async def test_every_fact_is_recorded_once_and_sending_again_adds_nothing(system: System, record: Record) -> None:
    before = await system.heads()
    told: list[tuple[int, int]] = []

    summary = await import_record(system.client, RECORD, progress=lambda done, total: told.append((done, total)))

    total = len(record.commands)
    assert (summary.sent, summary.recorded, summary.replayed, summary.failed) == (total, 0, total, [])
    assert await system.heads() == before
    assert told[-1] == (total, total)


async def test_an_edited_row_under_the_same_identity_is_refused_and_named(system: System, tmp_path: Path) -> None:
    folder = votes_alone(tmp_path)
    edited = change(
        folder, "votes.csv", lambda r: r | {"vote": "no"} if (r["year"], r["state"]) == ("2019", "DZA") else r
    )
    before = await system.heads()

    summary = await import_record(system.client, folder)

    (failure,) = summary.failed
    assert edited == 1
    assert "votes.csv row" in failure.label
    assert failure.reason.startswith("key-reused")
    assert (summary.recorded, await system.heads()) == (0, before)


async def test_a_bad_row_stops_nothing_else(system: System, tmp_path: Path) -> None:
    folder = votes_alone(tmp_path)
    votes = len(list(rows_of(folder, "votes.csv")))
    change(folder, "votes.csv", lambda r: r | {"state": "XYZ"} if (r["year"], r["state"]) == ("2018", "DZA") else r)

    summary = await import_record(system.client, folder)

    (failure,) = summary.failed
    assert (failure.field, summary.replayed) == ("state", votes - 1)
    assert not summary.ok


def votes_alone(to: Path) -> Path:
    """A record folder with one table that has rows."""
    folder = copy_of_the_record(to)
    for table in folder.glob("*.csv"):
        if table.name != "votes.csv":
            change(folder, table.name, lambda row: None)
    return folder


async def test_the_running_system_answers_what_the_facts_alone_give(system: System, world: World) -> None:
    expected = world.rows()

    rows = await system.reconciliation()

    assert {row["indicator"]: row["computed"] for row in rows} == {id: row["value"] for id, row in expected.items()}
    assert len(rows) == 85


async def test_print_and_record_compare_like_this(system: System) -> None:
    outcomes = Counter(row["outcome"] for row in await system.reconciliation())

    assert outcomes == {
        "equal": 28, "differs": 6, "bound": 5, "needsJudgement": 3, "noData": 39, "notComputable": 1, "notPublished": 3,
    }  # fmt: skip


async def test_a_population_that_no_indicator_rests_on_can_be_asked_for(system: System) -> None:
    answer = await system.get("/indicators/populations/risk_education_actors?on=2025-06-30")

    assert len(answer["members"]) == 12


async def test_nothing_answering_is_an_error_and_no_summary() -> None:
    async with httpx.AsyncClient(base_url="http://127.0.0.1:9", timeout=1) as client:
        with pytest.raises(httpx.TransportError):
            await import_record(client, RECORD, patience=0.2)
