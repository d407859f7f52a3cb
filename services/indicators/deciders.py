"""What the indicators ledger records on command: cycles, printed figures, coverage; definitions come from files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.indicators.grammar.attributes import attribute_type
from services.indicators.grammar.expression import KINDS
from services.indicators.history.seals import seal
from shared.decider import Decider, Refused
from shared.events.base import Event
from shared.events.envelope import Proposed
from shared.events.indicators import CoverageDeclared, IndicatorDefined, MeetingFiguresSealed
from shared.handling import Command
from shared.plain_fact import Keys, evolve, plain_fact, refuse_repetition


def decider_for(kind: type[Event]) -> Decider[Any, Any]:
    """The decider of an event of this ledger."""
    if kind is CoverageDeclared:
        return coverage
    if kind is MeetingFiguresSealed:
        return seal
    return definition if kind is IndicatorDefined else plain_fact


def _decide_coverage(keys: Keys, command: Command) -> Sequence[Proposed]:
    """Record it if every subject is something the record can be complete for, over days that have passed."""
    fact = command.fact
    assert isinstance(fact, CoverageDeclared)
    if fact.through < fact.from_:
        raise Refused("invalid", "it ends before it begins", field="/fact/through", status=422)
    if fact.through > command.today:
        raise Refused("future", "nothing is complete for days to come", field="/fact/through", status=422)
    for index, subject in enumerate(fact.subjects):
        if fault := subject_fault(subject):
            raise Refused("invalid", f"{subject!r}: {fault}", field=f"/fact/subjects/{index}", status=422)
    refuse_repetition(keys, command)
    return [command.proposed()]


def subject_fault(subject: str) -> str | None:
    """Why nothing can be complete for this subject; None for a kind, a `Kind?attribute=value` or a practice code."""
    kind, asked, condition = subject.partition("?")
    if not kind[:1].isupper():
        return "a practice code takes no condition" if asked else None
    if kind not in KINDS:
        return f"no event is called {kind}"
    if not asked:
        return None
    attribute, equals, value = condition.partition("=")
    known = attribute_type(KINDS[kind], attribute)
    if known is None or not equals:
        return f"{kind} has no attribute {attribute}; write {kind}?attribute=value"
    words = {str(word).lower() if isinstance(word, bool) else str(word) for word in known.words}
    return f"{attribute} is one of {', '.join(sorted(words))}" if known.closed and value not in words else None


def _refuse_definition(_: Keys, command: Command) -> Sequence[Proposed]:
    raise Refused(
        "defined-by-catalogue",
        "definitions are appended at start from the plan files, by hash; change the file and raise the version",
        field="/fact",
        status=409,
    )


coverage: Decider[Keys, Command] = Decider(initial=frozenset(), evolve=evolve, decide=_decide_coverage)
definition: Decider[Keys, Command] = Decider(initial=frozenset(), evolve=evolve, decide=_refuse_definition)
