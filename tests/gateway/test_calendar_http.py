"""The calendars over the real services: what each holds, what is not there, and what a reader holds already."""

from __future__ import annotations

import httpx
import pytest
from icalendar import Calendar

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def identities(door: httpx.AsyncClient, path: str) -> list[str]:
    """The identities of a calendar's events, by day."""
    answer = await door.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8"), answer.text
    return [str(event["uid"]).removesuffix("@stocktake") for event in Calendar.from_ical(answer.content).events]


async def test_a_states_calendar_holds_what_it_owes_and_nobody_else(door: httpx.AsyncClient) -> None:
    found = await identities(door, "/calendar/states/LAO.ics")

    assert "deadline:LAO-annual_report-2026" in found
    assert {one.split("-")[0] for one in found} == {"deadline:LAO"}


async def test_a_deadline_that_is_not_recorded_has_no_day_there(door: httpx.AsyncClient) -> None:
    rows = (await door.get("/indicators/deadlines?state=LAO")).json()["deadlines"]
    (clearance,) = [row for row in rows if row["what"] == "clearance"]

    assert clearance["status"] == "notRecorded"
    assert "deadline:LAO-clearance" not in await identities(door, "/calendar/states/LAO.ics")


async def test_before_the_meeting_the_deadline_had_its_day(door: httpx.AsyncClient) -> None:
    found = await identities(door, "/calendar/states/LAO.ics?on=2021-02-28")

    assert "deadline:LAO-clearance" in found


async def test_a_theme_holds_only_what_is_about_it(door: httpx.AsyncClient) -> None:
    answer = await door.get("/calendar/themes/transparency.ics")
    events = Calendar.from_ical(answer.content).events

    assert {str(one) for event in events for one in event.categories} == {"Transparency"}
    assert {str(event["uid"])[9:12] for event in events} >= {"CIV", "LAO"}
    assert any(str(event["summary"]).startswith("Côte d'Ivoire: ") for event in events)


async def test_a_meeting_is_in_its_own_calendar_with_what_is_owed_to_it(door: httpx.AsyncClient) -> None:
    found = await identities(door, "/calendar/meetings/3RC.ics?on=2026-06-01")
    rows = (await door.get("/indicators/deadlines?meeting=3RC&on=2026-06-01")).json()["deadlines"]
    owed = {f"deadline:{row['state']}-{row['what']}" for row in rows if row["status"] in ("ahead", "overdue")}

    assert set(found) == {"meeting:3RC"} | owed


async def test_everything_holds_all_of_them(door: httpx.AsyncClient) -> None:
    found = await identities(door, "/calendar/all.ics")

    assert {"meeting:13MSP", "meeting:3RC", "deadline:LAO-annual_report-2026", "deadline:CIV-annual_report-2026"} <= {
        *found
    }
    assert len(found) == len(set(found))


async def test_within_leaves_out_what_is_further_away(door: httpx.AsyncClient) -> None:
    near = await identities(door, "/calendar/states/LAO.ics?within=90d")

    assert "deadline:LAO-annual_report-2026" not in near


async def test_who_holds_the_calendar_already_is_told_so_in_few_bytes(door: httpx.AsyncClient) -> None:
    first = await door.get("/calendar/all.ics")
    tag = first.headers["etag"]
    again = await door.get("/calendar/all.ics", headers={"if-none-match": f'"other", W/{tag}'})
    other = await door.get("/calendar/states/LAO.ics", headers={"if-none-match": tag})

    assert (await door.get("/calendar/all.ics")).content == first.content
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (other.status_code, other.headers["etag"] != tag) == (200, True)


NOT_THERE = {
    "/calendar/states/XXX.ics": (404, "state-unknown"),
    "/calendar/states/lao.ics": (404, "state-unknown"),
    "/calendar/themes/war.ics": (404, "theme-unknown"),
    "/calendar/meetings/99MSP.ics": (404, "meeting-unknown"),
    "/calendar/meetings/..%2F..%2Fstates.ics": (404, "not-found"),
    "/calendar/all.ics?on=2026-13-01": (422, "invalid"),
    "/calendar/all.ics?within=12x": (422, "invalid"),
}


@pytest.mark.parametrize(("path", "expected"), NOT_THERE.items(), ids=NOT_THERE)
async def test_what_is_not_there_is_a_problem(door: httpx.AsyncClient, path: str, expected: tuple[int, str]) -> None:
    answer = await door.get(path)

    assert answer.status_code == expected[0]
    assert answer.json().get("type", "").rsplit("/", 1)[-1] == expected[1]
