"""Reporting cycles as a GraphQL type, and the days that a meeting stands for."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import strawberry

from services.gateway.asking.selection import Info
from services.gateway.problems import PublicError


@strawberry.type(description="A reporting cycle: the span that a meeting looks back on.")
class Cycle:
    """What `meeting:` fills a cut from."""

    code: str = strawberry.field(description="Its code, 13MSP; usually that of its meeting.")
    first: date = strawberry.field(description="Its first day.")
    last: date = strawberry.field(description="Its last day.")
    meeting: str | None = strawberry.field(description="Code of the meeting that it leads to.")
    previous_meeting: str | None = strawberry.field(description="Code of the meeting before.")
    report_year: int | None = strawberry.field(description="The calendar year that annual reports in it are on.")


async def cycles(info: Info) -> list[Cycle]:
    """Resolver of all cycles."""
    return [_cycle(row) for row in (await info.context.ask("/indicators/cycles")).value]


async def last_day_of(info: Info, meeting: str) -> date:
    """The last day of a meeting's cycle, or the day itself where one is given instead of a meeting.

    Raises PublicError `meeting-unknown`, or `invalid` for a day that the calendar does not have.
    """
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", meeting, re.ASCII):
        try:
            return date.fromisoformat(meeting)
        except ValueError:
            raise PublicError("invalid", f"{meeting} is no date") from None
    rows = (await info.context.ask("/indicators/cycles")).value
    for row in rows:
        if meeting in (row["cycle"], row["meeting"]):
            return date.fromisoformat(row["to"])
    names = ", ".join(row["cycle"] for row in rows) or "none"
    raise PublicError("meeting-unknown", f"no cycle is defined for {meeting[:80]!r}; there are: {names}")


def _cycle(row: dict[str, Any]) -> Cycle:
    return Cycle(
        code=row["cycle"],
        first=date.fromisoformat(row["from"]),
        last=date.fromisoformat(row["to"]),
        meeting=row["meeting"],
        previous_meeting=row["previousMeeting"],
        report_year=row["reportYear"],
    )
