"""Answers are kept while nothing is recorded, and never a moment longer; what is stale is neither kept nor named."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from services.gateway.answering.kept_answers import KEPT_BYTES, LONGEST, WORTH, Kept, KeptAnswers, etag_of, operation_of
from services.gateway.app import create_app
from services.gateway.asking.standing import TRUSTED
from shared.settings import Settings
from tests.bus.support import eventually
from tests.gateway.conftest import client_of, record
from tests.gateway.small_record import command

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
HERE, LATER = (("head", 1),), (("head", 2),)
LARGE = b"x" * WORTH


def operation(query: str = "{ a }", name: str | None = None, now: datetime = NOON, **variables: Any) -> bytes:
    return operation_of(query, name, variables, now)


def body(kept: Kept | None) -> bytes | None:
    return kept.body if kept else None


def test_an_operation_is_its_text_name_variables_and_day() -> None:
    same = operation(b=1, a=2)
    others = [
        operation(a=2),
        operation(a=2, b="1"),
        operation("{ a  }", a=2, b=1),
        operation(name="Q", a=2, b=1),
        operation(now=NOON + timedelta(hours=12), a=2, b=1),
    ]

    assert same == operation(now=NOON + timedelta(hours=11, minutes=59), a=2, b=1)
    assert len({same, *others}) == 1 + len(others)


def test_an_answer_is_found_at_its_own_standing_alone() -> None:
    kept = KeptAnswers()
    kept.keep(operation(), LARGE, HERE, NOON)

    assert body(kept.find(operation(), HERE, NOON)) == LARGE
    assert kept.find(operation(), LATER, NOON) is None
    assert kept.find(operation(), None, NOON) is None
    assert kept.find(operation("{ b }"), HERE, NOON) is None


def test_an_answer_grows_too_old() -> None:
    kept = KeptAnswers()
    kept.keep(operation(), LARGE, HERE, NOON)

    assert body(kept.find(operation(), HERE, NOON + LONGEST)) == LARGE
    assert kept.find(operation(), HERE, NOON + LONGEST + timedelta(seconds=1)) is None


def test_no_more_bytes_are_kept_than_there_is_room_for_and_the_least_asked_go_first() -> None:
    kept = KeptAnswers()
    third = b"x" * (KEPT_BYTES // 3)
    for name in ("{ a }", "{ b }", "{ c }"):
        kept.keep(operation(name), third, HERE, NOON)
    kept.find(operation("{ a }"), HERE, NOON)
    kept.keep(operation("{ d }"), third, HERE, NOON)

    held = {name for name in ("{ a }", "{ b }", "{ c }", "{ d }") if kept.find(operation(name), HERE, NOON)}
    assert held == {"{ a }", "{ c }", "{ d }"}


def test_small_answers_are_not_worth_keeping() -> None:
    kept = KeptAnswers()
    kept.note(operation("{ a }"), "{ a }", LARGE[1:])
    kept.note(operation("{ b }"), "{ b }", LARGE)

    assert (kept.worth(operation("{ a }")), kept.worth(operation("{ b }"))) == (False, True)
    assert (kept.large("{ a }"), kept.large("{ b }")) == (False, True)


def test_an_operation_is_worth_keeping_once_it_was_asked_itself() -> None:
    kept = KeptAnswers()
    kept.note(operation("{ a }", n=1), "{ a }", LARGE)

    assert kept.large("{ a }")
    assert (kept.worth(operation("{ a }", n=1)), kept.worth(operation("{ a }", n=2))) == (True, False)


def test_an_etag_is_strong_and_tells_bytes_apart() -> None:
    assert etag_of(b"a") == etag_of(b"a") != etag_of(b"b")
    assert etag_of(b"a").startswith('"')


RESOURCES = {"year": 2024, "received": "2025-03-02"}
CODES = ("LAP-1.1", "LAP-38.1", "LAP-40.1")

TABLE = """query Q($m: String) { plan(id: "LAP") { actions { indicators { code title formula
    figure(meeting: $m) { value cut { positions { ledger position } } } } } } }"""


class Door:
    """A gateway over real services, and the paths that were asked of them."""

    def __init__(self, gateway: httpx.AsyncClient, services: Mapping[str, httpx.AsyncClient]):
        self.gateway, self.asked = gateway, list[str]()
        for client in services.values():
            client.event_hooks = {"request": [self._note]}

    async def _note(self, request: httpx.Request) -> None:
        self.asked.append(request.url.path)

    async def post(self, meeting: str = "13MSP", query: str = TABLE) -> httpx.Response:
        self.asked.clear()
        answer = await self.gateway.post("/graphql", json={"query": query, "variables": {"m": meeting}})
        assert "errors" not in answer.json(), answer.text
        return answer

    async def get(self, **headers: str) -> httpx.Response:
        self.asked.clear()
        asked = {"query": TABLE, "variables": '{"m": "13MSP"}'}
        return await self.gateway.get("/graphql", params=asked, headers=headers)

    @property
    def made(self) -> bool:
        """Whether the last answer was made anew."""
        return "/indicators/figures" in self.asked


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def door(recorded: Mapping[str, FastAPI]) -> AsyncIterator[Door]:
    async with AsyncExitStack() as stack:
        clients = {name: await stack.enter_async_context(client_of(app, name)) for name, app in recorded.items()}
        app = create_app(Settings(), services=clients)
        yield Door(await stack.enter_async_context(client_of(app, "gateway")), clients)


def value(answer: httpx.Response, code: str) -> Any:
    """The value of an indicator's figure in an answer."""
    actions = answer.json()["data"]["plan"]["actions"]
    return next(one["figure"]["value"] for action in actions for one in action["indicators"] if one["code"] == code)


