"""The changes of figures that were told, in pages by their position in the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.indicators.facts.fact import Fact
from shared.events.indicators import FigureChanged


@dataclass(frozen=True, slots=True)
class Wanted:
    """Changes of this meeting's or cycle's figures, of this indicator, seen after this day; None = any."""

    meeting: str | None = None
    indicator: str | None = None
    since: date | None = None

    def holds(self, notice: Fact) -> bool:
        """Whether the notice is one of them."""
        data = notice.data
        of_meeting = self.meeting in (None, data["cycle"], data.get("meeting"))
        of_indicator = self.indicator in (None, data["indicator"])
        return of_meeting and of_indicator and (self.since is None or notice.known > self.since)


def changes_page(facts: Iterable[Fact], wanted: Wanted, after: int, limit: int, newest: bool) -> dict[str, Any]:
    """`{items, next, total}`: those beyond position `after`; with `newest` before it (0 = all), the last first."""
    notices = [fact for fact in facts if fact.kind == "FigureChanged" and wanted.holds(fact)]
    notices.sort(key=lambda one: one.position, reverse=newest)
    rest = [one for one in notices if not after or (one.position < after if newest else one.position > after)]
    page = rest[:limit]
    more = len(rest) > limit
    return {"items": [_row(one) for one in page], "next": page[-1].position if more else None, "total": len(notices)}


def _row(fact: Fact) -> dict[str, Any]:
    said = FigureChanged.model_validate(dict(fact.data))
    row = said.model_dump(mode="json", by_alias=True, exclude={"confidence", "amendment"})
    return {**row, "event": fact.id, "position": fact.position, "recorded": fact.recorded.isoformat()}
