"""Which aggregate decides on which event of the meetings ledger, and what it must know from elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import fields
from typing import Any

from services.meetings.compliance_matter import AboutMatter, compliance_matter
from services.meetings.extension_decision import AboutRequest, RequestStatus, extension_decision
from services.meetings.meeting import meeting
from services.meetings.membership import membership
from services.meetings.office import office
from services.meetings.participation import participation
from shared.amendments import held, standing
from shared.command import Command
from shared.decider import Decider
from shared.events import meetings
from shared.events.base import Event
from shared.ledger.port import Ledger
from shared.plain_fact import plain_fact

_DECIDERS: dict[type[Event], Decider[Any, Any]] = {
    meetings.MeetingScheduled: meeting,
    meetings.ParticipationRecorded: participation,
    meetings.DelegationRegistered: participation,
    meetings.OfficeAssumed: office,
    meetings.OfficeEnded: office,
    meetings.RequestContentAssessed: extension_decision,
    meetings.ExtensionDecided: extension_decision,
    meetings.ComplianceMatterRaised: compliance_matter,
    meetings.ComplianceMatterUpdated: compliance_matter,
    meetings.ClarificationRequested: compliance_matter,
    meetings.ClarificationAnswered: compliance_matter,
    meetings.ComplianceMatterSubmitted: compliance_matter,
    meetings.NonComplianceDetermined: compliance_matter,
}


def decider_for(kind: type[Event]) -> Decider[Any, Any]:
    """The decider of an event type: its own, that of membership acts, or that of plain facts."""
    return membership if issubclass(kind, meetings.MembershipAct) else _DECIDERS.get(kind, plain_fact)


def preparation(
    ledger: Ledger, request_status: Callable[[str], Awaitable[RequestStatus | None]]
) -> Callable[[Command], Awaitable[Command]]:
    """Adds what deciders may not look up themselves: the request as heard from reports, the meeting as scheduled here.

    The meeting is read from its own stream, so that a decision may follow its scheduling at once.
    """

    async def meeting_known(id_: str) -> bool:
        return bool(standing(held(await ledger.read_stream(f"meeting-{id_}"))))

    async def prepare(command: Command) -> Command:
        fact = command.fact
        given = {field.name: getattr(command, field.name) for field in fields(Command)}
        match fact:
            case meetings.ExtensionDecided():
                return AboutRequest(
                    **given,
                    request=await request_status(fact.request_id),
                    meeting_known=await meeting_known(fact.meeting),
                )
            case meetings.RequestContentAssessed():
                return AboutRequest(**given, request=await request_status(fact.request_id))
            case meetings.ComplianceMatterSubmitted() | meetings.NonComplianceDetermined():
                return AboutMatter(**given, meeting_known=await meeting_known(fact.meeting))
            case _:
                return command

    return prepare
