"""Deadlines and meetings as an iCalendar (RFC 5545): a pure function of rows, the same bytes for the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Calendar, Event

from services.gateway.pages.duty_words import THEMES, duty, passages
from shared.states import states

Row = Mapping[str, Any]

PRODUCT = "-//Stocktake//Convention on Cluster Munitions//EN"

SHOWN = frozenset({"ahead", "overdue"})
"""Statuses of a duty that still asks for something; what is not recorded gets no day in a calendar."""

STALE = "A service is down: newer facts may be missing."


def calendar(
    name: str, deadlines: Iterable[Row], meetings: Iterable[Row], *, stamp: date, stale: bool = False
) -> bytes:
    """The calendar `name` with the duties that are ahead or overdue on a known day, and the meetings that have one.

    `stamp` is the day on which the facts were known: an event's DTSTAMP says when it was last made, and a clock of
    our own would make every answer a new one.
    """
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("name", name)
    made.add("x-wr-calname", name)
    if stale:
        made.add("description", STALE)
    known = [(one["due"], _duty(one)) for one in deadlines if one["due"] and one["status"] in SHOWN]
    dated = [(one["opens"], _meeting(one)) for one in meetings if one["opens"]]
    for _, event in sorted(known + dated, key=lambda one: (one[0], str(one[1]["uid"]))):
        event.add("dtstamp", datetime.combine(stamp, time(), UTC))
        made.add_component(event)
    return bytes(made.to_ical())


def _duty(row: Row) -> Event:
    state = states()[row["state"]]
    overdue = " (overdue)" if row["status"] == "overdue" else ""
    due = date.fromisoformat(row["due"])
    event = _all_day(f"deadline:{row['state']}-{row['what']}", due, due)
    event.add("summary", f"{state.name}: {duty(row['what'])}{overdue}")
    event.add("description", "\n".join(_said(row)))
    event.add("categories", [THEMES[row["theme"]]])
    return event


def _said(row: Row) -> Iterable[str]:
    """The lines of a duty's description."""
    yield row["formula"]
    yield f"Article {row['article']}"
    yield f"Source: {passages(row['source']) or 'none recorded'}"
    if row["reason"]:
        yield row["reason"]
    if row["confidence"] == "unverified":
        yield "Rests on facts that nobody has checked yet."


def _meeting(row: Row) -> Event:
    first = date.fromisoformat(row["opens"])
    last = date.fromisoformat(row["closes"]) if row["closes"] else first
    event = _all_day(f"meeting:{row['meeting']}", first, last)
    event.add("summary", row["title"] or row["meeting"])
    if row["place"]:
        event.add("location", row["place"])
    event.add("categories", ["Meetings"])
    return event


def _all_day(identity: str, first: date, last: date) -> Event:
    """An event on whole days, which takes nobody's time; its identity stays when its day moves."""
    event = Event()
    event.add("uid", f"{identity}@stocktake")
    event.add("dtstart", first)
    event.add("dtend", last + timedelta(days=1))  # exclusive
    event.add("transp", "TRANSPARENT")
    return event
