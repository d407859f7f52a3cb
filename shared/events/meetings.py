"""What bodies, depositary, finance and the General Assembly record: the events of the meetings ledger."""

from __future__ import annotations

from datetime import date as Day  # an event may have a field named `date`
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from shared.events.base import (
    CLOCK,
    ISO3,
    RETRACT,
    Decimal_,
    Effective,
    Event,
    FactDate,
    Ledger,
    Retraction,
    Token,
    earliest,
    on,
)
from shared.states import is_iso3

Gender = Literal["woman", "man", "other", "not_given"]
Count = Annotated[int, Field(ge=0)]
Year = Annotated[int, Field(ge=2008, le=2100)]
RequestId = Annotated[str, Field(pattern=r"^[A-Z]{3}-[34]-[1-9][0-9]{0,2}$")]


class MeetingsEvent(Event):
    """An event of the meetings ledger."""

    ledger: ClassVar[Ledger] = "meetings"


class DatedAct(MeetingsEvent):
    """An act known on the day it was done, which the field `done_on` holds."""

    done_on: ClassVar[str]

    @property
    def received_on(self) -> Day:
        day: Day = getattr(self, self.done_on)
        return day

    @property
    def holds(self) -> Effective | None:
        return on(self.received_on)


class MembershipAct(DatedAct):
    """A depositary act of one State; all of them share the stream `membership-LAO`."""

    stream_name: ClassVar[str] = "membership-{state}"
    key_name: ClassVar[str] = "{stream}-{kind}-{done}"

    state: ISO3


class SignatureRecorded(MembershipAct):
    """A State signed the Convention (Article 15)."""

    command: ClassVar[str] = "RecordSignature"
    done_on: ClassVar[str] = "date"

    date: Day


class InstrumentDeposited(MembershipAct):
    """A State deposited its instrument of ratification, acceptance, approval or accession (Articles 16, 17)."""

    command: ClassVar[str] = "DepositInstrument"
    done_on: ClassVar[str] = "deposited"

    instrument: Literal["ratification", "acceptance", "approval", "accession"]
    deposited: Day
    provisional_application: bool = False


class EntryIntoForceReached(MembershipAct):
    """The Convention entered into force for a State (Article 17); announced by the clock, read by no figure."""

    command: ClassVar[str] = CLOCK
    done_on: ClassVar[str] = "date"

    date: Day


class WithdrawalNotified(MembershipAct):
    """The depositary received a notice of withdrawal (Article 20.2)."""

    command: ClassVar[str] = "NotifyWithdrawal"
    done_on: ClassVar[str] = "received"

    received: Day
    notified: tuple[Literal["states_parties", "depositary", "security_council"], ...] | None = None
    reasons: bool | None = None


class ArmedConflictStatusRecorded(MembershipAct):
    """A withdrawing State was, or ceased to be, engaged in an armed conflict (Article 20.3)."""

    command: ClassVar[str] = "RecordConflict"
    done_on: ClassVar[str] = "date"

    engaged: bool
    date: Day


class WithdrawalTookEffect(MembershipAct):
    """A withdrawal took effect (Article 20.3); announced by the clock, read by no figure."""

    command: ClassVar[str] = CLOCK
    done_on: ClassVar[str] = "date"

    date: Day


class MeetingScheduled(MeetingsEvent):
    """A meeting was given its dates and place, or new ones (Articles 11, 12)."""

    command: ClassVar[str] = "ScheduleMeeting"
    stream_name: ClassVar[str] = "meeting-{meeting}"
    known_by: ClassVar[str] = "opens"

    meeting: Token
    kind: Literal["MSP", "RC", "intersessional", "preparatory", "amendment"]
    title: str | None = None
    opens: Day | None = None
    closes: Day | None = None
    place: str | None = None
    presidency: ISO3 | None = None
    part_of: Token | None = None

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
    stream_name: ClassVar[str] = "participation-{meeting}-{participant}"

    capacity: Literal["state_party", "signatory", "not_party", "organisation"]


class DelegationRegistered(AboutParticipant):
    """A delegation was registered with its composition."""

    command: ClassVar[str] = "RegisterDelegation"
    stream_name: ClassVar[str] = "delegation-{meeting}-{participant}"

    head_gender: Gender | None = None
    women: Count | None = None
    men: Count | None = None
    other: Count | None = None
    victims: Count | None = None
    victim_representatives: Count | None = None


