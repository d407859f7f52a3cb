"""A cut goes down: lists, membership and duties below a field are answered from its past, and every answer says so."""

from __future__ import annotations

import pytest

from shared.states import states
from tests.gateway.asked import Asked

pytestmark = pytest.mark.asyncio(loop_scope="module")

CUT = "cut { basis knownBy effectiveAt positions { ledger position } }"


async def test_a_list_is_answered_as_it_stood_and_says_so(listed: Asked) -> None:
    query = f"""query Q($cut: CutInput) {{ votes(cut: $cut) {{ totalCount {CUT} edges {{ node {{ id {CUT} }} }} }} }}"""
    now = (await listed.data(query))["votes"]
    then = (await listed.data(query, cut={"knownBy": "2024-12-03"}))["votes"]

    assert (now["totalCount"], then["totalCount"]) == (6, 3)
    assert [one["node"]["id"] for one in then["edges"]] == [f"vote:2023-{state}" for state in ("LAO", "AUT", "LTU")]
    (head,) = now["cut"]["positions"]
    assert now["cut"] == {"basis": "reconstructed", "knownBy": None, "effectiveAt": None, "positions": [head]}
    assert then["cut"] == now["cut"] | {"knownBy": "2024-12-03"}
    assert all(one["node"]["cut"] == then["cut"] for one in then["edges"])
    assert head["ledger"] == "meetings" and head["position"] > 0


async def test_a_meeting_stands_for_the_last_day_of_its_cycle(listed: Asked) -> None:
    query = f"""query Q($cut: CutInput) {{ votes(cut: $cut) {{ totalCount {CUT} }} }}"""
    found = (await listed.data(query, cut={"meeting": "12MSP"}))["votes"]

    assert (found["totalCount"], found["cut"]["knownBy"], found["cut"]["effectiveAt"]) == (
        3,
        "2024-06-30",
        "2024-06-30",
    )
    own = (await listed.data(query, cut={"meeting": "12MSP", "knownBy": "2023-12-03"}))["votes"]
    assert (own["totalCount"], own["cut"]["knownBy"]) == (0, "2023-12-03")


async def test_a_position_is_that_of_the_ledger_that_the_list_reads(listed: Asked) -> None:
    query = """query Q($cut: CutInput) { votes(cut: $cut) { edges { node { id } } }
        declarations(cut: $cut) { totalCount cut { positions { ledger position } } } }"""
    first = (
        await listed.data(
            "{ events(ledger: meetings, type: UngaVoteRecorded, first: 1) { edges { node { position } } } }"
        )
    )["events"]["edges"][0]["node"]["position"]
    found = await listed.data(query, cut={"positions": [{"ledger": "meetings", "position": first}]})

    assert [one["node"]["id"] for one in found["votes"]["edges"]] == ["vote:2023-LAO"]
    assert found["declarations"]["totalCount"] == 1, "which the other ledger holds, at its head"
    assert [one["ledger"] for one in found["declarations"]["cut"]["positions"]] == ["reports"]


BELOW = """standing deposited votes { id } offices { id since { notBefore } } submittedReports { id cut { knownBy } }
    obligations { cut { knownBy effectiveAt } }"""


async def test_a_state_opens_in_the_past_of_its_own_field(listed: Asked) -> None:
    query = f"""query Q($cut: CutInput) {{ state(iso3: "AUT", cut: $cut) {{ {BELOW} }} }}"""
    before = (await listed.data(query, cut={"effectiveAt": "2024-01-01", "knownBy": "2024-01-01"}))["state"]
    now = (await listed.data(query))["state"]
    early = (await listed.data(query, cut={"knownBy": "2010-10-01"}))["state"]

    assert [one["id"] for one in before["votes"]] == ["vote:2023-AUT"]
    assert (before["offices"], len(now["offices"])) == ([], 1)
    assert {one["cut"]["effectiveAt"] for one in before["obligations"]} == {"2024-01-01"}
    assert (before["standing"], now["standing"]) == ("party", "party")
    assert (early["standing"], early["deposited"], now["deposited"]) == ("none", None, "2010-10-02")


async def test_a_field_below_may_ask_for_a_cut_of_its_own_and_inherits_the_rest(listed: Asked) -> None:
    found = await listed.data(
        """{ state(iso3: "LAO", cut: {knownBy: "2023-12-31"}) { votes { id } later: votes(cut: {knownBy: "2025-01-01"})
             { id } begun: votes(cut: {effectiveAt: "2022-12-31"}) { id cut { knownBy effectiveAt } } } }"""
    )

    state = found["state"]
    assert ([one["id"] for one in state["votes"]], len(state["later"]), state["begun"]) == (["vote:2023-LAO"], 2, [])


