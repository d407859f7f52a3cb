"""GraphQL in two times: seals, baselines, changes and breakdowns over the real services, each in few questions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from shared.settings import Settings
from tests.gateway.asked import Asked, asking
from tests.gateway.conftest import client_of, record
from tests.gateway.small_record import command

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(300)]

WHY = "letters that came after the meeting"
TAUGHT = command(
    "reports", "RecordRiskEducation",
    {"state": "LAO", "year": 2024, "received": "2025-03-02", "activity": "schools", "keys": ["gender"]}, "71",
)  # fmt: skip
BEFORE = [
    command("reports", "RecordNationalResources", {"state": "LAO", "year": 2021, "received": "2022-03-01"}, "7"),
    command(
        "indicators", "DeclareCoverage",
        {"coverage_id": "resources-10MSP", "subjects": ["NationalResourcesReported"],
         "from": "2021-09-22", "through": "2022-06-30", "completeness": "complete"}, "8",
    ),
]  # fmt: skip
"""What the first cycle of the plan holds: one State."""

LATE = command("reports", "RecordNationalResources", {"state": "AUT", "year": 2024, "received": "2025-03-01"}, "119")


async def post(client: httpx.AsyncClient, path: str, body: Any = None) -> Any:
    for _ in range(100):
        answer = await client.post(path, json=body)
        if answer.status_code not in (409, 503):
            break
        await asyncio.sleep(0.05)  # a projection still has to catch up
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def asked(recorded: Mapping[str, FastAPI]) -> AsyncIterator[Asked]:
    """A record that was sealed, begun from and followed; then a State's report came to light."""
    async with client_of(recorded["indicators"], "indicators") as indicators:
        await record(recorded, [*BEFORE, TAUGHT])
        await post(indicators, "/indicators/commands/SealFigures", {"meeting": "13MSP", "plan": "LAP"})
        standing = (await indicators.get("/indicators/baselines/LAP?asOf=2022-06-30")).json()
        await post(indicators, "/indicators/commands/EstablishBaselines", {
            "plan": "LAP", "asOf": "2022-06-30", "adopted": "2021-09-21",
            "accept": [row["indicator"] for row in standing if row["provisional"]],
            "passages": [{"document": "LAP-2021", "paragraph": "1"}],
        })  # fmt: skip
        await post(indicators, "/indicators/changes/run")
        await record(recorded, [LATE])
        await post(indicators, "/indicators/commands/SealFigures", {"meeting": "13MSP", "plan": "LAP", "reason": WHY})
        for _ in range(100):
            if (await post(indicators, "/indicators/changes/run"))["announced"]:
                break
    async with asking(recorded, Settings()) as found:
        yield found


def paths(asked: Asked) -> list[str]:
    """What was asked of the services, without the parameters."""
    return [one.split("?")[0] for one in asked.questions]


SEALS = """{ seals(meeting: "13MSP", plan: "plan:LAP") { __typename id plan meeting hash reason recorded definitions
  supersedes supersededBy cut { basis knownBy effectiveAt positions { ledger position } }
  figures { indicator status definitionHash parts { name value numerator denominator } }
  verification { sound recomputed differing } } }"""


async def test_a_seal_says_what_took_its_place_and_both_come_out_the_same(asked: Asked) -> None:
    first, second = (await asked.data(SEALS))["seals"]

    assert (first["supersededBy"], second["supersededBy"]) == (second["id"], None)
    assert (first["supersedes"], second["supersedes"], second["reason"]) == (None, first["id"], WHY)
    assert [one["verification"] for one in (first, second)] == [
        {"sound": True, "recomputed": one["hash"], "differing": []} for one in (first, second)
    ]
    assert first["hash"] != second["hash"]
    value = {one["indicator"]: one["parts"][0]["value"] for one in second["figures"]}
    assert (value["LAP-38.1"], len(value)) == ("3", 85)
    assert (second["cut"]["knownBy"], len(second["cut"]["positions"])) == ("2025-06-30", 3)
    assert paths(asked) == ["/indicators/seals", "/indicators/seals/verification"]


async def test_a_seal_is_found_again_by_its_id_and_another_meeting_has_none(asked: Asked) -> None:
    first, _ = (await asked.data("{ seals { id } }"))["seals"]
    again = await asked.data("query Q($id: ID!) { node(id: $id) { __typename id } }", id=first["id"])

    assert again["node"] == {"__typename": "Seal", "id": first["id"]}
    assert (await asked.data('{ seals(meeting: "12MSP") { id } }'))["seals"] == []
    assert (await asked.data('{ node(id: "seal:none") { id } }'))["node"] is None


