"""The grammar of figures: sets of States and measures over them, as people write them in YAML (model §9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    Discriminator,
    Field,
    SerializerFunctionWrapHandler,
    Tag,
    field_serializer,
    field_validator,
    model_validator,
)

from services.indicators.grammar.attributes import attribute_type
from services.indicators.grammar.window import Node, Point, Window, Years
from shared.events.base import Event
from shared.events.registry import EVENT_TYPES

KINDS = {name.rsplit(".", 1)[1]: kind for name, kind in EVENT_TYPES.items()}
"""Every kind of fact by the name used in definitions: `ReportSubmitted`."""

ANNOUNCEMENTS = frozenset(
    {"EntryIntoForceReached", "WithdrawalTookEffect", "ClockStarted", "DeadlineApproaching", "DeadlinePassed"}
)
"""Kinds that the clock announces: figures apply the rules to the facts and never read these (model §4)."""

ABOUT_FIGURES = frozenset(
    {
        "IndicatorDefined", "FigurePublished", "MeetingFiguresSealed",
        "FiguresObserved", "FigureChanged", "BaselineEstablished",
    }
)  # fmt: skip
"""Kinds that speak of figures: definitions, print, seals, changes, baselines. None is an input to a figure."""


def misfit(name: str, condition: Condition, kinds: Sequence[type[Event]]) -> str | None:
    """Why a condition can never hold, since no such value can be recorded; None where it can."""
    types = [own for kind in kinds if (own := attribute_type(kind, name)) is not None]
    if not types or (isinstance(condition, Test) and condition.min is not None):
        return None
    if all(one.listed and not one.plain for one in types) and not isinstance(condition, Test):
        return "it is a list: ask with has, has_all or has_any"
    if not isinstance(condition, Test):
        wanted = condition if isinstance(condition, tuple) else (condition,)
    else:
        wanted = tuple(
            one for one in (condition.has, *(condition.has_all or ()), *(condition.has_any or ())) if one is not None
        )
    allowed = {value for one in types for value in one.words}
    strange = [one for one in wanted if all(one_type.closed for one_type in types) and one not in allowed]
    return f"{strange[0]!r} is none of {sorted(map(str, allowed))}" if strange else None


BUILT_IN = {
    "states": "the 197 States that the depositary counts",
    "parties": "States Parties",
    "deposited": "States that deposited an instrument and have not withdrawn",
    "signatories": "States that signed and have not deposited",
    "not_party": "States that neither deposited nor signed",
    "outside": "States that are not States Parties, signatories among them",
}
"""Populations that the membership clock answers; every other population is an expression in the plan file."""

DEADLINE_RULES = {
    "annual_report_due": "30 April of the year after the one reported on (Article 7.2)",
    "initial_report_due": "180 days after entry into force for the State (Article 7.1)",
    "nine_months_before_meeting": "nine months before the meeting that considers the request opens (Articles 3.5, 4.6)",
    "three_months_before_meeting": "three months before the meeting opens",
    "next_meeting_after_find": "the close of the first Meeting of States Parties or Review Conference after the find",
}
"""What `by:` may name, with its words."""

DUTIES = {
    "annual_report": "States Parties on 30 April of the following year whose initial report came before the cycle",
    "initial_report": "States Parties whose initial report fell due by the end of the window and came not before it",
}
"""What `owes:` may name, with its words."""

Scalar = bool | int | str


class Test(Node):
    """A condition on one attribute; all that are given must hold."""

    has: Scalar | None = None
    has_all: tuple[Scalar, ...] | None = None
    has_any: tuple[Scalar, ...] | None = None
    min: Annotated[float, Field(allow_inf_nan=False)] | None = None
    given: bool | None = None
    among: SetNode | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise ValueError("a condition needs one of has, has_all, has_any, min, given, among")
        return self


Condition = Scalar | tuple[Scalar, ...] | Test
"""Equal to a value; equal to one of several; or a test."""


class Population(Node):
    """A dated group of States: built in (parties, signatories ...) or an expression of the plan file.

    `at`: window = in it on any day of the window; last = on its last day; fact = on the day of each fact counted.
    """

    population: str
    at: Literal["window", "last", "fact"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        return {"population": value} if isinstance(value, str) else value

    @cached_property
    def on_the_last_day(self) -> Population:
        """The same group asked on the last day."""
        return self.model_copy(update={"at": "last"})


class Fact(Node):
    """The States named by facts of a kind. Order of work: where, in / at / by, latest, having.

    state: the attribute that names the State (default: the State the fact is about).
    date: the attribute that is dated instead of the fact's own effective or received date.
    by: keep facts that met this deadline. latest: of the facts equal in these attributes keep the last.
    """

    fact: tuple[str, ...]
    state: str | None = None
    where: dict[str, Condition] = Field(default_factory=dict)
    in_: Window | None = Field(default=None, alias="in")
    at: Literal["last"] | None = None
    date: str | None = None
    by: Literal[
        "annual_report_due",
        "initial_report_due",
        "nine_months_before_meeting",
        "three_months_before_meeting",
        "next_meeting_after_find",
    ] | None = None  # fmt: skip
    latest: tuple[str, ...] = ()
    having: dict[str, Condition] = Field(default_factory=dict)

    @field_validator("fact", "latest", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _known_words(self) -> Self:
        if not self.fact:
            raise ValueError("name at least one kind of fact")
        for kind in self.fact:
            if kind not in KINDS:
                raise ValueError(f"no event is called {kind!r}; shared/events lists them")
            if kind in ANNOUNCEMENTS:
                raise ValueError(f"{kind} is announced by the clock; a figure applies the rule to the facts instead")
            if kind in ABOUT_FIGURES:
                raise ValueError(f"{kind} speaks of figures; it is never an input to one")
        named = {*self.where, *self.having, *(self.latest or ()), *filter(None, (self.state, self.date))}
        known = {"state"}.union(*(KINDS[kind].model_fields for kind in self.fact))
        aliases = {info.alias for kind in self.fact for info in KINDS[kind].model_fields.values() if info.alias}
        if unknown := sorted(named - known - aliases):
            raise ValueError(f"{' / '.join(self.fact)} has no attribute {', '.join(unknown)}")
        if self.at and self.in_:
            raise ValueError("give `in` or `at`, not both")
        for name, condition in (*self.where.items(), *self.having.items()):
            if fault := misfit(name, condition, [KINDS[kind] for kind in self.fact]):
                raise ValueError(f"{name}: {fault}")
        return self


class Said(Node):
    """Short for the latest PracticeReported of each State under one code: answer `yes` unless others are given."""

    said: str
    answer: tuple[Literal["yes", "no", "in_preparation", "not_applicable"], ...] = ("yes",)
    keys: tuple[str, ...] = ()
    in_: Window | None = Field(default=None, alias="in")
    at: Literal["last"] | None = None

    @field_validator("answer", "keys", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        if isinstance(value, bool):  # YAML reads a bare yes or no as a truth value
            value = "yes" if value else "no"
        return [value] if isinstance(value, str) else value

    @cached_property
    def at_length(self) -> Fact:
        """The fact node that it is short for."""
        having: dict[str, Condition] = {"answer": self.answer}
        if self.keys:
            having["keys"] = Test(has_all=self.keys)
        return Fact.model_validate(
            {"fact": "PracticeReported", "in": self.in_, "at": self.at, "latest": "state", "having": having}
        )


class All(Node):
    """States in every one of the sets."""

    all: Annotated[tuple[SetNode, ...], Field(min_length=1)]


class Any_(Node):
    """States in at least one of the sets."""

    any: Annotated[tuple[SetNode, ...], Field(min_length=1)]


class Not(Node):
    """States outside the set."""

    not_: SetNode = Field(alias="not")


class Judged(Node):
    """States whose facts a recorded judgement finds to meet every word; a missing judgement makes a State possible."""

    judged: SetNode
    words: Annotated[tuple[str, ...], Field(min_length=1)]


class Owes(Node):
    """States whom a rule of the treaty binds in the window."""

    owes: Literal["annual_report", "initial_report"]
    in_: Window | None = Field(default=None, alias="in")


class Obliged(Node):
    """States whose obligation under Article 3, 4 or 5 stands so on the last day, derived from their acts."""

    obliged: Literal[3, 4, 5]
    status: tuple[
        Literal["none", "outstanding", "extended", "completed", "declared", "reopened", "ended", "unknown"], ...
    ] = ("outstanding", "extended", "reopened")

    @field_validator("status", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value


class Count(Node):
    """How many States of `of` are in `where`; or how many different values of an attribute the facts of `of` have.

    `of` defaults to the indicator's population. `count: delegation` is short for `[meeting, participant]`.
    """

    count: tuple[str, ...]
    of: SetNode | None = None
    where: SetNode | None = None
    per: str | None = None
    since: date | None = None

    @field_validator("count", mode="before")
    @classmethod
    def _words(cls, value: Any) -> Any:
        if value == "delegation":
            return ["meeting", "participant"]
        return [value] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _facts_to_count(self) -> Self:
        if self.count != ("states",) and self.of is None:
            raise ValueError("to count an attribute, `of` must give the facts that have it")
        if self.per and self.count == ("states",):
            raise ValueError("States are counted one each; `per` needs an attribute to count")
        return self


class Sum(Node):
    """The sum of a number that the facts of `of` carry; a fact without it makes the sum a lower bound."""

    sum: str
    of: SetNode
    where: SetNode | None = None
    per: str | None = None
    since: date | None = None


class Share(Node):
    """Two sets: how many of `over` are in `of`; with `count` how many different values of an attribute of the facts."""

    of: SetNode
    over: SetNode
    count: tuple[str, ...] | None = None

    @field_validator("count", mode="before")
    @classmethod
    def _words(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value


class Percent(Node):
    """How much of one set another is; both numbers are kept; over an empty set it is undefined."""

    percent: Share
    since: date | None = None


class Change(Node):
    """The measure as it stood at the end of `to` less as it stood when `from` began (the end of the day before)."""

    change: MeasureNode
    from_: Point = Field(default="cycle.from", alias="from")
    to: Point = "cycle.to"
    since: date | None = None


class Mean(Node):
    """The mean of the measure over calendar years."""

    mean: MeasureNode
    over: Years
    since: date | None = None


class Parts(Node):
    """Several named measures of one indicator; the first one is mirrored in the row.

    People write a mapping; the canonical form is a list, since canonical JSON sorts the keys of a mapping.
    """

    parts: Annotated[dict[str, MeasureNode], Field(min_length=1)]
    since: date | None = None

    @field_validator("parts", mode="before")
    @classmethod
    def _in_order(cls, value: Any) -> Any:
        if not isinstance(value, list | tuple) or not all(isinstance(one, dict) and len(one) == 1 for one in value):
            return value
        names = [name for one in value for name in one]
        if len(set(names)) < len(names):
            raise ValueError("each part needs a name of its own")
        return {name: measure for one in value for name, measure in one.items()}

    @field_serializer("parts", mode="wrap")
    def _as_list(self, parts: dict[str, Any], dump: SerializerFunctionWrapHandler) -> list[dict[str, Any]]:
        return [{name: measure} for name, measure in dump(parts).items()]


class Nothing(Node):
    """Not computable, and why."""

    none: Annotated[str, Field(min_length=1)]


_SETS: dict[str, type[Node]] = {
    "population": Population, "fact": Fact, "said": Said, "all": All, "any": Any_, "not": Not,
    "judged": Judged, "owes": Owes, "obliged": Obliged,
}  # fmt: skip
_MEASURES: dict[str, type[Node]] = {
    "count": Count, "sum": Sum, "percent": Percent, "change": Change, "mean": Mean, "parts": Parts, "none": Nothing,
}  # fmt: skip


def _tag(names: dict[str, type[Node]], value: Any) -> str | None:
    if isinstance(value, BaseModel):
        return next((tag for tag, kind in names.items() if type(value) is kind), None)
    if isinstance(value, dict):
        found = [tag for tag in names if tag in value]
        return found[0] if len(found) == 1 else None
    return None


def _set_tag(value: Any) -> str | None:
    return "population" if isinstance(value, str) else _tag(_SETS, value)


def _measure_tag(value: Any) -> str | None:
    return _tag(_MEASURES, value)


SetNode = Annotated[
    Annotated[Population, Tag("population")]
    | Annotated[Fact, Tag("fact")]
    | Annotated[Said, Tag("said")]
    | Annotated[All, Tag("all")]
    | Annotated[Any_, Tag("any")]
    | Annotated[Not, Tag("not")]
    | Annotated[Judged, Tag("judged")]
    | Annotated[Owes, Tag("owes")]
    | Annotated[Obliged, Tag("obliged")],
    Discriminator(
        _set_tag,
        custom_error_type="set_node",
        custom_error_message="a set of States has exactly one of the keys " + ", ".join(_SETS),
    ),
]
"""A set of States; a bare word is a population."""

MeasureNode = Annotated[
    Annotated[Count, Tag("count")]
    | Annotated[Sum, Tag("sum")]
    | Annotated[Percent, Tag("percent")]
    | Annotated[Change, Tag("change")]
    | Annotated[Mean, Tag("mean")]
    | Annotated[Parts, Tag("parts")]
    | Annotated[Nothing, Tag("none")],
    Discriminator(
        _measure_tag,
        custom_error_type="measure_node",
        custom_error_message="a measure has exactly one of the keys " + ", ".join(_MEASURES),
    ),
]
"""A number over sets of States."""

_nodes: tuple[type[Node], ...] = (*_SETS.values(), *_MEASURES.values(), Test, Share)
for _node in _nodes:
    _node.model_rebuild()

FIELDS: dict[str, list[str]] = {
    tag: [info.alias or name for name, info in kind.model_fields.items()]
    for tag, kind in (*_SETS.items(), *_MEASURES.items())
}
"""The keys that each node of the grammar may have, by the key it is known by."""


def walk(node: Any) -> Iterator[Node]:
    """The node and every node below it, in the order of writing."""
    if isinstance(node, Node):
        yield node
        for name in type(node).model_fields:
            yield from walk(getattr(node, name))
    elif isinstance(node, dict):
        for value in node.values():
            yield from walk(value)
    elif isinstance(node, tuple):
        for value in node:
            yield from walk(value)
