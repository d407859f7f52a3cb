"""From a meeting or a day to a cut; what cannot be asked is refused and says what can."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.indicators.world.cutting import Question, cut_of, positions_of, version_of
from services.indicators.world.frame import Cycle
from services.indicators.world.world import Cut
from shared.problems import Problem

TODAY = date(2026, 11, 21)
HEADS = {"reports": 9, "meetings": 8, "indicators": 7}
CYCLES = {
    "13MSP": Cycle("13MSP", date(2024, 7, 1), date(2025, 6, 30), "13MSP"),
    "VCAP-baseline": Cycle("VCAP-baseline", date(2025, 7, 1), date(2026, 6, 30)),
    "running": Cycle("running", date(2026, 7, 1), date(2027, 6, 30), "14MSP"),
    "also": Cycle("also", date(2026, 7, 1), date(2026, 12, 31)),
}


def asked(**question: Any) -> tuple[str, Cut]:
    cycle, cut = cut_of(Question(**question), CYCLES, HEADS, TODAY)
    return cycle.name, cut


def refused(**question: Any) -> Problem:
    with pytest.raises(Problem) as problem:
        asked(**question)
    return problem.value


def test_a_meeting_fills_in_its_last_day_and_the_heads() -> None:
    name, cut = asked(meeting="13MSP")

    assert name == "13MSP"
    assert (cut.known_by, cut.effective_at) == (date(2025, 6, 30), date(2025, 6, 30))
    assert dict(cut.positions) == HEADS


def test_what_is_given_stands() -> None:
    _, cut = asked(
        meeting="13MSP", known_by=date(2026, 1, 1), effective_at=date(2025, 3, 5), positions=(("reports", 4),)
    )

    assert (cut.known_by, cut.effective_at) == (date(2026, 1, 1), date(2025, 3, 5))
    assert dict(cut.positions) == {"reports": 4, "meetings": 8, "indicators": 7}


def test_a_cycle_can_be_named_by_itself_or_by_its_meeting() -> None:
    assert asked(meeting="VCAP-baseline")[0] == "VCAP-baseline"
    assert asked(meeting="14MSP")[0] == "running"


def test_a_running_cycle_is_known_by_today() -> None:
    assert asked(meeting="running")[1].known_by == TODAY
    assert asked(meeting="running")[1].effective_at == date(2027, 6, 30)


@pytest.mark.parametrize(
    ("day", "cycle"),
    [("2024-07-01", "13MSP"), ("2025-06-30", "13MSP"), ("2025-07-01", "VCAP-baseline")],
)
def test_a_day_belongs_to_the_one_cycle_that_contains_it(day: str, cycle: str) -> None:
    name, cut = asked(meeting=day)

    assert name == cycle
    assert cut.known_by == cut.effective_at == date.fromisoformat(day)
    assert asked(effective_at=date.fromisoformat(day))[0] == cycle


def test_a_day_in_no_cycle_or_in_several_is_refused_and_the_cycles_are_named() -> None:
    none, several = refused(meeting="2024-06-30"), refused(meeting="2026-08-01")

    assert (none.status, none.type) == (422, "cycle-ambiguous")
    assert "13MSP" in str(none) and "running" in str(none)
    assert several.more["cycles"] == ["also", "running"]


def test_an_unknown_meeting_is_not_found_and_no_meeting_is_asked_for() -> None:
    assert (refused(meeting="99MSP").status, refused(meeting="99MSP").type) == (404, "meeting-unknown")
    assert refused().type == "meeting-missing"
    assert refused(meeting="2025-02-30").type == "invalid"


@pytest.mark.parametrize(
    ("basis", "known_by", "allowed"),
    [
        ("reconstructed", TODAY, True),
        ("reconstructed", date(2026, 11, 22), False),
        ("attested", TODAY, False),
        ("attested", date(2026, 11, 20), True),
    ],
)
def test_nothing_is_known_yet_of_days_to_come(basis: Any, known_by: date, allowed: bool) -> None:
    if allowed:
        assert asked(meeting="13MSP", basis=basis, known_by=known_by)[1].known_by == known_by
    else:
        assert refused(meeting="13MSP", basis=basis, known_by=known_by).type == "future"


def test_a_future_day_may_be_looked_at() -> None:
    assert asked(meeting="running", effective_at=date(2030, 1, 1))[1].effective_at == date(2030, 1, 1)


def test_a_position_ahead_of_the_head_is_refused() -> None:
    assert asked(meeting="13MSP", positions=(("reports", 9),))
    assert refused(meeting="13MSP", positions=(("reports", 10),)).type == "position-ahead"


@pytest.mark.parametrize("text", ["reports", "reports:", "reports:-1", "reports:1,reports:2", "others:1", "reports:١"])
def test_positions_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(Problem):
        positions_of(text)


def test_positions_and_versions_are_read() -> None:
    assert positions_of("reports:12,meetings:3") == (("meetings", 3), ("reports", 12))
    assert positions_of(None) == ()
    assert [version_of(text) for text in (None, "inForce", "latest", "3")] == ["inForce", "inForce", "latest", 3]
    with pytest.raises(Problem):
        version_of("newest")
