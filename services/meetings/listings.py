"""What is only listed: who came, who voted how, who paid, who held which office. Read models, one table each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import JSON, Boolean, Column, Integer, MetaData, String, Table

from shared.events.base import Event
from shared.events.envelope import Recorded
from shared.events.meetings import (
    AboutParticipant,
    AssessmentInvoiced,
    AssessmentPaid,
    DelegationRegistered,
    IsuContributionPaid,
    OfficeAssumed,
    OfficeEnded,
    ParticipationRecorded,
    UngaVoteRecorded,
)
from shared.rows import ReadModel, Row, by_event, lineage, may_be_unknown, provenance, rests_on

metadata = MetaData()

participations: Final = Table(
    "participations",
    metadata,
    Column("meeting", String, primary_key=True),
    Column("participant", String, primary_key=True),
    Column("event_id", String, nullable=False),
    *rests_on(),
    lineage(),
    Column("state", String, index=True),
    Column("capacity", String),
    Column("registered", Boolean, nullable=False),
    Column("head_gender", String),
    Column("women", Integer),
    Column("men", Integer),
    Column("other", Integer),
    Column("victims", Integer),
    Column("victim_representatives", Integer),
    Column("confidence", String, nullable=False),
)

votes: Final = Table(
    "votes",
    metadata,
    Column("event_id", String, primary_key=True),
    *rests_on(),
    lineage(),
    Column("year", Integer, nullable=False, index=True),
    Column("state", String, nullable=False, index=True),
    Column("vote", String, nullable=False),
    Column("resolution", String),
    Column("date", JSON, nullable=False),
    Column("confidence", String, nullable=False),
)

contributions: Final = Table(
    "isu_contributions",
    metadata,
    Column("event_id", String, primary_key=True),
    *rests_on(),
    lineage(),
    Column("state", String, nullable=False, index=True),
    Column("budget_year", Integer, nullable=False, index=True),
    Column("amount", String),
    Column("currency", String),
    Column("paid", may_be_unknown()),
    Column("confidence", String, nullable=False),
)

assessments: Final = Table(
    "assessments",
    metadata,
    Column("state", String, primary_key=True),
    Column("meeting", String, primary_key=True),
    Column("event_id", String, nullable=False),
    *rests_on(),
    lineage(),
    Column("amount", String),
    Column("currency", String),
    Column("issued", String),
    Column("payments", JSON, nullable=False),
    Column("settled", Boolean, nullable=False),
    Column("confidence", String, nullable=False),
)

offices: Final = Table(
    "offices",
    metadata,
    Column("office_id", String, primary_key=True),
    Column("event_id", String, nullable=False),
    *rests_on(),
    lineage(),
    Column("office", String, nullable=False),
    Column("theme", String),
    Column("state", String, nullable=False, index=True),
    Column("gender", String, nullable=False),
    Column("since", JSON, nullable=False),
    Column("to", String),
    Column("confidence", String, nullable=False),
)


def _of_participant(event: Event) -> tuple[str, ...]:
    """That somebody came is told on one stream, with whom on another; both make one row."""
    if not isinstance(event, AboutParticipant):
        return (event.stream,)
    place = f"{event.meeting}-{event.participant}"
    return (f"participation-{place}", f"delegation-{place}")


def participation_key(event: Event, _: Recorded) -> Mapping[str, Any] | None:
    """A row per meeting and participant: that somebody came, and with whom."""
    if isinstance(event, ParticipationRecorded | DelegationRegistered):
        return {"meeting": event.meeting, "participant": event.participant}
    return None


def participation_row(row: Row | None, event: Event, recorded: Recorded) -> Row | None:
    """Capacity from the one event, the delegation from the other, in whatever order they come."""
    match event:
        case ParticipationRecorded():
            said: Row = {"capacity": event.capacity}
        case DelegationRegistered():
            said = {
                "registered": True,
                "head_gender": event.head_gender,
                "women": event.women,
                "men": event.men,
                "other": event.other,
                "victims": event.victims,
                "victim_representatives": event.victim_representatives,
            }
        case _:
            return None
    named = {"meeting": event.meeting, "participant": event.participant, "state": event.subject}
    return {"registered": False} | (row or {}) | named | _lived(row, event, recorded) | said


def vote_row(_: Row | None, event: Event, recorded: Recorded) -> Row | None:
    """A State's vote on a year's resolution."""
    if not isinstance(event, UngaVoteRecorded):
        return None
    return provenance(recorded) | {
        "year": event.year,
        "state": event.state,
        "vote": event.vote,
        "resolution": event.resolution,
        "date": event.model_dump(mode="json", by_alias=True)["date"],
        "confidence": event.confidence,
    }


def contribution_row(_: Row | None, event: Event, recorded: Recorded) -> Row | None:
    """A contribution to the support unit; the amount is not always told."""
    if not isinstance(event, IsuContributionPaid):
        return None
    return provenance(recorded) | {
        "state": event.state,
        "budget_year": event.budget_year,
        "amount": event.amount,
        "currency": event.currency,
        "paid": event.model_dump(mode="json", by_alias=True)["paid"],
        "confidence": event.confidence,
    }


def assessment_key(event: Event, _: Recorded) -> Mapping[str, Any] | None:
    """A row per State and meeting."""
    if isinstance(event, AssessmentInvoiced | AssessmentPaid):
        return {"state": event.state, "meeting": event.meeting}
    return None


def assessment_row(row: Row | None, event: Event, recorded: Recorded) -> Row | None:
    """What was invoiced, and each payment towards it."""
    before: Row = {"payments": [], "settled": False} | (row or {})
    match event:
        case AssessmentInvoiced():
            said: Row = {"amount": event.amount, "currency": event.currency, "issued": event.issued.isoformat()}
        case AssessmentPaid():
            paid = {"amount": event.amount, "paid": event.paid.isoformat(), "eventId": recorded.id}
            said = {"payments": [*before["payments"], paid], "settled": before["settled"] or event.settles}
        case _:
            return None
    return before | {"state": event.state, "meeting": event.meeting} | _lived(row, event, recorded) | said


def office_key(event: Event, _: Recorded) -> Mapping[str, Any] | None:
    """A row per term of office."""
    return {"office_id": event.office_id} if isinstance(event, OfficeAssumed | OfficeEnded) else None


def office_row(row: Row | None, event: Event, recorded: Recorded) -> Row | None:
    """Who holds it, from when, and until when once that is recorded; the person's name stays in the ledger."""
    match event:
        case OfficeAssumed():
            said: Row = {
                "office": event.office,
                "theme": event.theme,
                "state": event.state,
                "gender": event.gender,
                "since": event.model_dump(mode="json", by_alias=True)["from"],
            }
        case OfficeEnded() if row:  # the decider takes no end without a beginning
            said = {"to": event.to.isoformat()}
        case _:
            return None
    return (row or {}) | {"office_id": event.office_id} | _lived(row, event, recorded) | said


def _lived(row: Row | None, event: Event, recorded: Recorded) -> Row:
    """Provenance of a row that several events make: the latest one's, with the passages of all.

    One unverified event among them makes the row unverified.
    """
    origin = provenance(recorded)
    earlier: list[Row] = row["passages"] if row else []
    passages = [*earlier, *(one for one in origin["passages"] if one not in earlier)]
    unverified = "unverified" in (event.confidence, row["confidence"] if row else "verified")
    return origin | {
        "passages": passages,
        "confidence": "unverified" if unverified else "verified",
    }


MODELS: Final = (
    ReadModel(participations, participation_key, participation_row, _of_participant),
    ReadModel(votes, by_event(UngaVoteRecorded), vote_row),
    ReadModel(contributions, by_event(IsuContributionPaid), contribution_row),
    ReadModel(assessments, assessment_key, assessment_row),
    ReadModel(offices, office_key, office_row),
)
