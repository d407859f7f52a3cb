"""Arguments that many fields share, each described once."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import strawberry

from services.gateway.asking.cuts import CutInput
from services.gateway.graph.connections import RecordOrder


def described(text: str) -> object:
    """The description of an argument."""
    return strawberry.argument(description=text)


CutArg = Annotated[
    CutInput | None, described("Which past to answer from; what it leaves open comes from the field above.")
]
MeetingCut = Annotated[str | None, described("A meeting or cycle, 13MSP, or a day: short for `cut: {meeting:}`.")]
OnDay = Annotated[date | None, described("The day to look at: short for `cut: {effectiveAt:}`; today if not given.")]
StateArg = Annotated[str | None, described("A State by ISO 3166-1 alpha-3 or by its id.")]
MeetingArg = Annotated[str | None, described("A meeting by its code or its id.")]
YearArg = Annotated[int | None, described("A calendar year.")]
ArticleNumber = Annotated[int | None, described("3 (stockpiles) or 4 (clearance).")]
First = Annotated[int, described("Size of the page, from 1 to 100.")]
After = Annotated[str | None, described("`endCursor` of the page before, or the cursor of an item.")]
Order = Annotated[RecordOrder, described("Order of the items; pages go on in it.")]
