"""What the meetings service answers from: membership acts, meetings, requests heard of, analyses and decisions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import JSON, Boolean, Column, Date, Integer, MetaData, String, Table

from services.meetings.listings import MODELS as LISTINGS
from shared.events.base import Event
from shared.events.envelope import Recorded
from shared.events.meetings import ExtensionDecided, MeetingScheduled, RequestContentAssessed
from shared.events.reports import ExtensionAnnounced, ExtensionRequested, ExtensionWithdrawn
from shared.rows import ReadModel, Row, Rows, lineage, may_be_unknown, provenance, rests_on
from shared.treaty.membership import act_of

metadata = MetaData()

acts: Final = Table(
    "membership_acts",
    metadata,
    Column("event_id", String, primary_key=True),
    lineage(),
    *rests_on(),
    Column("state", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("date", Date, nullable=False),
    Column("instrument", String),
    Column("engaged", Boolean, nullable=False),
    Column("confidence", String, nullable=False),
)

meetings: Final = Table(
    "meetings",
    metadata,
    Column("meeting", String, primary_key=True),
    Column("event_id", String, nullable=False),
    *rests_on(),
    Column("kind", String, nullable=False),
    Column("title", String),
    Column("opens", Date, index=True),
    Column("closes", Date),
    Column("place", String),
    Column("presidency", String),
    Column("part_of", String),
    lineage(),
    Column("confidence", String, nullable=False),
)

heard: Final = Table(
    "requests_heard",
    metadata,
    Column("request_id", String, primary_key=True),
    Column("status", String, nullable=False),
)

considered: Final = Table(
    "requests_considered",
    metadata,
    Column("request_id", String, primary_key=True),
    Column("event_id", String, nullable=False),
    lineage(),
    *rests_on(),
    Column("state", String, nullable=False, index=True),
    Column("article", Integer, nullable=False),
    Column("meeting", String),
    Column("outcome", String),
    Column("months", Integer),
    Column("new_deadline", may_be_unknown()),
    Column("benchmarks", JSON, nullable=False),
    Column("for_votes", Integer),
    Column("against", Integer),
    Column("assessments", JSON, nullable=False),
    Column("confidence", String, nullable=False),
)


def act_key(event: Event, recorded: Recorded) -> Mapping[str, Any] | None:
    """A row per act; the clock's announcements are none."""
    return {"event_id": recorded.id} if act_of(event) else None


def act_row(_: Row | None, event: Event, recorded: Recorded) -> Row | None:
    """The act as the membership clock takes it."""
    act = act_of(event)
    if act is None:
        return None
    return provenance(recorded) | {
        "state": act.state,
        "kind": act.kind,
        "date": act.date,
        "instrument": act.instrument,
        "engaged": act.engaged,
        "confidence": event.confidence,
    }


def meeting_key(event: Event, _: Recorded) -> Mapping[str, Any] | None:
    """A row per meeting."""
    return {"meeting": event.meeting} if isinstance(event, MeetingScheduled) else None


def meeting_row(_: Row | None, event: Event, recorded: Recorded) -> Row | None:
    """The latest schedule; its event ids tell of the earlier ones."""
    if not isinstance(event, MeetingScheduled):
        return None
    return provenance(recorded) | {
        "meeting": event.meeting,
        "kind": event.kind,
        "title": event.title,
        "opens": event.opens,
        "closes": event.closes,
        "place": event.place,
        "presidency": event.presidency,
        "part_of": event.part_of,
        "confidence": event.confidence,
    }


def heard_key(event: Event, _: Recorded) -> Mapping[str, Any] | None:
    """A row per request of the reports stream."""
    if isinstance(event, ExtensionAnnounced | ExtensionRequested | ExtensionWithdrawn):
        return {"request_id": event.request_id}
    return None


def heard_row(_: Row | None, event: Event, __: Recorded) -> Row | None:
    """What a decision needs to know of a request: whether it is submitted, and not withdrawn."""
    match event:
        case ExtensionAnnounced():
            return {"request_id": event.request_id, "status": "announced"}
        case ExtensionRequested():
            return {"request_id": event.request_id, "status": "submitted"}
        case ExtensionWithdrawn():
            return {"request_id": event.request_id, "status": "withdrawn"}
        case _:
            return None


def considered_key(event: Event, _: Recorded) -> Mapping[str, Any] | None:
    """A row per request analysed or decided."""
    known = isinstance(event, ExtensionDecided | RequestContentAssessed)
    return {"request_id": getattr(event, "request_id", None)} if known else None


def considered_row(row: Row | None, event: Event, recorded: Recorded) -> Row | None:
    """The decision, and the assessments that went before it; passages add up."""
    if not isinstance(event, ExtensionDecided | RequestContentAssessed):
        return None
    state, article, _ = event.request_id.split("-")
    before = row or {
        "request_id": event.request_id,
        "state": state,
        "article": int(article),
        "benchmarks": [],
        "assessments": [],
        "passages": [],
        "confidence": event.confidence,
    }
    origin = provenance(recorded)
    passages = [*before["passages"], *(p for p in origin["passages"] if p not in before["passages"])]
    return before | origin | {"passages": passages} | _said(before, event, recorded)


def _said(before: Row, event: ExtensionDecided | RequestContentAssessed, recorded: Recorded) -> Row:
    if isinstance(event, RequestContentAssessed):
        said = {"item": event.item, "outcome": event.outcome, "date": event.date.isoformat(), "eventId": recorded.id}
        return {"assessments": [*before["assessments"], said]}
    data = event.model_dump(mode="json", by_alias=True)
    return {
        "meeting": event.meeting,
        "outcome": event.outcome,
        "months": event.months,
        "new_deadline": data["new_deadline"],
        "benchmarks": data["benchmarks"],
        "for_votes": event.for_votes,
        "against": event.against,
        "confidence": event.confidence,
    }


PROJECTIONS: Final = (
    Rows(
        "meetings",
        4,
        ("meetings",),
        (
            ReadModel(acts, act_key, act_row),
            ReadModel(meetings, meeting_key, meeting_row),
            ReadModel(considered, considered_key, considered_row),
            *LISTINGS,
        ),
    ),
    Rows("requests-heard", 2, ("reports",), (ReadModel(heard, heard_key, heard_row),)),
)
