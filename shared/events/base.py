"""What every event is made of: a frozen fact, its passages, and dates as well as they are known."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import cache
from string import Formatter
from typing import Annotated, Any, ClassVar, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from shared.states import is_iso3

Ledger = Literal["reports", "meetings", "indicators"]
Precision = Literal["day", "month", "year"]


class Frozen(BaseModel):
    """An immutable value; an unknown field is an error, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


def _known_state(code: str) -> str:
    if not is_iso3(code):
        raise PydanticCustomError("state_unknown", "no ISO 3166-1 alpha-3 code of one of the 197 States; LAO is one")
    return code


ISO3 = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), AfterValidator(_known_state)]
"""ISO 3166-1 alpha-3 code of one of the 197 States the depositary counts (193 members, 2 observers, COK, NIU)."""

Token = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_./-]{0,79}$")]
"""An identifier without spaces: a meeting (`13MSP`), a code (`workplan.annual`), an id."""

IndicatorId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_./()-]{0,79}$")]
"""The name of an indicator: its plan, its action and its number in it (`LAP-18.1`, `DAP-4.1(a).1`)."""

Decimal_ = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,24}(\.[0-9]{1,6})?$")]
"""A quantity as a plain decimal string, so that no reader rounds it."""

CLOCK: Final = "(clock)"
"""The command of events that only the clock announces: nobody can ask for them."""

SEAL: Final = "(seal)"
"""The command of events whose content the service computes: SealFigures names a cut and no figure."""

BASELINE: Final = "(baseline)"
"""The command of events whose content the service computes: EstablishBaselines names a plan and a day."""

RETRACT: Final = "Retract"
"""The one command that takes facts back, whatever their type."""

_IMPRECISE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


class Interval(Frozen):
    """A date known only by bounds; both ends belong to it, and `basis` says where the bounds come from."""

    not_before: date | None = Field(default=None, alias="notBefore")
    not_after: date | None = Field(default=None, alias="notAfter")
    basis: str | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.not_before is None and self.not_after is None:
            raise ValueError("an interval needs notBefore, notAfter or both")
        if self.not_before and self.not_after and self.not_before > self.not_after:
            raise ValueError("notBefore lies after notAfter")
        return self


def _imprecise(text: str) -> str:
    found = _IMPRECISE.fullmatch(text)
    if not found:
        raise ValueError("write a date as 2024-12-05, 2024-12 or 2024, or as {notBefore, notAfter}")
    year, month, day = found.groups()
    date(int(year), int(month or 1), int(day or 1))
    return text


_IN_JSON_SCHEMA = {"type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"}

FactDate = Annotated[str, AfterValidator(_imprecise), WithJsonSchema(_IN_JSON_SCHEMA)] | Interval
"""A date as precisely as the source gives it: `2024-12-05`, `2024-12`, `2024`, or bounds."""


def earliest(when: FactDate | date) -> date | None:
    """The first day that `when` can mean; None when only an upper bound is known."""
    if isinstance(when, Interval):
        return when.not_before
    if isinstance(when, date):
        return when
    year, month, day = (*map(int, when.split("-")), 0, 0)[:3]
    return date(year, month or 1, day or 1)


def latest(when: FactDate | date) -> date | None:
    """The last day that `when` can mean; None when only a lower bound is known."""
    if isinstance(when, Interval):
        return when.not_after
    if isinstance(when, date):
        return when
    year, month, day = (*map(int, when.split("-")), 0, 0)[:3]
    month = month or 12
    return date(year, month, day or monthrange(year, month)[1])


def precision_of(when: FactDate | date) -> Precision:
    """day, month or year; bounds count as days."""
    if isinstance(when, str):
        return ("year", "month", "day")[when.count("-")]
    return "day"


def _not_blank(text: str) -> str:
    if not text.strip():
        raise ValueError("nothing but blanks; name the document, and the paragraph, form or table row")
    return text


def _stated(text: str) -> str:
    if not text.strip():
        raise ValueError("nothing but blanks; say why")
    return text


Reason = Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(_stated)]
"""Why a fact is corrected, revised or retracted, in a sentence of ours."""


class Passage(Frozen):
    """Where a document says so: its id and the paragraph, form or table row. Never the text."""

    document: Annotated[str, StringConstraints(min_length=1, max_length=120), AfterValidator(_not_blank)]
    paragraph: Annotated[str, StringConstraints(min_length=1, max_length=120), AfterValidator(_not_blank)]


class Effective(Frozen):
    """When the fact holds in the world; `to` is None while it lasts or where it is a single day."""

    from_: date | None = Field(default=None, alias="from")
    to: date | None = None
    precision: Precision = "day"


class Known(Frozen):
    """The latest day by which the institution certainly held the fact: on that `day`, or `by` it."""

    time: date
    precision: Literal["day", "by"] = "day"


