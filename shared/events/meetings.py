"""What bodies, depositary, finance and the General Assembly record: the events of the meetings ledger."""

from __future__ import annotations

from datetime import date as Day  # an event may have a field named `date`
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.base import ISO3, Decimal_, Effective, Event, FactDate, Ledger, Token, earliest, on
from shared.states import is_iso3

Gender = Literal["woman", "man", "other", "not_given"]
Count = Annotated[int, Field(ge=0)]
Year = Annotated[int, Field(ge=2008, le=2100)]
RequestId = Annotated[str, Field(pattern=r"^[A-Z]{3}-[34]-[1-9][0-9]{0,2}$")]


class MeetingsEvent(Event):
    """An event of the meetings ledger."""

    ledger: ClassVar[Ledger] = "meetings"


class DatedAct(MeetingsEvent):
    """An act known on the day it was done."""

    @property
    def _done(self) -> Day:
        raise NotImplementedError

    @property
    def received_on(self) -> Day:
        return self._done

    @property
    def holds(self) -> Effective | None:
        return on(self._done.isoformat())


class MembershipAct(DatedAct):
    """A depositary act of one State; all of them share the stream `membership-LAO`."""

    state: ISO3

    @property
    def stream(self) -> str:
        return f"membership-{self.state}"

    @property
    def natural_key(self) -> str:
        return f"{self.stream}-{type(self).__name__}-{self._done.isoformat()}"


class SignatureRecorded(MembershipAct):
    """A State signed the Convention (Article 15)."""

    command: ClassVar[str] = "RecordSignature"
    date: Day

    @property
    def _done(self) -> Day:
        return self.date


class InstrumentDeposited(MembershipAct):
    """A State deposited its instrument of ratification, acceptance, approval or accession (Articles 16, 17)."""

    command: ClassVar[str] = "DepositInstrument"
    instrument: Literal["ratification", "acceptance", "approval", "accession"]
    deposited: Day
    provisional_application: bool = False

    @property
    def _done(self) -> Day:
        return self.deposited


class EntryIntoForceReached(MembershipAct):
    """The Convention entered into force for a State (Article 17); announced by the clock, read by no figure."""

    command: ClassVar[str] = "(clock)"
    date: Day

    @property
    def _done(self) -> Day:
        return self.date


class WithdrawalNotified(MembershipAct):
    """The depositary received a notice of withdrawal (Article 20.2)."""

    command: ClassVar[str] = "NotifyWithdrawal"
    received: Day
    notified: tuple[Literal["states_parties", "depositary", "security_council"], ...] | None = None
    reasons: bool | None = None

    @property
    def _done(self) -> Day:
        return self.received


class ArmedConflictStatusRecorded(MembershipAct):
    """A withdrawing State was, or ceased to be, engaged in an armed conflict (Article 20.3)."""

    command: ClassVar[str] = "RecordConflict"
    engaged: bool
    date: Day

    @property
    def _done(self) -> Day:
        return self.date


class WithdrawalTookEffect(MembershipAct):
    """A withdrawal took effect (Article 20.3); announced by the clock, read by no figure."""

    command: ClassVar[str] = "(clock)"
    date: Day

    @property
    def _done(self) -> Day:
        return self.date


class MeetingScheduled(MeetingsEvent):
    """A meeting was given its dates and place, or new ones (Articles 11, 12)."""

    command: ClassVar[str] = "ScheduleMeeting"
    meeting: Token
    kind: Literal["MSP", "RC", "intersessional", "preparatory", "amendment"]
    title: str | None = None
    opens: Day | None = None
    closes: Day | None = None
    place: str | None = None
    presidency: ISO3 | None = None
    part_of: Token | None = None

    @property
    def stream(self) -> str:
        return f"meeting-{self.meeting}"

    @property
    def received_on(self) -> Day | None:
        return self.opens

    @property
    def holds(self) -> Effective | None:
        return Effective(from_=self.opens, to=self.closes) if self.opens else None


class AboutParticipant(MeetingsEvent):
    """An event about a State or an organisation at a meeting."""

    meeting: Token
    participant: str

    @property
    def subject(self) -> str | None:
        return self.participant if is_iso3(self.participant) else None


class ParticipationRecorded(AboutParticipant):
    """A State or organisation took part in a meeting (Article 11.3)."""

    command: ClassVar[str] = "RecordParticipation"
    capacity: Literal["state_party", "signatory", "not_party", "organisation"]

    @property
    def stream(self) -> str:
        return f"participation-{self.meeting}-{self.participant}"


class DelegationRegistered(AboutParticipant):
    """A delegation was registered with its composition."""

    command: ClassVar[str] = "RegisterDelegation"
    head_gender: Gender | None = None
    women: Count | None = None
    men: Count | None = None
    other: Count | None = None
    victims: Count | None = None
    victim_representatives: Count | None = None

    @property
    def stream(self) -> str:
        return f"delegation-{self.meeting}-{self.participant}"


