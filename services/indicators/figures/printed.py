"""Printed figures: records to compare with, by indicator and cycle; never an input to a computation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from services.indicators.facts.fact import Fact


@dataclass(frozen=True, slots=True)
class Printed:
    """One figure as a document prints it. `indicators` are those that share the cell; `names` the States it names."""

    figure_id: str
    indicators: tuple[str, ...]
    value: str
    place: str
    document: str
    table: bool
    names: frozenset[str] | None

    def of(self, indicator: str) -> str:
        """What it prints for one indicator: its own number of a cell that holds one for each (`21/1328`)."""
        pieces = self.value.split("/")
        one_each = len(self.indicators) > 1 and len(pieces) == len(self.indicators)
        return pieces[self.indicators.index(indicator)].strip() if one_each else self.value

    @property
    def shared(self) -> bool:
        """Whether one number stands for several indicators together."""
        return len(self.indicators) > 1 and len(self.value.split("/")) != len(self.indicators)


@dataclass(frozen=True, slots=True)
class Prints:
    """What is printed of one figure: the cell of the plan's table, and every other place."""

    table: Printed | None
    elsewhere: tuple[Printed, ...]

    @property
    def published(self) -> str | None:
        """The cell as the row shows it."""
        return self.table.value if self.table else None

    def shown_elsewhere(self) -> list[dict[str, Any]]:
        """The other printings, as rows show them."""
        return [{"value": one.value, "place": one.place, "document": one.document} for one in self.elsewhere]

    @property
    def names(self) -> frozenset[str] | None:
        """The States that print names for the number it prints, if it names any."""
        wanted = self.table.value if self.table else None
        named = [one for one in (self.table, *self.elsewhere) if one and one.names is not None and one.value == wanted]
        return named[0].names if named else None


def printed_of(fact: Fact) -> Printed:
    """The printing in a FigurePublished fact."""
    data = fact.data
    names = data.get("names")
    return Printed(
        figure_id=data["figure_id"],
        indicators=tuple(data.get("indicators") or ()),
        value=data["as_printed"] if data.get("value") is None else data["value"],
        place=data["place"],
        document=fact.passages[0][0] if fact.passages else "",
        table=data.get("role") == "table",
        names=None if names is None else frozenset(names),
    )


def prints(published: Mapping[str, Sequence[Fact]], indicator: str, cycle: str) -> Prints:
    """What is printed of an indicator in a cycle; of several cells the first by place is the table's."""
    found = [printed_of(fact) for fact in published.get(indicator, ()) if fact.data["cycle"] == cycle]
    ordered: Sequence[Printed] = sorted(found, key=lambda one: (not one.table, one.document, one.place, one.figure_id))
    table = ordered[0] if ordered and ordered[0].table else None
    return Prints(table, tuple(one for one in ordered if one is not table))


def number(text: str) -> Decimal | None:
    """A printed value as a number; None for `N/A` and other words."""
    try:
        return Decimal(text.strip().rstrip("%").strip())
    except InvalidOperation:
        return None
