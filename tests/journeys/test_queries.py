"""The example queries against the loaded record: each is answered, and says what the record says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.journeys.system import ROOT, System

pytestmark = pytest.mark.journey

QUERIES = sorted((ROOT / "examples" / "queries").glob("*.graphql"))


def run(system: System, name: str, **variables: Any) -> Any:
    return system.graphql((ROOT / "examples" / "queries" / f"{name}.graphql").read_text(encoding="utf-8"), **variables)


def test_there_are_at_least_fifteen_and_each_says_what_it_is_for() -> None:
    assert len(QUERIES) >= 15
    assert all(path.read_text(encoding="utf-8").startswith("# ") for path in QUERIES)


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_each_is_answered_from_the_loaded_record(loaded: System, path: Path) -> None:
    data = loaded.graphql(path.read_text(encoding="utf-8"))

    assert all(value is not None for value in data.values())


def test_the_whole_table_has_every_indicator_at_four_meetings(loaded: System) -> None:
    actions = run(loaded, "plan_table")["plan"]["actions"]
    cells = [one[meeting] for action in actions for one in action["indicators"]
             for meeting in ("tenth", "eleventh", "twelfth", "thirteenth")]  # fmt: skip

    assert len(cells) == 85 * 4
    assert {cell["status"] for cell in cells} >= {"computed", "noData"}


def test_a_state_file_tells_laos_from_deposit_to_vote(loaded: System) -> None:
    state = run(loaded, "state_file", on="2025-06-30")["state"]

    assert (state["standing"], state["deposited"], state["entryIntoForce"]) == ("party", "2009-03-18", "2010-08-01")
    assert {one["language"] for one in state["names"]} == {"ar", "zh", "en", "fr", "ru", "es"}
    assert {one["status"] for one in state["obligations"] if one["article"] == "4"} == {"extended"}
    assert (len(state["submittedReports"]), {one["article"] for one in state["requests"]}) != (0, set())


def test_lithuania_is_what_changed_since_the_12msp(loaded: System) -> None:
    found = run(loaded, "changed_since_12msp")

    assert [edge["node"]["state"]["iso3"] for edge in found["withdrawals"]["edges"]] == ["LTU"]
    changed = {one["code"] for action in found["plan"]["actions"] for one in action["indicators"]
               if one["before"]["value"] != one["after"]["value"]}  # fmt: skip
    tables = [loaded.get("/indicators/figures", plan="LAP", meeting=meeting) for meeting in ("12MSP", "13MSP")]
    before, after = ({row["indicator"]: row["value"] for row in table["figures"]} for table in tables)
    assert changed == {code for code in after if before[code] != after[code]} != set()


def test_reports_are_overdue_only_where_the_record_is_complete(loaded: System) -> None:
    rows = run(loaded, "overdue_reports")["reportDuties"]

    assert {"CPV", "COM", "COG", "GIN", "RWA"} <= {row["state"]["iso3"] for row in rows if row["kind"] == "initial"}
    assert all(row["due"] <= "2025-06-30" for row in rows)


def test_a_figure_names_its_states_with_passages_and_its_link_gives_it_again(loaded: System) -> None:
    figure = run(loaded, "figure_with_passages")["figure"]

    assert (figure["value"], figure["published"], len(figure["members"])) == (33, "32", 33)
    assert all(member["evidence"] for member in figure["members"])
    page = loaded.text(figure["permalink"])
    assert '<p class="big">33 ' in page


def test_votes_of_a_year_come_in_pages_that_miss_nobody(loaded: System) -> None:
    seen: list[str] = []
    after = None
    while True:
        page = run(loaded, "unga_votes", first=10, after=after)["votes"]
        seen += [edge["node"]["state"]["iso3"] for edge in page["edges"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break

    assert len(seen) == len(set(seen)) == page["totalCount"] > 10