def known_from(received: FactDate | date) -> Known | None:
    """known_at of a fact from the date of its receipt (model §4); None when no upper bound is known."""
    last = latest(received)
    if last is None:
        return None
    exact = isinstance(received, date) or (isinstance(received, str) and precision_of(received) == "day")
    return Known(time=last, precision="day" if exact else "by")


class Amendment(Frozen):
    """Who changes a recorded fact, and why: the registrar mends our entry, a State changes what it said (model §6)."""

    role: Literal["registrar", "state"]
    reason: Reason


class Event(Frozen):
    """One fact in the past tense. Its fields are what was said or done, never what a rule derives from it.

    `amendment` says who changes another event by this one, and why; which one stands in the envelope (model §6).
    `confidence` is "unverified" where the source row rests on general knowledge: such a fact makes a State
    possible, not certain, in every figure.
    """

    ledger: ClassVar[Ledger]
    command: ClassVar[str]
    schemaversion: ClassVar[int] = 1
    stream_name: ClassVar[str]  # over the fields: "article7-{state}-{year}"
    key_name: ClassVar[str] = "{stream}"  # identity within the stream, where it holds several facts
    known_by: ClassVar[str | None] = "received"  # the field that known_at is derived from
    dated_by: ClassVar[tuple[str, ...]] = ()  # the first of these that is given says when the fact holds
    stays_when_revised: ClassVar[bool] = False  # an act that a revision adds to, where others replace what was said

    confidence: Literal["verified", "unverified"] = "verified"
    amendment: Amendment | None = None  # given where the envelope says that the event corrects, revises or retracts

    @classmethod
    def type_name(cls) -> str:
        """The one spelling used as CloudEvents type and NATS subject prefix: `ccm.reports.ReportSubmitted`."""
        return f"ccm.{cls.ledger}.{cls.__name__}"

    @property
    def subject(self) -> str | None:
        """ISO3 of the State the fact is about; None when it is about none or several."""
        return getattr(self, "state", None)

    @property
    def stream(self) -> str:
        """The stream the fact belongs to, by natural key (`article7-LAO-2024`)."""
        return self._named(self.stream_name)

    @property
    def natural_key(self) -> str:
        """Identity of the fact on import: equal key and equal content = the same fact, said again."""
        return self._named(self.key_name)

    @property
    def received_on(self) -> FactDate | date | None:
        """The date of receipt from which known_at is derived; None when it must be given."""
        return getattr(self, self.known_by, None) if self.known_by else None

    @property
    def holds(self) -> Effective | None:
        """When the fact holds, where its own fields say so; None when it must be given."""
        return on(next((day for name in self.dated_by if (day := getattr(self, name)) is not None), None))

    def _named(self, pattern: str) -> str:
        """A pattern filled in from the fields; `{stream}`, `{kind}` (the class) and `{done}` may stand in it too."""
        return "".join([text + self._label(name) if name else text for text, name in _parts(pattern)])

    def _label(self, name: str) -> str:
        match name:
            case "kind":
                return type(self).__name__
            case "done":
                return label(self.received_on)
        return label(getattr(self, name))

    def data(self) -> dict[str, Any]:
        """The fields as JSON values, absent ones left out: what a silent report did not say is not stored as null."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class Retraction(Event):
    """A fact is taken back: by its State from the day that was received, by the registrar as if it had never counted.

    It lies on the stream of its target, which the envelope names; `state` is the State that the target is about.
    """

    stream_name: ClassVar[str] = "{target_stream}"

    target_type: str
    target_stream: str
    state: ISO3 | None = None
    received: FactDate | None = None
    amendment: Amendment


@cache
def _parts(pattern: str) -> tuple[tuple[str, str | None], ...]:
    """A pattern's texts, each with the field that follows it: taken apart once, for every name is made on the way
    to the ledger."""
    return tuple((text, name) for text, name, _, _ in Formatter().parse(pattern))


def label(value: object) -> str:
    """A field as part of a name: a date as precise as it is known, bounds as `by-...` or `from-...`."""
    match value:
        case str():
            return value
        case None:
            return "undated"
        case date():
            return value.isoformat()
        case Interval():
            return f"by-{value.not_after}" if value.not_after else f"from-{value.not_before}"
    return str(value)


class Camel(Frozen):
    """A value that travels in answers: camelCase outside, snake_case inside."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, alias_generator=to_camel)


def on(when: FactDate | date | None) -> Effective | None:
    """The effective span of something that happens on one date, as precisely as it is known."""
    if when is None:
        return None
    first, last = earliest(when), latest(when)
    return Effective(from_=first, to=last if last != first else None, precision=precision_of(when))


def year_span(year: int) -> Effective:
    """A calendar year, 1 January to 31 December."""
    return Effective(from_=date(year, 1, 1), to=date(year, 12, 31), precision="year")