async def test_the_states_of_a_figure_are_seen_at_its_cut(listed: Asked) -> None:
    query = """query Q($meeting: String!) { figure(indicator: "LAP-38.1", meeting: $meeting) {
        members { state { iso3 standing votes { id } obligations { cut { knownBy effectiveAt } } } } } }"""
    found = (await listed.data(query, meeting="13MSP"))["figure"]["members"]

    states_ = {one["state"]["iso3"]: one["state"] for one in found}
    assert {iso3: one["standing"] for iso3, one in states_.items()} == {"LAO": "party", "LTU": "former"}
    assert [one["id"] for one in states_["LTU"]["votes"]] == ["vote:2023-LTU", "vote:2024-LTU"]
    assert {str(one["cut"]) for state in states_.values() for one in state["obligations"]} == {
        "{'knownBy': '2025-06-30', 'effectiveAt': '2025-06-30'}"
    }


async def test_what_all_states_did_by_a_day_is_one_question_per_list(listed: Asked) -> None:
    opened = "votes { id cut { knownBy } } participations { id } declarations { id } measures { id } standing signed"
    found = await listed.data(f'{{ states(cut: {{meeting: "13MSP"}}) {{ iso3 {opened} }} }}')

    assert len(found["states"]) == len(states())
    assert sorted(one.split("?")[0] for one in listed.questions) == [
        "/indicators/cycles", "/meetings/participations", "/meetings/states", "/meetings/votes",
        "/reports/declarations", "/reports/measures",
    ]  # fmt: skip
    asked = [one for one in listed.questions if not one.startswith("/indicators")]
    assert all("knownBy=2025-06-30" in one for one in asked)
    assert all("effectiveAt=2025-06-30" in one or "on=2025-06-30" in one for one in asked)


async def test_membership_and_meetings_are_told_as_they_were_known(listed: Asked) -> None:
    query = """query Q($cut: CutInput) { membership(on: "2024-12-31", cut: $cut) { parties { iso3 standing }
        cut { knownBy effectiveAt } } meetings(cut: $cut) { code participants { id } } meeting(code: "3RC", cut: $cut)
        { code } states(standing: party, cut: {effectiveAt: "2024-12-31", knownBy: "2010-12-31"}) { iso3 } }"""
    then = await listed.data(query, cut={"knownBy": "2010-12-31"})
    now = await listed.data(query)

    assert [one["iso3"] for one in then["membership"]["parties"]] == ["AUT", "LAO"]
    assert {one["standing"] for one in then["membership"]["parties"]} == {"party"}
    assert [one["iso3"] for one in now["membership"]["parties"]] == ["AUT", "CIV", "LAO", "LTU"]
    assert then["membership"]["cut"] == {"knownBy": "2010-12-31", "effectiveAt": "2024-12-31"}
    assert (then["meetings"], then["meeting"]) == ([], None)
    assert [one["iso3"] for one in then["states"]] == ["AUT", "LAO"]
    assert [one["code"] for one in now["meetings"]] == ["13MSP", "3RC"] and now["meeting"]
    assert len(now["meetings"][0]["participants"]) == 2


async def test_what_is_owed_takes_a_meeting_too(listed: Asked) -> None:
    found = await listed.data(
        """{ extensionRequests(cut: {meeting: "13MSP"}) { status cut { knownBy effectiveAt } state { standing } } }"""
    )

    (request,) = found["extensionRequests"]
    assert request["cut"] == {"knownBy": "2025-06-30", "effectiveAt": "2025-06-30"}
    assert (request["status"], request["state"]["standing"]) == ("submitted", "party")


async def test_what_states_answered_says_its_cut(listed: Asked) -> None:
    found = await listed.data(f"""{{ statements(code: "workplan.annual", meeting: "13MSP", first: 1) {{ {CUT} }} }}""")

    assert found["statements"]["cut"]["knownBy"] == "2025-06-30"
    assert len(found["statements"]["cut"]["positions"]) == 3


REFUSED = {
    "a definition, which only figures have": ('{ votes(cut: {definition: "2"}) { totalCount } }', "cut-unusable"),
    "a day to come": ('{ votes(cut: {knownBy: "2999-01-01"}) { totalCount } }', "future"),
    "held by this system, but by when": ("{ votes(cut: {basis: attested}) { totalCount } }", "invalid"),
    "a position to come": (
        "{ votes(cut: {positions: [{ledger: meetings, position: 100000}]}) { totalCount } }", "position-ahead",
    ),
    "a meeting that is none": ('{ state(iso3: "LAO", cut: {meeting: "99MSP"}) { votes { id } } }', "meeting-unknown"),
    "two days": ('{ membership(on: "2024-01-01", cut: {effectiveAt: "2024-01-02"}) { on } }', "cut-contradiction"),
}  # fmt: skip


@pytest.mark.parametrize(("query", "code"), REFUSED.values(), ids=REFUSED)
async def test_what_no_list_can_answer_is_refused_with_a_code(listed: Asked, query: str, code: str) -> None:
    assert await listed.code(query) == code
