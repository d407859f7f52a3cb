"""GraphQL on what was recorded: lists in pages, ids that find their thing again, one question for many rows."""

from __future__ import annotations

from typing import Any

import pytest
import pytest_asyncio

from services.gateway.asking.list_rows import FEW
from shared.states import states
from tests.gateway.asked import Asked

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def asked(listed: Asked) -> Asked:
    return listed


OPENED = """votes { id } participations { id } contributions { id } assessments { id } offices { id }
            measures { id } declarations { id } submittedReports { id }"""


async def test_what_all_states_did_is_one_question_per_list(asked: Asked) -> None:
    found = await asked.data(f"{{ states {{ iso3 {OPENED} }} }}")

    assert len(found["states"]) == len(states())
    assert sorted(path.split("?")[0] for path in asked.questions) == [
        "/meetings/assessments", "/meetings/contributions", "/meetings/offices", "/meetings/participations",
        "/meetings/votes", "/reports/article7", "/reports/declarations", "/reports/measures",
    ]  # fmt: skip
    laos = next(one for one in found["states"] if one["iso3"] == "LAO")
    assert [one["id"] for one in laos["votes"]] == ["vote:2023-LAO", "vote:2024-LAO"]
    assert (len(laos["participations"]), len(laos["submittedReports"]), laos["offices"]) == (1, 1, [])


async def test_few_states_are_asked_for_by_name(asked: Asked) -> None:
    codes = list(states())[:FEW]
    await asked.data("{" + " ".join(f'{code}: state(iso3: "{code}") {{ votes {{ id }} }}' for code in codes) + "}")

    assert len(asked.questions) == FEW
    assert all("state=" in path for path in asked.questions)


async def test_the_states_of_a_page_open_with_one_question_more(asked: Asked) -> None:
    await asked.data("{ votes(first: 100) { edges { node { id state { name declarations { id } } } } } }")

    assert len(asked.questions) <= 1 + FEW


@pytest.mark.parametrize("order", ["oldestFirst", "newestFirst"])
async def test_pages_of_a_list_do_not_overlap_and_miss_nothing(asked: Asked, order: str) -> None:
    query = """query Q($after: String, $order: RecordOrder!) { votes(first: 4, after: $after, orderBy: $order) {
        totalCount stale pageInfo { hasNextPage endCursor } edges { cursor node { id } } } }"""
    first = (await asked.data(query, order=order))["votes"]
    second = (await asked.data(query, order=order, after=first["pageInfo"]["endCursor"]))["votes"]

    ids = [edge["node"]["id"] for edge in first["edges"] + second["edges"]]
    every = [f"vote:{year}-{state}" for year in (2023, 2024) for state in ("LAO", "AUT", "LTU")]
    assert ids == (every if order == "oldestFirst" else every[::-1])
    assert (first["totalCount"], second["totalCount"], first["stale"]) == (6, 6, False)
    assert (first["pageInfo"]["hasNextPage"], second["pageInfo"]["hasNextPage"]) == (True, False)


async def test_lists_are_filtered_where_they_are_kept(asked: Asked) -> None:
    found = await asked.data(
        """{ votes(year: 2024, vote: abstain) { totalCount edges { node { state { iso3 } cast { notBefore } } } }
             participations(capacity: organisation) {
                edges { node { participant state { iso3 } delegation { women } } } }
             declarations(article: 4) { totalCount } measures(status: adopted) { totalCount }
             reports(year: 2024, state: "state:LAO") { edges { node { formVersion timeliness due } } }
             recordedStatements(code: "workplan.annual", state: "LAO") {
                edges { node { answer received { notAfter } } } } }"""
    )

    assert found["votes"] == {
        "totalCount": 1,
        "edges": [{"node": {"state": {"iso3": "LTU"}, "cast": {"notBefore": "2024-12-04"}}}],
    }
    assert found["participations"]["edges"][0]["node"] == {"participant": "Humanity", "state": None, "delegation": None}
    assert (found["declarations"]["totalCount"], found["measures"]["totalCount"]) == (0, 1)
    assert found["reports"]["edges"][0]["node"] == {
        "formVersion": "form_1MSP", "timeliness": "timely", "due": "2025-04-30",
    }  # fmt: skip
    assert found["recordedStatements"]["edges"][0]["node"]["answer"] == "yes"


