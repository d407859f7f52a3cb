"""Which aggregate decides on which event of the reports ledger."""

from __future__ import annotations

from typing import Any

from services.reports.article7_report import article7_report
from services.reports.declaration import declaration
from services.reports.extension_request import extension_request
from services.reports.statement import statement
from shared.decider import Decider
from shared.events import reports
from shared.events.base import Event
from shared.plain_fact import plain_fact

_OWN: dict[type[Event], Decider[Any, Any]] = {
    reports.ReportSubmitted: article7_report,
    reports.ExtensionAnnounced: extension_request,
    reports.ExtensionRequested: extension_request,
    reports.ExtensionWithdrawn: extension_request,
    reports.DeclarationOfCompliance: declaration,
    reports.PracticeReported: statement,
}


def decider_for(kind: type[Event]) -> Decider[Any, Any]:
    """The decider of an event type: its own, that of statements about a year, or that of plain facts."""
    if issubclass(kind, reports.YearlyStatement):
        return statement
    return _OWN.get(kind, plain_fact)
