"""What a subscriber finds at the gateway: schemas, the AsyncAPI document, and the feed of each ledger."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from shared.events.registry import EVENT_TYPES

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("recorded")]

DOCS = Path(__file__).resolve().parents[2] / "docs"
LEDGERS = ("reports", "meetings", "indicators")


@pytest.mark.parametrize("suffix", ["", ".json"])
async def test_a_schema_is_served_as_it_is_checked_in(gateway: httpx.AsyncClient, suffix: str) -> None:
    answer = await gateway.get(f"/schemas/ccm.reports.ReportSubmitted/1{suffix}")

    assert answer.content == (DOCS / "schemas" / "ccm.reports.ReportSubmitted" / "1.json").read_bytes()
    assert answer.headers["content-type"] == "application/schema+json"


async def test_every_event_type_and_the_heartbeat_are_listed(gateway: httpx.AsyncClient) -> None:
    listed = (await gateway.get("/schemas")).json()

    assert {one["type"] for one in listed} == {*EVENT_TYPES, "heartbeat"}
    assert (await gateway.get(listed[-1]["schema"])).status_code == 200


@pytest.mark.parametrize("path", ["ccm.reports.ReportSubmitted/2", "ccm.reports.Other/1", "..%2Fschemas/1", "x/1.yaml"])
async def test_a_schema_that_is_none_is_a_problem(gateway: httpx.AsyncClient, path: str) -> None:
    answer = await gateway.get(f"/schemas/{path}")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_the_asyncapi_document_is_served_as_it_is_checked_in(gateway: httpx.AsyncClient) -> None:
    answer = await gateway.get("/asyncapi.yaml")
    again = await gateway.get("/asyncapi.yaml", headers={"If-None-Match": answer.headers["etag"]})

    assert answer.content == (DOCS / "asyncapi.yaml").read_bytes()
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("ledger", LEDGERS)
async def test_every_event_of_the_feed_is_what_the_schema_it_names_says(
    gateway: httpx.AsyncClient, ledger: str
) -> None:
    page = await gateway.get(f"/feeds/{ledger}/1")

    assert page.json()
    for event in page.json():
        schema = (await gateway.get(httpx.URL(event["dataschema"]).path)).json()
        known = Registry().with_resource(schema["$id"], Resource.from_contents(schema))
        Draft202012Validator({"$ref": f"{schema['$id']}#/$defs/CloudEvent"}, registry=known).validate(event)


async def test_the_feed_comes_through_the_gateway_as_the_service_gives_it(gateway: httpx.AsyncClient) -> None:
    answer = await gateway.get("/feeds/meetings/1?subject=LTU")
    unchanged = await gateway.get("/feeds/meetings/1?subject=LTU", headers={"If-None-Match": answer.headers["etag"]})

    events = json.loads(answer.content)
    assert {event["subject"] for event in events} == {"LTU"}
    head = (await gateway.get("/meetings/ledger/head")).json()["position"]
    assert answer.headers["stocktake-through"] == str(head)
    assert (unchanged.status_code, unchanged.content) == (304, b"")


@pytest.mark.parametrize("path", ["/feeds/reports", "/feeds/reports/1?subject=XXX", "/feeds/reports/9"])
async def test_the_feed_takes_no_commands_and_its_refusals_are_problems(gateway: httpx.AsyncClient, path: str) -> None:
    asked, told = await gateway.get(path), await gateway.post(path)

    assert asked.status_code in (200, 404, 422)
    assert told.status_code == 405


async def test_a_feed_of_no_ledger_is_a_problem(gateway: httpx.AsyncClient) -> None:
    answer = await gateway.get("/feeds/treaties/1")

    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