async def test_events_are_read_as_recorded_by_type_and_state(asked: Asked) -> None:
    found = await asked.data(
        """{ events(ledger: meetings, type: UngaVoteRecorded, state: "LAO", first: 1, orderBy: newestFirst) {
             totalCount pageInfo { hasNextPage } edges { node { id position type typeName state { iso3 } effectiveFrom
             knownTime knownPrecision recordedTime actor data hash passages { document eventId kind } } } } }"""
    )

    events = found["events"]
    (edge,) = events["edges"]
    event = edge["node"]
    assert (events["totalCount"], events["pageInfo"]["hasNextPage"]) == (2, True)
    assert (event["type"], event["typeName"]) == ("UngaVoteRecorded", "ccm.meetings.UngaVoteRecorded")
    assert event["data"] == {
        "year": 2024, "state": "LAO", "vote": "yes", "date": "2024-12-04", "confidence": "verified",
    }  # fmt: skip
    assert event["passages"] == [
        {"document": "REPORT-2025", "eventId": event["id"], "kind": "UngaVoteRecorded"},
    ]
    assert len(event["hash"]) == 64


async def test_every_id_that_an_answer_holds_finds_its_thing_again(asked: Asked) -> None:
    """Whatever the kind: the answer to `node` is of the same type and has the same id."""
    opened = OPENED.replace("{ id }", "{ __typename id }")
    found = [
        await asked.data(query)
        for query in (
            f'{{ state(iso3: "LAO") {{ __typename id {opened} }} }}',
            f'{{ state(iso3: "AUT") {{ {opened} }} }}',
            """{ state(iso3: "LAO") { obligations { __typename id } deadlines { __typename id }
                 reports { __typename id }
                 requests { __typename id } } meetings { __typename id } plan(id: "LAP") { __typename id }
                 figure(indicator: "LAP-38.1", meeting: "13MSP") { __typename id }
                 events(ledger: reports, first: 1) { edges { node { __typename id } } }
                 recordedStatements(first: 1) { edges { node { __typename id } } } }""",
        )
    ]
    things: dict[str, str] = {"indicator:LAP-38.1": "Indicator"}

    def collect(value: Any) -> None:
        if isinstance(value, dict):
            if value.get("id"):
                things.setdefault(value["id"], value["__typename"])
            for one in value.values():
                collect(one)
        elif isinstance(value, list):
            for one in value[:3]:
                collect(one)

    collect(found)
    kinds = set(things.values())
    for id, kind in things.items():
        again = await asked.data("query Q($id: ID!) { node(id: $id) { __typename id } }", id=id)
        assert again["node"] == {"__typename": kind, "id": id}

    assert kinds == {
        "Assessment",
        "Contribution",
        "Deadline",
        "Declaration",
        "Event",
        "ExtensionRequest",
        "Figure",
        "Indicator",
        "Measure",
        "Meeting",
        "Obligation",
        "Office",
        "Participation",
        "Plan",
        "RecordedStatement",
        "Report",
        "State",
        "SubmittedReport",
        "Vote",
    }


@pytest.mark.parametrize(
    "id", ["", "x", "state:", "state:XXX", "martian:1", "event:0198a7c2", "vote:2024-USA", "figure:LAP-99.9@13MSP",
           "meeting:../x", "obligation:LAO-99", "indicator:LAP-99.9", "indicator:XXX-1", "figure:LAP-1.1@99MSP",
           "measure:LAO/none", "participation:nowhere@LAO"],
)  # fmt: skip
async def test_an_id_of_nothing_is_null(asked: Asked, id: str) -> None:
    found = await asked.data("query Q($id: ID!) { node(id: $id) { id } }", id=id)

    assert found == {"node": None}


async def test_a_node_opens_as_what_it_is(asked: Asked) -> None:
    found = await asked.data(
        """{ node(id: "state:LAO") { id ... on State { name standing(on: "2024-01-01") } ... on Meeting { title } } }"""
    )

    assert found["node"] == {"id": "state:LAO", "name": "Lao People's Democratic Republic", "standing": "party"}


