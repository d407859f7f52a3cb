"""The last day on which a request to extend a deadline is timely (CR-13, CR-23), ahead and as it was met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from services.indicators.duties.conferences import Conference, conferences
from services.indicators.duties.turns import OWED
from services.indicators.duties.types import Deadline, Obligation, Process, Theme
from services.indicators.world.world import World
from shared.treaty.deadlines import last_timely_request
from shared.treaty.periods import add_years

_THEME: dict[int, Theme] = {3: "stockpile", 4: "clearance"}
_ARTICLE, _RULE = {3: "3.5", 4: "4.5"}, {3: "CR-13", 4: "CR-23"}


def request_deadlines(
    standings: Sequence[Obligation], requests: Sequence[Process], world: World, on: date
) -> Iterator[Deadline]:
    """Of one State: each request by its verdict, and the day by which the next would have to come."""
    for request in requests:
        if any(cause.kind == "ExtensionRequested" for cause in request.chain):
            yield _asked(request)
    for one in standings:
        pending = any(request.pending and str(request.article) == one.article for request in requests)
        if one.name is None and one.status in OWED and one.deadline and not pending:
            meeting = considering(one.deadline, world)
            if meeting is not None and on <= last_timely_request(meeting.opens):
                yield _ahead(one, one.deadline, meeting)


def considering(deadline: date, world: World) -> Conference | None:
    """The meeting at which a deadline would have to be extended: the last to open by then.

    Meetings are yearly (Article 11.2): of a deadline more than a year after the last one dated, the meeting that would
    consider it has no date yet.
    """
    before = [one for one in conferences(world) if one.opens <= deadline]
    return before[-1] if before and deadline < add_years(before[-1].opens, 1) else None


def _asked(request: Process) -> Deadline:
    undated = None if request.limit else f"{request.for_meeting or 'the meeting'} has no date yet"
    return Deadline(
        state=request.state,
        article=_ARTICLE[request.article],
        what=f"extension_request-{request.article}-{request.for_meeting or 'undated'}",
        due=request.limit,
        status=request.timeliness,
        formula=_formula(request.for_meeting, request.opens),
        sources=request.sources,
        theme=_THEME[request.article],
        rule=_RULE[request.article],
        meeting=request.for_meeting,
        done=request.received,
        reason=undated,
        confidence=request.confidence,
    )


def _ahead(one: Obligation, deadline: date, meeting: Conference) -> Deadline:
    article = int(one.article)
    return Deadline(
        state=one.state,
        article=_ARTICLE[article],
        what=f"extension_request-{article}-{meeting.name}",
        due=last_timely_request(meeting.opens),
        status="ahead",
        formula=f"{_formula(meeting.name, meeting.opens)}, the last before the deadline of {deadline}",
        sources=meeting.sources,
        theme=_THEME[article],
        rule=_RULE[article],
        meeting=meeting.name,
        reason="only if the State believes that it will not meet its deadline",
        confidence=one.deadline_confidence,
    )


def _formula(meeting: str | None, opens: date | None) -> str:
    day = f" on {opens}" if opens else ""
    return f"nine months before {meeting or 'the meeting that considers it'} opens{day}"
