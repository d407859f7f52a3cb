"""What a service is sent and what it answers is the same with and without the gateway."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from services.gateway.app import create_app
from shared.settings import Settings
from tests.gateway.conftest import client_of, served

pytestmark = pytest.mark.asyncio(loop_scope="module")

STATEMENT: dict[str, Any] = {
    "fact": {
        "reporter": "LAO",
        "code": "workplan.annual",
        "answer": "yes",
        "period_from": "2024-01-01",
        "period_to": "2024-12-31",
        "received": "2025-04-30",
    },
    "passages": [{"document": "D", "paragraph": "1"}],
}

READ = [
    "/reports/statements",
    "/reports/statements?code=workplan.annual&limit=1",
    "/reports/statements?limit=none",
    "/reports/statements?code=%00",
    "/reports/ledger/head",
    "/reports/ledger/events?after=0&limit=2",
    "/reports/ledger/streams/statement-LAO%2Fx",
    "/reports/openapi.json",
    "/reports/nowhere",
    "/meetings/states?on=2025-03-06",
    "/meetings/states/LAO",
    "/meetings/states/XXX",
    "/meetings/readyz",
]


def essence(answer: httpx.Response) -> tuple[int, str | None, bytes]:
    return answer.status_code, answer.headers.get("content-type"), answer.content


@pytest.mark.parametrize("path", READ)
async def test_a_query_is_answered_byte_for_byte_as_by_the_service(
    gateway: httpx.AsyncClient, services: dict[str, httpx.AsyncClient], path: str
) -> None:
    direct = await services[path.split("/")[1]].get(path)

    assert essence(await gateway.get(path)) == essence(direct)


async def test_a_command_is_recorded_once_through_either_door(
    gateway: httpx.AsyncClient, services: dict[str, httpx.AsyncClient]
) -> None:
    # both ways of running share one record: a statement for each, by the code it answers
    way = services["reports"].base_url.host
    code = "strategy.national" if way == "reports" else "clearance.lessons"
    statement = {**STATEMENT, "fact": {**STATEMENT["fact"], "code": code}}
    address, key = "/reports/commands/RecordStatement", {"Idempotency-Key": way}
    through = await gateway.post(address, json=statement, headers=key)
    direct = await services["reports"].post(address, json=statement, headers=key)
    other = await gateway.post(address, json={**statement, "onBehalfOf": "LAO"}, headers=key)

    assert (through.status_code, direct.status_code) == (201, 200), through.text
    assert direct.json() == {**through.json(), "replayed": True}
    assert (other.status_code, other.json()["type"].rsplit("/")[-1]) == (422, "key-reused")


BAD = {
    "a duplicate key": b'{"fact": {}, "fact": {}}',
    "no JSON": b"{",
    "NaN": b'{"fact": NaN}',
    "2 MB": b'{"x": "' + b"x" * 2_000_000 + b'"}',
    "an unknown field": json.dumps({**STATEMENT, "surprise": 1}).encode(),
    "no passage": json.dumps({**STATEMENT, "passages": []}).encode(),
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
async def test_a_refusal_comes_back_as_the_service_gave_it(
    gateway: httpx.AsyncClient, services: dict[str, httpx.AsyncClient], body: bytes
) -> None:
    address, kind = "/reports/commands/RecordStatement", {"content-type": "application/json"}
    direct = await services["reports"].post(address, content=body, headers=kind)
    through = await gateway.post(address, content=body, headers=kind)

    assert essence(through) == essence(direct)
    assert through.headers["content-type"] == "application/problem+json"
    assert 400 <= through.status_code < 500


@pytest.fixture
def peer() -> FastAPI:
    """A peer that answers with what it was sent, so that the request's journey can be looked at."""
    app = FastAPI()

    @app.api_route("/{path:path}", methods=["GET", "POST", "PUT", "DELETE"])
    async def tell(request: Request) -> Response:
        seen = {
            "method": request.method,
            "path": request.scope["raw_path"].decode(),
            "query": request.scope["query_string"].decode(),
            "headers": {k: v for k, v in request.headers.items() if k in SENT},
            "body": (await request.body()).hex(),
        }
        return Response(json.dumps(seen), 207, {"x-mark": "kept", "connection": "x-hop", "x-hop": "dropped"})

    return app


SENT = {
    "idempotency-key": "k-1",
    "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    "content-type": "application/json; charset=utf-8",
    "accept": "application/problem+json",
    "x-anything": "1",
}

ADDRESSES = ["/reports/a%2Fb/c?x=1&x=2&y=%20+%2B", "/reports/%C3%A9?q=%22", "/reports/a//b?", "/reports/~a:b@c;d"]


@pytest.mark.parametrize("way", ["in process", "over HTTP"])
@pytest.mark.parametrize("address", ADDRESSES)
async def test_method_path_query_headers_and_body_arrive_as_sent(peer: FastAPI, way: str, address: str) -> None:
    body = b'{ "a" :1,\n"\xff": [] }'
    at_the_peer = client_of(peer, "reports") if way == "in process" else served(peer)
    async with at_the_peer as client, served(create_app(Settings(), services={"reports": client})) as gateway:
        target = gateway.base_url.copy_with(raw_path=address.encode())
        answer = await gateway.put(target, content=body, headers=SENT)

    seen = answer.json()
    path, _, query = address.partition("?")
    assert (seen["method"], seen["path"], seen["query"]) == ("PUT", path, query)
    assert (seen["headers"], bytes.fromhex(seen["body"])) == (SENT, body)
    assert (answer.status_code, answer.headers["x-mark"], answer.headers.get("x-hop")) == (207, "kept", None)
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_service_that_is_down_is_named() -> None:
    nobody = {"reports": httpx.AsyncClient(base_url="http://127.0.0.1:1")}
    async with nobody["reports"], served(create_app(Settings(), services=nobody)) as gateway:
        answer = await gateway.post("/reports/commands/RecordStatement", json=STATEMENT)
        ready = await gateway.get("/readyz")
        alive = await gateway.get("/livez")

    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")
    assert answer.json()["type"].endswith("/service-unreachable")
    assert answer.json()["service"] == "reports"
    assert (ready.status_code, ready.json()["notReady"]) == (503, ["reports"])
    assert alive.status_code == 200


async def test_the_gateway_is_ready_when_every_service_is(gateway: httpx.AsyncClient) -> None:
    answer = await gateway.get("/readyz")

    assert (answer.status_code, answer.json()["ready"]) == (200, True)
    assert set(answer.json()["services"]) == {"reports", "meetings", "indicators"}


async def test_an_unknown_address_is_a_problem(gateway: httpx.AsyncClient) -> None:
    answer = await gateway.get("/nowhere")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
