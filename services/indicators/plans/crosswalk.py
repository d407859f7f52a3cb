"""Which indicator takes up which of an earlier plan, and how like it is: the crosswalk between plans, as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self

import yaml
from pydantic import Field, ValidationError, field_validator, model_validator

from services.indicators.grammar.faults import closest
from services.indicators.grammar.window import Node
from services.indicators.plans.definition import BrokenCatalogue, Name, Plan, Words
from shared.yaml_files import content_of

CROSSWALK: Final = Path(__file__).parent.parent / "catalogues" / "across" / "crosswalk.yaml"

Grade = Literal["same", "narrower", "broader", "merged", "split", "new", "dropped"]
"""What the later indicator is beside the earlier one.

same: asks the same of the same States. narrower, broader: fewer, or more, can be counted. merged: several became
one. split: one became several. new: nothing before it. dropped: nothing after it.
"""

JOINS: Final[frozenset[Grade]] = frozenset({"same", "narrower", "broader"})
"""Grades across which a trend goes on; at all but `same` it breaks."""

Ids = tuple[Annotated[str, Field(min_length=1, max_length=60)], ...]

_SHAPES: Mapping[Grade, tuple[range, range]] = {
    "same": (range(1, 2), range(1, 2)),
    "narrower": (range(1, 2), range(1, 2)),
    "broader": (range(1, 2), range(1, 2)),
    "merged": (range(2, 100), range(1, 2)),
    "split": (range(1, 2), range(2, 100)),
    "new": (range(1), range(1, 100)),
    "dropped": (range(1, 100), range(1)),
}
"""How many indicators each grade leads from and to."""


class Link(Node):
    """Indicators of an earlier plan, those of a later one, the grade, and one line of reason."""

    from_: Ids = Field(default=(), alias="from")
    to: Ids = ()
    grade: Grade
    why: Words

    @field_validator("from_", "to", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _fits_its_grade(self) -> Self:
        before, after = _SHAPES[self.grade]
        if len(self.from_) not in before or len(self.to) not in after:
            raise ValueError(
                f"{self.grade} leads from {_counted(before)} to {_counted(after)}, "
                f"not from {len(self.from_)} to {len(self.to)} ({', '.join((*self.from_, *self.to))})"
            )
        return self

    @property
    def joins(self) -> bool:
        """Whether a trend goes on across it."""
        return self.grade in JOINS


class Crosswalk(Node):
    """The plans by their time, and every link between them."""

    plans: Annotated[tuple[Name, ...], Field(min_length=1)]
    links: tuple[Link, ...]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for link in self.links:
            before, after = {self.plan_of(one) for one in link.from_}, {self.plan_of(one) for one in link.to}
            if len(before) > 1 or len(after) > 1:
                raise ValueError(f"a link has one plan on each side: {', '.join((*link.from_, *link.to))}")
            for one in before:
                if any(self.plans.index(other) <= self.plans.index(one) for other in after):
                    raise ValueError(f"a link leads to a later plan: {', '.join((*link.from_, *link.to))}")
        joined = [("from", one) for link in self.links if link.joins for one in link.from_]
        joined += [("to", one) for link in self.links if link.joins for one in link.to]
        if twice := sorted({one for side, one in joined if joined.count((side, one)) > 1}):
            raise ValueError(f"a trend cannot go two ways: {', '.join(twice)}")
        return self

    def plan_of(self, indicator: str) -> str:
        """The plan whose name the id begins with. Raises ValueError."""
        plan = indicator.partition("-")[0]
        if plan not in self.plans:
            raise ValueError(f"{indicator} is of no plan of the crosswalk; {closest(plan, self.plans, 'list it')}")
        return plan

    def after(self, indicator: str) -> Iterator[Link]:
        """The links that lead from an indicator."""
        return (link for link in self.links if indicator in link.from_)

    def before(self, indicator: str) -> Iterator[Link]:
        """The links that lead to an indicator."""
        return (link for link in self.links if indicator in link.to)

    def chain(self, indicator: str) -> tuple[str, ...]:
        """The indicators that a trend goes through, the earliest first."""
        earlier, later = [indicator], [indicator]
        while link := next((one for one in self.before(earlier[0]) if one.joins), None):
            earlier.insert(0, link.from_[0])
        while link := next((one for one in self.after(later[-1]) if one.joins), None):
            later.append(link.to[0])
        return (*earlier, *later[1:])

    def joints(self, chain: Iterable[str]) -> list[Link]:
        """The links between the neighbours of a chain."""
        return [
            next(link for link in self.after(one) if link.joins and link.to == (other,))
            for one, other in pairwise(chain)
        ]


def _counted(many: range) -> str:
    return "none" if many.stop == 1 else "one" if many.stop == 2 else "one or more" if many.start == 1 else "several"


def load_crosswalk(path: Path = CROSSWALK) -> Crosswalk:
    """The crosswalk in a YAML file. Raises BrokenCatalogue."""
    try:
        return Crosswalk.model_validate(content_of(path))
    except yaml.YAMLError as broken:
        raise BrokenCatalogue(f"{path.name}: {broken}") from broken
    except ValidationError as invalid:
        faults = (f"{'.'.join(map(str, error['loc'])) or 'crosswalk'}: {error['msg']}" for error in invalid.errors())
        raise BrokenCatalogue("\n".join(f"{path.name}: {fault}" for fault in faults)) from invalid


def check_crosswalk(crosswalk: Crosswalk, plans: Iterable[Plan]) -> None:
    """Every indicator of a loaded plan is mapped, and nothing else is named. Raises BrokenCatalogue.

    Each leads somewhere or is dropped, unless it is of the last plan; each of a later plan comes from somewhere or is
    new, unless the plan before is not loaded and so cannot be looked up.
    """
    known = {plan.id: [one.id for one in plan.indicators] for plan in plans if plan.id in crosswalk.plans}
    leading = {one for link in crosswalk.links for one in link.from_}
    reached = {one for link in crosswalk.links for one in link.to}
    faults = [
        f"{one} is no indicator of {plan}; {closest(one, known[plan], 'leave it out')}"
        for one in sorted(leading | reached)
        if (plan := crosswalk.plan_of(one)) in known and one not in known[plan]
    ]
    last = crosswalk.plans[-1]
    for plan, indicators in known.items():
        if plan != last:
            faults += [
                f"{one} is in no `from`: map it, or grade it dropped" for one in indicators if one not in leading
            ]
        else:
            faults += [f"{one} is in no `to`: map it, or grade it new" for one in indicators if one not in reached]
    if faults:
        raise BrokenCatalogue("\n".join(f"crosswalk: {fault}" for fault in faults))