class OfficeAssumed(MeetingsEvent):
    """A State, through a person, assumed an office of the Convention."""

    command: ClassVar[str] = "AssumeOffice"
    stream_name: ClassVar[str] = "office-{office_id}"
    key_name: ClassVar[str] = "{stream}-assumed"
    known_by: ClassVar[str] = "from_"

    office_id: Token
    office: Literal["president", "president_designate", "coordinator", "committee_member"]
    theme: str | None = None
    state: ISO3
    person: Token | None = None
    gender: Gender = "not_given"
    from_: FactDate = Field(alias="from")

    @property
    def holds(self) -> Effective | None:
        first = earliest(self.from_)
        return Effective(from_=first) if first else None


class OfficeEnded(MeetingsEvent):
    """An office of the Convention ended."""

    command: ClassVar[str] = "EndOffice"
    stream_name: ClassVar[str] = "office-{office_id}"
    key_name: ClassVar[str] = "{stream}-ended"
    known_by: ClassVar[str] = "to"
    dated_by: ClassVar[tuple[str, ...]] = ("to",)

    office_id: Token
    to: Day


class DialogueHeld(MeetingsEvent):
    """A coordinator or presidency held a dialogue, workshop or démarche to promote the Convention (Article 21)."""

    command: ClassVar[str] = "RecordDialogue"
    stream_name: ClassVar[str] = "dialogue-{dialogue_id}"
    known_by: ClassVar[str] = "date"
    dated_by: ClassVar[tuple[str, ...]] = ("date",)

    dialogue_id: Token
    date: FactDate
    kind: Literal["bilateral", "demarche", "workshop", "group", "military", "working_group"]
    organisers: tuple[str, ...]
    with_: tuple[ISO3, ...] = Field(default=(), alias="with")
    unnamed: Count | None = None
    dedicated: bool | None = None
    still_relying: tuple[ISO3, ...] | None = None


class AwarenessSupported(MeetingsEvent):
    """The support unit helped a State to raise awareness of the Convention."""

    command: ClassVar[str] = "RecordSupport"
    known_by: ClassVar[str] = "date"
    dated_by: ClassVar[tuple[str, ...]] = ("date",)

    state: ISO3
    date: FactDate | None = None

    @property
    def stream(self) -> str:
        return f"awareness-{self.state}-{self.date if isinstance(self.date, str) else 'undated'}"


class UngaVoteRecorded(MeetingsEvent):
    """A State voted on the yearly General Assembly resolution on the Convention."""

    command: ClassVar[str] = "RecordVote"
    stream_name: ClassVar[str] = "vote-{year}"
    key_name: ClassVar[str] = "vote-{year}-{state}"
    known_by: ClassVar[str] = "date"
    dated_by: ClassVar[tuple[str, ...]] = ("date",)

    year: Year
    resolution: str | None = None
    state: ISO3
    vote: Literal["yes", "no", "abstain", "absent"]
    date: FactDate


class UseCaseConfirmed(DatedAct):
    """A use of cluster munitions was confirmed by a named source."""

    command: ClassVar[str] = "ConfirmUse"
    stream_name: ClassVar[str] = "use-{case_id}"
    done_on: ClassVar[str] = "date"

    case_id: Token
    place: str
    date: Day
    confirming_source: str


class AssessmentInvoiced(DatedAct):
    """A State was invoiced its assessed contribution to a meeting (Article 14.1)."""

    command: ClassVar[str] = "InvoiceAssessment"
    stream_name: ClassVar[str] = "assessment-{state}-{meeting}"
    key_name: ClassVar[str] = "{stream}-invoiced"
    done_on: ClassVar[str] = "issued"

    state: ISO3
    meeting: Token
    amount: Decimal_
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    issued: Day


class AssessmentPaid(DatedAct):
    """A State paid towards its assessed contribution."""

    command: ClassVar[str] = "RecordPayment"
    stream_name: ClassVar[str] = "assessment-{state}-{meeting}"
    key_name: ClassVar[str] = "{stream}-paid-{paid}"
    done_on: ClassVar[str] = "paid"

    state: ISO3
    meeting: Token
    amount: Decimal_
    paid: Day
    settles: bool


