"""The cut of a figure as a query gives it: which meeting or day, known by when, which positions and definition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import Enum
from typing import Any

import strawberry

from services.gateway.limits.bounds import bounded
from services.gateway.problems import PublicError


@strawberry.enum(description="How the cut is taken: by what the institution held, or by what this system held.")
class Basis(Enum):
    """reconstructed: facts known by a day. attested: what this system had recorded by it."""

    reconstructed = strawberry.enum_value(
        "reconstructed", description="From the facts that the institution held by the day, whenever we recorded them."
    )
    attested = strawberry.enum_value("attested", description="From what this system had recorded by the day.")


@strawberry.enum(description="A ledger: the record of one service.")
class LedgerName(Enum):
    """The three ledgers."""

    reports = strawberry.enum_value("reports", description="What States submit, and judgements on it.")
    meetings = strawberry.enum_value("meetings", description="Membership, meetings, participation, votes, decisions.")
    indicators = strawberry.enum_value("indicators", description="Definitions, cycles, coverage, printed figures.")


@strawberry.input(description="A position in one ledger.")
class PositionInput:
    """`position` counts the events of `ledger` from 1."""

    ledger: LedgerName = strawberry.field(description="The ledger.")
    position: int = strawberry.field(description="A position in it; 0 = before its first event.")


@strawberry.input(
    description="Which past to answer from. What is left out comes from the field above, then the meeting."
)
class CutInput:
    """A meeting fills the days that are not given; `definition` is `inForce`, `latest` or a version."""

    meeting: str | None = strawberry.field(default=None, description="A meeting or cycle, 13MSP, or a day.")
    effective_at: date | None = strawberry.field(default=None, description="The day that is looked at.")
    known_by: date | None = strawberry.field(default=None, description="Facts known by the end of this day count.")
    positions: list[PositionInput] | None = strawberry.field(
        default=None, description="Events up to these positions count; the heads where a ledger is not named."
    )
    basis: Basis | None = strawberry.field(default=None, description="Whose knowledge; reconstructed if not given.")
    definition: str | None = strawberry.field(
        default=None, description="`inForce` (if not given), `latest` or a version."
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A cut as asked for, before a service fills in what is not given."""

    meeting: str | None = None
    effective_at: date | None = None
    known_by: date | None = None
    positions: tuple[tuple[str, int], ...] | None = None
    basis: str | None = None
    definition: str | None = None

    def over(self, outer: Asked) -> Asked:
        """This cut, with what it leaves open taken from the field above."""
        missing = {f.name: getattr(outer, f.name) for f in fields(self) if getattr(self, f.name) is None}
        return replace(self, **missing)

    def parameters(self) -> dict[str, str | None]:
        """As query parameters of the services."""
        positions = ",".join(f"{ledger}:{position}" for ledger, position in self.positions or ())
        return {
            "meeting": self.meeting,
            "effectiveAt": written(self.effective_at),
            "knownBy": written(self.known_by),
            "positions": positions or None,
            "basis": self.basis,
            "definition": self.definition,
        }

    @property
    def label(self) -> str:
        """What follows the `@` in a figure's id: the meeting, or the day where no meeting was named."""
        day = self.effective_at or self.known_by
        return self.meeting or (day.isoformat() if day else "now")


NO_CUT = Asked()
"""Where no field above says anything."""


def written(day: date | None) -> str | None:
    """A day as query parameters carry it."""
    return day.isoformat() if day else None


def asked(meeting: str | None, cut: CutInput | None, outer: Asked | None = None) -> Asked:
    """The arguments of a field as one cut; `meeting:` is a shorthand for `cut: {meeting:}`.

    Raises PublicError `cut-contradiction` when both name a meeting and differ.
    """
    given = _of(cut) if cut else Asked()
    if meeting is not None:
        if given.meeting not in (None, meeting):
            raise PublicError("cut-contradiction", f"meeting is {meeting!r} but cut.meeting is {given.meeting!r}")
        given = replace(given, meeting=meeting)
    return given.over(outer) if outer else given


def _of(cut: CutInput) -> Asked:
    positions = cut.positions and tuple(sorted((one.ledger.name, one.position) for one in cut.positions))
    return Asked(
        meeting=cut.meeting,
        effective_at=cut.effective_at,
        known_by=cut.known_by,
        positions=positions or None,
        basis=cut.basis and cut.basis.name,
        definition=cut.definition,
    )


@strawberry.type(description="A ledger and a position in it.")
class Position:
    """The last event of `ledger` that the answer could see."""

    ledger: LedgerName = strawberry.field(description="The ledger.")
    position: int = strawberry.field(description="Its last event that counted.")


@strawberry.type(description="The past an answer was given from; the same cut given again gives the same answer.")
class Cut:
    """Echo of the cut, with everything filled in."""

    basis: Basis = strawberry.field(description="Whose knowledge it is.")
    known_by: date | None = strawberry.field(
        description="Facts known by the end of this day counted; null in lists of the record that have no such limit."
    )
    effective_at: date | None = strawberry.field(description="The day that was looked at; null where none was.")
    positions: list[Position] = bounded(3, description="One per ledger that was read.")


def echoed(cut: Mapping[str, Any]) -> Cut:
    """A service's `cut` as the GraphQL type."""
    return Cut(
        basis=Basis(cut["basis"]),
        known_by=_day(cut.get("knownBy")),
        effective_at=_day(cut.get("effectiveAt")),
        positions=[
            Position(ledger=LedgerName(ledger), position=at)
            for ledger, at in sorted((cut.get("positions") or {}).items())
        ],
    )


def given(cut: Mapping[str, Any]) -> Asked:
    """A service's `cut` as it would be asked for again."""
    return Asked(
        effective_at=_day(cut.get("effectiveAt")),
        known_by=_day(cut.get("knownBy")),
        positions=tuple(sorted(cut["positions"].items())),
        basis=cut["basis"],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
