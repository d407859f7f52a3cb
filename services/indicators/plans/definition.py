"""A plan as data: its codes, populations, cycles and indicators, checked before anything is computed (model §9)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

import yaml
from pydantic import Field, StringConstraints, ValidationError, model_validator
from pydantic_core import ErrorDetails, PydanticCustomError

from services.indicators.grammar.expression import (
    BUILT_IN,
    FIELDS,
    KINDS,
    Count,
    Fact,
    Judged,
    MeasureNode,
    Nothing,
    Population,
    Said,
    SetNode,
    walk,
)
from services.indicators.grammar.faults import Fault, PlanText, closest, right
from services.indicators.grammar.window import Node, Window
from shared.events.base import Passage
from shared.events.envelope import canonical
from shared.yaml_files import content_of

CATALOGUES: Final = Path(__file__).parent.parent / "catalogues"
"""The folder of the plan files: one per plan."""

Words = Annotated[str, StringConstraints(min_length=1, max_length=400, strip_whitespace=True)]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,59}$")]
Numbered = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.()-]{0,59}$")]
"""The name of an indicator or action; actions may have lettered parts, `4.1(a)`."""
Version = Literal["inForce", "latest"] | int
"""Which definition a figure is computed by: the one in force at the cut, the latest, or a version (model §5)."""
Series = Literal["flow", "status", "cumulative", "reported_in_period"]


class CycleEntry(Node):
    """A reporting cycle, as CycleDefined records it."""

    cycle: Name
    from_: date = Field(alias="from")
    to: date
    meeting: Name | None = None
    previous_meeting: Name | None = Field(default=None, alias="previousMeeting")
    report_year: int | None = Field(default=None, alias="reportYear")
    budget_year: int | None = Field(default=None, alias="budgetYear")
    unga_year: int | None = Field(default=None, alias="ungaYear")
    source: Passage | None = None


class Baseline(Node):
    """What later figures are compared with: a cycle's figure, or a printed value with its date."""

    cycle: Name | None = None
    value: str | None = None
    as_of: date | None = None
    note: str | None = None


class Target(Node):
    """What a plan wants an indicator to reach, and by when; zero is a target like any other."""

    value: Decimal
    by: date | None = None


class Indicator(Node):
    """One atomic indicator.

    computability: F from registers, A from statements of States, J needs a recorded judgement, N not computable.
    population: the denominator, and what `count: states` counts in unless it says otherwise; None where the unit is
    no State. window: what facts without an own `in` are taken from. readings: our answers where plan or print is
    ambiguous, shown in every explanation.
    """

    id: Numbered
    action: Numbered
    section: Words
    title: Words
    unit: Words
    series: Series
    computability: Literal["F", "A", "J", "N"]
    evidence: Words
    population: SetNode | None = None
    window: Window = Window(effective="cycle")
    measure: MeasureNode
    readings: tuple[Words, ...] = ()
    baseline: Baseline | None = None
    target: Target | None = None
    replaces: Numbered | None = None
    in_force: date | None = None
    version: Annotated[int, Field(ge=1)] = 1
    source: Passage | None = None

    @model_validator(mode="after")
    def _computability_fits(self) -> Self:
        if (self.computability == "N") != isinstance(self.measure, Nothing):
            raise ValueError("computability N and the measure `none` go together")
        if self.population is None and any(
            isinstance(node, Count) and node.count == ("states",) and node.of is None for node in walk(self.measure)
        ):
            raise ValueError("`count: states` needs `of`, or a population of the indicator")
        judged = any(isinstance(node, Judged) for node in walk(self.measure))
        if (self.computability == "J") != judged:
            raise ValueError("computability J and a `judged` node go together")
        return self


