"""The members of a figure from nothing but events, as docs/model.md, docs/treaty.md and the plan's own definition say.

An `IndicatorDefined` event carries the whole definition of an indicator. Here is as much of its grammar as counts the
States of which a fact was received in the cycle of a meeting; anything else is refused by name, never guessed.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

Event = dict[str, Any]
"""The stored object: the `data` of a CloudEvent."""

CONVENTION_IN_FORCE = date(2010, 8, 1)
MONTHS_TO_ENTRY_INTO_FORCE = 6
MONTHS_TO_WITHDRAWAL = 6


class NotYet(Exception):
    """The events so far do not say what was asked for."""


class NotUnderstood(Exception):
    """The definition uses a part of the grammar that this sample leaves out."""


def members(events: Iterable[Event], indicator: str, meeting: str) -> list[str]:
    """The States that are certainly counted, known by the last day of the meeting's cycle.

    Raises NotYet while the definition or the cycle is missing, NotUnderstood for a definition of another kind.
    """
    held = sorted(events, key=lambda one: (one["source"], one["position"]))
    cycle = _cycle(held, meeting)
    first, last = date.fromisoformat(cycle["from"]), date.fromisoformat(cycle["to"])
    definition = _definition(held, indicator, last)
    _only(definition["measure"], {"count", "where"})
    if definition["measure"]["count"] != ["states"]:
        raise NotUnderstood(f"{indicator} does not count States")
    figure = _Figure(standing(held, last), definition, first, last)
    return sorted(figure.states(definition["population"]) & figure.states(definition["measure"]["where"]))


def _cycle(events: Sequence[Event], meeting: str) -> dict[str, Any]:
    """The cycle that a meeting stands for; a later definition replaces an earlier one."""
    told = [one["data"] for one in standing(events) if _kind(one) == "CycleDefined"]
    found = [one for one in told if meeting in (one["cycle"], one.get("meeting"))]
    if not found:
        raise NotYet(f"no cycle of {meeting}")
    last: dict[str, Any] = found[-1]
    return last


def _definition(events: Sequence[Event], indicator: str, on: date) -> dict[str, Any]:
    """The version in force that day; a plan's first version serves before it is in force (model §5)."""
    told = [one["data"] for one in events if _kind(one) == "IndicatorDefined"]
    versions = sorted((one for one in told if one["indicator"] == indicator), key=lambda one: one["version"])
    if not versions:
        raise NotYet(f"no definition of {indicator}")
    in_force = [one for one in versions if one["in_force"] <= on.isoformat()]
    written = (in_force or versions[:1])[-1]["definition"]
    return {"populations": written.get("populations", {}), **written["indicator"]}


class _Figure:
    """One indicator in one cycle: the facts that stand, and the sets of States that its definition speaks of."""

    def __init__(self, facts: Sequence[Event], definition: dict[str, Any], first: date, last: date) -> None:
        self._facts, self._first, self._last = facts, first, last
        self._populations, self._window = definition["populations"], definition["window"]

    def states(self, node: dict[str, Any]) -> set[str]:
        """The States that are certainly in a set of the definition."""
        match node:
            case {"any": parts}:
                return set().union(*map(self.states, parts))
            case {"all": parts}:
                return set.intersection(*map(self.states, parts))
            case {"population": "parties"}:
                _only(node, {"population"})
                return self._parties()
            case {"population": name} if name in self._populations:
                _only(node, {"population"})
                return self.states(self._populations[name])
            case {"fact": kinds}:
                _only(node, {"fact", "where", "in"})
                if node.get("in", self._window) != {"received": "cycle"}:
                    raise NotUnderstood(f"a window other than what was received in the cycle: {node}")
                found = (one for one in self._facts if _kind(one) in kinds and _verified(one))
                return {one["data"]["state"] for one in found if self._received(one) and _meets(one, node)}
        raise NotUnderstood(f"this sample does not know {sorted(node)}")

    def _received(self, fact: Event) -> bool:
        """Certainly received in the cycle: all that its date may mean lies in there."""
        when = fact["data"].get("received") or {"notAfter": fact["knowntime"]}
        first, last = _bounds(when)
        return self._first <= first and last <= self._last

    def _parties(self) -> set[str]:
        """Who is party on any day of the cycle, whether or not unverified acts are believed."""
        acts = [one for one in self._facts if _kind(one) in ACTS]
        told, proven = (_terms(some) for some in (acts, [one for one in acts if _verified(one)]))
        days = [self._first + timedelta(days=n) for n in range((self._last - self._first).days + 1)]
        return {
            state
            for state, terms in proven.items()
            if any(_party(terms, day) and _party(told[state], day) for day in days)
        }


def _meets(fact: Event, node: dict[str, Any]) -> bool:
    """Whether a fact meets every condition of `where`."""
    return all(_holds(fact["data"].get(name), wanted) for name, wanted in node.get("where", {}).items())


def _holds(value: Any, wanted: Any) -> bool:
    if not isinstance(wanted, dict):
        return value in wanted if isinstance(wanted, list) else value == wanted
    _only(wanted, {"has", "has_all", "has_any"})
    listed = value or []
    return (
        ("has" not in wanted or wanted["has"] in listed)
        and all(one in listed for one in wanted.get("has_all", ()))
        and ("has_any" not in wanted or any(one in listed for one in wanted["has_any"]))
    )


