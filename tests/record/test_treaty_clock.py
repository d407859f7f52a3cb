"""The treaty clock on the whole record: its requests, the deadlines they led to, and who owed which report."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from services.indicators.duties.deadlines import OPEN, deadlines
from services.indicators.duties.extensions import processes
from services.indicators.duties.obligations import obligations
from services.indicators.duties.reports import report_duties
from services.indicators.duties.types import Deadline, Process
from services.indicators.facts.fact import Fact, fact_of
from services.indicators.world.world import Cut, cut_facts, world_of
from services.indicators.world.world import World as Held
from shared.events.base import Effective, Known, Passage
from shared.events.envelope import Proposed, stored_object
from shared.events.meetings import MeetingScheduled
from tests.record.world import WRITTEN, World

BEFORE_13MSP, LAST_DAY_OF_13MSP, TODAY = date(2025, 9, 18), date(2025, 9, 19), date(2026, 11, 21)
FOR_13MSP = ["AFG-4-2", "CHL-4-4", "LBN-4-2", "MRT-4-3", "SOM-4-1"]


def held(world: World, on: date, *more: Fact) -> Held:
    """What the record holds by a day."""
    facts = [*world.facts, *more]
    heads = {ledger: max(fact.position for fact in facts if fact.ledger == ledger) for ledger in world.positions}
    return world_of(cut_facts(facts, Cut("reconstructed", on, on, tuple(sorted(heads.items())))))


def requests(world: Held, on: date) -> dict[str, Process]:
    return {one.request_id: one for own in processes(world, on).values() for one in own}


def due(world: Held, on: date, what: str) -> dict[str, Deadline]:
    return {one.state: one for one in deadlines(world, on) if one.what == what}


# The 20 decided requests: outcome, verdict on the nine months, on 48 or 60 months, on "before expiry", the new deadline
DECIDED = """
AFG-4-1 granted     cannotTell cannotTell timely     2026-03-01
BGR-3-1 shorter     late       within     timely     2020-10-01
BGR-3-2 granted     cannotTell within     timely     2022-10-01
BGR-3-3 granted     cannotTell within     cannotTell 2023-12-31
BIH-4-1 asRequested late       within     timely     2022-09-01
BIH-4-2 asRequested late       within     cannotTell 2023-09-01
CHL-4-1 asRequested cannotTell within     timely     2022-06-01
CHL-4-2 asRequested late       within     timely     2023-06-01
CHL-4-3 asRequested late       cannotTell timely     2026-06-01
DEU-4-1 asRequested late       within     timely     2025-08-01
DEU-4-2 granted     cannotTell within     timely     2030-08-01
IRQ-4-1 granted     timely     within     timely     2028-11-01
LAO-4-1 asRequested late       within     timely     2025-08-01
LAO-4-2 granted     cannotTell cannotTell timely     2030-08-01
LBN-4-1 asRequested cannotTell within     timely     2026-05-01
MRT-4-1 granted     cannotTell cannotTell timely     2024-08-01
MRT-4-2 granted     cannotTell within     cannotTell 2026-08-01
PER-3-1 asRequested late       within     timely     2024-04-01
TCD-4-1 granted     late       cannotTell timely     2024-10-01
TCD-4-2 granted     cannotTell cannotTell cannotTell 2026-10-01
"""


def test_the_twenty_decided_requests_run_through_their_process_with_their_verdicts(world: World) -> None:
    found = requests(held(world, TODAY), TODAY)

    told = [
        f"{id} {one.status} {one.timeliness} {one.length} {one.before_expiry} {one.decision.until}"
        for id, one in sorted(found.items())
        if one.decision
    ]
    assert told == [" ".join(line.split()) for line in DECIDED.strip().splitlines()]


def test_bulgarias_first_request_was_granted_shorter_than_asked(world: World) -> None:
    one = requests(held(world, TODAY), TODAY)["BGR-3-1"]

    assert one.decision is not None
    assert one.asked_until is not None
    assert (one.asked_until.last, one.decision.until, one.months_asked, one.decision.months) == (
        date(2021, 4, 1),
        date(2020, 10, 1),
        18,
        12,
    )


def test_the_requests_for_the_13msp_stay_open_and_the_announced_one_announced(world: World) -> None:
    found = requests(held(world, TODAY), TODAY)

    assert {id: found[id].status for id in FOR_13MSP} == {
        "AFG-4-2": "updated",
        "CHL-4-4": "submitted",
        "LBN-4-2": "submitted",
        "MRT-4-3": "updated",
        "SOM-4-1": "submitted",
    }
    assert all(found[id].pending and found[id].awaits_decision for id in FOR_13MSP)
    assert (found["TCD-4-3"].status, found["TCD-4-3"].pending) == ("announced", False)
    assert len(found) == 26


RUNNING = {"AFG": "2026-03-01", "CHL": "2026-06-01", "LBN": "2026-05-01", "MRT": "2026-08-01", "SOM": "2026-03-01"}


def test_until_the_13msp_closes_their_running_deadlines_stand_and_then_none_is_recorded(world: World) -> None:
    before = due(held(world, BEFORE_13MSP), BEFORE_13MSP, "clearance")
    after = due(held(world, LAST_DAY_OF_13MSP), LAST_DAY_OF_13MSP, "clearance")
    now = due(held(world, TODAY), TODAY, "clearance")

    assert {state: (str(before[state].due), before[state].status) for state in RUNNING} == {
        state: (day, "ahead") for state, day in RUNNING.items()
    }
    for told in (after, now):
        assert {(told[state].due, told[state].status) for state in RUNNING} == {(None, "notRecorded")}
        assert told["MRT"].reason == "13MSP closed on 2025-09-19; its decision on MRT-4-3 is not recorded"


def test_a_state_that_waits_for_a_decision_keeps_its_obligation(world: World) -> None:
    found = {one.state: one for one in obligations(held(world, TODAY), TODAY) if one.article == "4" and not one.name}

    assert {state: found[state].status for state in RUNNING} == {
        "AFG": "extended", "CHL": "extended", "LBN": "extended", "MRT": "extended", "SOM": "outstanding",
    }  # fmt: skip
    assert not any(found[state].past_deadline for state in RUNNING)


# The latest deadline that documents or general knowledge give each State, before the 13MSP
STOCKPILES = """
AFG 2020-03-01  AUT 2018-08-01  BEL 2018-08-01  BGR 2023-12-31  BIH 2019-03-01  BWA 2019-12-01  CAN 2023-09-01
CHE 2021-01-01  CHL 2019-06-01  CIV 2020-09-01  CMR 2021-01-01  COG 2023-03-01  COL 2024-03-01  CUB 2024-10-01
CZE 2020-03-01  DEU 2018-08-01  DNK 2018-08-01  ECU 2018-11-01  ESP 2018-08-01  FRA 2018-08-01  GBR 2018-11-01
GNB 2019-05-01  HND 2020-09-01  HRV 2018-08-01  HUN 2021-01-01  IRQ 2021-11-01  ITA 2020-03-01  JPN 2018-08-01
MDA 2018-08-01  MKD 2018-08-01  MNE 2018-08-01  MOZ 2019-09-01  NLD 2019-08-01  NOR 2018-08-01  PER 2024-04-01
PHL 2027-07-01  PRT 2019-09-01  SVK 2024-01-01  SVN 2018-08-01  SWE 2020-10-01  ZAF 2023-11-01
"""
CLEARANCE = """
AFG 2026-03-01  BIH 2023-09-01  CHL 2026-06-01  DEU 2030-08-01  HRV 2020-08-01  IRQ 2028-11-01  LAO 2030-08-01
LBN 2026-05-01  MNE 2020-08-01  MRT 2026-08-01  SOM 2026-03-01  SSD 2034-02-01  TCD 2026-10-01
"""

BEFORE_ENTRY = "completed before the Convention bound it, so that nothing was due"
STOCKPILE_DIFFERENCES = {
    **dict.fromkeys(("CAN", "COL", "CZE", "ECU", "HUN", "PHL"), (None, BEFORE_ENTRY)),
    "GNB": (None, "found in 2022 to hold none, so that nothing was due"),
}
CLEARANCE_DIFFERENCES = {
    state: (day, "completed, of which no list gives the deadline that then ran: entry into force + 10 years")
    for state, day in {
        "GNB": "2021-05-01", "GRD": "2021-12-01", "MOZ": "2021-09-01", "NOR": "2020-08-01", "ZMB": "2020-08-01",
    }.items()
}  # fmt: skip


@pytest.mark.parametrize(
    ("what", "table", "differences"),
    [
        ("stockpile_destruction", STOCKPILES, STOCKPILE_DIFFERENCES),
        ("clearance", CLEARANCE, CLEARANCE_DIFFERENCES),
    ],
)
def test_each_states_deadline_is_the_latest_one_known_or_differs_for_a_cause(
    world: World, what: str, table: str, differences: dict[str, tuple[str | None, str]]
) -> None:
    known = dict(zip(*[iter(table.split())] * 2, strict=True))
    found = {state: str(one.due) for state, one in due(held(world, BEFORE_13MSP), BEFORE_13MSP, what).items()}

    differing = {state for state in {*known, *found} if known.get(state) != found.get(state)}

    assert {state: found.get(state) for state in differing} == {state: day for state, (day, _) in differences.items()}


# the five requests for the 13MSP under its date, and under other dates


def moved(world: World, opens: str) -> Fact:
    """The correction that gives the 13MSP another opening."""
    scheduled = next(
        fact for fact in world.facts if fact.kind == "MeetingScheduled" and fact.data["meeting"] == "13MSP"
    )
    event = MeetingScheduled.model_validate({**scheduled.data, "opens": opens, "closes": opens})
    proposed = Proposed(
        event,
        Known(time=scheduled.known),
        Effective(from_=date.fromisoformat(opens)),
        (Passage(document="D", paragraph="corrected"),),
        corrects=scheduled.id,
    )
    return fact_of(
        stored_object(
            proposed,
            id="moved",
            source="test/meetings",
            version=2,
            position=world.positions["meetings"] + 1,
            recordedtime=WRITTEN,
            actor="test",
        )
    )


@pytest.mark.parametrize(
    ("opens", "limit", "verdicts"),
    [
        (None, "2024-12-16", "timely timely timely late timely"),
        ("2025-09-17", "2024-12-17", "timely timely timely cannotTell timely"),
        ("2025-09-15", "2024-12-15", "cannotTell cannotTell cannotTell late cannotTell"),
        ("2025-10-16", "2025-01-16", "timely timely timely cannotTell timely"),
        ("2025-08-16", "2024-11-16", "cannotTell cannotTell cannotTell late cannotTell"),
    ],
)
def test_a_corrected_opening_derives_timeliness_anew_and_says_which_event_moved_it(
    world: World, opens: str | None, limit: str, verdicts: str
) -> None:
    on = date(2025, 6, 30)
    correction = [moved(world, opens)] if opens else []
    seen = held(world, on, *correction)
    found = requests(seen, on)

    assert [found[id].timeliness for id in FOR_13MSP] == verdicts.split()
    assert {str(found[id].limit) for id in FOR_13MSP} == {limit}
    scheduled = {found[id].scheduled_by for id in FOR_13MSP}
    assert (scheduled == {"moved"}) is bool(opens)
    told = due(seen, on, "extension_request-4-13MSP")
    assert [told[id[:3]].status for id in FOR_13MSP] == verdicts.split()


# Article 7


def test_annual_reports_for_2024_were_owed_by_104_and_by_105_as_print_counts_them(world: World) -> None:
    on = date(2025, 6, 30)
    duties = [one for one in report_duties(held(world, on), on) if one.year == 2024]

    by_rule = {one.state for one in duties if one.owed == "yes"}
    left = {one.state for one in duties if one.owed == "no" and "no longer party" in one.formula}
    without_initial = {one.state for one in duties if one.owed == "no"} - left

    assert (len(by_rule), left, len(by_rule | left), len(without_initial)) == (104, {"LTU"}, 105, 7)
    assert Counter(one.status for one in duties if one.owed == "yes") == {"timely": 45, "late": 17, "overdue": 42}


def test_beyond_coverage_nobody_is_accused_and_what_lies_ahead_has_its_article_formula_and_source(world: World) -> None:
    found = [one for one in deadlines(held(world, TODAY), TODAY) if one.status in OPEN]

    assert "overdue" not in {one.status for one in found}
    assert all(one.article and one.formula and one.sources for one in found)
    ahead = {one.state for one in found if one.what == "annual_report-2026" and one.status == "ahead"}
    assert ahead == set(held(world, TODAY).certain_membership.parties(TODAY))
    assert len(ahead) == 112
    assert all((one.due is None or one.due < TODAY) is (one.status == "notRecorded") for one in found)


def test_what_the_clock_says_of_a_day_rests_on_nothing_that_came_later(world: World) -> None:
    on = date(2024, 6, 30)
    until_then = [fact for fact in world.facts if fact.known <= on]
    heads = tuple(sorted(world.positions.items()))
    then = world_of(cut_facts(until_then, Cut("reconstructed", on, on, heads)))

    assert deadlines(then, on) == deadlines(held(world, on), on)
    assert obligations(then, on) == obligations(held(world, on), on)
