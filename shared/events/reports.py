"""What States submit, and the judgements passed on it: the events of the reports ledger."""

from __future__ import annotations

from datetime import date as Day  # an event may have a field named `date`
from typing import Annotated, ClassVar, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from shared.events.base import (
    ISO3,
    RETRACT,
    Decimal_,
    Effective,
    Event,
    FactDate,
    Frozen,
    Ledger,
    Retraction,
    Token,
    label,
    year_span,
)

Article = Literal[3, 4, 5]
Theme = Literal[
    "stockpile", "clearance", "risk_education", "victim_assistance", "legislation", "reporting", "universalization"
]
Key = Literal["gender", "age", "disability", "diversity", "displacement", "environment", "climate"]
Year = Annotated[int, Field(ge=2008, le=2100)]
Count = Annotated[int, Field(ge=0)]


class ReportsEvent(Event):
    """An event of the reports ledger."""

    ledger: ClassVar[Ledger] = "reports"


class Statement(ReportsEvent):
    """Something a State said: `received` is the day the institution held it, as well as that is known."""

    received: FactDate


class Area(Frozen):
    """A contaminated area as a State names it."""

    name: str
    suspected_m2: Decimal_ | None = None
    confirmed_m2: Decimal_ | None = None


class TypeQuantity(Frozen):
    """A number of items of one type."""

    type: str
    quantity: Count


class SourceRegistered(ReportsEvent):
    """A document was registered as a source of facts."""

    command: ClassVar[str] = "RegisterSource"
    stream_name: ClassVar[str] = "source-{source_id}"

    source_id: str
    title: str
    kind: Literal[
        "art7",
        "extension_request",
        "declaration",
        "statement",
        "meeting_record",
        "finance",
        "vote",
        "publication",
        "other",
    ]
    issuer: str
    date: FactDate | None = None
    received: FactDate | None = None


class ReportSubmitted(Statement):
    """A State submitted an Article 7 report: initial, annual or voluntary."""

    command: ClassVar[str] = "SubmitReport"
    stays_when_revised: ClassVar[bool] = True  # when the first text came counts (Article 7.2), whatever followed it
    dated_by: ClassVar[tuple[str, ...]] = ("received",)

    state: ISO3
    kind: Literal["initial", "annual", "voluntary"]
    covers_years: Annotated[tuple[Year, ...], Field(validate_default=True)] = ()
    form_version: Literal["1MSP", "revised_11MSP", "short", "free"] | None = None
    forms_included: tuple[Annotated[str, Field(pattern="^[A-K]$")], ...] = ()
    revises: str | None = None

    @field_validator("covers_years")
    @classmethod
    def _covers_a_year(cls, years: tuple[int, ...], info: ValidationInfo) -> tuple[int, ...]:
        if not years and info.data.get("kind") in ("annual", "voluntary"):
            raise PydanticCustomError("years_missing", "an annual or voluntary report covers at least one year")
        return years

    @property
    def stream(self) -> str:
        if self.kind == "initial":
            return f"article7-{self.state}-initial"
        prefix = "voluntary-" if self.kind == "voluntary" else ""
        return f"article7-{self.state}-{prefix}{max(self.covers_years)}"


class ReportingFormAdopted(ReportsEvent):
    """A meeting adopted a version of the Article 7 reporting form."""

    command: ClassVar[str] = "AdoptForm"
    stream_name: ClassVar[str] = "form-{form_version}"
    known_by: ClassVar[str] = "adopted"
    dated_by: ClassVar[tuple[str, ...]] = ("adopted",)

    form_version: Token
    meeting: Token
    adopted: Day


class PracticeReported(Statement):
    """A State answered one predicate of the practice codes for a period."""

    command: ClassVar[str] = "RecordStatement"
    stream_name: ClassVar[str] = "practice-{reporter}-{code}-{period_to}"

    reporter: ISO3
    code: Token
    answer: Literal["yes", "no", "in_preparation", "not_applicable"]
    keys: tuple[Key, ...] = ()
    detail: str | None = None
    period_from: Day
    period_to: Day

    @property
    def subject(self) -> str:
        return self.reporter

    @property
    def holds(self) -> Effective:
        return Effective(from_=self.period_from, to=self.period_to)


