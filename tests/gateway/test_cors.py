"""Pages of other origins: none unless named, named ones exactly, and never for commands."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from pydantic import ValidationError

from services.gateway.app import create_app
from shared.settings import Settings
from tests.gateway.conftest import client_of

OURS = "https://stats.example"
QUERY = {"query": "{ __typename }"}


def gateway(origins: str | None) -> httpx.AsyncClient:
    services = {"reports": client_of(FastAPI(), "reports")}
    return client_of(create_app(Settings(cors_origins=origins), services=services), "gateway")


@pytest_asyncio.fixture
async def named() -> AsyncIterator[httpx.AsyncClient]:
    async with gateway(f"http://127.0.0.1:5500, {OURS}") as client:
        yield client


async def preflight(client: httpx.AsyncClient, origin: str, path: str = "/graphql") -> httpx.Response:
    asked = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    return await client.options(path, headers=asked)


async def test_no_other_origin_reads_anything_unless_it_is_named() -> None:
    async with gateway(None) as client:
        asked = await preflight(client, OURS)
        answer = await client.post("/graphql", json=QUERY, headers={"origin": OURS})

    assert "access-control-allow-origin" not in {**asked.headers, **answer.headers}


async def test_a_named_origin_asks_and_reads(named: httpx.AsyncClient) -> None:
    asked = await preflight(named, OURS)
    answer = await named.post("/graphql", json=QUERY, headers={"origin": OURS})

    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (200, OURS)
    assert answer.headers["access-control-allow-origin"] == OURS
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "origin", ["https://stats.example.evil", "http://stats.example", "https://stats.example:8443", "null"]
)
async def test_a_similar_origin_is_another_one(named: httpx.AsyncClient, origin: str) -> None:
    asked = await preflight(named, origin)
    answer = await named.post("/graphql", json=QUERY, headers={"origin": origin})

    assert asked.status_code == 400
    assert "access-control-allow-origin" not in {**asked.headers, **answer.headers}


async def test_a_named_origin_gives_no_commands(named: httpx.AsyncClient) -> None:
    asked = await preflight(named, OURS, "/reports/commands/SubmitReport")

    assert "access-control-allow-origin" not in asked.headers


@pytest.mark.parametrize("origins", ["*", "https://*.example", "stats.example", "https://stats.example/page", "null"])
def test_an_origin_that_is_not_exact_is_refused_at_start(origins: str) -> None:
    with pytest.raises(ValidationError, match="exact origin"):
        Settings(cors_origins=origins)
