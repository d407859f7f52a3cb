"""Small histories, each with the five answers that model §4 to §8 give, worked out by hand.

attested: what this system itself held and said on the last day of the 13MSP's cycle. reconstructed: what was known by
that day, as we hold it now. now: what is known today of that same day. published: what the meeting's report prints.
today: the figure of today. Steps lead from the sealed set to what is known now.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from shared.events.indicators import CoverageDeclared
from shared.events.meetings import InstrumentDeposited
from tests.indicators.diary import RECEIVED, THEN, Diary, Five, diary, five, steps
from tests.indicators.history import BEGINS, day, define

LATER = "2025-10-01"
"""A day after the meeting."""

STATUS: dict[str, Any] = {"series": "status", "window": "toDate"}
GOOD = define({"count": "states", "where": {"judged": {"said": "a"}, "words": ["good"]}}, computability="J", **STATUS)
A_OR_B = define({"count": "states", "where": {"any": [{"said": "a"}, {"said": "b"}]}}, **STATUS)
ASKS_B = define({"count": "states", "where": {"said": "b"}}, **STATUS)


def late_report() -> Diary:
    """LAO reported in time; AFG's report for the same year came after the meeting."""
    h = diary()
    h.says("LAO")
    h.concluded("1")
    h.says("AFG", received="2025-09-01")
    return h


def typo() -> Diary:
    """LAO said yes; we typed no, and saw it after the meeting."""
    h = diary()
    typed = h.says("LAO", answer="no")
    h.concluded("0")
    h.says("LAO", answer="yes", corrects=typed, recorded=LATER)
    return h


def wrong_receipt_date() -> Diary:
    """LAO's report came on 2 July 2024, in the cycle; we had put it on 28 June, in the one before."""
    h = diary(definition=RECEIVED)
    written = h.says("LAO", received="2024-06-28")
    h.concluded("0")
    h.says("LAO", received="2024-07-02", corrects=written, recorded=LATER)
    return h


def receipt_date_moved_before_the_cut() -> Diary:
    """LAO's report was entered as received on 3 July 2025; the stamp says 27 June."""
    h = diary()
    h.concluded("0")
    written = h.says("LAO", received="2025-07-03")
    h.says("LAO", received="2025-06-27", corrects=written, recorded=LATER)
    return h


def receipt_date_moved_after_the_cut() -> Diary:
    """LAO's report was found in August and entered as received on 10 June; the stamp says 10 July."""
    h = diary()
    h.concluded("0")
    written = h.says("LAO", received="2025-06-10", recorded="2025-08-10")
    h.says("LAO", received="2025-07-10", corrects=written, recorded=LATER)
    return h


def wrong_state_retracted_by_the_registrar() -> Diary:
    """What AFG said was entered as said by LAO."""
    h = diary()
    wrong = h.says("LAO", received="2025-04-30")
    h.concluded("1")
    h.withdraws(wrong, "2025-04-30", recorded=LATER)
    h.says("AFG", received="2025-04-30", recorded=LATER)
    return h


def retraction_by_the_state() -> Diary:
    """LAO took its statement back after the meeting: until then it had said so."""
    h = diary()
    said = h.says("LAO")
    h.concluded("1")
    h.withdraws(said, "2025-09-15")
    return h


def revision() -> Diary:
    """LAO revised its report after the meeting."""
    h = diary()
    said = h.says("LAO")
    h.concluded("1")
    h.says("LAO", answer="no", received=LATER, revises=said)
    return h


def revision_before_the_meeting() -> Diary:
    """LAO revised its report before the meeting: the first text is past for everybody."""
    h = diary()
    said = h.says("LAO", received="2025-03-01")
    h.says("LAO", answer="no", received="2025-06-30", revises=said)
    h.concluded("0")
    return h


def retracted_revision() -> Diary:
    """LAO revised its report and took the revision back: what it revised counts again."""
    h = diary()
    said = h.says("LAO")
    h.concluded("1")
    revised = h.says("LAO", answer="no", received="2025-09-01", revises=said)
    h.withdraws(revised, "2025-11-01")
    return h


def partial_revision() -> Diary:
    """LAO reported on a and b, AFG on a alone; both revised what they said of a, and LAO's word on b stands."""
    h = diary(definition=A_OR_B)
    ours, theirs = h.says("LAO"), h.says("AFG")
    h.says("LAO", code="b")
    h.concluded("2")
    h.says("LAO", answer="no", received=LATER, revises=ours)
    h.says("AFG", answer="no", received=LATER, revises=theirs)
    return h