def reports_position(answer: httpx.Response) -> int:
    """How much of the reports ledger an answer could see."""
    figure = answer.json()["data"]["plan"]["actions"][0]["indicators"][0]["figure"]
    return next(int(one["position"]) for one in figure["cut"]["positions"] if one["ledger"] == "reports")


async def settled(door: Door) -> None:
    """Until every read model holds what was recorded, so that nothing moves while an answer is made."""

    async def caught_up() -> bool:
        rows = [
            (row["position"], row["head"])
            for name in ("reports", "meetings", "indicators")
            for row in (await door.gateway.get(f"/{name}/projections")).json()
        ]
        return all(position >= head for position, head in rows)

    await eventually(caught_up)


@pytest.mark.asyncio(loop_scope="module")
async def test_an_answer_is_kept_until_something_is_recorded(door: Door, recorded: Mapping[str, FastAPI]) -> None:
    await settled(door)
    first = await door.post()
    assert door.made
    await door.post()  # known to be worth it: made once more, and kept
    kept = await door.post()
    assert not door.made
    assert kept.content == first.content

    path, given = command("reports", "RecordNationalResources", RESOURCES | {"state": "AUT"}, "142")
    recorded = await door.gateway.post(path, json=given)
    after = await door.post()

    assert recorded.status_code == 201
    assert door.made
    assert after.content != first.content
    assert (value(first, "LAP-38.1"), value(after, "LAP-38.1")) == (2, 3)


@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_recorded_past_the_gateway_is_seen_once_a_look_is_no_longer_trusted(
    door: Door, recorded: Mapping[str, FastAPI]
) -> None:
    await settled(door)
    for _ in range(3):
        before = await door.post()
    assert not door.made

    await record(recorded, [command("reports", "RecordNationalResources", RESOURCES | {"state": "BEL"}, "143")])
    await asyncio.sleep(TRUSTED * 1.1)
    after = await door.post()

    assert door.made
    assert reports_position(after) == reports_position(before) + 1


@pytest.mark.asyncio(loop_scope="module")
async def test_another_question_over_the_same_figures_asks_the_services_nothing(door: Door) -> None:
    await settled(door)
    other = TABLE.replace("code title formula", "title code")
    await door.post("12MSP", query=other)  # known to be large; never asked at 13MSP, so that nothing is kept
    for _ in range(3):
        table = await door.post()
    again = await door.post(query=other)

    assert not door.made
    assert [value(again, code) for code in CODES] == [value(table, code) for code in CODES]


@pytest.mark.asyncio(loop_scope="module")
async def test_other_variables_are_another_answer(door: Door) -> None:
    await settled(door)
    for _ in range(3):
        now = await door.post()
    before = await door.post("12MSP")

    assert door.made
    assert before.content != now.content


@pytest.mark.asyncio(loop_scope="module")
async def test_a_get_that_holds_the_answer_is_told_so(door: Door) -> None:
    await settled(door)
    first = await door.get()
    etag = first.headers["etag"]
    again = await door.get(**{"if-none-match": f'"other", {etag}'})
    other = await door.get(**{"if-none-match": '"other"'})

    assert (first.status_code, first.headers["cache-control"]) == (200, "no-cache")
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert (other.status_code, other.content) == (200, first.content)


@pytest.mark.asyncio(loop_scope="module")
async def test_a_stale_answer_is_marked_and_never_named_by_an_etag(recorded: Mapping[str, FastAPI]) -> None:
    async with AsyncExitStack() as stack:
        clients = {name: await stack.enter_async_context(client_of(app, name)) for name, app in recorded.items()}
        app = create_app(Settings(), services=clients)
        door = Door(await stack.enter_async_context(client_of(app, "gateway")), clients)
        for _ in range(3):
            await door.post()
        clients["indicators"]._transport = httpx.AsyncHTTPTransport()  # nobody listens there
        await asyncio.sleep(TRUSTED * 1.1)  # until then the last look holds, and what was kept is not stale
        stale = await door.get()

        assert stale.json()["extensions"] == {"stale": True}
        assert "etag" not in stale.headers
        assert stale.headers["cache-control"] == "no-store"


@pytest.mark.asyncio(loop_scope="module")
async def test_refusals_and_errors_are_not_to_be_kept(door: Door) -> None:
    refused = await door.gateway.get("/graphql", params={"query": "{ nothing }"})
    failed = await door.gateway.get("/graphql", params={"query": '{ plan(id: "X") { id } }'})
    broken = await door.gateway.get("/graphql", params={"query": "{ __typename }", "variables": "{"})

    assert (refused.headers["cache-control"], failed.headers["cache-control"]) == ("no-store", "no-store")
    assert (broken.status_code, broken.json()["type"].rsplit("/", 1)[-1]) == (400, "json")