class PracticeAssessed(ReportsEvent):
    """A coordinator judged whether a statement meets a quality word of the plan."""

    command: ClassVar[str] = "AssessStatement"
    stream_name: ClassVar[str] = "assessment-{target_event}-{criterion}"
    known_by: ClassVar[str] = "date"
    dated_by: ClassVar[tuple[str, ...]] = ("date",)

    state: ISO3
    target_event: str
    criterion: Token
    outcome: Literal["meets", "partly", "does_not_meet", "cannot_tell"]
    assessor: str
    date: Day
    reason: str


class YearlyStatement(Statement):
    """A statement about one calendar year."""

    state: ISO3
    year: Year

    @property
    def holds(self) -> Effective:
        return year_span(self.year)


class NationalResourcesReported(YearlyStatement):
    """A State committed resources of its own to an obligation."""

    command: ClassVar[str] = "RecordNationalResources"

    articles: tuple[Article, ...] = ()
    theme: Literal["stockpile", "clearance", "risk_education", "victim_assistance", "general"] | None = None
    kind: Literal["financial", "material", "in_kind", "human"] | None = None
    amount: Decimal_ | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    accessible: bool | None = None

    @property
    def stream(self) -> str:
        return f"resources-{self.state}-{self.year}-{self.theme or 'unspecified'}-{self.kind or 'unspecified'}"


class NationalMeasureReported(Statement):
    """A State reported the status of a law or other measure implementing the Convention (Article 9, 5.2 b)."""

    command: ClassVar[str] = "RecordMeasure"
    stream_name: ClassVar[str] = "measure-{measure_id}"
    key_name: ClassVar[str] = "{stream}-{status}-{received}"
    dated_by: ClassVar[tuple[str, ...]] = ("date", "received")

    measure_id: Token
    state: ISO3
    kind: Literal["specific_law", "existing_law_sufficient", "administrative", "policy", "victim_assistance_law"]
    status: Literal["in_process", "adopted", "amended", "repealed"]
    penal_sanctions: bool | None = None
    investment_ban: bool | None = None
    victims_involved: bool | None = None
    consultation: bool | None = None
    date: FactDate | None = None


class ContaminationReported(Statement):
    """A State reported the size and location of its contaminated areas (Article 7.1 h)."""

    command: ClassVar[str] = "RecordContamination"
    stream_name: ClassVar[str] = "contamination-{state}-{as_of}"
    dated_by: ClassVar[tuple[str, ...]] = ("as_of",)

    state: ISO3
    as_of: FactDate
    suspected_m2: Decimal_ | None = None
    confirmed_m2: Decimal_ | None = None
    areas: tuple[Area, ...] | None = None


class LandReleaseReported(YearlyStatement):
    """A State reported land cancelled, reduced or cleared in a year (Article 7.1 i)."""

    command: ClassVar[str] = "RecordLandRelease"
    stream_name: ClassVar[str] = "land-release-{state}-{year}"

    cancelled_m2: Decimal_ | None = None
    reduced_m2: Decimal_ | None = None
    cleared_m2: Decimal_ | None = None
    remnants_destroyed: tuple[TypeQuantity, ...] | None = None


class RiskEducationReported(YearlyStatement):
    """A State reported risk education it carried out (Articles 4.2 e, 7.1 j)."""

    command: ClassVar[str] = "RecordRiskEducation"
    stream_name: ClassVar[str] = "risk-education-{state}-{year}-{activity}"

    activity: Literal["community", "schools", "mass_media", "other"]
    tailored: bool | None = None
    keys: tuple[Literal["gender", "age", "disability"], ...] = ()
    beneficiaries: dict[str, Count] | None = None


class RetentionReported(YearlyStatement):
    """A State reported munitions it retains, acquired or transferred (Articles 3.6 to 3.8)."""

    command: ClassVar[str] = "RecordRetention"

    act: Literal["retained", "acquired", "transferred_out", "transferred_in"]
    munition_type: str | None = None
    munitions: Count | None = None
    submunitions: Count | None = None
    lots: tuple[str, ...] | None = None
    planned_use: str | None = None
    counterpart: ISO3 | None = None

    @property
    def stream(self) -> str:
        kind = (self.munition_type or "unspecified").replace(" ", "_")
        return f"retention-{self.state}-{self.year}-{self.act}-{kind}"


class RetainedMunitionsUsedOrDestroyed(YearlyStatement):
    """A State used up or destroyed munitions it had retained (Article 3.8)."""

    command: ClassVar[str] = "RecordRetainedUse"
    stream_name: ClassVar[str] = "retained-use-{state}-{year}-{how}"

    munitions: Count | None = None
    submunitions: Count | None = None
    how: Literal["training", "development", "destruction"]


