"""The facts of a cut, ready to be asked: by kind and code, with the membership clock, coverage and meetings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal, Protocol, cast

from services.indicators.facts.fact import Fact
from services.indicators.facts.index import INITIAL
from services.indicators.facts.lineage import standing
from services.indicators.grammar.expression import ABOUT_FIGURES, ANNOUNCEMENTS
from services.indicators.grammar.window import Axis
from services.indicators.world.clock import MembershipClock
from services.indicators.world.coverage import Coverage, coverage
from services.indicators.world.frame import Cycle, Interval, Sitting, cycle_of
from shared.treaty.membership import Act, Membership, membership

Basis = Literal["reconstructed", "attested"]
UNREAD = ANNOUNCEMENTS | ABOUT_FIGURES
"""Kinds that no figure can ask for."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Which past is asked about: everything a figure depends on besides its definition and its cycle."""

    basis: Basis
    known_by: date
    effective_at: date
    positions: tuple[tuple[str, int], ...]

    def echoed(self) -> dict[str, Any]:
        """As every answer repeats it."""
        return {
            "basis": self.basis,
            "knownBy": self.known_by.isoformat(),
            "effectiveAt": self.effective_at.isoformat(),
            "positions": dict(self.positions),
        }


class Nearby(Protocol):
    """Gives, from an index, the facts under a name: all, or those that can lie in a window."""

    def standing(self, name: tuple[str, ...], /) -> Sequence[Fact]:
        """All of them, in fold order."""

    def touching(self, name: tuple[str, ...], axis: Axis, dated_by: str | None, days: Interval, /) -> Sequence[Fact]:
        """Those that can lie in a window of these days, in fold order; what it leaves out cannot."""

    def last_first(
        self, name: tuple[str, ...], attributes: tuple[str, ...], axis: Axis, dated_by: str | None, days: Interval, /
    ) -> Iterable[Iterable[Fact]] | None:
        """Those equal in some attributes together, by rank from the last on; None where so many lie in no window."""


@dataclass(frozen=True)
class World:
    """What was held at a cut. Pure: built from facts once, then only read.

    `by_id` is for facts that were met before, under their kind: a watched world does not note it.
    `certain_membership` rests on verified acts alone, `possible_membership` on all; `memo` keeps what populations
    were found to be, so that the indicators of a plan share the work. `nearby` is there where an index is, and
    `shared`, which keeps for other cuts what rests on facts that they have in common; `clock` shows both memberships
    on a day.
    """

    by_kind: Mapping[str, Sequence[Fact]]
    by_code: Mapping[str, Sequence[Fact]]
    by_id: Mapping[str, Fact]
    certain_membership: Membership
    possible_membership: Membership
    acts: Mapping[str, Sequence[Fact]]
    coverage: Coverage
    sittings: Mapping[str, Sitting]
    judgements: Mapping[tuple[str, str], Fact]
    empty: bool
    clock: MembershipClock
    nearby: Nearby | None = None
    shared: dict[Any, Any] | None = None
    memo: dict[Any, Any] = field(default_factory=dict)

    def of_kinds(self, kinds: Sequence[str]) -> list[Fact]:
        """Facts of these kinds in fold order."""
        if len(kinds) == 1:
            return list(self.by_kind.get(kinds[0], ()))
        return sorted((f for kind in kinds for f in self.by_kind.get(kind, ())), key=lambda fact: fact.order)

    def of_kinds_in(self, kinds: Sequence[str], axis: Axis, dated_by: str | None, days: Interval) -> Sequence[Fact]:
        """Of those the ones that can lie in a window of these days, and perhaps others, in fold order."""
        if self.nearby is None or axis == "meeting":
            return self.of_kinds(kinds)
        found = [self.nearby.touching(("kind", kind), axis, dated_by, days) for kind in kinds if kind not in UNREAD]
        if len(found) == 1:
            return found[0]
        return sorted((fact for facts in found for fact in facts), key=lambda fact: fact.order)

    def of_code_in(self, code: str, axis: Axis, days: Interval) -> Sequence[Fact]:
        """The statements under a code that can lie in a window of these days, and perhaps others, in fold order."""
        if self.nearby is None or axis == "meeting":
            return self.by_code.get(code, ())
        return self.nearby.touching(("code", code), axis, None, days)

    def initial_reports(self) -> Mapping[str, Fact]:
        """The first initial report of each State, by fold order."""
        if "initial reports" not in self.memo:
            reports = self.by_kind.get("ReportSubmitted", ()) if self.nearby is None else self.nearby.standing(INITIAL)
            found: dict[str, Fact] = {}
            for fact in reports:
                if fact.data["kind"] == "initial" and fact.state:
                    found.setdefault(fact.state, fact)
            self.memo["initial reports"] = found
        return cast(Mapping[str, Fact], self.memo["initial reports"])


