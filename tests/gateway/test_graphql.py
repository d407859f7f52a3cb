"""GraphQL over the real services: figures open into States and passages, cuts are inherited, calls are few."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from services.gateway.app import create_app
from services.gateway.limits.limits import CALLS
from shared.settings import Settings
from shared.states import states
from tests.gateway.asked import Asked, asking
from tests.gateway.conftest import client_of, served

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def asked(recorded: Mapping[str, FastAPI]) -> AsyncIterator[Asked]:
    async with asking(recorded, Settings()) as found:
        yield found


async def test_a_figure_opens_into_states_and_the_passages_that_say_so(asked: Asked) -> None:
    found = await asked.data(
        """{ figure(indicator: "LAP-38.1", meeting: "13MSP") {
            id value status published denominator { iso3 } cut { basis knownBy effectiveAt }
            members { state { id iso3 m49 name } certain leftOn evidence { document paragraph eventId } } } }"""
    )

    figure = found["figure"]
    laos, lithuania = figure.pop("members")
    assert figure == {
        "id": "figure:LAP-38.1@13MSP",
        "value": 2,
        "status": "computed",
        "published": "3",
        "denominator": [{"iso3": "AUT"}, {"iso3": "LAO"}],
        "cut": {"basis": "reconstructed", "knownBy": "2025-06-30", "effectiveAt": "2025-06-30"},
    }
    assert laos["state"] == {
        "id": "state:LAO",
        "iso3": "LAO",
        "m49": "418",
        "name": "Lao People's Democratic Republic",
    }
    assert (laos["certain"], laos["leftOn"], lithuania["leftOn"]) == (True, None, "2025-03-06")
    (passage,) = laos["evidence"]
    assert (passage["document"], passage["paragraph"], passage["eventId"][:6]) == ("REPORT-2025", "113", "event:")


async def test_the_whole_table_at_two_meetings_is_three_questions(asked: Asked) -> None:
    found = await asked.data(
        """{ plan(id: "plan:LAP") { id actions { indicators { id
            a: figure(meeting: "12MSP") { value members { state { iso3 } } }
            b: figure(meeting: "13MSP") { value members { state { iso3 } } } } } } }"""
    )

    indicators = [one for action in found["plan"]["actions"] for one in action["indicators"]]
    assert len(indicators) == 85
    assert len(asked.questions) == 3
    (resources,) = [one for one in indicators if one["id"] == "indicator:LAP-38.1"]
    assert [one["state"]["iso3"] for one in resources["b"]["members"]] == ["LAO", "LTU"]


async def test_passages_are_asked_for_only_when_wanted(asked: Asked) -> None:
    table = '{ plan(id: "LAP", meeting: "13MSP") { actions { indicators { figure { members { %s } } } } } }'
    await asked.data(table % "state { iso3 }")
    without = [one for one in asked.questions if "evidence" in one]
    await asked.data(table % "evidence { document }")
    with_ = [one for one in asked.questions if "evidence" in one]

    assert (len(without), len(with_)) == (0, 1)


async def test_a_cut_is_inherited_and_may_be_overridden_below(asked: Asked) -> None:
    found = await asked.data(
        """{ plan(id: "LAP", meeting: "13MSP", cut: {knownBy: "2025-01-31"}) { actions { indicators { code
            figure { id cut { knownBy effectiveAt } }
            other: figure(meeting: "12MSP", cut: {knownBy: "2024-05-31"}) { cut { knownBy effectiveAt } } } } } }"""
    )

    one = found["plan"]["actions"][0]["indicators"][0]
    assert one["figure"]["cut"] == {"knownBy": "2025-01-31", "effectiveAt": "2025-06-30"}
    assert one["other"]["cut"] == {"knownBy": "2024-05-31", "effectiveAt": "2024-06-30"}


async def test_the_positions_of_an_answer_give_the_same_answer_again(asked: Asked) -> None:
    query = """query Q($cut: CutInput) { figure(indicator: "indicator:LAP-38.1", meeting: "13MSP", cut: $cut) {
        value members { state { iso3 } } cut { positions { ledger position } } } }"""
    first = await asked.data(query)
    again = await asked.data(query, cut={"positions": first["figure"]["cut"]["positions"]})
    before = await asked.data(query, cut={"positions": [{"ledger": "reports", "position": 1}]})

    assert again == first
    assert (first["figure"]["value"], before["figure"]["value"]) == (2, 1)


async def test_membership_of_all_states_is_one_question_per_day(asked: Asked) -> None:
    found = await asked.data('{ states { iso3 deposited standing(on: "2025-03-06") now: standing(on: "2025-03-05") } }')

    assert len(asked.questions) == 3  # today's for the deposits, and two days
    by_code = {one["iso3"]: one for one in found["states"]}
    assert len(by_code) == len(states())
    assert by_code["LTU"] == {"iso3": "LTU", "deposited": "2011-03-24", "standing": "former", "now": "party"}


async def test_a_population_and_the_meetings(asked: Asked) -> None:
    found = await asked.data(
        """{ population(name: "parties", on: "2025-03-05") { on members { iso3 } cut { effectiveAt } }
             meetings { id title opens } state(iso3: "XXX") { name } plans { id indicators } }"""
    )

    assert [one["iso3"] for one in found["population"]["members"]] == ["AUT", "LAO", "LTU"]
    assert found["meetings"] == [
        {"id": "meeting:13MSP", "title": "Thirteenth Meeting of States Parties", "opens": "2025-09-16"}
    ]
    assert found["state"] is None
    plans = {one["id"]: one["indicators"] for one in found["plans"]}
    assert plans.items() >= {"plan:LAP": 85, "plan:VCAP": 113}.items()


async def test_statements_come_in_pages_that_do_not_overlap(asked: Asked) -> None:
    query = """query Q($after: String) {
        statements(code: "workplan.annual", meeting: "13MSP", first: 2, after: $after) {
            totalCount pageInfo { hasNextPage endCursor }
            edges { cursor node { state { iso3 } answer } } } }"""
    first = (await asked.data(query))["statements"]
    second = (await asked.data(query, after=first["pageInfo"]["endCursor"]))["statements"]

    seen = [edge["node"]["state"]["iso3"] for edge in first["edges"] + second["edges"]]
    assert (first["totalCount"], seen) == (3, ["AUT", "LAO", "LTU"])
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)


STATEMENTS = '{ statements(code: "workplan.annual", meeting: "13MSP", $) { totalCount } }'

REFUSED = {
    "an unknown indicator": ('{ figure(indicator: "LAP-99.9", meeting: "13MSP") { value } }', "indicator-unknown"),
    "an unknown meeting": ('{ figure(indicator: "LAP-1.1", meeting: "99MSP") { value } }', "meeting-unknown"),
    "no meeting": ('{ figure(indicator: "LAP-1.1") { value } }', "meeting-missing"),
    "an unknown plan": ('{ plan(id: "XXX") { id } }', "plan-unknown"),
    "a name that is a path": ('{ plan(id: "../ledger/head") { id } }', "name-unknown"),
    "an unknown population": ('{ population(name: "martians", on: "2025-01-01") { on } }', "population-unknown"),
    "two meetings": (
        '{ figure(indicator: "LAP-1.1", meeting: "13MSP", cut: {meeting: "12MSP"}) { value } }',
        "cut-contradiction",
    ),
    "a day to come": (
        '{ figure(indicator: "LAP-1.1", meeting: "13MSP", cut: {knownBy: "2990-01-01"}) { value } }',
        "future",
    ),
    "a page too large": (STATEMENTS.replace("$", "first: 101"), "page-too-large"),
    "a false cursor": (STATEMENTS.replace("$", 'after: "x"'), "cursor"),
    "a costly query": ("{" + " ".join(f"a{n}: __typename" for n in range(31)) + "}", "too-costly"),
}  # fmt: skip


@pytest.mark.parametrize(("query", "code"), REFUSED.values(), ids=REFUSED)
async def test_a_refusal_says_its_type(asked: Asked, query: str, code: str) -> None:
    assert await asked.code(query) == code


async def test_many_different_cuts_are_too_many(asked: Asked) -> None:
    """Aliases within a plan make a cut each without adding objects; each would be a table to compute."""
    days = " ".join(f'a{n}: figure(cut: {{knownBy: "2025-01-{n:02}"}}) {{ value }}' for n in range(1, 32))
    query = f'{{ plan(id: "LAP", meeting: "13MSP") {{ actions {{ indicators {{ {days} }} }} }} }}'
    body = await asked.whole(query)

    assert {error["extensions"]["code"] for error in body["errors"]} == {"too-costly"}
    assert len(asked.questions) <= CALLS


async def test_an_unknown_name_gets_no_suggestion(asked: Asked) -> None:
    body = await asked.whole("{ stat }")

    assert body["errors"][0]["message"] == "Cannot query field 'stat' on type 'Query'."


async def test_our_own_failure_says_nothing_of_itself() -> None:
    broken = FastAPI()
    broken.get("/indicators/figures/{name}")(lambda name: {"secret": "of the house"})
    async with client_of(broken, "indicators") as client:
        asked = Asked(client_of(create_app(Settings(), services={"indicators": client}), "gateway"))
        body = await asked.whole('{ figure(indicator: "LAP-1.1", meeting: "13MSP") { value } }')

    (error,) = body["errors"]
    assert (error["message"], error.get("extensions")) == ("Something failed on our side.", {"code": "internal"})


MALFORMED = {
    "a batch": ({"json": [{"query": "{ __typename }"}]}, 400),
    "no query": ({"json": {"extensions": {"persistedQuery": {"sha256Hash": "0", "version": 1}}}}, 400),
    "variables that are a list": ({"json": {"query": "{ __typename }", "variables": []}}, 400),
    "no JSON": ({"content": b"{", "headers": {"content-type": "application/json"}}, 400),
    "a form": ({"data": {"query": "{ __typename }"}}, 415),
    "200 kB": ({"json": {"query": "#" * 200_000}}, 413),
}  # fmt: skip


@pytest.mark.parametrize(("request_", "status"), MALFORMED.values(), ids=MALFORMED)
async def test_what_is_no_graphql_request_is_a_problem(asked: Asked, request_: Any, status: int) -> None:
    answer = await asked.gateway.post("/graphql", **request_)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


async def test_a_query_in_the_address_is_answered_and_without_one_there_is_the_explorer(asked: Asked) -> None:
    answer = await asked.gateway.get("/graphql", params={"query": "{ __typename }"})
    page = await asked.gateway.get("/graphql")

    assert answer.json() == {"data": {"__typename": "Query"}}
    assert (page.status_code, page.headers["content-type"].split(";")[0]) == (200, "text/html")
    assert '<script src="/graphql/explorer.js"' in page.text  # our own file: the security policy allows no other


async def test_a_client_of_the_newer_media_type_sees_a_refused_query_as_400(asked: Asked) -> None:
    kind = "application/graphql-response+json"
    refused = await asked.gateway.post("/graphql", json={"query": "{ a }"}, headers={"accept": kind})
    failed = await asked.gateway.post("/graphql", json={"query": '{ plan(id: "X") { id } }'}, headers={"accept": kind})

    assert (refused.status_code, failed.status_code, failed.headers["content-type"]) == (400, 200, kind)


async def test_what_was_asked_before_is_answered_stale_while_a_service_is_down(recorded: Mapping[str, FastAPI]) -> None:
    query = '{ figure(indicator: "LAP-38.1", meeting: "13MSP") { value stale } }'
    async with AsyncExitStack() as gone:
        indicators = await gone.enter_async_context(served(recorded["indicators"]))
        client = httpx.AsyncClient(base_url=indicators.base_url, timeout=60)
        asked = Asked(client_of(create_app(Settings(), services={"indicators": client}), "gateway"))
        page = await asked.gateway.get("/")
        fresh = await asked.whole(query)
    stale = await asked.whole(query)

    assert (page.status_code, "A service is down" in page.text) == (200, False)
    assert fresh == {"data": {"figure": {"value": 2, "stale": False}}}
    assert stale == {"data": {"figure": {"value": 2, "stale": True}}, "extensions": {"stale": True}}
    assert "A service is down" in (await asked.gateway.get("/")).text
    assert await asked.code('{ figure(indicator: "LAP-1.1", meeting: "12MSP") { value } }') == "service-unreachable"
    assert (await asked.gateway.get("/?meeting=12MSP")).status_code == 503


async def test_a_restatement_opens_into_its_sides_and_steps(asked: Asked) -> None:
    query = """{ restatement(indicator: "indicator:LAP-38.1", from: "13MSP") {
      indicator published
      reconstructed { status value cut { knownBy } }
      now { value cut { knownBy effectiveAt } }
      steps { cause before after difference unexplained entering { iso3 } events { id passages { document } } } } }"""

    found = (await asked.data(query))["restatement"]

    assert len(asked.questions) == 1
    assert (found["indicator"], found["published"]) == ("LAP-38.1", "3")
    assert found["reconstructed"] == {"status": "computed", "value": 2, "cut": {"knownBy": "2025-06-30"}}
    assert found["now"] == {"value": 2, "cut": {"knownBy": "2026-11-21", "effectiveAt": "2025-06-30"}}
    (step,) = found["steps"]
    assert (step["cause"], step["before"], step["after"], step["difference"]) == ("printDiffers", 3, 2, -1)


async def test_a_restatement_that_goes_back_is_refused_in_the_words_of_the_service(asked: Asked) -> None:
    query = '{ restatement(indicator: "LAP-38.1", from: "13MSP", to: "2025-06-29") { indicator } }'

    assert await asked.code(query) == "invalid"