async def test_baselines_tell_value_states_and_what_is_lacking_in_one_question(asked: Asked) -> None:
    found = await asked.data(
        """{ baselines(plan: "VCAP", asOf: "2026-06-30") { indicator status provisional value printed reason asOf
             definitionVersion dataThrough numerator { state { iso3 } certain evidence { document } }
             denominator { iso3 } } }"""
    )

    rows = {row["indicator"]: row for row in found["baselines"]}
    given = rows["VCAP-1.c"]
    assert (given["status"], given["provisional"], given["value"]) == ("computed", True, 100)
    assert [one["state"]["iso3"] for one in given["numerator"]] == ["AUT", "LAO"]
    assert given["numerator"][0]["evidence"] == [{"document": "REPORT-2025"}]
    assert [one["iso3"] for one in given["denominator"]] == ["AUT", "LAO"]
    assert "of the cycle 13MSP" in given["reason"] and "to come from: Art 7 report Form I" in given["reason"]
    assert (given["definitionVersion"], given["dataThrough"], given["asOf"]) == (1, "2025-06-30", "2026-06-30")
    lacking = next(row for row in rows.values() if row["status"] == "noData")
    assert (lacking["value"], lacking["numerator"]) == (None, None) and "to come from" in lacking["reason"]
    assert paths(asked) == ["/indicators/baselines/VCAP"]


async def test_a_baseline_names_its_states_without_passages_too(asked: Asked) -> None:
    found = await asked.data(
        '{ baselines(plan: "LAP", asOf: "2022-06-30") { indicator numerator { state { iso3 } } } }'
    )
    named = {one["indicator"]: one["numerator"] for one in found["baselines"]}

    assert named["LAP-38.1"] == [{"state": {"iso3": "LAO"}}]


async def test_a_baseline_of_no_day_is_refused(asked: Asked) -> None:
    assert await asked.code('{ baselines(plan: "LAP", asOf: "2999-01-01") { value } }') == "future"
    assert await asked.code('{ baselines(plan: "XXX") { value } }') == "plan-unknown"


async def test_progress_measures_from_the_established_baseline(asked: Asked) -> None:
    found = await asked.data(
        """{ plan(id: "LAP", meeting: "13MSP") { actions { indicators { code figure { value
             progress { baseline asOf event distance direction target by toTarget } } } } } }"""
    )
    by_code = {one["code"]: one["figure"] for action in found["plan"]["actions"] for one in action["indicators"]}
    progress = by_code["LAP-38.1"]["progress"]
    event = await asked.data("query Q($id: ID!) { node(id: $id) { ... on Event { type data } } }", id=progress["event"])

    assert event["node"]["type"] == "BaselineEstablished"
    assert event["node"]["data"]["indicator"] == "LAP-38.1"
    assert progress["asOf"] == event["node"]["data"]["knownBy"] == "2022-06-30"
    assert (progress["baseline"], progress["distance"], progress["direction"]) == (1, 2, "up")
    assert (progress["target"], progress["by"], progress["toTarget"]) == (None, None, None)
    without = [one["progress"] for one in by_code.values() if one["progress"]["baseline"] is None]
    assert without and {(one["distance"], one["direction"]) for one in without} == {(None, None)}


CHANGES = """query Q($first: Int!, $after: String, $since: String, $meeting: String, $indicator: ID,
    $order: RecordOrder! = newestFirst) {
  changes(first: $first, after: $after, since: $since, meeting: $meeting, indicator: $indicator, orderBy: $order) {
    totalCount pageInfo { hasNextPage endCursor } edges { cursor node { indicator plan cycle meeting seen
    old { status value } new { status value definitionVersion parts { name value } }
    entering { iso3 } leaving { iso3 } causes { cause number events }
    event { id type position state { iso3 } } } } } }"""