class OfficeAssumed(MeetingsEvent):
    """A State, through a person, assumed an office of the Convention."""

    command: ClassVar[str] = "AssumeOffice"
    office_id: Token
    office: Literal["president", "president_designate", "coordinator", "committee_member"]
    theme: str | None = None
    state: ISO3
    person: Token | None = None
    gender: Gender = "not_given"
    from_: FactDate = Field(alias="from")

    @property
    def stream(self) -> str:
        return f"office-{self.office_id}"

    @property
    def natural_key(self) -> str:
        return f"{self.stream}-assumed"

    @property
    def received_on(self) -> FactDate:
        return self.from_

    @property
    def holds(self) -> Effective | None:
        first = earliest(self.from_)
        return Effective(from_=first) if first else None


class OfficeEnded(MeetingsEvent):
    """An office of the Convention ended."""

    command: ClassVar[str] = "EndOffice"
    office_id: Token
    to: Day

    @property
    def stream(self) -> str:
        return f"office-{self.office_id}"

    @property
    def natural_key(self) -> str:
        return f"{self.stream}-ended"

    @property
    def received_on(self) -> Day:
        return self.to

    @property
    def holds(self) -> Effective | None:
        return on(self.to.isoformat())


class DialogueHeld(MeetingsEvent):
    """A coordinator or presidency held a dialogue, workshop or démarche to promote the Convention (Article 21)."""

    command: ClassVar[str] = "RecordDialogue"
    dialogue_id: Token
    date: FactDate
    kind: Literal["bilateral", "demarche", "workshop", "group", "military", "working_group"]
    organisers: tuple[str, ...]
    with_: tuple[ISO3, ...] = Field(default=(), alias="with")
    unnamed: Count | None = None
    dedicated: bool | None = None
    still_relying: tuple[ISO3, ...] | None = None

    @property
    def stream(self) -> str:
        return f"dialogue-{self.dialogue_id}"

    @property
    def received_on(self) -> FactDate:
        return self.date

    @property
    def holds(self) -> Effective | None:
        return on(self.date)


class AwarenessSupported(MeetingsEvent):
    """The support unit helped a State to raise awareness of the Convention."""

    command: ClassVar[str] = "RecordSupport"
    state: ISO3
    date: FactDate | None = None

    @property
    def stream(self) -> str:
        return f"awareness-{self.state}-{self.date if isinstance(self.date, str) else 'undated'}"

    @property
    def received_on(self) -> FactDate | None:
        return self.date

    @property
    def holds(self) -> Effective | None:
        return on(self.date)


class UngaVoteRecorded(MeetingsEvent):
    """A State voted on the yearly General Assembly resolution on the Convention."""

    command: ClassVar[str] = "RecordVote"
    year: Year
    resolution: str | None = None
    state: ISO3
    vote: Literal["yes", "no", "abstain", "absent"]
    date: FactDate

    @property
    def stream(self) -> str:
        return f"vote-{self.year}"

    @property
    def natural_key(self) -> str:
        return f"vote-{self.year}-{self.state}"

    @property
    def received_on(self) -> FactDate:
        return self.date

    @property
    def holds(self) -> Effective | None:
        return on(self.date)


class UseCaseConfirmed(DatedAct):
    """A use of cluster munitions was confirmed by a named source."""

    command: ClassVar[str] = "ConfirmUse"
    case_id: Token
    place: str
    date: Day
    confirming_source: str

    @property
    def stream(self) -> str:
        return f"use-{self.case_id}"

    @property
    def _done(self) -> Day:
        return self.date


class AssessmentInvoiced(DatedAct):
    """A State was invoiced its assessed contribution to a meeting (Article 14.1)."""

    command: ClassVar[str] = "InvoiceAssessment"
    state: ISO3
    meeting: Token
    amount: Decimal_
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    issued: Day

    @property
    def stream(self) -> str:
        return f"assessment-{self.state}-{self.meeting}"

    @property
    def natural_key(self) -> str:
        return f"{self.stream}-invoiced"

    @property
    def _done(self) -> Day:
        return self.issued


class AssessmentPaid(DatedAct):
    """A State paid towards its assessed contribution."""

    command: ClassVar[str] = "RecordPayment"
    state: ISO3
    meeting: Token
    amount: Decimal_
    paid: Day
    settles: bool

    @property
    def stream(self) -> str:
        return f"assessment-{self.state}-{self.meeting}"

    @property
    def natural_key(self) -> str:
        return f"{self.stream}-paid-{self.paid.isoformat()}"

    @property
    def _done(self) -> Day:
        return self.paid


