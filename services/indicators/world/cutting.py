"""From a question (a meeting or a day, known by when, on which basis) to the cut that answers it (model §5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import orjson

from services.indicators.facts.fact import LEDGERS
from services.indicators.plans.definition import Version
from services.indicators.world.frame import Cycle
from services.indicators.world.world import Basis, Cut
from shared.problems import Problem


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked; what is None comes from the cycle. `meeting` may be a day instead of a meeting or cycle."""

    meeting: str | None = None
    known_by: date | None = None
    effective_at: date | None = None
    basis: Basis = "reconstructed"
    definition: Version = "inForce"
    positions: tuple[tuple[str, int], ...] = ()


def positions_of(text: str | None) -> tuple[tuple[str, int], ...]:
    """`reports:12,meetings:3` as pairs; a cut as answers print it, in JSON, serves too. Raises Problem 422."""
    if not text:
        return ()
    found: dict[str, int] = {}
    for piece in (_from_json(text) if text.lstrip().startswith("{") else text).split(","):
        ledger, _, position = piece.partition(":")
        if ledger not in LEDGERS or ledger in found or not re.fullmatch(r"\d{1,15}", position, re.ASCII):
            detail = f"write positions as reports:12,meetings:3 with the ledgers {', '.join(LEDGERS)}"
            raise Problem(422, "invalid", "Not a position", detail, field="query:positions")
        found[ledger] = int(position)
    return tuple(sorted(found.items()))


def _from_json(text: str) -> str:
    """The positions of a printed cut, or of an answer that carries one, in the short form."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        value = {}
    for name in ("cut", "positions"):
        value = value.get(name, value) if isinstance(value, dict) else value
    return ",".join(f"{ledger}:{position}" for ledger, position in value.items()) if isinstance(value, dict) else ""


def version_of(text: str | None) -> Version:
    """`inForce`, `latest` or a version. Raises Problem 422."""
    match text:
        case None | "inForce":
            return "inForce"
        case "latest":
            return "latest"
        case _ if re.fullmatch(r"\d{1,6}", text, re.ASCII):
            return int(text)
    detail = "definition is inForce, latest or a version number"
    raise Problem(422, "invalid", "Not a definition", detail, field="query:definition")


def cut_of(question: Question, cycles: Mapping[str, Cycle], heads: Mapping[str, int], today: date) -> tuple[Cycle, Cut]:
    """The cycle and the cut of a question. Raises Problem 404 or 422."""
    cycle, day = _cycle(question, cycles)
    known_by = question.known_by or day or min(cycle.last, today)
    effective_at = question.effective_at or day or cycle.last
    return cycle, Cut(question.basis, _allowed(known_by, question, today), effective_at, _positions(question, heads))


def cut_on(question: Question, day: date, heads: Mapping[str, int], today: date) -> Cut:
    """The cut of a question about one day outside any cycle; known by today unless it says otherwise."""
    known_by = _allowed(question.known_by or today, question, today)
    return Cut(question.basis, known_by, day, _positions(question, heads))


def _cycle(question: Question, cycles: Mapping[str, Cycle]) -> tuple[Cycle, date | None]:
    """The cycle asked for, and the day if one was given instead of a meeting."""
    if question.meeting is None:
        day = question.effective_at or question.known_by
        if day is None:
            detail = f"give a meeting ({_names(cycles.values())}) or a day"
            raise Problem(422, "meeting-missing", "Which meeting?", detail, field="query:meeting")
        return _containing(day, cycles), day
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", question.meeting, re.ASCII):
        day = _day(question.meeting)
        return _containing(day, cycles), day
    for cycle in cycles.values():
        if question.meeting in (cycle.name, cycle.meeting):
            return cycle, None
    detail = f"no cycle is defined for {question.meeting!r}; there are: {_names(cycles.values())}"
    raise Problem(404, "meeting-unknown", "No such meeting", detail, field="query:meeting")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Problem(422, "invalid", "Not a day", f"{text} is no date", field="query:meeting") from None


def _containing(day: date, cycles: Mapping[str, Cycle]) -> Cycle:
    """The one cycle that contains a day."""
    found = [cycle for cycle in cycles.values() if cycle.first <= day <= cycle.last]
    if len(found) == 1:
        return found[0]
    choose = sorted((found or list(cycles.values())), key=lambda one: (one.first, one.name))
    spans = ", ".join(f"{one.name} ({one.first} to {one.last})" for one in choose)
    many = "several cycles contain" if found else "no cycle contains"
    raise Problem(
        422, "cycle-ambiguous", "Which cycle?", f"{many} {day}; name one: {spans}", field="query:meeting",
        cycles=[one.name for one in choose],
    )  # fmt: skip


def _allowed(known_by: date, question: Question, today: date) -> date:
    if known_by > today:
        detail = f"nothing is known yet of what becomes known by {known_by}"
        raise Problem(422, "future", "A date lies in the future", detail, field="query:knownBy")
    if question.basis == "attested" and known_by >= today:
        detail = "what this system held is settled only for days before today"
        raise Problem(422, "future", "A date lies in the future", detail, field="query:knownBy")
    return known_by


def _positions(question: Question, heads: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    asked = dict(question.positions)
    for ledger, position in asked.items():
        if position > heads[ledger]:
            detail = f"the {ledger} ledger stands at {heads[ledger]}"
            raise Problem(422, "position-ahead", "No such position yet", detail, field="query:positions")
    return tuple((ledger, asked.get(ledger, heads[ledger])) for ledger in sorted(LEDGERS))


def _names(cycles: Iterable[Cycle]) -> str:
    return ", ".join(sorted(cycle.name for cycle in cycles)) or "none"
