"""The command line against a running system: what people read and what scripts parse."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from tests.journeys.system import System


def rows(system: System, *words: str) -> Any:
    """The JSON of a listing."""
    done = system.cli(*words, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def said(system: System, *words: str) -> str:
    """What a person reads, spaces and line ends made one."""
    done = system.cli(*words)
    assert (done.returncode, done.stderr) == (0, "")
    return " ".join(done.stdout.split())


def test_reconcile_gives_scripts_six_fields_of_every_indicator(system: System) -> None:
    found = rows(system, "reconcile", "13MSP")

    assert len(found) == 85
    fields = ["indicator", "outcome", "computed", "published", "publishedElsewhere", "reason"]
    assert {tuple(row) for row in found} == {tuple(fields)}
    (resources,) = [row for row in found if row["indicator"] == "LAP-38.1"]
    assert (resources["outcome"], resources["computed"], resources["published"]) == ("differs", 2, "3")


def test_reconcile_tells_people_both_sides_and_the_reason(system: System) -> None:
    text = said(system, "reconcile", "13MSP")

    assert "LAP-38.1 differs from print 2 3 print says 3, we count 2" in text
    assert "85 indicators: 1 differs from print" in text


def test_explain_names_states_passages_coverage_print_and_the_cut(system: System) -> None:
    event = rows(system, "explain", "LAP-38.1", "13MSP")["states"][0]["evidence"][0]["eventId"]
    text = said(system, "explain", "LAP-38.1", "13MSP")

    for part in (
        "Ours 2 States Parties (computed)",
        "Print 3",
        "Formula Number of States Parties",
        "Population States Parties, on 2025-06-30: 2 States",
        "Window received in the cycle: 2024-07-01 to 2025-06-30",
        "Without former 1 without States",
        "NationalResourcesReported, 2024-07-01 to 2025-06-30: complete (REPORT-2025, 184)",
        f"Lao People's Democratic Republic [LAO] REPORT-2025, 113; event {event}",
        "Lithuania [LTU] (left on 2025-03-06) REPORT-2025, 131; event",
        "reconstructed, as of 2025-06-30, known by 2025-06-30, at positions",
    ):
        assert part in text


def test_figures_are_rows_of_codes_for_scripts_and_names_for_people(system: System) -> None:
    found = rows(system, "figures", "LAP", "13MSP")
    text = said(system, "figures", "LAP", "13MSP")

    (resources,) = [row for row in found if row["indicator"] == "LAP-38.1"]
    assert (len(found), resources["members"], resources["denominator"]) == (85, ["LAO", "LTU"], ["AUT", "LAO"])
    assert "Lao People's Democratic Republic, Lithuania" in text


BASELINE = (
    "indicator", "status", "provisional", "value", "numerator", "denominator", "printed", "reason",
    "definitionVersion", "dataThrough", "asOf",
)  # fmt: skip


def test_baselines_are_one_row_of_eleven_fields_for_every_indicator(system: System) -> None:
    found = rows(system, "baselines", "VCAP", "--as-of", "2026-06-30")

    assert (len(found), {tuple(row) for row in found}) == (113, {BASELINE})
    (resources,) = [row for row in found if row["indicator"] == "VCAP-1.c"]
    assert (resources["status"], resources["provisional"], resources["value"]) == ("computed", True, 50)
    assert (resources["numerator"], resources["denominator"]) == (["LAO"], ["AUT", "LAO"])
    assert (resources["dataThrough"], resources["asOf"]) == ("2025-06-30", "2026-06-30")


def test_baselines_as_csv_are_the_same_rows(system: System) -> None:
    done = system.cli("baselines", "VCAP", "--as-of", "2026-06-30", "--csv")
    found = list(csv.DictReader(io.StringIO(done.stdout)))

    assert (done.returncode, done.stderr, len(found), tuple(found[0])) == (0, "", 113, BASELINE)
    (resources,) = [row for row in found if row["indicator"] == "VCAP-1.c"]
    assert (resources["provisional"], resources["value"], resources["denominator"]) == ("true", "50", "AUT LAO")


def test_baselines_tell_people_what_is_provisional_and_what_is_missing(system: System) -> None:
    text = said(system, "baselines", "VCAP", "--as-of", "2026-06-30")

    assert "Baselines of VCAP, known by 2026-06-30" in text
    assert "113 indicators: " in text


def test_figures_of_the_draft_plan_each_have_a_status_and_a_reason(system: System) -> None:
    found = rows(system, "figures", "VCAP", "VCAP-baseline")

    assert len(found) == 113
    assert [row["indicator"] for row in found if row["status"] != "computed" and not row["reason"]] == []


def test_figures_of_the_dubrovnik_review_each_have_a_status_and_a_reason(system: System) -> None:
    found = rows(system, "figures", "DAP", "2RC")

    assert len(found) == 116
    assert [row["indicator"] for row in found if row["status"] != "computed" and not row["reason"]] == []
    assert rows(system, "explain", "DAP-4.1(a).1", "2RC")["formula"]


def test_ledger_heads_are_one_row_each(system: System) -> None:
    found = rows(system, "ledger", "head")

    assert [list(row) for row in found] == [["ledger", "position", "hash", "recordedTime"]] * 3
    heads = system.heads()
    assert {row["ledger"]: row["position"] for row in found} == heads
    assert rows(system, "ledger", "head", "--ledger", "meetings")[0]["position"] == heads["meetings"]


def test_the_tail_shows_the_last_events_whole(system: System) -> None:
    (event,) = rows(system, "ledger", "tail", "--ledger", "reports", "-n", "1")
    text = said(system, "ledger", "tail", "--ledger", "reports", "-n", "1")

    assert (event["type"], event["passages"][0]["document"]) == ("ccm.reports.NationalResourcesReported", "REPORT-2025")
    assert event["id"] in text


def test_sound_ledgers_verify(system: System) -> None:
    found = rows(system, "ledger", "verify")

    assert [(row["sound"], row["fault"]) for row in found] == [(True, None)] * 3


def test_relay_and_projections_tell_how_far_they_are(system: System) -> None:
    relays = rows(system, "relay", "status")
    projections = rows(system, "projections", "status")

    assert [row["state"] for row in relays] == ["running"] * 3
    assert ("indicators", "facts", "reports") in {(p["service"], p["projection"], p["source"]) for p in projections}


def test_a_read_model_is_made_anew_compared_switched_and_rolled_back(system: System) -> None:
    before = rows(system, "figures", "LAP", "13MSP")
    live = {row["generation"] for row in rows(system, "projections", "status") if row["projection"] == "facts"}
    made = rows(system, "projections", "rebuild", "facts")

    assert (live, made["generation"], made["switched"], made["difference"]["equal"]) == ({1}, 2, True, True)
    assert rows(system, "figures", "LAP", "13MSP") == before
    assert rows(system, "projections", "rollback", "facts") == {"projection": "facts", "live": 1, "candidate": 2}
    assert rows(system, "figures", "LAP", "13MSP") == before
    assert said(system, "projections", "switch", "facts") == "facts: generation 2 answers now; beside it previous 1"
    assert "facts: live 2, previous 1, both at " in said(system, "projections", "diff", "facts")
    roles = {(row["generation"], row["role"]) for row in rows(system, "projections", "status")}
    assert roles >= {(1, "live"), (2, "live"), (1, "previous")}


def test_a_rebuild_may_be_held_before_the_switch(system: System) -> None:
    text = said(system, "projections", "rebuild", "meetings", "--hold")

    assert "is held; `stocktake projections switch meetings`" in text
    found = {(row["role"], row["generation"]) for row in rows(system, "projections", "status")}
    assert {("candidate", 2)} <= found


def test_a_generation_that_is_not_there_is_one_line(system: System) -> None:
    for words, type_ in (
        (("rebuild", "nothing"), "no projection is called 'nothing'; there are: "),
        (("switch", "reports"), "There is no such generation: there is no candidate to switch to"),
        (("rollback", "reports"), "There is no such generation: there is no previous generation"),
        (("diff", "reports"), "There is no such generation: there is no second generation"),
    ):
        done = system.cli("projections", *words)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
        assert done.stderr.startswith(f"stocktake: {type_}")


def test_the_clocks_announce_once_and_a_second_run_adds_nothing(system: System) -> None:
    figures = rows(system, "figures", "LAP", "13MSP")
    before = system.heads()
    first, second = rows(system, "clock", "run"), rows(system, "clock", "run")
    after = system.heads()

    assert [row["ledger"] for row in first] == ["meetings", "indicators"]
    assert {row["ledger"]: row["announced"] for row in first} == {
        name: after[name] - before[name] for name in ("meetings", "indicators")
    }
    assert first[0]["announced"] == 4, "Austria, Lao PDR and Lithuania entered, Lithuania left"
    assert [row["announced"] for row in second] == [0, 0]
    assert "announced" in said(system, "clock", "run")
    assert [row["value"] for row in rows(system, "figures", "LAP", "13MSP")] == [row["value"] for row in figures]


REFUSED = {
    ("explain", "LAP-99", "13MSP"): "(indicator-unknown)",
    ("reconcile", "99MSP"): "(meeting-unknown)",
    ("figures", "XXX", "13MSP"): "(plan-unknown)",
    ("baselines", "XXX"): "(plan-unknown)",
    ("baselines", "VCAP", "--as-of", "2020-12-31"): "(cycle-ambiguous)",
    ("baselines", "VCAP", "--as-of", "2999-01-01"): "(future)",
    ("baselines", "VCAP", "--as-of", "soon"): "(invalid)",
    ("baselines", "VCAP", "--json", "--csv"): "choose one of --json, --csv and --xlsx",
    ("reconcile", "13MSP", "--plan", "XXX"): "(plan-unknown)",
    ("explain", "../../reports/ledger/head", "13MSP"): "",
}


@pytest.mark.parametrize(("words", "type_"), REFUSED.items(), ids=" ".join)
def test_a_refusal_is_one_line_and_exit_1(system: System, words: tuple[str, ...], type_: str) -> None:
    done = system.cli(*words)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("stocktake: ") and done.stderr.endswith(f"{type_}\n")


def test_output_holds_no_colour_when_piped(system: System) -> None:
    assert "\x1b" not in system.cli("reconcile", "13MSP").stdout