class IsuContributionPaid(MeetingsEvent):
    """A State contributed to the budget of the support unit."""

    command: ClassVar[str] = "RecordIsuContribution"
    state: ISO3
    budget_year: Year
    amount: Decimal_ | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    paid: FactDate | None = None

    @property
    def stream(self) -> str:
        return f"isu-contribution-{self.state}-{self.budget_year}"

    @property
    def received_on(self) -> FactDate | None:
        return self.paid

    @property
    def holds(self) -> Effective | None:
        return on(self.paid) or Effective(
            from_=Day(self.budget_year, 1, 1), to=Day(self.budget_year, 12, 31), precision="year"
        )


class RequestContentAssessed(DatedAct):
    """The Analysis Group assessed one item of an extension request."""

    command: ClassVar[str] = "AssessRequest"
    request_id: RequestId
    state: ISO3
    item: Literal["detailed", "costed", "multi_year", "risk_education", "complete"]
    outcome: Literal["meets", "partly", "does_not_meet"]
    date: Day

    @property
    def stream(self) -> str:
        return f"request-{self.request_id}"

    @property
    def natural_key(self) -> str:
        return f"{self.stream}-{self.item}-{self.date.isoformat()}"

    @property
    def _done(self) -> Day:
        return self.date


class ExtensionDecided(MeetingsEvent):
    """A meeting decided on an extension request (Articles 3.5, 4.7)."""

    command: ClassVar[str] = "DecideExtension"
    request_id: RequestId
    state: ISO3
    meeting: Token
    outcome: Literal[
        "as_requested", "shorter", "granted", "refused"
    ]  # granted: as asked or shorter, not recorded which
    months: Annotated[int, Field(ge=1, le=1200)] | None = None
    new_deadline: FactDate | None = None
    benchmarks: tuple[str, ...] = ()
    for_votes: Count | None = None
    against: Count | None = None

    @property
    def stream(self) -> str:
        return f"request-{self.request_id}"

    @property
    def natural_key(self) -> str:
        return f"{self.stream}-decided"


class ComplianceMatterRaised(MeetingsEvent):
    """A concern about compliance was raised."""

    command: ClassVar[str] = "RaiseMatter"
    matter: Token
    state: ISO3
    article: str
    alleged: bool

    @property
    def stream(self) -> str:
        return f"matter-{self.matter}"

    @property
    def natural_key(self) -> str:
        return f"{self.stream}-raised"


class ComplianceMatterUpdated(DatedAct):
    """The State concerned gave an update on a compliance matter."""

    command: ClassVar[str] = "UpdateMatter"
    matter: Token
    date: Day

    @property
    def stream(self) -> str:
        return f"matter-{self.matter}"

    @property
    def natural_key(self) -> str:
        return f"{self.stream}-updated-{self.date.isoformat()}"

    @property
    def _done(self) -> Day:
        return self.date


class ClarificationRequested(DatedAct):
    """A State Party asked another, through the Secretary-General, to clarify a matter of compliance (Article 8.2)."""

    command: ClassVar[str] = "RequestClarification"
    matter: Token
    from_: ISO3 = Field(alias="from")
    to: ISO3
    received: Day

    @property
    def subject(self) -> str:
        return self.to

    @property
    def stream(self) -> str:
        return f"matter-{self.matter}"

    @property
    def natural_key(self) -> str:
        return f"{self.stream}-clarification-{self.received.isoformat()}"

    @property
    def _done(self) -> Day:
        return self.received


class ClarificationAnswered(DatedAct):
    """The requested State answered (Articles 8.2, 8.3)."""

    command: ClassVar[str] = "AnswerClarification"
    matter: Token
    answered: Day
    satisfactory: bool | None = None

    @property
    def stream(self) -> str:
        return f"matter-{self.matter}"

    @property
    def natural_key(self) -> str:
        return f"{self.stream}-answered-{self.answered.isoformat()}"

    @property
    def _done(self) -> Day:
        return self.answered


class ComplianceMatterSubmitted(DatedAct):
    """A compliance matter was submitted to a meeting (Article 8.3)."""

    command: ClassVar[str] = "SubmitMatter"
    matter: Token
    meeting: Token
    date: Day

    @property
    def stream(self) -> str:
        return f"matter-{self.matter}"

    @property
    def natural_key(self) -> str:
        return f"{self.stream}-submitted-{self.meeting}"

    @property
    def _done(self) -> Day:
        return self.date


class NonComplianceDetermined(DatedAct):
    """A meeting determined a compliance matter (Articles 8.5, 8.6)."""

    command: ClassVar[str] = "DetermineNonCompliance"
    matter: Token
    state: ISO3
    meeting: Token
    date: Day
    outcome: Literal["non_compliant", "not_established"]

    @property
    def stream(self) -> str:
        return f"matter-{self.matter}"

    @property
    def natural_key(self) -> str:
        return f"{self.stream}-determined-{self.meeting}"

    @property
    def _done(self) -> Day:
        return self.date


__all__ = [name for name, value in list(globals().items()) if isinstance(value, type) and issubclass(value, Event)]
