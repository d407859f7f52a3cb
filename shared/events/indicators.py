"""Definitions, cycles, coverage and printed figures: the events of the indicators ledger."""

from __future__ import annotations

from datetime import date as Day  # an event may have a field named `date`
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from shared.events.base import (
    BASELINE,
    CLOCK,
    ISO3,
    RETRACT,
    SEAL,
    Effective,
    Event,
    FactDate,
    Frozen,
    IndicatorId,
    Ledger,
    Retraction,
    Token,
    on,
)


class IndicatorsEvent(Event):
    """An event of the indicators ledger."""

    ledger: ClassVar[Ledger] = "indicators"


class CycleDefined(IndicatorsEvent):
    """A reporting cycle was defined: its span and the years and meetings its windows refer to."""

    command: ClassVar[str] = "DefineCycle"
    stream_name: ClassVar[str] = "cycle-{cycle}"
    known_by: ClassVar[str] = "from_"

    cycle: Token
    from_: Day = Field(alias="from")
    to: Day
    meeting: Token | None = None
    previous_meeting: Token | None = Field(default=None, alias="previousMeeting")
    report_year: int | None = Field(default=None, alias="reportYear")
    budget_year: int | None = Field(default=None, alias="budgetYear")
    unga_year: int | None = Field(default=None, alias="ungaYear")

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.to < self.from_:
            raise ValueError("a cycle ends on or after the day it begins")
        return self

    @property
    def holds(self) -> Effective:
        return Effective(from_=self.from_, to=self.to)


class IndicatorDefined(IndicatorsEvent):
    """A version of an indicator's definition came into force; the whole canonical definition travels with it."""

    command: ClassVar[str] = "DefineIndicator"
    stream_name: ClassVar[str] = "indicator-{indicator}"
    key_name: ClassVar[str] = "{stream}-v{version}"
    known_by: ClassVar[str] = "in_force"

    indicator: IndicatorId
    plan: Token
    version: Annotated[int, Field(ge=1)]
    in_force: Day
    definition: dict[str, Any]
    definition_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]

    @property
    def holds(self) -> Effective:
        return Effective(from_=self.in_force)


class FigurePublished(IndicatorsEvent):
    """A document printed a figure. It is data to compare with, never an input to a computation."""

    command: ClassVar[str] = "RecordPublishedFigure"
    stream_name: ClassVar[str] = "published-{figure_id}"
    known_by: ClassVar[str] = "printed"
    dated_by: ClassVar[tuple[str, ...]] = ("printed",)

    figure_id: Token
    indicators: tuple[IndicatorId, ...] = ()
    cycle: Token
    as_printed: str
    value: str | None = None
    place: str
    role: Literal["table", "elsewhere"] = "elsewhere"
    footnote: str | None = None
    names: tuple[ISO3, ...] | None = None
    printed: Day


class CoverageDeclared(IndicatorsEvent):
    """The record is complete for these kinds, codes or `Kind?attribute=value` over a span, or names only some."""

    command: ClassVar[str] = "DeclareCoverage"
    stream_name: ClassVar[str] = "coverage-{coverage_id}"

    coverage_id: Token
    subjects: Annotated[tuple[str, ...], Field(min_length=1)]
    from_: Day = Field(alias="from")
    through: Day
    completeness: Literal["complete", "named_only"]
    nil: bool = False  # the source says outright that there was none

    @property
    def received_on(self) -> FactDate:
        return self.through.isoformat()

    @property
    def holds(self) -> Effective:
        return Effective(from_=self.from_, to=self.through)


class SealedFigure(Frozen):
    """One figure of a sealed set: its answer as it is hashed, quantities as plain decimal strings."""

    indicator: IndicatorId
    definition_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$", alias="definitionHash")]
    status: str
    parts: tuple[dict[str, Any], ...]
    reason_code: str | None = Field(default=None, alias="reasonCode")


class MeetingFiguresSealed(IndicatorsEvent):
    """The figures of a plan were concluded at a cut; computed by the service, superseded, never edited."""

    # the cut is `positions`, `knownBy`, `effectiveAt`, `basis` and `definitions`; `hash` is the set's (model §8)

    command: ClassVar[str] = SEAL
    stream_name: ClassVar[str] = "seal-{meeting}-{plan}"
    key_name: ClassVar[str] = "{stream}-{hash}"
    known_by: ClassVar[str | None] = None

    meeting: Token
    plan: Token
    basis: Literal["reconstructed", "attested"]
    known: Day = Field(alias="knownBy")
    effective_at: Day = Field(alias="effectiveAt")
    positions: dict[str, Annotated[int, Field(ge=0)]]
    definitions: Literal["inForce", "latest"] | Annotated[int, Field(ge=1)]
    hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    figures: Annotated[tuple[SealedFigure, ...], Field(min_length=1)]
    supersedes: Token | None = None
    reason: Annotated[str, Field(min_length=1, max_length=1000)] | None = None

    @property
    def holds(self) -> Effective:
        return Effective(from_=self.effective_at)


class ClockStarted(IndicatorsEvent):
    """The clock of deadlines was run for the first time; it announces nothing that lies before this day."""

    command: ClassVar[str] = CLOCK
    stream_name: ClassVar[str] = "clock"
    known_by: ClassVar[str] = "day"
    dated_by: ClassVar[tuple[str, ...]] = ("day",)

    day: Day


class DeadlineNotice(IndicatorsEvent):
    """A notice of the clock on one State's deadline; no figure reads it."""

    stream_name: ClassVar[str] = "deadline-{state}-{what}-{due}"

    state: ISO3
    article: str
    what: Token
    due: Day


