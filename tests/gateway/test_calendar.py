"""The calendar, read back by a calendar library: what is due when, to whom, and why; the same bytes every time."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from services.gateway.pages.calendar import STALE, calendar
from tests.gateway.owed import deadline, meeting

STAMP = date(2026, 11, 21)


def made(*deadlines: dict[str, object], meetings: tuple[dict[str, object], ...] = ()) -> bytes:
    return calendar("Convention", deadlines, meetings, stamp=STAMP)


def events(body: bytes) -> list[dict[str, object]]:
    """Each event of a calendar: days as days, everything else as text."""
    return [
        {name.lower(): getattr(value, "dt", None) or str(value) for name, value in event.items()}
        | {"categories": ",".join(map(str, event.categories))}
        for event in Calendar.from_ical(body).events
    ]


def test_a_duty_is_an_event_on_its_day_with_formula_article_and_source() -> None:
    (event,) = events(made(deadline()))

    assert event == {
        "uid": "deadline:CIV-annual_report-2026@stocktake",
        "dtstamp": datetime(2026, 11, 21, tzinfo=UTC),
        "dtstart": date(2027, 4, 30),
        "dtend": date(2027, 5, 1),
        "summary": "Côte d'Ivoire: annual transparency report, 2026",
        "description": "30 April of the year after 2026\nArticle 7.2\nSource: CCM/MSP/2025/9 para 12",
        "categories": "Transparency",
        "transp": "TRANSPARENT",
    }


def test_the_day_is_a_date_without_a_time_and_nothing_rings() -> None:
    body = made(deadline())

    assert b"DTSTART;VALUE=DATE:20270430\r\n" in body
    assert b"VALARM" not in body


def test_long_lines_are_folded_and_come_back_whole() -> None:
    formula = "entrée en vigueur plus dix ans, prolongée par la réunion à Genève; " * 9
    body = made(deadline(formula=formula))
    (event,) = events(body)

    assert max(map(len, body.split(b"\r\n"))) <= 75
    assert formula in str(event["description"])


def test_the_same_rows_give_the_same_bytes_in_any_order() -> None:
    rows = [deadline(), deadline(state="AUT"), deadline(what="clearance", theme="clearance", due="2026-12-01")]

    assert made(*rows) == made(*reversed(rows))
    assert [event["dtstart"] for event in events(made(*rows))] == [
        date(2026, 12, 1), date(2027, 4, 30), date(2027, 4, 30),
    ]  # fmt: skip


def test_a_duty_keeps_its_identity_when_its_day_moves() -> None:
    before, after = events(made(deadline())), events(made(deadline(due="2028-04-30")))

    assert before[0]["uid"] == after[0]["uid"]
    assert before[0]["dtstart"] != after[0]["dtstart"]


NOT_SHOWN = [
    {"status": "timely"},
    {"status": "late"},
    {"status": "cannotTell"},
    {"status": "notRecorded"},
    {"status": "notRecorded", "due": None},
    {"status": "ahead", "due": None},
]


@pytest.mark.parametrize("given", NOT_SHOWN, ids=str)
def test_what_is_done_or_not_known_has_no_day_in_the_calendar(given: dict[str, object]) -> None:
    assert events(made(deadline(**given))) == []


def test_an_overdue_duty_says_so_and_so_does_one_that_nobody_checked() -> None:
    (event,) = events(made(deadline(status="overdue", confidence="unverified", reason="no report is recorded")))

    assert event["summary"] == "Côte d'Ivoire: annual transparency report, 2026 (overdue)"
    reason, doubt = str(event["description"]).splitlines()[-2:]
    assert (reason, doubt) == ("no report is recorded", "Rests on facts that nobody has checked yet.")


MEETINGS = [
    (meeting(), date(2025, 9, 16), date(2025, 9, 20), "Thirteenth Meeting of States Parties"),
    (meeting(closes=None, title=None), date(2025, 9, 16), date(2025, 9, 17), "13MSP"),
]


@pytest.mark.parametrize(("row", "first", "end", "summary"), MEETINGS, ids=["with its days", "with its first day"])
def test_a_meeting_is_an_event_of_its_days(row: dict[str, object], first: date, end: date, summary: str) -> None:
    (event,) = events(made(meetings=(row,)))

    assert (event["uid"], event["dtstart"], event["dtend"]) == ("meeting:13MSP@stocktake", first, end)
    assert (event["summary"], event["location"], event["categories"]) == (summary, "Geneva", "Meetings")


def test_a_meeting_without_a_date_is_left_out() -> None:
    assert events(made(meetings=(meeting(opens=None, closes=None),))) == []


def test_a_calendar_from_before_a_service_went_down_says_so() -> None:
    fresh = Calendar.from_ical(calendar("Convention", [], [], stamp=STAMP))
    stale = Calendar.from_ical(calendar("Convention", [], [], stamp=STAMP, stale=True))

    assert (fresh.get("description"), str(stale["description"])) == (None, STALE)
    assert (str(fresh["version"]), str(fresh["name"])) == ("2.0", "Convention")
