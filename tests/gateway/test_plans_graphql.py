"""Trends, methodology sheets and questions about sets of States, over HTTP and through GraphQL."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.asyncio(loop_scope="module")

TREND = """query($indicator: ID!) { trend(indicator: $indicator) {
  indicator chain { indicator plan unit share } points { indicator cycle published { value number } marks
  then { value status knownBy } now { value status numerator denominator } }
  joints { earlier later grade why comparable } apart { direction grade others why } } }"""
METHOD = """query($indicator: ID!) { methodology(indicator: $indicator) {
  indicator formula population window unit sources codes { code words } judgementWords readings
  breakdowns { what by } links { direction grade others } versions { version inForce hash running event } } }"""
ASK = """query($expression: String!, $meeting: String) { ask(expression: $expression, meeting: $meeting) {
  words cycle complete reason certain { state { iso3 } evidence { document paragraph eventId } }
  possible { state { iso3 } } open { iso3 } cut { knownBy } } }"""


async def post(door: httpx.AsyncClient, query: str, **variables: Any) -> dict[str, Any]:
    answer = await door.post("/graphql", json={"query": query, "variables": variables})
    found: dict[str, Any] = answer.json()
    return found


async def data(door: httpx.AsyncClient, query: str, **variables: Any) -> Any:
    found = await post(door, query, **variables)
    assert "errors" not in found, found
    return next(iter(found["data"].values()))


async def test_a_trend_goes_through_both_plans(door: httpx.AsyncClient) -> None:
    found = await data(door, TREND, indicator="indicator:LAP-38.1")

    assert [one["indicator"] for one in found["chain"]] == ["LAP-38.1", "VCAP-1.c"]
    assert [(one["earlier"], one["later"], one["grade"], one["comparable"]) for one in found["joints"]] == [
        ("LAP-38.1", "VCAP-1.c", "same", False)
    ]
    there = next(one for one in found["points"] if one["cycle"] == "13MSP")
    assert (there["published"], there["now"]["value"], there["marks"]) == (
        {"value": "3", "number": 3}, 2, ["printDiffers"],
    )  # fmt: skip
    first = next(one for one in found["points"] if one["indicator"] == "VCAP-1.c")
    assert "break" in first["marks"]


async def test_an_id_with_brackets_is_asked_like_any_other(door: httpx.AsyncClient) -> None:
    found = await data(door, TREND, indicator="DAP-4.1(a).1")

    assert [one["indicator"] for one in found["chain"]] == ["DAP-4.1(a).1", "LAP-33.2", "VCAP-29.b"]


async def test_a_methodology_sheet_is_that_of_the_running_definition(door: httpx.AsyncClient) -> None:
    found = await data(door, METHOD, indicator="LAP-33.1")

    assert (found["judgementWords"], found["codes"][0]["code"]) == (["measurable"], "victims.action_plan")
    assert [one["running"] for one in found["versions"]] == [True]
    assert {(one["direction"], one["grade"]) for one in found["links"]} >= {("later", "narrower")}
    listed = (await door.get("/indicators/methods", params={"plan": "LAP"})).json()["sheets"]
    assert len(listed) == 85
    assert next(one for one in listed if one["indicator"] == "LAP-33.1")["formula"] == found["formula"]


async def test_an_explanation_tells_breakdowns_apart(door: httpx.AsyncClient) -> None:
    row = (await door.get("/indicators/explanations/LAP-29.1", params={"meeting": "13MSP"})).json()

    assert [(one["what"], one["by"], one["complete"]) for one in row["breakdowns"]] == [
        ("risk education", ["gender", "age", "disability"], False)
    ]


async def test_a_question_names_states_with_passages(door: httpx.AsyncClient) -> None:
    asked = "parties and fact(NationalResourcesReported)"
    found = await data(door, ASK, expression=asked, meeting="13MSP")
    plain = (await door.get("/indicators/answers", params={"expression": asked, "meeting": "13MSP"})).json()

    assert [one["state"]["iso3"] for one in found["certain"]] == [one["iso3"] for one in plain["certain"]] == ["LAO"]
    assert ("REPORT-2025", "113") in {(one["document"], one["paragraph"]) for one in found["certain"][0]["evidence"]}
    assert (found["complete"], found["cut"]["knownBy"]) == (True, "2025-06-30")


async def test_of_whom_the_record_is_silent_it_says_so(door: httpx.AsyncClient) -> None:
    found = await data(door, ASK, expression="parties and not said(workplan.annual)", meeting="13MSP")

    assert found["certain"] == []
    assert {one["state"]["iso3"] for one in found["possible"]} >= {"AUT", "LAO"}
    assert (found["complete"], "workplan.annual is not declared complete" in found["reason"]) == (False, True)


@pytest.mark.parametrize(
    ("expression", "says"),
    [("partis", "did you mean 'parties'"), ("not " * 99 + "parties", "nested more than"), ("(" * 9, "missing")],
)
async def test_what_cannot_be_read_is_a_problem_and_a_public_error(
    door: httpx.AsyncClient, expression: str, says: str
) -> None:
    refused = await door.get("/indicators/answers", params={"expression": expression, "meeting": "13MSP"})
    errors = (await post(door, ASK, expression=expression, meeting="13MSP"))["errors"]

    body = refused.json()
    assert (refused.status_code, body["type"].rsplit("/", 1)[-1]) == (422, "question-invalid")
    assert body["field"] == "query:expression" and says in body["detail"]
    assert says in errors[0]["message"]


@pytest.mark.parametrize("path", ["trends/LAP-99.9", "methods/LAP-99.9", "methods?plan=NOPE"])
async def test_what_is_not_defined_is_not_found(door: httpx.AsyncClient, path: str) -> None:
    assert (await door.get(f"/indicators/{path}")).status_code == 404


@pytest.mark.parametrize("query", [TREND, METHOD])
async def test_an_id_that_leads_elsewhere_is_refused(door: httpx.AsyncClient, query: str) -> None:
    assert "errors" in await post(door, query, indicator="../plans")