async def test_names_in_six_languages_say_where_they_come_from(asked: Asked) -> None:
    found = await asked.data(
        """{ state(iso3: "LAO") { name names { language name source } fr: names(languages: [fr]) { name } } }"""
    )

    state = found["state"]
    assert [one["language"] for one in state["names"]] == ["ar", "zh", "en", "fr", "ru", "es"]
    assert {one["source"] for one in state["names"]} == {"CLDR"}
    assert state["name"] == "Lao People's Democratic Republic", "the UN short name stands beside them"
    assert (state["names"][1]["name"], state["fr"]) == ("老挝", [{"name": "Laos"}])


async def test_all_states_have_a_name_in_every_language(asked: Asked) -> None:
    found = await asked.data("{ states { names { name } } }")

    assert {len([one for one in state["names"] if one["name"]]) for state in found["states"]} == {6}


async def test_a_meeting_opens_into_who_came_and_what_it_cost(asked: Asked) -> None:
    found = await asked.data(
        """{ meeting(code: "13MSP") { kind participants { participant capacity delegation { women men victims } }
             assessments { state { iso3 } amount settled payments { amount } } } meetings(kind: amendment) { id } }"""
    )

    assert found["meeting"]["kind"] == "MSP"
    assert {one["participant"]: one["delegation"] for one in found["meeting"]["participants"]} == {
        "LAO": {"women": 2, "men": 3, "victims": None},
        "Humanity": None,
    }
    assert found["meeting"]["assessments"] == [
        {"state": {"iso3": "LAO"}, "amount": "90", "settled": True, "payments": [{"amount": "90"}]}
    ]
    assert found["meetings"] == []


async def test_a_cut_at_the_root_holds_for_what_a_state_owes_and_is(asked: Asked) -> None:
    found = await asked.data(
        """{ before: state(iso3: "LTU", cut: {effectiveAt: "2025-03-05"}) {
                standing obligations { cut { effectiveAt } } }
             after: state(iso3: "LTU", cut: {effectiveAt: "2025-03-06"}) { standing
                own: standing(on: "2025-03-05") obligations(on: "2025-03-05") { cut { effectiveAt } } } }"""
    )

    assert (found["before"]["standing"], found["after"]["standing"], found["after"]["own"]) == (
        "party", "former", "party",
    )  # fmt: skip
    assert {one["cut"]["effectiveAt"] for one in found["before"]["obligations"]} == {"2025-03-05"}
    assert {one["cut"]["effectiveAt"] for one in found["after"]["obligations"]} == {"2025-03-05"}


async def test_states_are_filtered_and_ordered(asked: Asked) -> None:
    found = await asked.data(
        """{ parties: states(standing: party, orderBy: byIso3) { iso3 }
             group: states(group: eastern_european, standing: former) { iso3 } none: state(iso3: "VAT") { group }
             membership(on: "2025-03-05") { parties { iso3 } former { iso3 } notParty { iso3 } } }"""
    )

    parties = [one["iso3"] for one in found["parties"]]
    assert parties == sorted(parties) and {"LAO", "AUT"} <= set(parties) and "LTU" not in parties
    assert (found["group"], found["none"]) == ([{"iso3": "LTU"}], {"group": None})
    assert "LTU" in [one["iso3"] for one in found["membership"]["parties"]]
    assert len(found["membership"]["notParty"]) > 180


async def test_the_comparison_with_print_is_filtered_by_outcome(asked: Asked) -> None:
    found = await asked.data(
        """{ reconciliation(meeting: "13MSP", outcome: differs) { indicator outcome computed published reason
             figure { value members { state { iso3 } } } } }"""
    )

    (row,) = found["reconciliation"]
    assert (row["indicator"], row["computed"], row["published"]) == ("LAP-38.1", 2, "3")
    assert row["figure"]["value"] == 2


async def test_a_permalink_gives_the_same_figure_again(asked: Asked) -> None:
    found = await asked.data(
        """{ figure(indicator: "LAP-38.1", meeting: "13MSP") {
             permalink citation cut { positions { ledger position } } } }"""
    )
    link = found["figure"]["permalink"]
    page = await asked.gateway.get(link.removeprefix("https://stocktake.example"))

    positions = ",".join(f"{one['ledger']}:{one['position']}" for one in found["figure"]["cut"]["positions"])
    assert link.startswith("https://stocktake.example/figures/LAP-38.1?meeting=13MSP&")
    assert link.endswith(f"&at={positions}")
    cited = "LAP-38.1 at the 13MSP: 2 States Parties (computed), definition 1, as known by 2025-06-30, at "
    assert found["figure"]["citation"].startswith(cited)
    assert found["figure"]["citation"].endswith(link)
    assert page.status_code == 200
    assert positions in link and link.replace("&", "&amp;") in page.text


