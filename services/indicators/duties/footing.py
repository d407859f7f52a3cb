"""What an obligation under Articles 3 to 5 rests on, so that cuts that agree on it share the work."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from typing import Final, cast

from services.indicators.duties.extensions import KINDS as REQUEST_KINDS
from services.indicators.duties.member import Member
from services.indicators.duties.standing import initial_reports_through, standings_through
from services.indicators.duties.types import Obligation
from services.indicators.facts.fact import Fact
from services.indicators.world.world import ACTS, World

OWN: Final = (
    "ObligationReported", "DeclarationOfCompliance", "StockpileDiscovered", "StockpileDestroyed",
    "ContaminationReported", "ContaminationDiscovered", "HostilitiesEnded",
)  # fmt: skip
"""The kinds, besides membership, requests, meetings and initial reports, that such an obligation is told by."""

READ: Final = frozenset({*OWN, *ACTS, *REQUEST_KINDS, "MeetingScheduled", "ReportSubmitted"})
"""Every kind it reads."""

MOST: Final = 40_000
"""Obligations kept: of some hundred States on some hundred days, as a few pasts have them."""

Find = Callable[[Member], Sequence[Obligation]]


def shared(article: str, member: Member, find: Find) -> Sequence[Obligation]:
    """What `find` gives for a member under Article 3, 4 or 5; found once for all cuts that rest on the same facts.

    Only worlds that an index makes share; one that is folded finds everything anew.
    """
    kept = member.world.shared
    if kept is None:
        return find(member)
    through = (standings_through(member, int(article)), initial_reports_through(member))
    key = (article, member.on, member.state, through, _footing(member))
    if key not in kept:
        if len(kept) >= MOST:
            kept.clear()
        kept[key] = find(member)
    return cast(Sequence[Obligation], kept[key])  # the key begins with what kind of answer it is


def _footing(member: Member) -> Hashable:
    """The facts, by id, that tell of a State's obligations; meetings count where it has asked for more time.

    Of initial reports only whether one is in counts.
    """
    memo = member.world.memo
    if "footing" not in memo:
        memo["footing"] = _footings(member.world)
    own, requests, meetings, reported = memo["footing"]
    asked = requests.get(member.state)
    initial = member.state in reported and reported[member.state] <= member.on
    return own.get(member.state), asked, meetings if asked else None, initial


def _footings(world: World) -> tuple[dict[str, Hashable], dict[str, Hashable], Hashable, dict[str, date]]:
    told: list[tuple[str, Fact]] = [(state, fact) for state, facts in world.acts.items() for fact in facts]
    told += [(fact.state or "", fact) for kind in OWN for fact in world.by_kind.get(kind, ())]
    reported: dict[str, date] = {}
    for fact in world.by_kind.get("ReportSubmitted", ()):  # in fold order, which is that of the day of knowledge
        if fact.data["kind"] == "initial":
            reported.setdefault(fact.state or "", fact.known)
    asked = [(str(fact.data["request_id"]).split("-")[0], fact) for fact in world.of_kinds(REQUEST_KINDS)]
    return _by_state(told), _by_state(asked), _ids(world.by_kind.get("MeetingScheduled", ())), reported


def _by_state(told: Iterable[tuple[str, Fact]]) -> dict[str, Hashable]:
    found: dict[str, list[Fact]] = {}
    for state, fact in told:
        found.setdefault(state, []).append(fact)
    return {state: _ids(facts) for state, facts in found.items()}


def _ids(facts: Iterable[Fact]) -> Hashable:
    return tuple((fact.id, fact.predecessors) for fact in facts)
