"""One membership clock: who is in a population on the first and last day of a window, and who left."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.indicators.figures.explanation import explained
from shared.events.base import Effective
from shared.events.meetings import InstrumentDeposited, WithdrawalNotified
from shared.events.reports import DeclarationOfCompliance, ObligationReported
from tests.indicators.history import BEGINS, SAID_A, History, define, figure, row, world

PARTIES = {"count": "states", "of": "parties"}
FLOW = define(PARTIES, series="flow")
STATUS = define(PARTIES, series="status", window="toDate")


@pytest.mark.parametrize(
    ("left", "flow", "status"),
    [
        ("2024-06-30", [], []),
        ("2024-07-01", [], []),
        ("2024-07-02", ["LTU"], []),
        ("2025-06-30", ["LTU"], []),
        ("2025-07-01", ["LTU"], ["LTU"]),
    ],
)
def test_a_flow_counts_a_party_of_any_day_and_a_status_a_party_of_the_last(
    left: str, flow: list[str], status: list[str]
) -> None:
    month = date.fromisoformat(left)
    notice = month.replace(year=month.year - (month.month <= 6), month=(month.month + 5) % 12 + 1)
    h = world("LTU").leaves("LTU", notice.isoformat())

    assert row(h, FLOW)["members"] == flow
    assert row(h, STATUS)["members"] == status


@pytest.mark.parametrize(("deposited", "flow"), [("2024-12-31", ["LAO"]), ("2025-01-01", []), ("2024-01-31", ["LAO"])])
def test_a_new_party_counts_from_the_first_day_of_the_sixth_month(deposited: str, flow: list[str]) -> None:
    h = History().with_cycle().party("LAO", deposited).clock_covered()

    assert row(h, FLOW)["members"] == flow


def test_the_denominator_is_the_population_on_the_last_day_and_a_member_outside_says_when_it_left() -> None:
    h = world("LAO", "LTU").leaves("LTU", "2024-09-06").covered("a")
    h.says("LAO")
    h.says("LTU")
    found = figure(h, define(SAID_A, series="flow"))

    assert found.first.members == ["LAO", "LTU"]
    assert found.denominator == ["LAO"]
    told = explained(found)
    assert [(one["iso3"], one["leftOn"]) for one in told["states"]] == [("LAO", None), ("LTU", "2025-03-06")]
    assert told["withoutFormer"] == 1


def test_a_percentage_asks_both_sides_on_the_last_day() -> None:
    h = world("LAO", "LTU").leaves("LTU", "2024-09-06").covered("a")
    h.says("LTU")
    share = define({"percent": {"of": {"said": "a"}, "over": "parties"}}, series="flow")

    assert row(h, share)["value"] == 0
    assert row(h, share)["denominator"] == ["LAO"]


def test_a_fact_can_be_asked_to_fall_on_a_day_of_membership() -> None:
    on_the_day = define({"count": "states", "of": {"population": "parties", "at": "fact"}, "where": {"said": "a"}})
    h = world("LTU").leaves("LTU", "2024-09-06").covered("a")
    h.says("LTU", received="2025-03-05")
    assert row(h, on_the_day)["members"] == ["LTU"]

    h = world("LTU").leaves("LTU", "2024-09-06").covered("a")
    h.says("LTU", received="2025-03-06")
    assert row(h, on_the_day)["members"] == []


def standing(name: str, history: History) -> list[str]:
    found: list[str] = row(history, define({"count": "states", "of": name}, series="status"))["members"]
    return found


def test_each_state_stands_in_exactly_one_place_of_the_clock() -> None:
    h = world("LAO").signs("DJI").party("VUT", "2025-06-01").party("LTU").leaves("LTU", "2024-09-06")

    assert standing("parties", h) == ["LAO"]
    assert standing("signatories", h) == ["DJI"]
    assert standing("deposited", h) == ["LAO", "VUT"]
    assert len(standing("not_party", h)) == 197 - 3
    assert len(standing("outside", h)) == 197 - 1
    assert "VUT" not in standing("not_party", h)
    assert "LTU" in standing("not_party", h)
    assert len(standing("states", h)) == 197


def test_an_unverified_act_of_the_depositary_leaves_a_state_possible() -> None:
    joined, left = world("AFG"), world("AFG", "LAO")
    joined.tell(
        InstrumentDeposited(state="LAO", instrument="accession", deposited=date(2010, 1, 10), confidence="unverified")
    )
    left.tell(WithdrawalNotified(state="LAO", received=date(2020, 1, 1), confidence="unverified"))

    for history in (joined, left):
        found = row(history, STATUS)
        assert (found["members"], found["parts"][0]["high"]) == (["AFG"], 2)


OBLIGED = {
    "affected": {
        "all": [
            "parties",
            {
                "fact": ["ObligationReported", "DeclarationOfCompliance"],
                "where": {"article": 4},
                "latest": "state",
                "having": {"status": ["outstanding", "reopened"]},
            },
        ]
    }
}


def affected(history: History, series: str = "status") -> list[str]:
    definition = define({"count": "states", "of": "affected"}, populations=OBLIGED, series=series)
    found: list[str] = row(history, definition)["members"]
    return found


def obliged(
    state: str = "LAO", status: Any = "outstanding", effective: str = "2011-01-01", **more: Any
) -> ObligationReported:
    return ObligationReported(
        state=state, article=4, status=status, effective=effective, cause="report", received="2012-01-01", **more
    )


def test_an_obligation_lasts_until_a_declaration_ends_it_and_a_find_reopens_it() -> None:
    h = world("LAO").covered("ObligationReported", "DeclarationOfCompliance", first=BEGINS.isoformat())
    h.tell(obliged())
    assert affected(h) == ["LAO"]

    h.tell(DeclarationOfCompliance(state="LAO", article=4, completed="2024-12-01", received="2025-01-01"))
    assert affected(h) == []
    assert affected(h, series="flow") == ["LAO"]  # it was on some day of the window

    h.tell(obliged(status="reopened", effective="2025-03-01"), "2025-03-01")
    assert affected(h) == ["LAO"]


def test_an_unverified_end_leaves_the_state_possible_and_not_certain() -> None:
    h = world("LAO").covered("ObligationReported", "DeclarationOfCompliance", first=BEGINS.isoformat())
    h.tell(obliged())
    h.tell(
        DeclarationOfCompliance(
            state="LAO", article=4, completed="2024-12-01", received="2025-01-01", confidence="unverified"
        )
    )
    found = row(h, define({"count": "states", "of": "affected"}, populations=OBLIGED, series="status"))

    assert (found["members"], found["parts"][0]["high"]) == ([], 1)
    assert found["reasonCode"] == "possiblyMore"


def test_a_state_that_leaves_the_convention_leaves_its_populations() -> None:
    h = world("LAO").leaves("LAO", "2024-09-06")
    h.covered("ObligationReported", "DeclarationOfCompliance", first=BEGINS.isoformat())
    h.tell(obliged(), effective=Effective(from_=date(2011, 1, 1)))
    told = explained(figure(h, define({"count": "states"}, population="affected", populations=OBLIGED, series="flow")))

    assert affected(h) == []
    assert [(one["iso3"], one["leftOn"]) for one in told["states"]] == [("LAO", "2025-03-06")]


def test_two_plans_may_give_one_name_two_meanings() -> None:
    h = world("LAO").covered("a", "b", first=BEGINS.isoformat())
    h.says("LAO", "a")
    one = define({"count": "states", "of": "p"}, populations={"p": {"said": "a"}}, series="status")
    other = define({"count": "states", "of": "p"}, populations={"p": {"said": "b"}}, series="status")

    assert (row(h, one)["value"], row(h, other)["value"]) == (1, 0)


@pytest.mark.parametrize(("through", "status"), [("2024-12-31", "computed"), ("2024-12-30", "bound")])
def test_who_is_party_is_settled_by_acts_of_half_a_year_before(through: str, status: str) -> None:
    h = History().with_cycle().party("LAO").clock_covered(through=through)

    assert row(h, STATUS)["status"] == status


def test_who_deposited_is_settled_only_by_the_acts_up_to_the_day() -> None:
    h = History().with_cycle().party("LAO").clock_covered(through="2024-12-31")

    assert row(h, define({"count": "states", "of": "deposited"}, series="status", window="toDate"))["status"] == "bound"


@pytest.mark.parametrize(
    ("subjects", "status"),
    [
        (["ObligationReported?article=4"], "bound"),
        (["ObligationReported?article=4", "DeclarationOfCompliance?article=4"], "computed"),
    ],
)
def test_a_list_of_who_is_bound_does_not_say_who_declared(subjects: list[str], status: str) -> None:
    h = world("LAO").covered(*subjects, first=BEGINS.isoformat())
    h.tell(DeclarationOfCompliance(state="LAO", article=4, completed="2024-12-01", received="2025-01-01"))
    done = {"completed": {"obliged": 4, "status": ["completed", "declared"]}}
    definition = define({"count": "states", "of": "completed"}, populations=done, series="status")

    found = row(h, definition)

    assert (found["status"], found["members"]) == (status, ["LAO"])