async def test_a_change_says_what_was_and_is_who_came_and_why(asked: Asked) -> None:
    found = (await asked.data(CHANGES, first=10, indicator="indicator:LAP-38.1", meeting="13MSP"))["changes"]

    (edge,) = found["edges"]
    change = edge["node"]
    assert (change["old"]["value"], change["new"]["value"], change["entering"]) == ("2", "3", [{"iso3": "AUT"}])
    (cause,) = change["causes"]
    assert (cause["number"], cause["cause"]) == (1, "backfilledLetter")
    (event,) = cause["events"]
    told = await asked.data("query Q($id: ID!) { node(id: $id) { ... on Event { typeName } } }", id=event)
    assert told["node"]["typeName"] == "ccm.reports.NationalResourcesReported"
    assert (change["event"]["type"], change["event"]["state"]) == ("FigureChanged", None)


@pytest.mark.parametrize("order", ["newestFirst", "oldestFirst"])
async def test_changes_come_in_pages_and_their_events_in_one_question(asked: Asked, order: str) -> None:
    every = (await asked.data(CHANGES, first=100, order=order))["changes"]
    assert every["totalCount"] == len(every["edges"]) > 1, "one fact moved figures of several cycles or plans"
    assert paths(asked).count("/indicators/ledger/events") == 1

    seen, after = [], None
    for _ in range(every["totalCount"]):
        page = (await asked.data(CHANGES, first=1, after=after, order=order))["changes"]
        seen += page["edges"]
        after = page["pageInfo"]["endCursor"]
    assert seen == every["edges"] and not page["pageInfo"]["hasNextPage"]
    positions = [edge["node"]["event"]["position"] for edge in seen]
    assert positions == sorted(positions, reverse=order == "newestFirst")


@pytest.mark.parametrize(
    ("since", "some"), [("13MSP", True), ("2026-11-20", True), ("2026-11-21", False)],
)  # fmt: skip
async def test_what_changed_since_a_meeting_is_what_was_seen_after_its_cycle(
    asked: Asked, since: str, some: bool
) -> None:
    found = (await asked.data(CHANGES, first=1, since=since))["changes"]

    assert (found["totalCount"] > 0) is some


@pytest.mark.parametrize(("since", "code"), [("99MSP", "meeting-unknown"), ("2025-02-30", "invalid")])
async def test_changes_since_nothing_are_refused(asked: Asked, since: str, code: str) -> None:
    assert await asked.code(CHANGES, first=1, since=since) == code


BREAKDOWNS = """indicator what by complete reason cut { knownBy effectiveAt }
  states { state { iso3 } certain received missing evidence { document eventId } }"""


async def test_what_is_asked_to_be_told_apart_stands_beside_what_arrived(asked: Asked) -> None:
    query = f'{{ breakdowns(plan: "LAP", indicator: "LAP-29.1", meeting: "13MSP") {{ {BREAKDOWNS} }} }}'
    (found,) = (await asked.data(query))["breakdowns"]

    assert (found["what"], found["by"]) == ("risk education", ["gender", "age", "disability"])
    (laos,) = found["states"]
    assert (laos["state"]["iso3"], laos["received"], laos["missing"]) == ("LAO", ["gender"], ["age", "disability"])
    assert laos["evidence"][0]["document"] == "REPORT-2025"
    assert found["complete"] is False and "RiskEducationReported" in found["reason"]
    assert found["cut"] == {"knownBy": "2025-06-30", "effectiveAt": "2025-06-30"}


async def test_breakdowns_below_a_table_are_one_question_for_all_of_its_figures(asked: Asked) -> None:
    figure = f'figure(meeting: "13MSP") {{ breakdowns {{ {BREAKDOWNS} }} }}'
    found = await asked.data(f'{{ plan(id: "LAP") {{ actions {{ indicators {{ code {figure} }} }} }} }}')
    below = {
        one["code"]: one["figure"]["breakdowns"] for action in found["plan"]["actions"] for one in action["indicators"]
    }
    questions = paths(asked)
    direct = (await asked.data(f'{{ breakdowns(plan: "LAP", meeting: "13MSP") {{ {BREAKDOWNS} }} }}'))["breakdowns"]

    assert {code for code, rows in below.items() if rows} == {"LAP-29.1", "LAP-31.1", "LAP-4.4", "LAP-4.5", "LAP-24.1"}
    assert [row for rows in below.values() for row in rows] == direct
    assert questions.count("/indicators/breakdowns") == 1 and len(questions) == 3


async def test_breakdowns_of_an_indicator_of_another_plan_are_refused(asked: Asked) -> None:
    assert await asked.code('{ breakdowns(plan: "LAP", indicator: "VCAP-1.a", meeting: "13MSP") { what } }') == (
        "indicator-unknown"
    )
