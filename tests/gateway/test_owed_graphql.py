"""GraphQL on what States owe: one question for all States of an answer, ids that stay, and refusals with a type."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from services.gateway.app import create_app
from services.gateway.asking.duty_rows import FEW
from services.gateway.limits.limits import CALLS
from shared.settings import Settings
from shared.states import states
from tests.gateway.asked import Asked
from tests.gateway.conftest import client_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def asked(owing: Mapping[str, FastAPI]) -> AsyncIterator[Asked]:
    async with AsyncExitStack() as stack:
        clients = {name: await stack.enter_async_context(client_of(app, name)) for name, app in owing.items()}
        found = Asked(await stack.enter_async_context(client_of(create_app(Settings(), services=clients), "gateway")))

        async def note(request: httpx.Request) -> None:
            found.questions.append(request.url.raw_path.decode())

        for client in clients.values():
            client.event_hooks = {"request": [note]}
        yield found


async def test_the_deadlines_of_all_states_are_one_question(asked: Asked) -> None:
    found = await asked.data("{ states { iso3 deadlines { due } } }")

    assert asked.questions == ["/indicators/deadlines"]
    owing = {one["iso3"] for one in found["states"] if one["deadlines"]}
    assert len(found["states"]) == len(states())
    assert {"AUT", "CIV", "LAO"} <= owing and "USA" not in owing


async def test_all_that_all_states_owe_is_four_questions(asked: Asked) -> None:
    await asked.data("{ states { obligations { id } deadlines { id } reports { id } requests { id } } }")

    assert sorted(asked.questions) == [
        "/indicators/deadlines", "/indicators/obligations", "/indicators/reports", "/indicators/requests",
    ]  # fmt: skip


async def test_few_states_are_asked_for_by_name_and_more_at_once(asked: Asked) -> None:
    codes = list(states())[: FEW + 1]
    few = " ".join(f'{code}: state(iso3: "{code}") {{ deadlines {{ due }} }}' for code in codes[:FEW])
    more = " ".join(f'{code}: state(iso3: "{code}") {{ deadlines {{ due }} }}' for code in codes)

    await asked.data(f"{{ {few} }}")
    assert sorted(asked.questions) == [f"/indicators/deadlines?state={code}" for code in codes[:FEW]]
    await asked.data(f"{{ {more} }}")
    assert asked.questions == ["/indicators/deadlines"]


async def test_one_state_answers_the_same_alone_and_among_all(asked: Asked) -> None:
    owed = """{ deadlines { id due status sources { eventId } } obligations { id status chain { words } }
        reports { id due } requests { id status } iso3 }"""
    alone = await asked.data(f'{{ state(iso3: "LAO") {owed} }}')
    among = await asked.data(f"{{ states {owed} }}")

    (same,) = [one for one in among["states"] if one["iso3"] == "LAO"]
    assert alone["state"] == same
    assert alone["state"]["deadlines"] and alone["state"]["reports"]


async def test_a_deadline_says_what_is_due_when_by_which_rule_and_passage(asked: Asked) -> None:
    found = await asked.data(
        """{ deadlines(state: "LAO", theme: transparency, within: "12m") {
            id state { iso3 } article what due status theme rule meeting confidence formula
            done { notBefore } sources { document paragraph eventId } cut { effectiveAt knownBy basis } } }"""
    )

    (report,) = [one for one in found["deadlines"] if one["what"] == "annual_report-2026"]
    sources, formula = report.pop("sources"), report.pop("formula")
    assert report == {
        "id": "deadline:LAO-annual_report-2026",
        "state": {"iso3": "LAO"},
        "article": "7.2",
        "what": "annual_report-2026",
        "due": "2027-04-30",
        "status": "ahead",
        "theme": "transparency",
        "rule": "CR-31",
        "meeting": None,
        "confidence": "verified",
        "done": None,
        "cut": {"effectiveAt": "2026-11-21", "knownBy": "2026-11-21", "basis": "reconstructed"},
    }
    assert ("REPORT-2025", "status") in {(one["document"], one["paragraph"]) for one in sources}
    assert all(one["eventId"].startswith("event:") for one in sources)
    assert formula.startswith("30 April of the year after 2026")


async def test_an_obligation_opens_into_its_causes(asked: Asked) -> None:
    found = await asked.data(
        """{ obligations(state: "state:LAO", article: "4") { id article name status proven possible confidence
            deadline deadlineRecorded pastDeadline
            chain { kind words article rule certain when { notBefore notAfter } sources { paragraph } } } }"""
    )

    (clearance,) = found["obligations"]
    chain = clearance.pop("chain")
    assert clearance == {
        "id": "obligation:LAO-4",
        "article": "4",
        "name": None,
        "status": "outstanding",
        "proven": "outstanding",
        "possible": ["outstanding"],
        "confidence": "verified",
        "deadline": None,
        "deadlineRecorded": "notRecorded",
        "pastDeadline": False,  # a request is pending
    }
    assert chain[0]["when"] == {"notBefore": "2011-03-01", "notAfter": "2011-03-01"}
    assert "91" in {one["paragraph"] for cause in chain for one in cause["sources"]}


async def test_a_request_is_told_with_its_verdicts(asked: Asked) -> None:
    found = await asked.data(
        """{ extensionRequests(state: "LAO") { id state { name } article status forMeeting limit timeliness length
            beforeExpiry pending awaitsDecision monthsAsked decision { outcome } received { notAfter }
            sections { letter presence } } }"""
    )

    (request,) = found["extensionRequests"]
    assert {one["presence"] for one in request.pop("sections")} <= {"missing", "notRecorded"}
    assert request == {
        "id": "request:LAO-4-1",
        "state": {"name": "Lao People's Democratic Republic"},
        "article": 4,
        "status": "submitted",
        "forMeeting": "13MSP",
        "limit": "2024-12-16",
        "timeliness": "timely",
        "length": "within",
        "beforeExpiry": "late",
        "pending": True,
        "awaitsDecision": True,
        "monthsAsked": 60,
        "decision": None,
        "received": {"notAfter": "2024-09-01"},
    }


async def test_reports_are_told_by_year(asked: Asked) -> None:
    found = await asked.data(
        """{ state(iso3: "LAO") { reports(year: 2024) { id kind year due owed status silentYears } } }"""
    )

    (report,) = found["state"]["reports"]
    assert (report["id"], report["kind"], report["year"]) == ("report:LAO-2024", "annual", 2024)
    assert report["due"] == "2025-04-30"
    assert report["status"] != "overdue"  # no coverage of reports is declared


async def test_an_earlier_day_is_answered_with_what_was_known_then(asked: Asked) -> None:
    query = """query Q($on: Date, $cut: CutInput) { state(iso3: "LAO") { requests(on: $on, cut: $cut) { id }
        deadlines(on: $on, cut: $cut) { what due cut { knownBy effectiveAt } } } }"""
    before = await asked.data(query, on="2021-02-28")
    by_cut = await asked.data(query, cut={"effectiveAt": "2021-02-28"})
    late = await asked.data(query, cut={"effectiveAt": "2021-02-28", "knownBy": "2026-11-20"})

    assert before == by_cut
    assert before["state"]["requests"] == []
    (clearance,) = [one for one in before["state"]["deadlines"] if one["what"] == "clearance"]
    assert clearance["due"] == "2021-03-01"
    assert clearance["cut"] == {"knownBy": "2021-02-28", "effectiveAt": "2021-02-28"}
    assert {one["cut"]["knownBy"] for one in late["state"]["deadlines"]} == {"2026-11-20"}


REFUSED = {
    "an unknown State": ('{ deadlines(state: "XXX") { id } }', "state-unknown"),
    "a span that is none": ('{ deadlines(within: "12x") { id } }', "invalid"),
    "an unknown meeting": ('{ deadlines(meeting: "99MSP") { id } }', "invalid"),
    "an unknown article": ('{ obligations(article: "99") { id } }', "invalid"),
    "two days": ('{ deadlines(on: "2025-01-01", cut: {effectiveAt: "2025-01-02"}) { id } }', "cut-contradiction"),
    "a meeting that is none": ('{ extensionRequests(cut: {meeting: "99MSP"}) { id } }', "meeting-unknown"),
    "a definition": ('{ state(iso3: "LAO") { reports(cut: {definition: "2"}) { id } } }', "cut-unusable"),
    "known in a time to come": ('{ deadlines(cut: {knownBy: "2990-01-01"}) { id } }', "future"),
}


@pytest.mark.parametrize(("query", "code"), REFUSED.values(), ids=REFUSED)
async def test_a_refusal_says_its_type(asked: Asked, query: str, code: str) -> None:
    assert await asked.code(query) == code


async def test_one_refusal_answers_for_every_state_and_is_asked_once(asked: Asked) -> None:
    body = await asked.whole('{ states { deadlines(within: "12x") { due } } }')

    assert {error["extensions"]["code"] for error in body["errors"]} == {"invalid"}
    assert len(asked.questions) == 1


async def test_many_different_days_are_too_many(asked: Asked) -> None:
    days = " ".join(f'a{n}: deadlines(on: "2025-01-{n:02}") {{ due }}' for n in range(1, CALLS + 3))
    body = await asked.whole(f"{{ states {{ {days} }} }}")

    assert {error["extensions"]["code"] for error in body["errors"]} == {"too-costly"}
    assert len(asked.questions) <= CALLS
