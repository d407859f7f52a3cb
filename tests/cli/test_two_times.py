"""replay, restate, seal and seals verify, as an operator calls them."""

from __future__ import annotations

import json

from tests.journeys.system import System


def test_replay_prints_its_cut_and_its_hash_and_takes_the_cut_again(system: System) -> None:
    shown = system.cli("replay", "13MSP", "--plan", "LAP")
    found = json.loads(system.cli("replay", "13MSP", "--plan", "LAP", "--json").stdout)
    again = json.loads(system.cli("replay", "13MSP", "--plan", "LAP", "--json", "--at", json.dumps(found)).stdout)

    short = ",".join(f"{ledger}:{at}" for ledger, at in found["positions"].items())
    briefly = system.cli("replay", "13MSP", "--plan", "LAP", "--json", "--at", short)

    assert found["hash"] in shown.stdout
    assert json.loads(briefly.stdout) == found
    assert again == found
    assert list(found) == ["meeting", "basis", "knownBy", "effectiveAt", "positions", "figures", "hash"]


def test_an_earlier_day_is_another_cut_and_a_day_to_come_is_refused(system: System) -> None:
    earlier = json.loads(system.cli("replay", "13MSP", "--known-by", "2024-12-31", "--json").stdout)
    refused = system.cli("replay", "13MSP", "--known-by", "2999-01-01")

    assert earlier["knownBy"] == "2024-12-31"
    assert (refused.returncode, refused.stderr.count("\n")) == (1, 1)
    assert "future" in refused.stderr


def test_restate_shows_the_three_sides(system: System) -> None:
    done = system.cli("restate", "LAP-38.1", "--from", "13MSP", "--to", "now")

    assert done.returncode == 0, done.stderr
    assert all(side in done.stdout for side in ("published", "reconstructed", "now"))
    assert system.cli("restate", "LAP-99.9", "--from", "13MSP").returncode == 1


def test_a_meeting_is_sealed_once_and_superseded_with_a_reason_and_seals_are_verified(system: System) -> None:
    first, twice = system.cli("seal", "13MSP", "--plan", "LAP"), system.cli("seal", "13MSP", "--plan", "LAP")
    later = system.cli("seal", "13MSP", "--plan", "LAP", "--reason", "a letter was found")
    verified = system.cli("seals", "verify", "--json")

    assert (first.returncode, later.returncode, verified.returncode) == (0, 0, 0), first.stderr + later.stderr
    assert (twice.returncode, "sealed-already" in twice.stderr) == (1, True)
    assert [row["sound"] for row in json.loads(verified.stdout)] == [True, True]


def test_figures_are_followed_once_and_a_change_is_listed_with_its_cause(system: System) -> None:
    first = json.loads(system.cli("changes", "run", "--json").stdout)
    again = system.cli("changes", "run")
    listed = system.cli("changes", "list", "--meeting", "13MSP")

    assert first["announced"] > 0
    assert (again.returncode, again.stdout.split()[:2]) == (0, ["0", "told"])
    assert (listed.returncode, "Because of" in listed.stdout) == (0, True), listed.stderr
    assert json.loads(system.cli("changes", "list", "--json").stdout) == []
