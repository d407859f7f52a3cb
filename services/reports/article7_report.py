"""One Article 7 report: submitted once per State and year, revised as often as the State likes, never too late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from shared.command import Command
from shared.decider import Decider, Refused
from shared.events.base import Event, FactDate
from shared.events.envelope import Proposed
from shared.events.reports import ReportSubmitted
from shared.plain_fact import refuse_future


@dataclass(frozen=True, slots=True)
class Article7Report:
    """Whether the report is in, and when its revisions were received."""

    submitted: bool = False
    revisions: tuple[FactDate, ...] = ()


def evolve(report: Article7Report, event: Event) -> Article7Report:
    """A first submission, or a revision."""
    match event:
        case ReportSubmitted(revises=None):
            return replace(report, submitted=True)
        case ReportSubmitted():
            return replace(report, revisions=(*report.revisions, event.received))
        case _:
            return report


def decide(report: Article7Report, command: Command) -> Sequence[Proposed]:
    """Article 7.1, 7.2: one report per State and year; how late it comes is for a verdict to say, not for us."""
    fact = command.fact
    assert isinstance(fact, ReportSubmitted)
    refuse_future(fact, command.today)
    _refuse_year_not_begun(fact, command)
    revising = command.amends is not None and command.amends.link == "revises"
    if fact.revises is None and not revising:
        if report.submitted:
            detail = "this report is recorded already; to change it, send it again with `revises` naming it"
            raise Refused("already-recorded", detail, field="/fact", article="7.2")
        return [command.proposed()]
    if fact.received in report.revisions:
        detail = "a revision of this report, received then, is recorded already"
        raise Refused("already-recorded", detail, field="/fact/received", article="7.2")
    return [command.proposed(revises=_target(fact.revises, command) if fact.revises else None)]


def _refuse_year_not_begun(fact: ReportSubmitted, command: Command) -> None:
    for index, year in enumerate(fact.covers_years):
        if year > command.today.year:
            detail = "this calendar year has not begun; a report covers years up to the current one"
            raise Refused("future", detail, field=f"/fact/covers_years/{index}", status=422, article="7.2")


def _target(revises: str, command: Command) -> str | None:
    """The event revised, when `revises` is an event's id: it must be the latest version, else a chain would fork.

    A report that was submitted before this ledger began has no event; its revision names it in words.
    """
    if not _is_event_id(revises):
        return None
    if revises != command.head:
        detail = "`revises` names an event that is not the latest version of this report"
        raise Refused("not-the-head", detail, field="/fact/revises", article="7.2")
    return revises


def _is_event_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


article7_report: Decider[Article7Report, Command] = Decider(initial=Article7Report(), evolve=evolve, decide=decide)