def backfilled_letter_after_a_seal() -> Diary:
    """AFG's letter of May lay in a drawer; it was recorded after the meeting's figures were sealed."""
    h = diary()
    h.says("LAO")
    h.concluded("1")
    h.says("AFG", received="2025-05-02", recorded="2025-10-15")
    return h


def judgement_on_revised_text() -> Diary:
    """LAO's plan was judged good; LAO then revised it, and nobody has judged the new text."""
    h = diary(definition=GOOD)
    said = h.says("LAO")
    h.judges(said, "LAO", "good", "meets")
    h.concluded("1")
    h.says("LAO", received=LATER, revises=said)
    return h


def judgement_on_corrected_text() -> Diary:
    """LAO's plan was judged good; we then mended where we had read it, which changes nothing of what was judged."""
    h = diary(definition=GOOD)
    said = h.says("LAO")
    h.judges(said, "LAO", "good", "meets")
    h.concluded("1")
    h.says("LAO", corrects=said, place="2", recorded=LATER)
    return h


def membership_change_inside_the_window() -> Diary:
    """LTU reported in January 2025 and left on 6 March: counted in the cycle, no party on its last day."""
    h = diary("AFG", "LAO", "LTU", definition=RECEIVED)
    h.leaves("LTU", "2024-09-06")
    h.says("LAO")
    h.says("LTU", received="2025-01-15")
    h.concluded("2")
    return h


def accession_recorded_late() -> Diary:
    """CHE reported in time; that it had become a party on 1 November 2024 was recorded after the meeting."""
    h = diary()
    h.says("CHE")
    h.concluded("0")
    h.tell(InstrumentDeposited(state="CHE", instrument="accession", deposited=day("2024-05-01")), recorded=LATER)
    return h


def definition_change() -> Diary:
    """From 1 October 2025 on the indicator asks for b, which only AFG said."""
    h = diary()
    h.says("LAO")
    h.says("AFG", code="b")
    h.concluded("1")
    h.defines(ASKS_B, in_force=LATER)
    return h


def definition_backdated() -> Diary:
    """The indicator asks for b since January 2025; that was recorded after the meeting."""
    h = diary()
    h.says("LAO")
    h.says("AFG", code="b")
    h.concluded("1")
    h.defines(ASKS_B, in_force="2025-01-01", recorded=LATER)
    return h


def contradicting_statements_of_equal_date() -> Diary:
    """On one day LAO said yes in one place and no in another; in September it said yes again."""
    h = diary()
    h.says("LAO", answer="yes", place="1")
    h.says("LAO", answer="no", place="2")
    h.concluded("1")
    h.says("LAO", answer="yes", received="2025-09-01")
    return h


def uncovered_span() -> Diary:
    """Nobody said anything; only later was it declared that until the meeting the record is complete."""
    h = diary(covered=False)
    h.concluded()
    h.tell(
        CoverageDeclared(coverage_id="a", subjects=("a",), from_=BEGINS, through=THEN, completeness="complete"),
        recorded=LATER,
    )
    return h


def found_in_an_uncovered_span() -> Diary:
    """LAO said yes in a record that does not claim to be complete: at least one."""
    h = diary(covered=False)
    h.says("LAO")
    h.concluded("1")
    return h


def print_names_others() -> Diary:
    """The report prints three and names LAO and CHE; we know of LAO, and since the meeting of AFG."""
    h = diary()
    h.says("LAO")
    h.concluded("3", names=("CHE", "LAO"))
    h.says("AFG", received="2025-09-01")
    return h


def nothing_recorded_yet() -> Diary:
    """The system came into being after the meeting; everything was backfilled."""
    h = diary()
    h.says("LAO")
    h.stored = [{**one, "recordedtime": f"{LATER}T12:00:00Z"} for one in h.stored]
    return h


class Row(NamedTuple):
    """A history, the steps from the sealed set to now, and its five answers."""

    history: Callable[[], Diary]
    steps: str
    attested: str
    reconstructed: str
    now: str
    published: str | None
    today: str


UNJUDGED = "needsJudgement 0 to 1 of 2: LAO"