async def test_a_permalink_holds_the_past_when_more_is_recorded(asked: Asked) -> None:
    query = """{ figure(indicator: "LAP-38.1", meeting: "13MSP",
                       cut: {positions: [{ledger: reports, position: 1}]}) { permalink } }"""
    link = (await asked.data(query))["figure"]["permalink"].removeprefix("https://stocktake.example")
    then = await asked.gateway.get(link)
    now = await asked.gateway.get("/figures/LAP-38.1?meeting=13MSP")

    assert '<p class="big">1 States' in then.text
    assert '<p class="big">2 States' in now.text


async def test_a_figure_outside_a_meeting_has_a_permalink_by_its_days(asked: Asked) -> None:
    query = """{ figure(indicator: "LAP-38.1", cut: {effectiveAt: "2025-06-30", knownBy: "2025-06-30"}) {
                 permalink citation } }"""
    figure = (await asked.data(query))["figure"]
    page = await asked.gateway.get(figure["permalink"].removeprefix("https://stocktake.example"))

    assert "meeting=" not in figure["permalink"]
    assert "LAP-38.1 on 2025-06-30: 2 States" in figure["citation"]
    assert (page.status_code, "on 2025-06-30" in page.text) == (200, True)


async def test_an_answer_waits_for_what_it_must_include(asked: Asked) -> None:
    query = """query Q($at: Int!) { votes(minPosition: [{ledger: meetings, position: $at}]) { stale totalCount }
               figure(indicator: "LAP-38.1", meeting: "13MSP") { stale } }"""
    heads = (await asked.data("{ ledgers { ledger position } }"))["ledgers"]
    head = next(one["position"] for one in heads if one["ledger"] == "meetings")
    held = await asked.whole(query, at=head)
    ahead = await asked.whole(query, at=head + 1)
    looks = [one for one in asked.questions if f"/projections?holding=meetings%3A{head + 1}&" in one]

    assert held["data"]["votes"] == {"stale": False, "totalCount": 6}
    assert "extensions" not in held
    assert (ahead["data"]["votes"]["stale"], ahead["extensions"]) == (True, {"stale": True})
    assert 3 <= len(looks) <= 6, "each service is asked to wait, and at most once more at the end"


HEADS = {f"/{one}/ledger/head" for one in ("indicators", "meetings", "reports")}
STANDS = {f"/{one}/projections" for one in ("indicators", "meetings", "reports")}


@pytest.mark.parametrize(
    ("wanted", "questions"),
    [
        ("ledger", set()),
        ("readModels { position }", STANDS),
        ("hash", HEADS),
        ("...Head } } fragment Head on LedgerHead { recordedTime ... { readModels { service }", STANDS | HEADS),
    ],
)
async def test_services_are_asked_for_what_a_query_wants_of_the_ledgers(
    asked: Asked, wanted: str, questions: set[str]
) -> None:
    await asked.data(f"{{ ledgers {{ {wanted} }} }}")

    assert set(asked.questions) == questions


REFUSED = {
    "a false cursor": ('{ votes(after: "x") { totalCount } }', "cursor"),
    "a cursor of another list": ('{ votes(after: "TEFPH3g=") { totalCount } }', "cursor"),
    "a page too large": ("{ events(ledger: reports, first: 101) { totalCount } }", "page-too-large"),
    "a State that is none": ('{ votes(state: "XXX") { totalCount } }', "state-unknown"),
    "a year before the Convention": ("{ votes(year: 1900) { totalCount } }", "invalid"),
    "an unknown field": ("{ nothing }", "graphql-invalid"),
    "a text that is no query": ("{ votes(", "graphql-syntax"),
    "a variable that is missing": ("query Q($x: ID!) { node(id: $x) { id } }", "graphql-invalid"),
}  # fmt: skip


@pytest.mark.parametrize(("query", "code"), REFUSED.values(), ids=REFUSED)
async def test_every_error_has_a_code(asked: Asked, query: str, code: str) -> None:
    assert await asked.code(query) == code