class DeadlineApproaching(DeadlineNotice):
    """A deadline of a State lies so many days ahead; announced by the clock, read by no figure."""

    command: ClassVar[str] = CLOCK
    key_name: ClassVar[str] = "{stream}-{days}"

    days: Literal[90, 30, 7]

    @property
    def received_on(self) -> Day:
        return self.due - timedelta(days=self.days)

    @property
    def holds(self) -> Effective | None:
        return on(self.received_on)


class DeadlinePassed(DeadlineNotice):
    """A deadline of a State passed with nothing recorded that meets it; announced by the clock, read by no figure."""

    command: ClassVar[str] = CLOCK
    key_name: ClassVar[str] = "{stream}-passed"
    known_by: ClassVar[str] = "due"
    dated_by: ClassVar[tuple[str, ...]] = ("due",)


class FigureAnswer(Frozen):
    """A figure's answer as it is hashed, with its number (a plain decimal string) and the definition that gave it."""

    status: str
    value: str | None = None
    definition_version: Annotated[int, Field(ge=1, alias="definitionVersion")]
    definition_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$", alias="definitionHash")]
    parts: tuple[dict[str, Any], ...]
    reason_code: str | None = Field(default=None, alias="reasonCode")


class ObservedFigure(FigureAnswer):
    """One figure of those that are followed from an observation on."""

    indicator: IndicatorId


class SeenAt(Frozen):
    """What was known of the record when a figure was looked at."""

    known_by: Day = Field(alias="knownBy")
    positions: dict[str, Annotated[int, Field(ge=0)]]


class FiguresObserved(IndicatorsEvent):
    """A plan's figures of a cycle are followed from these answers on; announced once, read by no figure."""

    command: ClassVar[str] = CLOCK
    stream_name: ClassVar[str] = "observed-{plan}-{cycle}"
    known_by: ClassVar[str | None] = None

    plan: Token
    cycle: Token
    meeting: Token | None = None
    basis: Literal["reconstructed"] = "reconstructed"
    effective_at: Day = Field(alias="effectiveAt")
    seen: SeenAt
    hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    figures: Annotated[tuple[ObservedFigure, ...], Field(min_length=1)]

    @property
    def received_on(self) -> Day:
        return self.seen.known_by

    @property
    def holds(self) -> Effective:
        return Effective(from_=self.effective_at)


class ChangeCause(Frozen):
    """One cause of a change and its events, in fold order; of very many `events` names the first of `number`."""

    cause: Literal[
        "lateReport",
        "revision",
        "clerical",
        "retraction",
        "backfilledLetter",
        "membership",
        "definition",
        "judgement",
        "coverage",
        "codeChange",
    ]
    events: tuple[str, ...] = ()
    number: Annotated[int, Field(ge=0)] = 0


class FigureChanged(IndicatorsEvent):
    """A figure of a cycle is not what it was, as known now: what it was, what it is, and why; read by no figure."""

    # `change` counts from the observation; `together`: its events were too many to tell one by one which moved it

    command: ClassVar[str] = CLOCK
    stream_name: ClassVar[str] = "figure-{indicator}-{cycle}"
    key_name: ClassVar[str] = "{stream}-{change}"
    known_by: ClassVar[str | None] = None

    indicator: IndicatorId
    plan: Token
    cycle: Token
    meeting: Token | None = None
    basis: Literal["reconstructed"] = "reconstructed"
    effective_at: Day = Field(alias="effectiveAt")
    change: Annotated[int, Field(ge=1)]
    old: FigureAnswer | None = None
    new: FigureAnswer
    entering: tuple[ISO3, ...] = Field(default=(), alias="in")
    leaving: tuple[ISO3, ...] = Field(default=(), alias="out")
    causes: tuple[ChangeCause, ...] = ()
    together: bool = False
    since: SeenAt | None = Field(default=None, alias="from")
    until: SeenAt = Field(alias="to")

    @property
    def subject(self) -> str:
        return self.indicator

    @property
    def received_on(self) -> Day:
        return self.until.known_by

    @property
    def holds(self) -> Effective:
        return Effective(from_=self.effective_at)


class BaselineEstablished(IndicatorsEvent):
    """What an indicator of an adopted plan stood at, computed by the service; later figures are measured from it."""

    command: ClassVar[str] = BASELINE
    stream_name: ClassVar[str] = "baseline-{plan}"
    key_name: ClassVar[str] = "{stream}-{indicator}"
    known_by: ClassVar[str | None] = None

    plan: Token
    indicator: IndicatorId
    status: str
    provisional: bool = False
    value: str | None = None
    unit: str
    numerator: tuple[ISO3, ...] | None = None
    denominator: tuple[ISO3, ...] | None = None
    cycle: Token
    basis: Literal["reconstructed"] = "reconstructed"
    known: Day = Field(alias="knownBy")
    effective_at: Day = Field(alias="effectiveAt")
    positions: dict[str, Annotated[int, Field(ge=0)]]
    definition_version: Annotated[int, Field(ge=1, alias="definitionVersion")]
    definition_hash: Annotated[str, Field(pattern="^[0-9a-f]{64}$", alias="definitionHash")]
    adopted: Day
    document: Annotated[str, Field(min_length=1, max_length=120)]
    reason: str | None = None

    @property
    def holds(self) -> Effective:
        return Effective(from_=self.effective_at)


class FactRetracted(Retraction):
    """The registrar took back a cycle, a coverage or a printed figure that should never have been recorded."""

    ledger: ClassVar[Ledger] = "indicators"
    command: ClassVar[str] = RETRACT


__all__ = [name for name, value in list(globals().items()) if isinstance(value, type) and issubclass(value, Event)]
