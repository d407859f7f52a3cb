"""Obligations, requests, reports and deadlines as rows of JSON. No rules here."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from services.indicators.duties.types import Cause, Deadline, Decision, Obligation, Process, ReportDuty, Source
from services.indicators.facts.fact import Bounds

FIRST_SOURCES: Final = 3
"""Passages in the short `source` of a deadline: enough to look it up; `sources` has them all."""


def deadline_row(one: Deadline) -> dict[str, Any]:
    """A deadline; `source` holds its first passages, `sources` all."""
    passages = _sources(one.sources)
    return {
        "state": one.state,
        "article": one.article,
        "what": one.what,
        "due": _day(one.due),
        "status": one.status,
        "formula": one.formula,
        "source": passages[:FIRST_SOURCES],
        "sources": passages,
        "theme": one.theme,
        "rule": one.rule,
        "meeting": one.meeting,
        "done": _bounds(one.done),
        "reason": one.reason,
        "confidence": one.confidence,
    }


def obligation_row(one: Obligation) -> dict[str, Any]:
    """An obligation with its chain of causes."""
    return {
        "state": one.state,
        "article": one.article,
        "name": one.name,
        "status": one.status,
        "proven": one.proven,
        "possible": sorted(one.possible),
        "confidence": one.confidence,
        "since": _bounds(one.since),
        "deadline": _day(one.deadline),
        "deadlineRecorded": one.deadline_recorded,
        "deadlineConfidence": one.deadline_confidence,
        "pastDeadline": one.past_deadline,
        "through": _day(one.through),
        "chain": _chain(one.chain),
    }


def request_row(one: Process) -> dict[str, Any]:
    """The life of a request, with its verdicts."""
    return {
        "requestId": one.request_id,
        "state": one.state,
        "article": one.article,
        "status": one.status,
        "chain": _chain(one.chain),
        "received": _bounds(one.received),
        "forMeeting": one.for_meeting,
        "opens": _day(one.opens),
        "closes": _day(one.closes),
        "scheduledBy": one.scheduled_by,
        "limit": _day(one.limit),
        "monthsAsked": one.months_asked,
        "askedUntil": _bounds(one.asked_until),
        "runningDeadline": _day(one.running_deadline),
        "timeliness": one.timeliness,
        "length": one.length,
        "beforeExpiry": one.before_expiry,
        "sections": [
            {"letter": each.letter, "presence": each.presence, "judgement": each.judgement} for each in one.sections
        ],
        "decision": _decision(one.decision),
        "pending": one.pending,
        "awaitsDecision": one.awaits_decision,
        "confidence": one.confidence,
        "sources": _sources(one.sources),
    }


def report_row(one: ReportDuty) -> dict[str, Any]:
    """A report that is owed, or looked for and not owed."""
    return {
        "state": one.state,
        "kind": one.kind,
        "year": one.year,
        "due": one.due.isoformat(),
        "owed": one.owed,
        "status": one.status,
        "received": _bounds(one.received),
        "silentYears": one.silent_years,
        "formula": one.formula,
        "reason": one.reason,
        "sources": _sources(one.sources),
        "confidence": one.confidence,
    }


def _decision(one: Decision | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "outcome": one.outcome,
        "meeting": one.meeting,
        "day": one.day.isoformat(),
        "months": one.months,
        "until": _day(one.until),
        "untilBasis": one.until_basis,
        "certain": one.sure,
        "untilCertain": one.until_sure,
        "benchmarks": list(one.benchmarks),
        "sources": _sources(one.sources),
    }


def _chain(causes: Sequence[Cause]) -> list[dict[str, Any]]:
    return [
        {
            "kind": one.kind,
            "when": _bounds(one.when),
            "words": one.words,
            "article": one.article,
            "rule": one.rule,
            "sources": _sources(one.sources),
            "certain": one.sure,
        }
        for one in causes
    ]


def _sources(found: Sequence[Source]) -> list[dict[str, str]]:
    return [{"document": one.document, "paragraph": one.paragraph, "eventId": one.event_id} for one in found]


def _bounds(bounds: Bounds | None) -> dict[str, str | None] | None:
    """Bounds of a date; None where neither side is known."""
    if bounds is None or (bounds.first is None and bounds.last is None):
        return None
    return {"notBefore": _day(bounds.first), "notAfter": _day(bounds.last)}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
