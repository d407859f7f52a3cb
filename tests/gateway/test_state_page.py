"""The page of a State: everything it owes, with the causes and passages, without scripts."""

from __future__ import annotations

import httpx
import pytest

from tests.gateway.test_page import Tags, words

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_states_page_says_what_it_is_owes_and_asked_for(door: httpx.AsyncClient) -> None:
    answer = await door.get("/states/LAO")
    said = words(answer.text)

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    for part in (
        "Lao People&#39;s Democratic Republic on 2026-11-21",
        "State Party LAO",
        "Deposited 2010-09-18 (accession)",
        "In force since 2011-03-01",
        "Article 4: outstanding",
        "Deadline: not recorded",
        "LAO-4-1 under Article 4: submitted",
        "not recorded, although 13MSP has closed",
        "annual transparency report, 2026",
        "REPORT-2025, 91 event",
        "facts known by 2026-11-21",
    ):
        assert part in said, part


async def test_on_an_earlier_day_the_page_knows_no_more_than_was_known(door: httpx.AsyncClient) -> None:
    said = words((await door.get("/states/LAO?on=2021-02-28")).text)

    assert "on 2021-02-28" in said
    assert "LAO-4-1" not in said


async def test_a_state_that_is_not_party_owes_nothing(door: httpx.AsyncClient) -> None:
    said = words((await door.get("/states/USA")).text)

    for part in ("neither signed nor acceded", "Acts none recorded", "No deadline is open.", "None recorded."):
        assert part in said, part


async def test_a_state_that_left_says_so(door: httpx.AsyncClient) -> None:
    said = words((await door.get("/states/LTU")).text)

    for part in ("former State Party", "Notice of withdrawal 2024-09-06", "Withdrawn with effect from 2025-03-06"):
        assert part in said, part


async def test_the_page_loads_nothing_from_elsewhere_and_its_tables_say_what_they_are(door: httpx.AsyncClient) -> None:
    answer = await door.get("/states/LAO")
    tags = Tags(answer.text)

    assert tags.of("script") + tags.of("style") + tags.of("img") == []
    assert all((one["href"] or "").startswith(("/", "#")) for one in tags.of("a"))
    assert {one.get("scope") for one in tags.of("th")} == {"col", "row"}
    assert len(tags.of("caption")) == len(tags.of("table")) == 2
    assert len(tags.of("h1")) == 1


async def test_a_figures_states_lead_to_their_pages(door: httpx.AsyncClient) -> None:
    page = await door.get("/figures/LAP-38.1?meeting=13MSP")

    assert {"/states/LAO", "/states/LTU"} <= {one["href"] for one in Tags(page.text).of("a")}


NOT_THERE = {"/states/XXX": 404, "/states/<b>": 404, "/states/LAO?on=2026-13-01": 422, "/states/LAO?on=1899-01-01": 422}


@pytest.mark.parametrize(("path", "status"), NOT_THERE.items(), ids=NOT_THERE)
async def test_what_is_not_there_is_said_on_a_page(door: httpx.AsyncClient, path: str, status: int) -> None:
    answer = await door.get(path)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert "<b>" not in answer.text
