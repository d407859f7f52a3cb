"""Which days a figure looks at: an axis of time and a span on it, both written in the plan (model §5)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Node(BaseModel):
    """A part of a definition: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy that works out anew what the original has derived from its fields and kept."""
        copied = super().model_copy(update=update, deep=deep)
        for name in copied.__dict__.keys() - type(self).model_fields.keys():
            del copied.__dict__[name]
        return copied


Axis = Literal["effective", "received", "covers", "meeting"]
Named = Literal["cycle", "reportYear", "budgetYear", "ungaYear", "toDate"]
Point = Literal["cycle.from", "cycle.to", "meeting.opens", "meeting.closes", "previous.opens", "previous.closes"] | date
"""A day: written out, or named by the cycle or by one of its two meetings."""


class Years(Node):
    """The last `n` years up to the end of the cycle, or the calendar years `[first, last]`, both included."""

    years: Annotated[int, Field(ge=1, le=100)] | tuple[int, int]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if isinstance(self.years, tuple) and self.years[0] > self.years[1]:
            raise ValueError("the first year lies after the last")
        return self


class Days(Node):
    """From one day to another, both included."""

    from_: Point = Field(alias="from")
    to: Point


class MeetingDays(Node):
    """The days on which the cycle's meeting, or the one before it, sits."""

    meeting: Literal["this", "previous"]


Span = Named | Years | Days | MeetingDays


class Window(Node):
    """One axis and one span: `{received: cycle}`; a bare span is on the axis `effective`.

    effective: when the fact holds; received: when the institution got it; covers: the calendar years it is about;
    meeting: the meeting it names (`{meeting: this}` or `{meeting: previous}`).
    """

    effective: Span | None = None
    received: Span | None = None
    covers: Span | None = None
    meeting: Literal["this", "previous"] | None = None

    @model_validator(mode="before")
    @classmethod
    def _bare(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"effective": value}
        if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in ("years", "from"):
            return {"effective": value}
        return value

    @model_validator(mode="after")
    def _one_axis(self) -> Self:
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError("a window has exactly one axis: effective, received, covers or meeting")
        return self

    @cached_property
    def axis(self) -> Axis:
        """The one axis that is given."""
        axes: tuple[Axis, ...] = ("effective", "received", "covers", "meeting")
        return next(axis for axis in axes if getattr(self, axis) is not None)

    @cached_property
    def span(self) -> Span | Literal["this", "previous"]:
        """The span on that axis."""
        return getattr(self, self.axis)  # type: ignore[no-any-return]  # one of the four by construction