class Plan(Node):
    """An action plan. `begins`: the day before which none of its facts can lie; `toDate` windows start there.

    `adopted`: the day on which a meeting adopted it; None while it is a draft. `until`: its last day, once it has one;
    changes of its figures are told of cycles that had begun by then.
    """

    id: Name
    title: Words
    document: Words
    in_force: date
    begins: date
    adopted: date | None = None
    until: date | None = None
    codes: dict[Name, Words] = Field(default_factory=dict)
    kinds: tuple[str, ...]
    populations: dict[Name, SetNode] = Field(default_factory=dict)
    cycles: tuple[CycleEntry, ...] = ()
    indicators: tuple[Indicator, ...]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        faults = [*self._repeated(), *self._circular()]
        if not self.indicators:
            faults.append(Fault("indicators", "a plan needs at least one indicator"))
        for where, node in self._nodes():
            faults += [Fault(where, words, word) for words, word in self._undeclared(node)]
        if faults:
            words = "; ".join(f"{fault.where}: {fault.words}" for fault in faults)
            raise PydanticCustomError("inconsistent", "{words}", {"words": words, "faults": faults})
        return self

    def _nodes(self) -> Iterator[tuple[str, Node]]:
        for name, expression in self.populations.items():
            for node in walk(expression):
                yield f"population {name}", node
        for indicator in self.indicators:
            for node in walk(indicator):
                yield indicator.id, node

    def _undeclared(self, node: Node) -> Iterator[tuple[str, str]]:
        """What a node names and the plan does not declare, with what would be right; and the word."""
        if isinstance(node, Population) and node.population not in (known := {*self.populations, *BUILT_IN}):
            hint = closest(node.population, known, "declare it under `populations`")
            yield f"population {node.population!r} is neither built in nor declared; {hint}", node.population
        elif isinstance(node, Said) and node.said not in self.codes:
            hint = closest(node.said, self.codes, "declare it under `codes`, in words")
            yield f"code {node.said!r} is not declared; {hint}", node.said
        elif isinstance(node, Fact):
            for kind in node.fact:
                if kind not in self.kinds:
                    yield f"kind {kind!r} is not declared; list it under `kinds`", kind

    def _repeated(self) -> Iterator[Fault]:
        for what, names in (
            ("indicator", [indicator.id for indicator in self.indicators]),
            ("cycle", [cycle.cycle for cycle in self.cycles]),
        ):
            for name in sorted({n for n in names if names.count(n) > 1}):
                yield Fault(name, f"{what} {name} is there twice; give one of them another name")
        for name in self.populations:
            if name in BUILT_IN:
                yield Fault(f"population {name}", f"population {name} is built in; give yours another name")
        for kind in self.kinds:
            if kind not in KINDS:
                hint = closest(kind, KINDS, "shared/events lists them")
                yield Fault("kinds", f"no event is called {kind!r}; {hint}", kind)

    def _circular(self) -> Iterator[Fault]:
        for name in self.populations:
            if name in named_populations(self.populations[name], self.populations):
                yield Fault(f"population {name}", f"population {name} rests on itself; write it without its own name")

    def indicator(self, id: str) -> Indicator | None:
        """The indicator with this id."""
        return next((one for one in self.indicators if one.id == id), None)


def named_populations(expression: Any, populations: Mapping[str, Any]) -> set[str]:
    """Names of the declared populations that an expression rests on, through others too."""
    found: set[str] = set()
    waiting = [expression]
    while waiting:
        for node in walk(waiting.pop()):
            if isinstance(node, Population) and node.population in populations and node.population not in found:
                found.add(node.population)
                waiting.append(populations[node.population])
    return found