def _only(node: dict[str, Any], known: set[str]) -> None:
    if strange := sorted(set(node) - known):
        raise NotUnderstood(f"this sample does not know {', '.join(strange)}")


def _kind(event: Event) -> str:
    return str(event["type"]).rsplit(".", 1)[1]


def _verified(event: Event) -> bool:
    return bool(event["data"].get("confidence", "verified") == "verified")


def _bounds(when: Any) -> tuple[date, date]:
    """The first and the last day that a date may mean: a day, a month, a year, or bounds."""
    if isinstance(when, dict):
        first, last = when.get("notBefore"), when.get("notAfter")
        return _bounds(first)[0] if first else date.min, _bounds(last)[1] if last else date.max
    match [int(part) for part in str(when).split("-")]:
        case [year, month, day]:
            return date(year, month, day), date(year, month, day)
        case [year, month]:
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
        case [year]:
            return date(year, 1, 1), date(year, 12, 31)
    raise NotUnderstood(f"{when!r} is no date")


# --- Who is party (Articles 17 and 20.3) ------------------------------------------------------------------------------

ACTS = {"InstrumentDeposited": "deposited", "WithdrawalNotified": "received", "ArmedConflictStatusRecorded": "date"}
"""The acts of the depositary's record that decide it, and the field that dates each."""

Term = tuple[date, date | None, bool]
"""In force from, left on (None: not known to have left), and whether notice was given."""


def _terms(acts: Sequence[Event]) -> dict[str, list[Term]]:
    """Every membership of each State, in order; a State may come back after a withdrawal."""
    found: dict[str, list[Term]] = {}
    for event in sorted(acts, key=lambda one: (one["data"][ACTS[_kind(one)]], list(ACTS).index(_kind(one)) == 1)):
        said, terms = event["data"], found.setdefault(event["data"]["state"], [])
        if _kind(event) == "InstrumentDeposited" and (not terms or terms[-1][2]):
            terms.append((_in_force(date.fromisoformat(said["deposited"])), None, False))
        elif _kind(event) == "WithdrawalNotified" and terms and not terms[-1][2]:
            conflicts = [one["data"] for one in acts if _kind(one) == "ArmedConflictStatusRecorded"]
            own = sorted((one["date"], one["engaged"]) for one in conflicts if one["state"] == said["state"])
            terms[-1] = (terms[-1][0], _left(date.fromisoformat(said["received"]), own), True)
    return found


def _in_force(deposited: date) -> date:
    """The first day of the sixth month after the month of deposit, never before the Convention's own."""
    return max(CONVENTION_IN_FORCE, _months_later(deposited.replace(day=1), MONTHS_TO_ENTRY_INTO_FORCE))


def _left(received: date, conflicts: Sequence[tuple[str, bool]]) -> date | None:
    """Six months after the notice, or the end of an armed conflict that lasts on that day."""
    expiry = _months_later(received, MONTHS_TO_WITHDRAWAL)
    by_then = [engaged for day, engaged in conflicts if date.fromisoformat(day) <= expiry]
    if not by_then or not by_then[-1]:
        return expiry
    ends = (date.fromisoformat(day) for day, engaged in conflicts if not engaged)
    return next((day for day in ends if day > expiry), None)


def _months_later(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _party(terms: Sequence[Term], day: date) -> bool:
    return any(begins <= day and (left is None or day < left) for begins, left, _ in terms)


# --- What stands (model §6) -------------------------------------------------------------------------------------------


def standing(events: Sequence[Event], known_by: date = date.max) -> list[Event]:
    """The facts that count by a day: the latest text of each, neither retracted nor revised by then.

    A revised Article 7 report stays beside its revision, and a revised practice statement where the periods differ;
    this sample counts neither kind.
    """
    return _Chains(events, known_by.isoformat()).standing()


class _Chains:
    """Events by what they do to one another. A fact and its corrections are one entry, named by its first event."""

    def __init__(self, events: Sequence[Event], known_by: str) -> None:
        self._events = {one["id"]: one for one in events}
        self._known_by = known_by
        self._text: dict[str, Event] = {}
        for event in self._events.values():
            self._text[self._entry(event["id"])] = event  # a correction comes after what it corrects
        self._acting: dict[tuple[str, str], list[str]] = {}
        for entry in self._text:
            for link in ("retracts", "revises"):
                target = self._events[entry][link]
                if target in self._events:
                    self._acting.setdefault((link, self._entry(target)), []).append(entry)

    def standing(self) -> list[Event]:
        """The texts that stand, in the order in which they were first entered."""
        return [text for entry, text in self._text.items() if self._stands(entry)]

    def _entry(self, id: str) -> str:
        while (target := self._events[id]["corrects"]) in self._events:
            id = target
        return id

    def _stands(self, entry: str) -> bool:
        said = self._events[entry]["retracts"] is None and self._in_force(entry)
        return said and not any(map(self._in_force, self._acting.get(("revises", entry), ())))

    def _in_force(self, entry: str) -> bool:
        """Known by then, and not taken back by a retraction that is itself in force."""
        known = self._text[entry]["knowntime"] <= self._known_by
        return known and not any(map(self._in_force, self._acting.get(("retracts", entry), ())))
