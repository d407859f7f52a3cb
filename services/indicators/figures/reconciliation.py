"""Our figure beside the printed one: the outcome of model §7, and the reason in words that name both sides."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from services.indicators.evaluation.measures import Part, Status, plain
from services.indicators.figures.figure import Figure
from services.indicators.figures.printed import Printed, Prints, number
from services.indicators.world.stateset import mask, members

Outcome = Literal["equal", "differs", "bound", "needsJudgement", "noData", "notComputable", "notPublished"]

FigureOf = Callable[[str], Figure | None]
"""The figure of another indicator at the same cut, for a cell that several share."""

_BY_STATUS: dict[Status, Outcome] = {
    "needsJudgement": "needsJudgement",
    "bound": "bound",
    "noData": "noData",
    "notComputable": "notComputable",
}
_WEAKEST: tuple[Status, ...] = ("needsJudgement", "bound", "noData", "notComputable")


def reconciled(figure: Figure, prints: Prints, figure_of: FigureOf) -> dict[str, Any]:
    """The reconciliation row of one indicator."""
    outcome, reason = _compared(figure, prints, figure_of)
    return {
        "indicator": figure.definition.indicator.id,
        "outcome": outcome,
        "computed": plain(figure.first.value),
        "published": prints.published,
        "publishedElsewhere": prints.shown_elsewhere(),
        "reason": reason,
    }


def _compared(figure: Figure, prints: Prints, figure_of: FigureOf) -> tuple[Outcome, str]:
    table = prints.table
    if table is None:
        return "notPublished", f"no table prints it; {_we_say(figure)}"
    if table.shared:
        return _shared(figure, table, prints, figure_of)
    says = table.of(figure.definition.indicator.id)
    if figure.status in _BY_STATUS:
        sides = _join(f"print says {says}", _we_say(figure), figure.reason, *_below(figure, says))
        return _BY_STATUS[figure.status], sides
    printed = number(says)
    if figure.status != "computed":
        if printed is None and figure.status == "notApplicable":
            return "equal", _join(f"print says {says}", "not applicable here either", figure.reason)
        return "differs", _join(f"print says {says}", _we_say(figure), figure.reason)
    if printed is None and len(figure.parts) > 1:
        return _part_by_part(figure, says, prints)
    assert figure.first.value is not None
    if printed is not None and equal_as_printed(_exact(figure.first), printed):
        return "equal", _join(f"print and record both say {says}", figure.reason)
    return "differs", _join(f"print says {says}, we count {plain(figure.first.value)}", *_why(figure, prints, printed))


def _part_by_part(figure: Figure, says: str, prints: Prints) -> tuple[Outcome, str]:
    """A cell such as `2/100 %` gives one number for each part; other cells are shown beside all parts."""
    pieces = [number(piece) for piece in says.split("/")]
    ours = [_exact(part) if part.status == "computed" else None for part in figure.parts]
    paired = len(pieces) == len(ours) and None not in pieces
    words = f"print says {says}, we have {'; '.join(_part_in_words(part) for part in figure.parts)}"
    if paired and all(b is not None and equal_as_printed(a, b) for a, b in zip(ours, pieces, strict=True)):
        return "equal", words
    return "differs", _join(words, *_why(figure, prints, None))


def _part_in_words(part: Part) -> str:
    value = part.status if part.value is None else f"{plain(part.value)}"
    of = f" % ({part.numerator} of {part.denominator})" if part.denominator else ""
    return f"{part.name} {value}{of}"


def _shared(figure: Figure, cell: Printed, prints: Prints, figure_of: FigureOf) -> tuple[Outcome, str]:
    """One printed number for several indicators is held against the union of their sets."""
    figures = [one for id in cell.indicators if (one := figure_of(id)) is not None]
    union = members(mask(state for one in figures for state in one.first.members))
    each = ", ".join(f"{one.definition.indicator.id}: {_number_or_status(one)}" for one in figures)
    both = " and ".join(cell.indicators)
    words = f"print gives one number for {both}: {cell.value}; together we name {len(union)} ({each})"
    statuses = {one.status for one in figures}
    weakest = next((status for status in _WEAKEST if status in statuses), None)
    if weakest == "noData" and union:
        weakest = "bound"  # what one of them names is a lower bound of both together
    if weakest is not None:
        reasons = sorted({one.reason for one in figures if one.status != "computed" and one.reason})
        return _BY_STATUS[weakest], _join(words, *reasons)
    printed = number(cell.value)
    if printed == len(union):
        return "equal", words
    return "differs", _join(words, *_names(frozenset(union), prints.names), *_readings(figure))


def _number_or_status(figure: Figure) -> str:
    value = plain(figure.first.value)
    return figure.status if value is None else str(value)


def _we_say(figure: Figure) -> str:
    value = plain(figure.first.value)
    match figure.status:
        case "computed":
            return f"we count {value}"
        case "bound":
            return f"we name {value}, a lower bound"
        case "needsJudgement":
            limit = "to be judged" if figure.data_through is None else "an upper bound until judged"
            return f"we name {value}, {limit}"
        case "noData":
            return "the record has no data"
        case "notHeld":
            return "this system did not hold the record then"
        case "notComputable":
            return "it is not computable"
        case "notApplicable":
            return "it does not apply to this cycle"
        case "undefined":
            return "a share of nobody is undefined"


def _below(figure: Figure, says: str) -> Sequence[str]:
    """A printed number outside our bounds cannot be right, or our record is wrong: either way it must be said."""
    printed, first = number(says), figure.first
    if printed is None or first.value is None:
        return ()
    if figure.status == "bound" and printed < first.value:
        return (f"print lies below what is named: {', '.join(first.members)}",)
    if figure.status == "needsJudgement" and printed > first.value:
        return ("print lies above what could be",)
    return ()


def exact(value: Decimal | None, numerator: int | None, denominator: int | None) -> Decimal | None:
    """The number before it was rounded to be shown, so that it is rounded once: 100 of 107 are 93 %, not 94."""
    if value is None or numerator is None or not denominator:
        return value
    return Decimal(100 * numerator) / Decimal(denominator)


def _exact(part: Part) -> Decimal | None:
    return exact(part.value, part.numerator, part.denominator)


def equal_as_printed(ours: Decimal | None, printed: Decimal) -> bool:
    """Equal at the precision that is printed."""
    exponent = printed.as_tuple().exponent
    assert isinstance(exponent, int)
    return ours is not None and ours.quantize(Decimal(1).scaleb(min(exponent, 0)), ROUND_HALF_UP) == printed


def _why(figure: Figure, prints: Prints, printed: Decimal | None) -> list[str]:
    """Where the lists allow it, the States that make the difference; and our readings of the plan."""
    ours = frozenset(figure.first.members)
    reasons = list(_names(ours, prints.names))
    former = sorted(ours - set(ours if figure.denominator is None else figure.denominator))
    if former and printed is not None and printed == len(ours) - len(former):
        reasons.append(f"leaving out {', '.join(former)}, outside the population on the last day, would give {printed}")
    maybe = members(figure.first.counted.possible & ~figure.first.counted.certain)
    if maybe and printed is not None and printed == len(ours) + len(maybe):
        reasons.append(f"counting {', '.join(maybe)}, which the record leaves open, would give {printed}")
    same = [one for one in prints.elsewhere if (n := number(one.value)) is not None and n == figure.first.value]
    reasons += [f"print also says {one.value} in {one.place} of {one.document}" for one in same]
    return [*reasons, *_readings(figure)] or ["print names no States to compare with"]


def _names(ours: frozenset[str], printed: frozenset[str] | None) -> list[str]:
    if printed is None:
        return []
    found = []
    if more := sorted(ours - printed):
        found.append(f"only we count {', '.join(more)}")
    if fewer := sorted(printed - ours):
        found.append(f"only print names {', '.join(fewer)}")
    return found or ["both name the same States"]


def _readings(figure: Figure) -> list[str]:
    return [f"our reading: {one}" for one in figure.definition.indicator.readings]


def _join(*sentences: str | None) -> str:
    return "; ".join(one.rstrip(".") for one in sentences if one)
