"""A baseline is final where the record is complete, provisional where only an earlier time is, else a reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.indicators.figures.baselines import NoSuchBaseline, baselines
from services.indicators.plans.definition import Definition
from services.indicators.world.record import Record
from shared.events.indicators import CycleDefined, FigurePublished, IndicatorDefined
from tests.indicators.history import BEGINS, SAID_A, History, define

AFTER = CycleDefined.model_validate(
    {"cycle": "AFTER", "from": "2025-07-01", "to": "2026-06-30", "previous_meeting": "13MSP", "report_year": 2025}
)
BASELINE = {"cycle": "AFTER"}
SHARE = {"percent": {"of": {"said": "a"}, "over": "parties"}}
JUDGED = {"count": "states", "where": {"judged": {"said": "a"}, "words": ["good"]}}
PARTIES = {"count": "states", "of": {"population": "deposited", "at": "last"}}


def record_of(history: History, *definitions: Definition) -> Record:
    for one in definitions:
        event = IndicatorDefined(
            indicator=one.indicator.id,
            plan="X",
            version=one.indicator.version,
            in_force=one.in_force,
            definition=one.canonical(),
            definition_hash=one.hash(),
        )
        history.tell(event)
    facts = history.facts
    return Record(facts, tuple(sorted(dict.fromkeys(("reports", "meetings", "indicators"), len(facts)).items())))


def baseline(history: History, measure: dict[str, Any] = SHARE, as_of: str = "2026-06-30", **more: Any) -> Any:
    definition = define(measure, baseline=BASELINE, evidence="Form F", **more)
    (found,) = baselines(record_of(history, definition), "X", date.fromisoformat(as_of))
    return found.row()


def two_cycles() -> History:
    """Three parties; in the first cycle LAO said so, and the record is complete for it."""
    h = History().with_cycle().with_cycle(AFTER).parties("AFG", "CHE", "LAO")
    h.clock_covered("2025-06-30").clock_covered("2025-12-31")  # each is known on its last day
    h.says("LAO", received="2025-04-30")
    return h.covered("a")


def later_reports(history: History) -> History:
    for state in ("AFG", "LAO"):
        history.says(state, received="2026-04-30", year=2025)
    return history.covered("a", first="2025-07-01", through="2026-06-30")


def test_where_nothing_newer_is_held_the_last_covered_cycle_is_given_as_provisional() -> None:
    found = baseline(two_cycles())

    assert (found["status"], found["provisional"], found["value"]) == ("computed", True, "33.3")
    assert (found["numerator"], found["denominator"]) == (["LAO"], ["AFG", "CHE", "LAO"])
    assert (found["dataThrough"], found["asOf"]) == ("2025-06-30", "2026-06-30")
    assert "provisional: of the cycle 13MSP (2024-07-01 to 2025-06-30)" in found["reason"]
    assert "for AFTER: nothing is named: a is not declared complete (2025-07-01 to 2026-06-30)" in found["reason"]
    assert found["reason"].endswith("to come from: Form F")


def test_later_reports_and_their_coverage_make_it_final() -> None:
    found = baseline(later_reports(two_cycles()))

    assert (found["status"], found["provisional"], found["value"]) == ("computed", False, "66.7")
    assert (found["numerator"], found["dataThrough"], found["reason"]) == (["AFG", "LAO"], "2026-06-30", None)


def test_what_became_known_after_the_day_asked_about_does_not_count_yet() -> None:
    found = baseline(later_reports(two_cycles()), as_of="2026-03-31")

    assert (found["provisional"], found["value"], found["dataThrough"]) == (True, "33.3", "2025-06-30")
    assert found["asOf"] == "2026-03-31"


def test_reports_without_a_declaration_that_they_are_all_leave_it_provisional() -> None:
    h = two_cycles()
    h.says("AFG", received="2026-04-30", year=2025)

    found = baseline(h)

    assert (found["status"], found["provisional"], found["numerator"]) == ("computed", True, ["LAO"])


def test_where_both_cycles_only_name_some_the_later_is_given() -> None:
    h = History().with_cycle().with_cycle(AFTER).parties("AFG", "LAO").clock_covered(through="2026-06-30")
    h.says("LAO", received="2025-04-30")
    h.says("AFG", received="2026-04-30", year=2025)

    found = baseline(h, SAID_A)

    assert (found["status"], found["provisional"], found["numerator"]) == ("bound", True, ["AFG"])
    assert found["dataThrough"] is None
    assert found["reason"].endswith("to come from: Form F")


def test_without_any_record_the_reason_names_the_record_and_the_form() -> None:
    h = History().with_cycle().with_cycle(AFTER).parties("LAO").clock_covered(through="2026-06-30")

    found = baseline(h)

    assert (found["status"], found["provisional"], found["value"]) == ("noData", False, None)
    assert (found["numerator"], found["denominator"], found["dataThrough"]) == (None, None, None)
    assert found["reason"] == (
        "nothing is named: a is not declared complete (2025-07-01 to 2026-06-30); to come from: Form F"
    )


def test_a_status_is_given_for_the_last_day_the_record_reaches() -> None:
    h = History().with_cycle().with_cycle(AFTER).parties("LAO").clock_covered(through="2026-02-03")
    h.party("VUT", "2025-09-05")
    h.party("TON", "2026-03-01")

    found = baseline(h, PARTIES, series="status", window="toDate")

    assert (found["status"], found["provisional"], found["numerator"]) == ("computed", True, ["LAO", "VUT"])
    assert found["dataThrough"] == "2026-02-03"
    assert "provisional: as it stood on 2026-02-03" in found["reason"]


def test_a_share_of_nobody_is_undefined_with_nobody_named() -> None:
    h = History().with_cycle().with_cycle(AFTER).covered("a", first="2025-07-01", through="2026-06-30")
    kinds = ("InstrumentDeposited", "WithdrawalNotified", "SignatureRecorded")
    h.covered(*kinds, first=BEGINS.isoformat(), through="2026-06-30")

    found = baseline(h)

    assert (found["status"], found["provisional"], found["value"]) == ("undefined", False, None)
    assert (found["numerator"], found["denominator"]) == ([], [])


def test_while_judgements_are_missing_the_upper_bound_of_the_covered_cycle_is_given() -> None:
    h = two_cycles()

    before = baseline(h, JUDGED, computability="J")
    (target,) = [one["id"] for one in h.stored if one["type"].endswith("PracticeReported")]
    h.judges(target, "LAO", "good", "does_not_meet", on="2026-06-01")
    after = baseline(h, JUDGED, computability="J")

    assert (before["status"], before["value"], before["numerator"]) == ("needsJudgement", 1, ["LAO"])
    assert (after["status"], after["value"], after["provisional"]) == ("computed", 0, True)


def test_what_is_not_computable_says_why_and_is_not_provisional() -> None:
    found = baseline(two_cycles(), {"none": "no source"}, computability="N")

    assert (found["status"], found["provisional"], found["reason"]) == ("notComputable", False, "no source")


@pytest.mark.parametrize(("value", "words"), [("67 %", "both say 67 %"), ("40 or 70 %", "print says 40 or 70 %")])
def test_a_printed_baseline_stands_beside_ours(value: str, words: str) -> None:
    h = later_reports(two_cycles())
    fields = {"figure_id": "V-1", "indicators": ["X-1.1"], "cycle": "AFTER", "as_printed": value, "value": value}
    h.tell(FigurePublished.model_validate({**fields, "place": "Action 1", "role": "table", "printed": "2026-06-22"}))

    found = baseline(h)

    assert (found["printed"], found["value"]) == (value, "66.7")
    assert words in found["reason"]


def test_before_its_cycle_begins_the_baseline_is_asked_of_the_cycle_of_the_day() -> None:
    found = baseline(two_cycles(), as_of="2025-06-30")

    assert (found["provisional"], found["value"], found["asOf"]) == (False, "33.3", "2025-06-30")


def test_a_day_outside_every_cycle_is_refused_and_names_the_cycles() -> None:
    with pytest.raises(NoSuchBaseline, match=r"X-1\.1 has no baseline on 2020-01-01; cycles are: 13MSP"):
        baseline(two_cycles(), as_of="2020-01-01")


def test_a_later_version_is_used_once_it_is_in_force() -> None:
    h = later_reports(two_cycles())
    first = define(SHARE, baseline=BASELINE)
    second = define(SAID_A, baseline=BASELINE, version=2, in_force="2026-01-01")

    (found,) = baselines(record_of(h, first, second), "X", date(2026, 6, 30))

    assert (found.row()["definitionVersion"], found.row()["value"]) == (2, 2)
