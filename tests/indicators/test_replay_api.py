"""Two times over HTTP: what the ledgers alone give is what the figures say; seals are computed, never typed."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

import orjson
import pytest

from shared.bus.server import NatsServer
from shared.events.base import Effective, Known
from shared.events.envelope import Proposed
from shared.events.indicators import MeetingFiguresSealed
from shared.ledger.opening import open_ledger
from shared.ledger.port import Append
from shared.settings import Settings
from tests.indicators.conftest import Trio, trio
from tests.indicators.test_api import PLAN, deposit, statement, tell_the_record

SEAL = "/indicators/commands/SealFigures"


async def sealing(services: Trio, status: int = 201, **body: object) -> str:
    answer = await services.clients["indicators"].post(SEAL, json={"meeting": "13MSP", "plan": "X", **body})
    assert answer.status_code == status, answer.text
    found = answer.json()
    return str(found["ids"][0]) if status < 300 else str(found["type"]).rsplit("/", 1)[-1]


async def test_a_replay_gives_the_figures_of_the_table_and_one_hash_for_one_cut(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)

        found = await services.ask("/replay/13MSP")
        table = await services.ask("/figures", plan="X", meeting="13MSP")
        assert {row["indicator"]: row["status"] for row in found["figures"]} == {
            row["indicator"]: row["status"] for row in table["figures"]
        }
        assert list(found) == ["meeting", "basis", "knownBy", "effectiveAt", "positions", "figures", "hash"]
        assert {name: found[name] for name in table["cut"]} == table["cut"]

        await services.told(deposit("CHE"))
        await services.told(statement("CHE"))
        short = ",".join(f"{name}:{at}" for name, at in found["positions"].items())
        assert await services.ask("/replay/13MSP", at=short) == found
        assert await services.ask("/replay/13MSP", at=orjson.dumps(found["positions"]).decode()) == found
        assert (await services.ask("/replay/13MSP"))["hash"] != found["hash"]


async def test_a_replay_needs_no_projection_and_is_never_stale(settings: Settings) -> None:
    async with trio(settings, [PLAN], patience=1) as services:
        await tell_the_record(services)
        found = await services.ask("/replay/13MSP")
        rebuilt = await services.clients["indicators"].post("/indicators/projections/facts/rebuild")
        assert rebuilt.status_code == 202
        assert await services.ask("/replay/13MSP") == found

        services.reachable.pop("reports")
        refused = await services.get("/replay/13MSP")
        assert (refused.status_code, refused.json()["type"].rsplit("/", 1)[-1]) == (503, "ledger-unreachable")


async def test_what_cannot_be_replayed_is_refused(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        for field, refused in {
            "query:knownBy": await services.get("/replay/13MSP", knownBy="2026-11-22"),
            "query:positions": await services.get("/replay/13MSP", at="reports:99"),
            "query:plan": await services.get("/replay/13MSP", plan="Y"),
            "query:meeting": await services.get("/replay/99MSP"),
            "query:to": await services.get("/restatements/X-1.1", **{"from": "13MSP", "to": "2026-11-22"}),
            "query:basis": await services.get("/restatements/X-1.1", **{"from": "13MSP", "basis": "attested"}),
        }.items():
            assert refused.json()["field"] == field, refused.text
        assert (await services.get("/replay/13MSP", effectiveAt="2030-01-01")).status_code == 200


async def test_a_seal_stands_and_what_is_recorded_afterwards_is_explained(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)
        first = await sealing(services)
        await services.told(deposit("CHE"))
        letter = await services.told(statement("CHE"))

        (found,) = (await services.ask("/restatements/X-1.1", **{"from": "13MSP"}))["steps"][-1:]
        assert (found["cause"], found["events"][0]["id"], found["in"]) == ("backfilledLetter", letter, ["CHE"])
        assert [row["sound"] for row in await services.ask("/seals/verification")] == [True]

        assert await sealing(services, 409) == "sealed-already"
        second = await sealing(services, reason="a letter was found")
        assert [(row["event"], row["supersededBy"]) for row in await services.ask("/seals")] == [
            (first, second),
            (second, None),
        ]
        assert [row["sound"] for row in await services.ask("/seals/verification")] == [True, True]


async def test_a_seal_is_never_typed_by_hand(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        assert await sealing(services, 422, figures=[]) == "invalid"
        assert await sealing(services, 404, plan="Y") == "plan-unknown"


async def test_one_key_seals_once(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)
        client, body = services.clients["indicators"], {"meeting": "13MSP", "plan": "X"}
        answers = [await client.post(SEAL, json=body, headers={"Idempotency-Key": "s-1"}) for _ in range(2)]

        assert [one.status_code for one in answers] == [201, 200]
        assert answers[0].json()["ids"] == answers[1].json()["ids"]


async def test_a_seal_that_differs_is_named(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)
        await sealing(services)
        events = (await services.ask("/ledger/tail", limit=1))["events"]
        data = events[0]["data"]
        data["figures"][0]["parts"][0]["value"] = "7"
        wrong = MeetingFiguresSealed.model_validate({**data, "hash": "0" * 64, "reason": "typed by hand"})
        ledger = open_ledger("indicators", origin="x", database=settings.database_of("indicators"))
        await ledger.start()
        known = Known(time=date(2026, 11, 1))
        proposed = Proposed(wrong, known, Effective(from_=known.time))
        await ledger.append(Append(wrong.stream, 1, (proposed,), "by hand", "h", "nobody"))
        await ledger.stop()

        rows = await services.ask("/seals/verification")

        assert [(row["sound"], row["differing"]) for row in rows] == [(True, []), (False, ["X-1.1"])]


async def test_replays_at_the_same_time_agree(settings: Settings) -> None:
    async with trio(settings, [PLAN]) as services:
        await tell_the_record(services)

        found = await asyncio.gather(*(services.ask("/replay/13MSP") for _ in range(4)))

        assert len({one["hash"] for one in found}) == 1


async def test_sqlite_and_postgresql_give_one_hash(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NATS_URL", raising=False)
    hashes = set()
    for name, database in (("sqlite", None), ("postgresql", postgres_url)):
        async with NatsServer(tmp_path / name / "nats") as server:
            settings = Settings(data=tmp_path / name, nats_url=server.url, database_url=database)
            async with trio(settings, [PLAN]) as services:
                await tell_the_record(services)
                hashes.add((await services.ask("/replay/13MSP"))["hash"])

    assert len(hashes) == 1
