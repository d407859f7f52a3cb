"""The feed: pages that never change once they are full, thinned by filters, byte for byte what NATS carries."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from shared.events.base import Effective, Event, Known, Passage
from shared.events.envelope import Proposed, cloudevent
from shared.events.reports import NationalResourcesReported, SourceRegistered
from shared.http.handlers import install_handlers
from shared.ledger.feed import PER_PAGE, Filter, Page, last_page
from shared.ledger.feed_api import BATCH, OBJECT, feed_router
from shared.ledger.port import Append, Ledger
from tests.contracts.builders import ledger_on

STATES = ("LAO", "AUT", "CHE")
RESOURCES = "ccm.reports.NationalResourcesReported"
SOURCES = "ccm.reports.SourceRegistered"


@pytest.fixture
async def ledger(tmp_path: Path) -> AsyncIterator[Ledger]:
    opened = ledger_on(f"sqlite:///{tmp_path / 'reports.sqlite'}")
    await opened.start()
    yield opened
    await opened.stop()


@pytest.fixture
async def client(ledger: Ledger) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    install_handlers(app)
    app.include_router(feed_router(ledger))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://reports") as opened:
        yield opened


async def say(ledger: Ledger, count: int) -> None:
    """`count` more events: every fourth registers a source, the others are about Laos, Austria and Switzerland."""
    head = (await ledger.head()).position
    for number in range(head + 1, head + count + 1):
        await ledger.append(append(fact(number), f"k{number}"))


async def say_at_once(ledger: Ledger, count: int) -> None:
    """`count` more events about no State in one command."""
    facts = tuple(proposed(source("many", number)) for number in range(count))
    await ledger.append(Append(facts[0].event.stream, 0, facts, "many", "b", "test"))


def source(name: str, number: int) -> Event:
    return SourceRegistered(source_id=name, title=f"Source {number}", kind="other", issuer="test")


def fact(number: int) -> Event:
    if number % 4 == 0:
        return source(f"S{number}", number)
    return NationalResourcesReported(state=STATES[number % 4 - 1], year=2009 + number // 4, received="2025-04-30")


def proposed(event: Event) -> Proposed:
    day = date(2025, 4, 30)
    return Proposed(event, Known(time=day), Effective(from_=day), (Passage(document="D/1", paragraph="1"),))


def append(event: Event, key: str) -> Append:
    return Append(event.stream, 0, (proposed(event),), key, "b", "test")


def positions(answer: httpx.Response) -> list[int]:
    return [int(event["sequence"]) for event in answer.json()]


@pytest.mark.parametrize(("head", "last"), [(0, 1), (1, 1), (255, 1), (256, 2), (257, 2), (512, 3)])
def test_the_last_page_is_the_one_that_the_next_event_will_stand_on(head: int, last: int) -> None:
    assert last_page(head) == last


def test_a_tag_tells_apart_what_differs_in_bytes() -> None:
    page = Page("reports", 1, ())
    tags = {
        page.tag(Filter(), BATCH),
        page.tag(Filter(), OBJECT),
        page.tag(Filter(subjects=frozenset({"LAO"})), BATCH),
        Page("reports", 2, ()).tag(Filter(), BATCH),
        Page("meetings", 1, ()).tag(Filter(), BATCH),
    }

    assert len(tags) == 5


async def test_an_empty_ledger_has_an_empty_first_page(client: httpx.AsyncClient) -> None:
    answer = await client.get("/feeds/reports/1")

    assert (answer.status_code, answer.json(), answer.headers["stocktake-through"]) == (200, [], "0")
    assert 'rel="next"' not in answer.headers["link"]


async def test_each_line_of_a_page_is_the_very_message_published_on_nats(
    client: httpx.AsyncClient, ledger: Ledger
) -> None:
    await say(ledger, 5)

    answer = await client.get("/feeds/reports/1")

    assert answer.headers["content-type"] == BATCH
    opening, *lines, closing = answer.content.splitlines()
    assert (opening, closing) == (b"[", b"]")
    assert [line.removesuffix(b",") for line in lines] == [cloudevent(event) for event in await ledger.read()]


async def test_pages_are_cut_at_256_positions_and_lead_to_one_another(
    client: httpx.AsyncClient, ledger: Ledger
) -> None:
    await say_at_once(ledger, PER_PAGE + 2)

    first, second = await client.get("/feeds/reports/1"), await client.get("/feeds/reports/2")

    assert positions(first) == list(range(1, 257))
    assert positions(second) == [257, 258]
    assert (first.headers["stocktake-through"], second.headers["stocktake-through"]) == ("256", "258")
    assert first.links["next"]["url"] == "/feeds/reports/2"
    assert second.links["prev"]["url"] == second.links["first"]["url"] == "/feeds/reports/1"
    assert "next" not in second.links


@pytest.mark.parametrize(("held", "complete"), [(PER_PAGE - 1, False), (PER_PAGE, True), (PER_PAGE + 1, True)])
async def test_a_page_may_be_kept_for_ever_once_it_is_full(
    client: httpx.AsyncClient, ledger: Ledger, held: int, complete: bool
) -> None:
    await say_at_once(ledger, held)

    answer = await client.get("/feeds/reports/1")

    assert ("immutable" in answer.headers["cache-control"]) is complete
    assert ("next" in answer.links) is complete


async def test_a_full_page_stays_the_same_to_the_byte_while_the_ledger_grows(
    client: httpx.AsyncClient, ledger: Ledger
) -> None:
    await say_at_once(ledger, PER_PAGE)
    before = await client.get("/feeds/reports/1")
    await say(ledger, 3)

    after = await client.get("/feeds/reports/1")

    assert after.content == before.content
    assert after.headers["etag"] == before.headers["etag"]


@pytest.mark.parametrize("weak", ["", "W/"])
async def test_a_reader_who_holds_the_page_is_told_so_until_it_grows(
    client: httpx.AsyncClient, ledger: Ledger, weak: str
) -> None:
    await say(ledger, 2)
    tag = (await client.get("/feeds/reports/1")).headers["etag"]
    held = {"If-None-Match": f'"other", {weak}{tag}'}

    unchanged = await client.get("/feeds/reports/1", headers=held)
    await say(ledger, 1)
    grown = await client.get("/feeds/reports/1", headers=held)

    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert (unchanged.headers["etag"], unchanged.headers["stocktake-through"]) == (tag, "2")
    assert (grown.status_code, positions(grown)) == (200, [1, 2, 3])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("subject=LAO", [1, 5, 9]),
        ("subject=-", [4, 8]),
        ("subject=LAO&subject=-", [1, 4, 5, 8, 9]),
        (f"type={SOURCES}", [4, 8]),
        (f"type={RESOURCES}&subject=AUT", [2, 6, 10]),
        (f"type={SOURCES}&subject=AUT", []),
        (f"type={SOURCES}&type={RESOURCES}", list(range(1, 11))),
    ],
)
async def test_a_filter_thins_a_page_and_says_how_far_it_has_looked(
    client: httpx.AsyncClient, ledger: Ledger, query: str, found: list[int]
) -> None:
    await say(ledger, 10)

    answer = await client.get(f"/feeds/reports/1?{query}")

    assert positions(answer) == found
    assert answer.headers["stocktake-through"] == "10"


async def test_a_filter_never_cuts_the_pages_anew(client: httpx.AsyncClient, ledger: Ledger) -> None:
    await say_at_once(ledger, PER_PAGE)
    await say(ledger, 1)  # position 257, about Laos

    first = await client.get("/feeds/reports/1?subject=LAO")
    second = await client.get(first.links["next"]["url"])

    assert (positions(first), first.headers["stocktake-through"]) == ([], "256")
    assert str(second.url).endswith("/feeds/reports/2?subject=LAO")
    assert positions(second) == [257]


async def test_who_asks_for_plain_json_is_told_in_the_body_too(client: httpx.AsyncClient, ledger: Ledger) -> None:
    await say(ledger, 4)

    answer = await client.get("/feeds/reports/1?subject=LAO", headers={"Accept": OBJECT})

    body = answer.json()
    assert answer.headers["content-type"] == OBJECT
    assert [event["data"]["position"] for event in body.pop("events")] == [1]
    assert body == {
        "ledger": "reports",
        "page": 1,
        "from": 1,
        "through": 4,
        "complete": False,
        "next": None,
        "first": "/feeds/reports/1?subject=LAO",
    }
    assert (await ledger.read())[0].raw in answer.content


async def test_the_index_says_how_far_the_feed_has_come(client: httpx.AsyncClient, ledger: Ledger) -> None:
    await say_at_once(ledger, PER_PAGE)

    answer = await client.get("/feeds/reports")

    assert answer.json() == {
        "ledger": "reports",
        "through": 256,
        "perPage": 256,
        "pages": 2,
        "first": "/feeds/reports/1",
        "last": "/feeds/reports/2",
    }
    assert (await client.get("/feeds/reports", headers={"If-None-Match": answer.headers["etag"]})).status_code == 304


async def test_the_page_after_the_last_is_not_there_yet(client: httpx.AsyncClient, ledger: Ledger) -> None:
    await say_at_once(ledger, PER_PAGE)

    there, not_there = await client.get("/feeds/reports/2"), await client.get("/feeds/reports/3")

    assert (there.status_code, there.json(), there.headers["stocktake-through"]) == (200, [], "256")
    assert (not_there.status_code, not_there.json()["type"].rsplit("/", 1)[1]) == (404, "page-unknown")
    assert not_there.json()["last"] == 2


BAD = [
    ("0", 422, "invalid", "path:number"),
    ("-1", 422, "invalid", "path:number"),
    ("x", 422, "invalid", "path:number"),
    (str(2**60), 422, "invalid", "path:number"),
    ("1?subject=Laos", 422, "state-unknown", "query:subject"),
    ("1?subject=", 422, "state-unknown", "query:subject"),
    ("1?type=ReportSubmitted", 422, "invalid", "query:type"),
    ("1?type=ccm.meetings.MeetingScheduled", 422, "invalid", "query:type"),
    ("1?sujbect=LAO", 422, "invalid", "query:sujbect"),
    ("1?" + "&".join(["subject=LAO"] * 65), 422, "invalid", "query:subject"),
]


@pytest.mark.parametrize(("asked", "status", "type_", "field"), BAD, ids=[case[0][:40] for case in BAD])
async def test_a_page_or_filter_that_is_none_is_refused_and_says_what_would_be_right(
    client: httpx.AsyncClient, ledger: Ledger, asked: str, status: int, type_: str, field: str
) -> None:
    answer = await client.get(f"/feeds/reports/{asked}")

    problem = json.loads(answer.content)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert (problem["type"].rsplit("/", 1)[1], problem["field"]) == (type_, field)
    assert problem["detail"]
