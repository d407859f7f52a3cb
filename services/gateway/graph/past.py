"""Which past a field that follows days is answered from: its own cut over that of the field above, as days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.gateway.asking.cuts import NO_CUT, Asked, CutInput, LedgerName, asked, written
from services.gateway.asking.duty_rows import Rows
from services.gateway.asking.list_rows import list_key
from services.gateway.asking.selection import Info
from services.gateway.graph.cycles import last_day_of
from services.gateway.limits.bounds import whole
from services.gateway.problems import PublicError
from shared.service import utc_today


async def past(info: Info, cut: CutInput | None, outer: Asked = NO_CUT, on: date | None = None) -> Asked:
    """The cut of a field, in which a meeting has become the days that it stands for.

    Raises PublicError: `cut-contradiction` where `on` and `cut.effectiveAt` differ, `cut-unusable` where the field's
    own cut names a definition (only figures have one; an inherited one is theirs), `meeting-unknown`.
    """
    own = asked(None, cut)
    if own.definition:
        raise PublicError("cut-unusable", "only figures follow a definition; leave it out of this cut", field="cut")
    if on and own.effective_at and on != own.effective_at:
        raise PublicError("cut-contradiction", f"on is {on} but cut.effectiveAt is {own.effective_at}")
    whole_ = replace(own, effective_at=on or own.effective_at).over(outer)
    if whole_.meeting is not None:
        last = await last_day_of(info, whole_.meeting)
        known_by = whole_.known_by or min(last, utc_today())
        whole_ = replace(whole_, known_by=known_by, effective_at=whole_.effective_at or last)
    return replace(whole_, meeting=None, definition=None)


def as_known(at: Asked, ledger: LedgerName) -> dict[str, str | None]:
    """Which events of a ledger count, as its service takes it."""
    position = dict(at.positions or ()).get(ledger.name)
    return {
        "knownBy": written(at.known_by),
        "basis": at.basis,
        "position": None if position is None else str(position),
    }


def listed_at(at: Asked, path: str) -> dict[str, str | None]:
    """The cut of a listing, `/<ledger>/<list>`, as its service takes it."""
    return {**as_known(at, LedgerName(path.split("/")[1])), "effectiveAt": written(at.effective_at)}


async def rows_of_one(info: Info, path: str, at: Asked, by: str, value: str, longest: int) -> Rows:
    """One State's or meeting's rows of a listing; what several of an answer ask for is one question."""
    found = await info.context.lists.load(list_key(path, listed_at(at, path), by, value))
    info.context.spend(len(whole(found.rows, longest)))
    return found
