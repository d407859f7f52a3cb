"""Statements of a State about a year or a period: recorded once each, and never about a time not yet begun."""

from __future__ import annotations

from collections.abc import Sequence

from shared.command import Command
from shared.decider import Decider, Refused
from shared.events.base import Event
from shared.events.envelope import Proposed
from shared.events.practices import like, practice_codes
from shared.events.reports import PracticeReported, YearlyStatement
from shared.plain_fact import Keys, evolve, refuse_future, refuse_repetition


def decide(keys: Keys, command: Command) -> Sequence[Proposed]:
    """Record it unless its form contradicts itself, it speaks of the future, or it is recorded already."""
    refuse_future(command.fact, command.today)
    _refuse_period_not_begun(command.fact, command)
    _refuse_unknown_code(command.fact)
    refuse_repetition(keys, command)
    return [command.proposed()]


def _refuse_period_not_begun(fact: Event, command: Command) -> None:
    match fact:
        case YearlyStatement() if fact.year > command.today.year:
            detail = "this calendar year has not begun; a statement tells of what was done"
            raise Refused("future", detail, field="/fact/year", status=422)
        case PracticeReported() if fact.period_from > command.today:
            detail = "this period has not begun; a statement tells of what was done"
            raise Refused("future", detail, field="/fact/period_from", status=422)
        case PracticeReported() if fact.period_to < fact.period_from:
            raise Refused("invalid", "the period ends before it begins", field="/fact/period_to", status=422)


def _refuse_unknown_code(fact: Event) -> None:
    """A misspelt code would be a fact that no question ever finds."""
    if isinstance(fact, PracticeReported) and fact.code not in practice_codes():
        meant = like(fact.code)
        detail = "there is no such practice code; " + (f"{meant} is near" if meant else "workplan.annual is one")
        raise Refused("code-unknown", detail, field="/fact/code", status=422)


statement: Decider[Keys, Command] = Decider(initial=frozenset(), evolve=evolve, decide=decide)