def cut_facts(facts: Iterable[Fact], cut: Cut) -> list[Fact]:
    """The facts that stand at a cut, in fold order (model §5); what the clock announced is none of them (§4)."""
    limits = dict(cut.positions)
    told = (fact for fact in facts if fact.kind not in ANNOUNCEMENTS)
    held = [fact for fact in told if fact.position <= limits.get(fact.ledger, 0)]
    if cut.basis == "attested":
        return standing((fact for fact in held if fact.recorded <= cut.known_by), None)
    return standing(held, cut.known_by)


def world_of(facts: Sequence[Fact]) -> World:
    """The world that these facts, already cut and in fold order, add up to."""
    by_kind: dict[str, list[Fact]] = {}
    by_code: dict[str, list[Fact]] = {}
    for fact in facts:
        if fact.kind in UNREAD:
            continue
        by_kind.setdefault(fact.kind, []).append(fact)
        if fact.kind == "PracticeReported":
            by_code.setdefault(fact.data["code"], []).append(fact)
    certain, possible, by_state = membership_of(facts)
    return World(
        by_kind=by_kind,
        by_code=by_code,
        by_id={fact.id: fact for fact in facts},
        certain_membership=certain,
        possible_membership=possible,
        acts=by_state,
        coverage=coverage(by_kind.get("CoverageDeclared", ())),
        sittings=sittings_of(by_kind.get("MeetingScheduled", ())),
        judgements=_judgements(facts),
        empty=not facts,
        clock=MembershipClock(certain, possible),
    )


ACTS = ("SignatureRecorded", "InstrumentDeposited", "WithdrawalNotified", "ArmedConflictStatusRecorded")
"""Kinds that the membership clock rests on."""


def membership_of(facts: Iterable[Fact]) -> tuple[Membership, Membership, Mapping[str, Sequence[Fact]]]:
    """By verified acts alone, by all, and the acts themselves by State, in fold order."""
    acts = [(act, fact) for fact in facts if (act := _act(fact)) is not None]
    by_state: dict[str, list[Fact]] = {}
    for act, fact in acts:
        by_state.setdefault(act.state, []).append(fact)
    return membership(act for act, fact in acts if fact.sure), membership(act for act, _ in acts), by_state


def _act(fact: Fact) -> Act | None:
    data = fact.data
    match fact.kind:
        case "SignatureRecorded":
            return Act(data["state"], "signature", date.fromisoformat(data["date"]))
        case "InstrumentDeposited":
            day = date.fromisoformat(data["deposited"])
            return Act(data["state"], "deposit", day, instrument=data["instrument"])
        case "WithdrawalNotified":
            return Act(data["state"], "withdrawal", date.fromisoformat(data["received"]))
        case "ArmedConflictStatusRecorded":
            return Act(data["state"], "conflict", date.fromisoformat(data["date"]), engaged=data["engaged"])
    return None


def sittings_of(scheduled: Sequence[Fact]) -> dict[str, Sitting]:
    """The latest dates of each meeting; facts come in fold order, so that a later one replaces an earlier."""
    found: dict[str, Sitting] = {}
    for fact in scheduled:
        opens, closes = fact.data.get("opens"), fact.data.get("closes")
        found[fact.data["meeting"]] = Sitting(
            date.fromisoformat(opens) if opens else None, date.fromisoformat(closes) if closes else None
        )
    return found


def _judgements(facts: Sequence[Fact]) -> dict[tuple[str, str], Fact]:
    """The last judgement on each (event or request, word), in fold order."""
    found: dict[tuple[str, str], Fact] = {}
    for fact in facts:
        if fact.kind == "PracticeAssessed":
            found[fact.data["target_event"], fact.data["criterion"]] = fact
        elif fact.kind == "RequestContentAssessed":
            found[fact.data["request_id"], fact.data["item"]] = fact
    return found


def cycles_of(facts: Iterable[Fact]) -> dict[str, Cycle]:
    """Every cycle defined, by name; a later definition replaces an earlier."""
    return {fact.data["cycle"]: cycle_of(fact) for fact in facts if fact.kind == "CycleDefined"}


def day_before(day: date) -> date:
    """Yesterday, seen from `day`."""
    return day - timedelta(days=1)