class IsuContributionPaid(MeetingsEvent):
    """A State contributed to the budget of the support unit."""

    command: ClassVar[str] = "RecordIsuContribution"
    stream_name: ClassVar[str] = "isu-contribution-{state}-{budget_year}"
    known_by: ClassVar[str] = "paid"

    state: ISO3
    budget_year: Year
    amount: Decimal_ | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    paid: FactDate | None = None

    @property
    def holds(self) -> Effective | None:
        return on(self.paid) or Effective(
            from_=Day(self.budget_year, 1, 1), to=Day(self.budget_year, 12, 31), precision="year"
        )


class RequestContentAssessed(DatedAct):
    """The Analysis Group assessed a quality or a section of an extension request (Articles 3.4, 4.6)."""

    command: ClassVar[str] = "AssessRequest"
    stream_name: ClassVar[str] = "request-{request_id}"
    key_name: ClassVar[str] = "{stream}-{item}-{date}"
    done_on: ClassVar[str] = "date"

    request_id: RequestId
    state: ISO3
    item: Literal[
        "detailed", "costed", "multi_year", "risk_education", "complete", "a", "b", "c", "d", "e", "f", "g", "h", "i"
    ]
    outcome: Literal["meets", "partly", "does_not_meet", "present", "missing"]
    date: Day


class ExtensionDecided(MeetingsEvent):
    """A meeting decided on an extension request (Articles 3.5, 4.7)."""

    command: ClassVar[str] = "DecideExtension"
    stream_name: ClassVar[str] = "request-{request_id}"
    key_name: ClassVar[str] = "{stream}-decided"

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
    # Fields that rest on general knowledge although the decision itself is proven: leads, and shown as such.
    unverified: tuple[Literal["outcome", "months", "new_deadline"], ...] = ()


class ComplianceMatterRaised(MeetingsEvent):
    """A concern about compliance was raised."""

    command: ClassVar[str] = "RaiseMatter"
    stream_name: ClassVar[str] = "matter-{matter}"
    key_name: ClassVar[str] = "{stream}-raised"

    matter: Token
    state: ISO3
    article: str
    alleged: bool


class ComplianceMatterUpdated(DatedAct):
    """The State concerned gave an update on a compliance matter."""

    command: ClassVar[str] = "UpdateMatter"
    stream_name: ClassVar[str] = "matter-{matter}"
    key_name: ClassVar[str] = "{stream}-updated-{date}"
    done_on: ClassVar[str] = "date"

    matter: Token
    date: Day


class ClarificationRequested(DatedAct):
    """A State Party asked another, through the Secretary-General, to clarify a matter of compliance (Article 8.2)."""

    command: ClassVar[str] = "RequestClarification"
    stream_name: ClassVar[str] = "matter-{matter}"
    key_name: ClassVar[str] = "{stream}-clarification-{received}"
    done_on: ClassVar[str] = "received"

    matter: Token
    from_: ISO3 = Field(alias="from")
    to: ISO3
    received: Day

    @property
    def subject(self) -> str:
        return self.to


class ClarificationAnswered(DatedAct):
    """The requested State answered (Articles 8.2, 8.3)."""

    command: ClassVar[str] = "AnswerClarification"
    stream_name: ClassVar[str] = "matter-{matter}"
    key_name: ClassVar[str] = "{stream}-answered-{answered}"
    done_on: ClassVar[str] = "answered"

    matter: Token
    answered: Day
    satisfactory: bool | None = None


class ComplianceMatterSubmitted(DatedAct):
    """A compliance matter was submitted to a meeting (Article 8.3)."""

    command: ClassVar[str] = "SubmitMatter"
    stream_name: ClassVar[str] = "matter-{matter}"
    key_name: ClassVar[str] = "{stream}-submitted-{meeting}"
    done_on: ClassVar[str] = "date"

    matter: Token
    meeting: Token
    date: Day


class NonComplianceDetermined(DatedAct):
    """A meeting determined a compliance matter (Articles 8.5, 8.6)."""

    command: ClassVar[str] = "DetermineNonCompliance"
    stream_name: ClassVar[str] = "matter-{matter}"
    key_name: ClassVar[str] = "{stream}-determined-{meeting}"
    done_on: ClassVar[str] = "date"

    matter: Token
    state: ISO3
    meeting: Token
    date: Day
    outcome: Literal["non_compliant", "not_established"]


class FactRetracted(Retraction):
    """The registrar took back what should never have been recorded here, or a State an act of its own."""

    ledger: ClassVar[Ledger] = "meetings"
    command: ClassVar[str] = RETRACT


__all__ = [name for name, value in list(globals().items()) if isinstance(value, type) and issubclass(value, Event)]