class Definition(Node):
    """All that a figure depends on besides facts and cut: what IndicatorDefined carries and the hash is taken of."""

    plan: Name
    begins: date
    in_force: date
    indicator: Indicator
    populations: dict[Name, SetNode] = Field(default_factory=dict)
    codes: dict[Name, Words] = Field(default_factory=dict)

    @cached_property
    def meanings(self) -> Mapping[str, str]:
        """Each declared population with all that it rests on, as text: two plans may give one name two meanings."""
        found = {}
        for name in self.populations:
            names = sorted({name, *named_populations(Population(population=name), self.populations)})
            found[name] = "|".join(f"{one}={self.populations[one]!r}" for one in names)
        return found

    def canonical(self) -> dict[str, Any]:
        """As plain JSON, defaults left out: a later optional key changes no hash."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)

    def hash(self) -> str:
        """SHA-256 (hex) of the RFC 8785 bytes of the canonical definition."""
        return hashlib.sha256(canonical(self.canonical())).hexdigest()


def definitions(plan: Plan) -> tuple[Definition, ...]:
    """One definition per indicator, each with the populations and codes it rests on."""
    return tuple(_definition(plan, indicator) for indicator in plan.indicators)


def of_populations(plan: Plan) -> Definition:
    """A definition that knows every population the plan declares, whether an indicator rests on it or not."""
    whole = {"populations": plan.populations, "codes": plan.codes}
    return _definition(plan, plan.indicators[0]).model_copy(update=whole)


def _definition(plan: Plan, indicator: Indicator) -> Definition:
    names = named_populations(indicator, plan.populations)
    populations = {name: plan.populations[name] for name in sorted(names)}
    said = {node.said for node in walk((indicator, populations)) if isinstance(node, Said)}
    return Definition(
        plan=plan.id,
        begins=plan.begins,
        in_force=indicator.in_force or plan.in_force,
        indicator=indicator,
        populations=populations,
        codes={code: plan.codes[code] for code in sorted(said)},
    )


class BrokenCatalogue(Exception):
    """A plan file cannot be used; the message names file, line, indicator, path and remedy of every fault."""


def load_plan(path: Path) -> Plan:
    """The plan in a YAML file. Raises BrokenCatalogue."""
    try:
        content = content_of(path)
    except yaml.YAMLError as broken:
        raise BrokenCatalogue(f"{path.name}: {broken}") from broken
    try:
        return Plan.model_validate(content)
    except ValidationError as invalid:
        text = PlanText(path.read_text(encoding="utf-8"))
        lines = [line for error in invalid.errors() for line in _told(error, content, text)]
        raise BrokenCatalogue("\n".join(f"{path.name}:{line}" for line in lines)) from invalid


def _told(error: ErrorDetails, content: Any, text: PlanText) -> Iterator[str]:
    """`12: LAP-18.1 measure.count.wher: ...` for each fault of an error."""
    if error["type"] == "inconsistent":
        for fault in error["ctx"]["faults"]:
            yield f"{text.line_of(fault)}: {fault.where}: {fault.words}"
        return
    remedy = right(error, FIELDS | {"indicators": Indicator.model_fields, "cycles": CycleEntry.model_fields})
    hint = f"; {remedy}" if remedy else ""
    yield f"{text.line(error['loc'])}: {_place(content, error['loc'])}: {error['msg']}{hint}"


def load_plans(folder: Path) -> tuple[Plan, ...]:
    """Every `*.yaml` of a folder, by file name. Raises BrokenCatalogue; two plans of one id are one too many."""
    plans = tuple(load_plan(path) for path in sorted(folder.glob("*.yaml")))
    ids = [plan.id for plan in plans]
    if twice := sorted({id for id in ids if ids.count(id) > 1}):
        raise BrokenCatalogue(f"{folder}: several files hold the plan {', '.join(twice)}")
    return plans


def _place(content: Any, path: Iterable[str | int]) -> str:
    """`LAP-18.1 measure.count.where`: the indicator by its id, the rest as a dotted path."""
    steps = list(path)
    if steps[:1] == ["indicators"] and len(steps) > 1 and isinstance(steps[1], int):
        entry = content["indicators"][steps[1]]
        name = entry.get("id", f"indicator {steps[1] + 1}") if isinstance(entry, dict) else f"indicator {steps[1] + 1}"
        return f"{name} {'.'.join(map(str, steps[2:]))}".strip()
    return ".".join(map(str, steps)) or "plan"
