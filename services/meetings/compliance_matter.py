"""A matter of compliance (Article 8): raised, clarification asked and answered, submitted to a meeting, determined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from shared.command import Command
from shared.decider import Decider, Refused
from shared.events.base import Event
from shared.events.envelope import Proposed
from shared.events.meetings import (
    ClarificationAnswered,
    ClarificationRequested,
    ComplianceMatterRaised,
    ComplianceMatterSubmitted,
    ComplianceMatterUpdated,
    NonComplianceDetermined,
)
from shared.plain_fact import refuse_future, refuse_repetition


@dataclass(frozen=True, slots=True)
class AboutMatter(Command):
    """A command on a matter; `meeting_known` where it names a meeting."""

    meeting_known: bool = False


@dataclass(frozen=True, slots=True)
class Matter:
    """How far a matter has come; `satisfied` once an answer was found satisfactory."""

    keys: frozenset[str] = frozenset()
    raised: bool = False
    asked: int = 0
    answered: int = 0
    satisfied: bool = False
    submitted: bool = False


def evolve(matter: Matter, event: Event) -> Matter:
    """One step more."""
    match event:
        case ComplianceMatterRaised():
            matter = replace(matter, raised=True)
        case ClarificationRequested():
            matter = replace(matter, raised=True, asked=matter.asked + 1, satisfied=False)
        case ClarificationAnswered():
            matter = replace(matter, answered=matter.answered + 1, satisfied=event.satisfactory is True)
        case ComplianceMatterSubmitted():
            matter = replace(matter, submitted=True)
    return replace(matter, keys=matter.keys | {event.natural_key})


def decide(matter: Matter, command: AboutMatter) -> Sequence[Proposed]:
    """Article 8 in its order. Whether an answer came within its 28 days is a verdict, not for us to refuse."""
    refuse_future(command.fact, command.today)
    refuse_repetition(matter.keys, command)
    match command.fact:
        case ClarificationRequested(from_=asking, to=asked) if asking == asked:
            raise Refused("identity", "a State asks another State", field="/fact/to", status=422, article="8.2")
        case ClarificationAnswered() if matter.answered >= matter.asked:
            _refuse("there is no open request for clarification to answer", "8.2")
        case ComplianceMatterUpdated() if not matter.raised:
            _refuse("this matter was never raised", "8.1")
        case ComplianceMatterSubmitted():
            _refuse_submission(matter, command)
        case NonComplianceDetermined():
            _refuse_unknown_meeting(command, "8.5")
            if not matter.submitted:
                _refuse("a meeting determines what was submitted to one", "8.5")
    return [command.proposed()]


def _refuse_submission(matter: Matter, command: AboutMatter) -> None:
    _refuse_unknown_meeting(command, "8.3")
    if not matter.asked:
        _refuse("a matter is submitted after a request for clarification", "8.3")
    if matter.satisfied:
        _refuse("the answer was found satisfactory; only an open or unsatisfactory one goes to a meeting", "8.3")


def _refuse_unknown_meeting(command: AboutMatter, article: str) -> None:
    if not command.meeting_known:
        detail = "no meeting of this id is scheduled; schedule it first"
        raise Refused("meeting-unknown", detail, field="/fact/meeting", article=article)


def _refuse(detail: str, article: str) -> None:
    raise Refused("sequence", detail, field="/fact/matter", article=article)


compliance_matter: Decider[Matter, AboutMatter] = Decider(initial=Matter(), evolve=evolve, decide=decide)