class StockpileDiscovered(Statement):
    """A State found stockpiles after it had declared completion (Article 7.1 g)."""

    command: ClassVar[str] = "ReportDiscovery"
    stream_name: ClassVar[str] = "discovery-{state}-{reported}"
    dated_by: ClassVar[tuple[str, ...]] = ("found", "reported")

    state: ISO3
    found: FactDate | None = None
    reported: FactDate
    channel: Literal["presidency", "meeting", "art7"] | None = None
    munitions: Count | None = None
    submunitions: Count | None = None


class ContaminationDiscovered(Statement):
    """A State found remnants after it had declared completion, or remnants of a later conflict (Articles 4.1, 7.1)."""

    command: ClassVar[str] = "ReportContaminationFound"
    stream_name: ClassVar[str] = "contamination-found-{state}-{reported}"
    dated_by: ClassVar[tuple[str, ...]] = ("found", "reported")

    state: ISO3
    found: FactDate | None = None
    reported: FactDate
    channel: Literal["presidency", "meeting", "art7"] | None = None
    conflict: Token | None = None  # where they arose after entry into force (Article 4.1 b): an obligation of its own

    @property
    def natural_key(self) -> str:
        return f"{self.stream}-{self.conflict}" if self.conflict else self.stream


class HostilitiesEnded(Statement):
    """The active hostilities ended from which remnants arose in a State after entry into force (Article 4.1 b)."""

    command: ClassVar[str] = "RecordEndOfHostilities"
    stream_name: ClassVar[str] = "hostilities-{state}-{conflict}"
    dated_by: ClassVar[tuple[str, ...]] = ("date",)

    state: ISO3
    conflict: Token
    date: FactDate


class StockpileDestroyed(Statement):
    """A State destroyed stockpiles found after its declaration."""

    command: ClassVar[str] = "ReportDestruction"
    dated_by: ClassVar[tuple[str, ...]] = ("date", "received")

    state: ISO3
    date: FactDate | None = None
    munitions: Count | None = None
    submunitions: Count | None = None

    @property
    def stream(self) -> str:
        return f"destruction-{self.state}-{label(self.date or self.received)}"


class ObligationReported(Statement):
    """A State's document shows the standing of its Article 3, 4 or 5 obligation from a day on."""

    command: ClassVar[str] = "ReportObligation"
    stream_name: ClassVar[str] = "obligation-{state}-{article}"
    key_name: ClassVar[str] = "{stream}-{effective}"
    dated_by: ClassVar[tuple[str, ...]] = ("effective",)

    state: ISO3
    article: Article
    status: Literal["outstanding", "completed", "reopened", "removed", "none"]
    effective: FactDate
    cause: Literal["entry_into_force", "report", "declaration", "discovery", "decision", "clarification"]


class DeclarationOfCompliance(Statement):
    """A State declared that it has fulfilled its Article 3 or 4 obligation (Article 4.1 c)."""

    command: ClassVar[str] = "DeclareCompliance"
    stream_name: ClassVar[str] = "declaration-{state}-{article}"
    dated_by: ClassVar[tuple[str, ...]] = ("completed",)

    state: ISO3
    article: Literal[3, 4]
    completed: FactDate | None = None
    declared: FactDate | None = None
    meeting: Token | None = None
    template_used: bool | None = None
    before_entry_into_force: bool | None = None

    @property
    def natural_key(self) -> str:
        return f"{self.stream}-{label(self.completed or self.received)}"


class ExtensionAnnounced(Statement):
    """A State said that it will ask for an extension; nothing is submitted yet."""

    command: ClassVar[str] = "AnnounceExtension"
    stream_name: ClassVar[str] = "request-{request_id}"
    key_name: ClassVar[str] = "{stream}-announced"
    dated_by: ClassVar[tuple[str, ...]] = ("received",)

    request_id: Annotated[str, Field(pattern=r"^[A-Z]{3}-[34]-[1-9][0-9]{0,2}$")]
    state: ISO3
    article: Literal[3, 4]
    expected: str | None = None


