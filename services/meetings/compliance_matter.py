"""A matter of compliance (Article 8): raised, clarification asked and answered, submitted to a meeting, determined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

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

_ARTICLE: dict[type[Event], str] = {
    ComplianceMatterRaised: "8.1",
    ComplianceMatterUpdated: "8.1",
    ClarificationRequested: "8.2",
    ClarificationAnswered: "8.2",
    ComplianceMatterSubmitted: "8.3",
    NonComplianceDetermined: "8.5",
}


@dataclass(frozen=True, slots=True)
class AboutMatter(Command):
    """A command on a matter; `meeting_known` where it names a meeting."""

    meeting_known: bool = False


@dataclass(frozen=True, slots=True)
class Matter:
    """How far a matter has come; `satisfied` once an answer was found satisfactory.

    `asked_on` and `submitted_on` are the first days of either: an answer may still come once a matter is submitted.
    """

    keys: frozenset[str] = frozenset()
    raised: bool = False
    asked: int = 0
    answered: int = 0
    satisfied: bool = False
    determined: bool = False
    asked_on: date | None = None
    submitted_on: date | None = None


def evolve(matter: Matter, event: Event) -> Matter:
    """One step more."""
    match event:
        case ComplianceMatterRaised():
            matter = replace(matter, raised=True)
        case ClarificationRequested():
            asked_on = min(event.received, matter.asked_on or event.received)
            matter = replace(matter, raised=True, asked=matter.asked + 1, asked_on=asked_on, satisfied=False)
        case ClarificationAnswered():
            matter = replace(matter, answered=matter.answered + 1, satisfied=event.satisfactory is True)
        case ComplianceMatterSubmitted():
            matter = replace(matter, submitted_on=min(event.date, matter.submitted_on or event.date))
        case NonComplianceDetermined():
            matter = replace(matter, determined=True)
    return replace(matter, keys=matter.keys | {event.natural_key})


def decide(matter: Matter, command: AboutMatter) -> Sequence[Proposed]:
    """Article 8 in its order. Whether an answer came within its 28 days is a verdict, not for us to refuse."""
    refuse_future(command.fact, command.today)
    refuse_repetition(matter.keys, command, article=_ARTICLE.get(type(command.fact)))
    _refuse_once_determined(matter, command)
    match command.fact:
        case ClarificationRequested(from_=asking, to=asked) if asking == asked:
            raise Refused("identity", "a State asks another State", field="/fact/to", status=422, article="8.2")
        case ClarificationAnswered() if matter.answered >= matter.asked:
            _refuse("there is no open request for clarification to answer", "8.2")
        case ClarificationAnswered(answered=day):
            _refuse_day_before(day, matter.asked_on, "answered before it was asked", "/fact/answered", "8.2")
        case ComplianceMatterUpdated() if not matter.raised:
            _refuse("this matter was never raised", "8.1")
        case ComplianceMatterSubmitted(date=day):
            _refuse_submission(matter, command)
            _refuse_day_before(day, matter.asked_on, "submitted before clarification was asked", "/fact/date", "8.3")
        case NonComplianceDetermined(date=day):
            _refuse_unknown_meeting(command, "8.5")
            if matter.submitted_on is None:
                _refuse("a meeting determines what was submitted to one", "8.5")
            _refuse_day_before(day, matter.submitted_on, "determined before it was submitted", "/fact/date", "8.5")
    return [command.proposed()]


def _refuse_once_determined(matter: Matter, command: AboutMatter) -> None:
    """A determination closes a matter; what the State tells of it afterwards is an update."""
    kind = type(command.fact)
    if matter.determined and kind is not ComplianceMatterUpdated:
        _refuse("a meeting has determined this matter; a new one has an id of its own", _ARTICLE[kind])


def _refuse_day_before(day: date, earlier: date | None, detail: str, field: str, article: str) -> None:
    if earlier is not None and day < earlier:
        raise Refused("sequence", f"{detail}, which was on {earlier}", field=field, article=article)


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
