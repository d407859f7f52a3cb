"""What is sent to exhaust the gateway: refused before any service is asked, with little work and no memory kept."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.gateway.app import create_app
from services.gateway.graph.schema import admit, schema, sdl
from services.gateway.limits.limits import IN_WORDS, NESTING
from shared.settings import Settings
from tests.gateway.conftest import client_of
from tests.gateway.hostile import BOMBS, FLOODS, bodies
from tests.gateway.queries import HOSTILE

REQUESTS = bodies()

MOST_CALLS = 250_000
"""Python calls that a refusal may cost. Calls and not seconds: the same on every machine, however loaded."""

MOST_BYTES = 12_000_000
"""Bytes that may be in use at once while one request is refused."""

KEPT = 500_000
"""Bytes that all requests together may leave behind when they come again."""


class Untouched(httpx.AsyncBaseTransport):
    """A service that must not be asked."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"asked {request.url}")


@pytest.fixture(scope="module")
def guarded() -> httpx.AsyncClient:
    """A gateway whose services must not be asked."""
    nobody = {
        name: httpx.AsyncClient(transport=Untouched(), base_url=f"http://{name}")
        for name in ("reports", "meetings", "indicators")
    }
    return client_of(create_app(Settings(), services=nobody), "gateway")


async def send(client: httpx.AsyncClient, body: bytes) -> httpx.Response:
    return await client.post("/graphql", content=body, headers={"content-type": "application/json"})


@contextmanager
def counted_calls() -> Iterator[list[int]]:
    """Counts calls of Python functions in this thread."""
    count = [0]

    def note(_: Any, event: str, __: Any) -> None:
        count[0] += event == "call"

    sys.setprofile(note)
    try:
        yield count
    finally:
        sys.setprofile(None)


def test_the_corpus_holds_at_least_sixty() -> None:
    assert len(HOSTILE | FLOODS) >= 75
    assert len(REQUESTS) == len(HOSTILE) + len(FLOODS) + len(BOMBS)


@pytest.mark.asyncio
@pytest.mark.parametrize("body", REQUESTS.values(), ids=REQUESTS)
async def test_each_is_refused_with_a_code_with_little_work_and_nobody_is_asked(
    guarded: httpx.AsyncClient, body: bytes
) -> None:
    with counted_calls() as count:
        answer = await send(guarded, body)

    assert count[0] <= MOST_CALLS
    found = answer.json()
    assert answer.status_code < 500, answer.text
    if answer.status_code == 200:
        assert found.get("data") is None
        assert all(error["extensions"]["code"] != "internal" for error in found["errors"])
    else:
        assert found["type"]


@pytest.mark.asyncio
@pytest.mark.parametrize(("levels", "status"), [(NESTING, 200), (NESTING + 1, 400)])
async def test_variables_nest_so_deep_and_no_deeper(guarded: httpx.AsyncClient, levels: int, status: int) -> None:
    nested: Any = 1
    for _ in range(levels - 1):  # the object of the variables itself is the first level
        nested = [nested]
    answer = await guarded.post("/graphql", json={"query": "{ __typename }", "variables": {"v": nested}})

    assert answer.status_code == status


@pytest.mark.asyncio
async def test_memory_stays_flat_however_often_they_come(guarded: httpx.AsyncClient) -> None:
    async def all_of_them() -> None:
        for name, body in REQUESTS.items():
            tracemalloc.reset_peak()
            before, _ = tracemalloc.get_traced_memory()
            await send(guarded, body)
            _, peak = tracemalloc.get_traced_memory()
            assert peak - before <= MOST_BYTES, name
        gc.collect()

    tracemalloc.start()
    try:
        await all_of_them()  # fills the cache of admitted queries, which has its bound
        held, _ = tracemalloc.get_traced_memory()
        for _ in range(2):
            await all_of_them()
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert after - held <= KEPT


EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "queries").glob("*.graphql"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_are_admitted(path: Path) -> None:
    document, refused = admit(path.read_text(encoding="utf-8"))

    assert (refused, document is not None) == ([], True)


def test_the_schema_states_its_limits() -> None:
    assert IN_WORDS in sdl()
    assert schema._schema.description == IN_WORDS
    for limit in ("100,000 bytes", "20,000 characters", "2,000 tokens", "14 levels", "50,000 objects", "30 seconds"):
        assert limit in IN_WORDS
