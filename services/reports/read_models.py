"""What the reports service answers from: statements, reports, requests and declarations, one table each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import JSON, Boolean, Column, Date, Integer, MetaData, String, Table

from shared.events.base import Event
from shared.events.envelope import Recorded
from shared.events.reports import (
    DeclarationOfCompliance,
    ExtensionAnnounced,
    ExtensionRequested,
    ExtensionWithdrawn,
    NationalMeasureReported,
    PracticeReported,
    ReportSubmitted,
)
from shared.rows import ReadModel, Row, Rows, by_event, lineage, may_be_unknown, provenance, rests_on

metadata = MetaData()


statements: Final = Table(
    "statements",
    metadata,
    Column("event_id", String, primary_key=True),
    lineage(),
    *rests_on(),
    Column("state", String, nullable=False, index=True),
    Column("code", String, nullable=False, index=True),
    Column("answer", String, nullable=False),
    Column("keys", JSON, nullable=False),
    Column("detail", String),
    Column("period_from", Date, nullable=False),
    Column("period_to", Date, nullable=False),
    Column("received", JSON, nullable=False),
    Column("confidence", String, nullable=False),
)

article7: Final = Table(
    "article7",
    metadata,
    Column("event_id", String, primary_key=True),
    lineage(),
    *rests_on(),
    Column("state", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("covers_years", JSON, nullable=False),
    Column("years", String, nullable=False),  # ",2023,2024,": a list that any database can look into
    Column("received", JSON, nullable=False),
    Column("form_version", String),
    Column("forms_included", JSON, nullable=False),
    Column("revises", String),
    Column("confidence", String, nullable=False),
)

requests: Final = Table(
    "requests",
    metadata,
    Column("request_id", String, primary_key=True),
    Column("event_id", String, nullable=False),
    *rests_on(),
    Column("state", String, nullable=False, index=True),
    Column("article", Integer, nullable=False),
    Column("status", String, nullable=False),
    Column("expected", String),
    Column("received", may_be_unknown()),
    Column("updated", JSON, nullable=False),
    Column("withdrawn", Date),
    Column("for_meeting", String),
    Column("months_asked", Integer),
    Column("requested_until", may_be_unknown()),
    Column("sections", JSON, nullable=False),
    Column("work_plan", Integer),
    lineage(),
    Column("confidence", String, nullable=False),
)

declarations: Final = Table(
    "declarations",
    metadata,
    Column("event_id", String, primary_key=True),
    lineage(),
    *rests_on(),
    Column("state", String, nullable=False, index=True),
    Column("article", Integer, nullable=False),
    Column("completed", may_be_unknown()),
    Column("declared", may_be_unknown()),
    Column("received", JSON, nullable=False),
    Column("meeting", String),
    Column("before_entry_into_force", Boolean),
    Column("confidence", String, nullable=False),
)

measures: Final = Table(
    "measures",
    metadata,
    Column("event_id", String, primary_key=True),
    *rests_on(),
    lineage(),
    Column("measure_id", String, nullable=False, index=True),
    Column("state", String, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("status", String, nullable=False),
    Column("penal_sanctions", Boolean),
    Column("investment_ban", Boolean),
    Column("victims_involved", Boolean),
    Column("date", may_be_unknown()),
    Column("received", JSON, nullable=False),
    Column("confidence", String, nullable=False),
)


def statement_row(_: Row | None, event: Event, recorded: Recorded) -> Row | None:
    """A statement as it was made; a later one about the same period is a row of its own."""
    if not isinstance(event, PracticeReported):
        return None
    data = event.model_dump(mode="json", by_alias=True)
    return provenance(recorded) | {
        "state": event.reporter,
        "code": event.code,
        "answer": event.answer,
        "keys": data["keys"],
        "detail": event.detail,
        "period_from": event.period_from,
        "period_to": event.period_to,
        "received": data["received"],
        "confidence": event.confidence,
    }


def article7_row(_: Row | None, event: Event, recorded: Recorded) -> Row | None:
    """A report as it was submitted; a revision is a row of its own, and both tell of each other."""
    if not isinstance(event, ReportSubmitted):
        return None
    data = event.model_dump(mode="json", by_alias=True)
    return provenance(recorded) | {
        "state": event.state,
        "kind": event.kind,
        "covers_years": data["covers_years"],
        "years": "".join(f",{year}" for year in event.covers_years) + ",",
        "received": data["received"],
        "form_version": event.form_version,
        "forms_included": data["forms_included"],
        "revises": event.revises,
        "confidence": event.confidence,
    }


def declaration_row(_: Row | None, event: Event, recorded: Recorded) -> Row | None:
    """A declaration as it was made; its date of completion stays as imprecise as it is known."""
    if not isinstance(event, DeclarationOfCompliance):
        return None
    data = event.model_dump(mode="json", by_alias=True)
    return provenance(recorded) | {
        "state": event.state,
        "article": event.article,
        "completed": data["completed"],
        "declared": data["declared"],
        "received": data["received"],
        "meeting": event.meeting,
        "before_entry_into_force": event.before_entry_into_force,
        "confidence": event.confidence,
    }


def measure_row(_: Row | None, event: Event, recorded: Recorded) -> Row | None:
    """A report on a law or other measure; a later status of the same measure is a row of its own."""
    if not isinstance(event, NationalMeasureReported):
        return None
    data = event.model_dump(mode="json", by_alias=True)
    return provenance(recorded) | {
        "measure_id": event.measure_id,
        "state": event.state,
        "kind": event.kind,
        "status": event.status,
        "penal_sanctions": event.penal_sanctions,
        "investment_ban": event.investment_ban,
        "victims_involved": event.victims_involved,
        "date": data["date"],
        "received": data["received"],
        "confidence": event.confidence,
    }


def request_row(row: Row | None, event: Event, recorded: Recorded) -> Row | None:
    """A request with its latest text; its passages add up over its life."""
    if not isinstance(event, ExtensionAnnounced | ExtensionRequested | ExtensionWithdrawn):
        return None
    state, article, _ = event.request_id.split("-")
    before = row or {
        "request_id": event.request_id,
        "state": state,
        "article": int(article),
        "updated": [],
        "sections": [],
        "passages": [],
        "confidence": event.confidence,
    }
    origin = provenance(recorded)
    merged = [*before["passages"], *(p for p in origin["passages"] if p not in before["passages"])]
    return before | origin | {"passages": merged} | _request_change(before, event)


def _request_change(before: Row, event: ExtensionAnnounced | ExtensionRequested | ExtensionWithdrawn) -> Row:
    data = event.model_dump(mode="json", by_alias=True)
    match event:
        case ExtensionAnnounced():
            return {"status": "announced", "expected": event.expected}
        case ExtensionWithdrawn():
            return {"status": "withdrawn", "withdrawn": event.date}
        case ExtensionRequested():
            asked = {
                "for_meeting": event.for_meeting,
                "months_asked": event.months_asked,
                "requested_until": data["requested_until"],
                "sections": data["sections"],
                "work_plan": None if event.work_plan is None else int(event.work_plan),
            }
            if event.updates is None:
                return asked | {"status": "submitted", "received": data["received"]}
            said = {name: value for name, value in asked.items() if value not in (None, [])}
            return said | {"updated": [*before["updated"], data["received"]]}


def request_key(event: Event, _: Recorded) -> Mapping[str, Any] | None:
    """Requests are one row each."""
    if isinstance(event, ExtensionAnnounced | ExtensionRequested | ExtensionWithdrawn):
        return {"request_id": event.request_id}
    return None


PROJECTIONS: Final = (
    Rows(
        "reports",
        5,
        ("reports",),
        (
            ReadModel(statements, by_event(PracticeReported), statement_row),
            ReadModel(article7, by_event(ReportSubmitted), article7_row),
            ReadModel(requests, request_key, request_row),
            ReadModel(declarations, by_event(DeclarationOfCompliance), declaration_row),
            ReadModel(measures, by_event(NationalMeasureReported), measure_row),
        ),
    ),
)