# fmt: off
TABLE = [
    #   attested then         reconstructed then    now about then        printed today
    Row(late_report, "lateReport +AFG",
        "1 of 2: LAO",        "1 of 2: LAO",        "2 of 2: AFG LAO",    "1",    "2 of 2: AFG LAO"),
    Row(typo, "clerical +LAO",
        "0 of 2",             "1 of 2: LAO",        "1 of 2: LAO",        "0",    "1 of 2: LAO"),
    Row(wrong_receipt_date, "clerical +LAO",
        "0 of 2",             "1 of 2: LAO",        "1 of 2: LAO",        "0",    "0 of 2"),
    Row(receipt_date_moved_before_the_cut, "clerical +LAO",
        "0 of 2",             "1 of 2: LAO",        "1 of 2: LAO",        "0",    "1 of 2: LAO"),
    Row(receipt_date_moved_after_the_cut, "clerical +LAO",
        "0 of 2",             "0 of 2",             "1 of 2: LAO",        "0",    "1 of 2: LAO"),
    Row(wrong_state_retracted_by_the_registrar, "backfilledLetter +AFG; retraction -LAO",
        "1 of 2: LAO",        "1 of 2: AFG",        "1 of 2: AFG",        "1",    "1 of 2: AFG"),
    Row(retraction_by_the_state, "retraction -LAO",
        "1 of 2: LAO",        "1 of 2: LAO",        "0 of 2",             "1",    "0 of 2"),
    Row(revision, "revision -LAO",
        "1 of 2: LAO",        "1 of 2: LAO",        "0 of 2",             "1",    "0 of 2"),
    Row(revision_before_the_meeting, "",
        "0 of 2",             "0 of 2",             "0 of 2",             "0",    "0 of 2"),
    Row(retracted_revision, "revision -LAO; retraction +LAO",
        "1 of 2: LAO",        "1 of 2: LAO",        "1 of 2: LAO",        "1",    "1 of 2: LAO"),
    Row(partial_revision, "revision -AFG",
        "2 of 2: AFG LAO",    "2 of 2: AFG LAO",    "1 of 2: LAO",        "2",    "1 of 2: LAO"),
    Row(backfilled_letter_after_a_seal, "backfilledLetter +AFG",
        "1 of 2: LAO",        "2 of 2: AFG LAO",    "2 of 2: AFG LAO",    "1",    "2 of 2: AFG LAO"),
    Row(judgement_on_revised_text, "revision",
        "1 of 2: LAO",        "1 of 2: LAO",        UNJUDGED,             "1",    UNJUDGED),
    Row(judgement_on_corrected_text, "",
        "1 of 2: LAO",        "1 of 2: LAO",        "1 of 2: LAO",        "1",    "1 of 2: LAO"),
    Row(membership_change_inside_the_window, "",
        "2 of 2: LAO LTU",    "2 of 2: LAO LTU",    "2 of 2: LAO LTU",    "2",    "0 of 2"),
    Row(accession_recorded_late, "membership +CHE",
        "0 of 2",             "1 of 3: CHE",        "1 of 3: CHE",        "0",    "1 of 3: CHE"),
    Row(definition_change, "",
        "1 of 2: LAO",        "1 of 2: LAO",        "1 of 2: LAO",        "1",    "1 of 2: AFG"),
    Row(definition_backdated, "definition +AFG -LAO",
        "1 of 2: LAO",        "1 of 2: AFG",        "1 of 2: AFG",        "1",    "1 of 2: AFG"),
    Row(contradicting_statements_of_equal_date, "printDiffers unexplained -1; lateReport +LAO",
        "0 to 1 of 2",        "0 to 1 of 2",        "1 of 2: LAO",        "1",    "1 of 2: LAO"),
    Row(uncovered_span, "coverage",
        "noData",             "0 of 2",             "0 of 2",             None,   "noData"),
    Row(found_in_an_uncovered_span, "",
        "bound 1 of 2: LAO",  "bound 1 of 2: LAO",  "bound 1 of 2: LAO",  "1",    "bound 1 of 2: LAO"),
    Row(print_names_others, "printDiffers -CHE unexplained -1; lateReport +AFG",
        "1 of 2: LAO",        "1 of 2: LAO",        "2 of 2: AFG LAO",    "3",    "2 of 2: AFG LAO"),
    Row(nothing_recorded_yet, "",
        "notHeld",            "1 of 2: LAO",        "1 of 2: LAO",        None,   "1 of 2: LAO"),
]
# fmt: on


@pytest.mark.parametrize("row", TABLE, ids=[row.history.__name__ for row in TABLE])
def test_the_five_answers(row: Row) -> None:
    expected = Five(row.attested, row.reconstructed, row.now, row.published, row.today)

    assert five(row.history()) == expected


@pytest.mark.parametrize("row", TABLE, ids=[row.history.__name__ for row in TABLE])
def test_the_steps_from_what_was_sealed_to_what_is_known_now(row: Row) -> None:
    assert "; ".join(steps(row.history())) == row.steps