class ExtensionRequested(ReportsEvent):
    """A State submitted a request to extend its Article 3 or 4 deadline, or an update of one."""

    command: ClassVar[str] = "SubmitExtensionRequest"
    stream_name: ClassVar[str] = "request-{request_id}"
    dated_by: ClassVar[tuple[str, ...]] = ("received",)

    request_id: Annotated[str, Field(pattern=r"^[A-Z]{3}-[34]-[1-9][0-9]{0,2}$")]
    state: ISO3
    article: Literal[3, 4]
    received: FactDate | None = None
    months_asked: Annotated[int, Field(ge=1, le=1200)] | None = None
    requested_until: FactDate | None = None
    for_meeting: Token
    sections: tuple[Annotated[str, Field(pattern="^[a-i]$")], ...] = ()
    work_plan: bool | None = None
    exceptional_circumstances: bool | None = None  # whether the text states them (Articles 3.3, 3.4 b)
    updates: str | None = None

    @property
    def natural_key(self) -> str:
        return f"{self.stream}-update-{label(self.received)}" if self.updates else self.stream


class ExtensionWithdrawn(Statement):
    """A State withdrew its request before it was decided."""

    command: ClassVar[str] = "WithdrawExtension"
    stream_name: ClassVar[str] = "request-{request_id}"
    key_name: ClassVar[str] = "{stream}-withdrawn"
    dated_by: ClassVar[tuple[str, ...]] = ("date",)

    request_id: Annotated[str, Field(pattern=r"^[A-Z]{3}-[34]-[1-9][0-9]{0,2}$")]
    state: ISO3
    date: Day


class AssistanceRequested(YearlyStatement):
    """A State asked for help with an obligation (Articles 6.1, 6.11)."""

    command: ClassVar[str] = "RequestAssistance"
    stream_name: ClassVar[str] = "need-{need_id}"

    need_id: Token
    themes: tuple[Theme, ...] = ()
    addressee: Literal["states", "partner", "unspecified"] = "unspecified"
    national_plan: bool | None = None
    progress: bool | None = None
    challenges: bool | None = None
    requirements: bool | None = None


class AssistanceProvidedReported(YearlyStatement):
    """A State reported assistance it gave (Articles 6.2, 7.1 n)."""

    command: ClassVar[str] = "ReportAssistance"
    stream_name: ClassVar[str] = "assistance-provided-{state}-{year}-{line}"

    recipients: tuple[ISO3, ...] | Literal["unspecified"] = "unspecified"
    themes: tuple[
        Literal[
            "stockpile", "clearance", "risk_education", "victim_assistance", "legislation", "universalization", "gender"
        ],
        ...,
    ] = ()
    kind: tuple[Literal["financial", "material", "technical", "scientific"], ...] = ()
    multi_year: bool | None = None
    partnership: bool | None = None
    capacity_share: Decimal_ | None = None
    amount: Decimal_ | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    line: Token = "1"


class AssistanceReceivedReported(YearlyStatement):
    """A State reported assistance it received (Article 6.1)."""

    command: ClassVar[str] = "ReportReceipt"
    stream_name: ClassVar[str] = "assistance-received-{state}-{year}-{line}"

    themes: tuple[Theme, ...] = ()
    donors: tuple[ISO3, ...] | Literal["unspecified"] = "unspecified"
    need_id: Token | None = None
    after_request: bool | None = None
    line: Token = "1"


class CountryCoalitionChanged(Statement):
    """A country coalition around an affected State was wished for, formed or ended."""

    command: ClassVar[str] = "ChangeCoalition"
    stream_name: ClassVar[str] = "coalition-{state}"
    key_name: ClassVar[str] = "{stream}-{status}-{date}"
    dated_by: ClassVar[tuple[str, ...]] = ("date",)

    state: ISO3
    status: Literal["interested", "in_place", "concluded"]
    partners: tuple[ISO3, ...] | None = None
    date: FactDate


class VictimFiguresReported(YearlyStatement):
    """A State reported numbers of victims (Articles 5.1, 7.1 k)."""

    command: ClassVar[str] = "RecordVictims"
    stream_name: ClassVar[str] = "victims-{state}-{year}"

    new_victims: Count | Literal["none", "some", "unknown"] | None = None
    existing: Count | Literal["some"] | None = None
    keys: tuple[Literal["gender", "age", "disability"], ...] = ()


class FactRetracted(Retraction):
    """A State took back what it had said, or the registrar what should never have been recorded here."""

    ledger: ClassVar[Ledger] = "reports"
    command: ClassVar[str] = RETRACT


__all__ = [name for name, value in list(globals().items()) if isinstance(value, type) and issubclass(value, Event)]
