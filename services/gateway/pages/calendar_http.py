"""The calendars that people subscribe to: of a State, a theme, a meeting, or everything."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from services.gateway.asking.upstream import Answer, Parameters, Upstream
from services.gateway.pages.duty_words import THEMES
from services.gateway.problems import segment
from shared.problems import Problem
from shared.states import is_iso3, states

CALENDAR = "text/calendar"

FRESH = "max-age=300"
"""How long a reader may keep a calendar unasked: readers poll by the hour, and the clock runs by the day."""


def asked_for(
    on: Annotated[str | None, Query(max_length=10, description="The day to look from; today if left out.")] = None,
    within: Annotated[str | None, Query(max_length=10, description="90d, 12m or 2y from that day.")] = None,
) -> Parameters:
    """What every calendar takes; the indicators service says what is right."""
    return {"on": on, "within": within}


Asked = Annotated[Parameters, Depends(asked_for)]


def calendar_router(upstream: Upstream) -> APIRouter:
    """`/calendar/…`."""
    router = APIRouter(prefix="/calendar", include_in_schema=False)

    @router.get("/all.ics")
    async def everything(request: Request, asked: Asked) -> Response:
        """Every duty, and every meeting that has a date."""
        deadlines, meetings = await asyncio.gather(
            upstream.ask("/indicators/deadlines", asked), upstream.ask("/meetings/meetings")
        )
        return _answer(request, "Convention on Cluster Munitions", [deadlines, meetings], meetings.value)

    @router.get("/states/{iso3}.ics")
    async def of_state(request: Request, iso3: str, asked: Asked) -> Response:
        """What one State owes."""
        deadlines = await upstream.ask("/indicators/deadlines", {**asked, "state": known_state(iso3)})
        return _answer(request, f"Convention on Cluster Munitions: {states()[iso3].name}", [deadlines])

    @router.get("/themes/{theme}.ics")
    async def of_theme(request: Request, theme: str, asked: Asked) -> Response:
        """What States owe in one field of work."""
        if theme not in THEMES:
            detail = f"{theme[:80]!r} is none; there are: {', '.join(THEMES)}"
            raise Problem(404, "theme-unknown", "No such theme", detail, field="path")
        deadlines = await upstream.ask("/indicators/deadlines", {**asked, "theme": theme})
        return _answer(request, f"Convention on Cluster Munitions: {THEMES[theme]}", [deadlines])

    @router.get("/meetings/{meeting}.ics")
    async def of_meeting(request: Request, meeting: str, asked: Asked) -> Response:
        """A meeting, and what States owe towards it."""
        scheduled = await upstream.ask(f"/meetings/meetings/{segment(meeting)}")
        deadlines = await upstream.ask("/indicators/deadlines", {**asked, "meeting": meeting})
        return _answer(request, scheduled.value["title"] or meeting, [deadlines, scheduled], [scheduled.value])

    return router


def known_state(iso3: str) -> str:
    """The code of one of the 197 States. Raises Problem 404 `state-unknown`."""
    if not is_iso3(iso3):
        detail = f"{iso3[:80]!r} is no code of a State; write ISO 3166-1 alpha-3, such as LAO"
        raise Problem(404, "state-unknown", "No such State", detail, field="path")
    return iso3


def _answer(
    request: Request, name: str, answers: Sequence[Answer], meetings: Sequence[Mapping[str, Any]] = ()
) -> Response:
    """The calendar, or 304 where the reader holds these very bytes already."""
    from services.gateway.pages.calendar import calendar  # only now: its library is slow to import

    found = answers[0].value
    stamp = date.fromisoformat(found["cut"]["knownBy"])
    stale = any(answer.stale for answer in answers)
    body = calendar(name, found["deadlines"], meetings, stamp=stamp, stale=stale)
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"etag": tag, "cache-control": FRESH}
    if _holds(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=CALENDAR, headers=headers)


def _holds(if_none_match: str, tag: str) -> bool:
    """RFC 9110 §13.1.2: weak comparison with each tag of the list, or any at all."""
    tags = {one.strip().removeprefix("W/") for one in if_none_match.split(",")}
    return tag in tags or "*" in tags
