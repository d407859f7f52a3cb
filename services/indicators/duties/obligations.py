"""Every obligation of each State, derived from acts: status, deadline and the chain of causes (model §7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final, cast

from services.indicators.duties.conflicts import per_conflict
from services.indicators.duties.contributions import contribution_duties
from services.indicators.duties.course import Course
from services.indicators.duties.dated import under_article
from services.indicators.duties.extensions import requests
from services.indicators.duties.footing import courses
from services.indicators.duties.member import Member, member
from services.indicators.duties.reports import report_duties_of
from services.indicators.duties.retention import retention_duties
from services.indicators.duties.sending import obligation_to_send
from services.indicators.duties.turns import OWED
from services.indicators.duties.types import Obligation, ObligationStatus
from services.indicators.duties.undated import measures, victims
from services.indicators.facts.fact import Fact
from services.indicators.world.stateset import bit
from services.indicators.world.world import World

KINDS: dict[int, tuple[str, ...]] = {
    3: ("ObligationReported", "DeclarationOfCompliance", "StockpileDiscovered", "StockpileDestroyed"),
    4: ("ObligationReported", "DeclarationOfCompliance", "ContaminationReported", "ContaminationDiscovered"),
    5: ("ObligationReported",),
}
"""The facts, besides requests and membership, that an obligation rests on, by article."""


def obligations(world: World, on: date) -> list[Obligation]:
    """Every obligation of each State that is or was party, by State and article."""
    found = [one for article in ARTICLES for one in obligations_under(article, world, on)]
    return sorted(found, key=lambda one: one.state)  # of one State, in the order of ARTICLES


def obligations_under(article: str, world: World, on: date) -> list[Obligation]:
    """The obligations under one article of ARTICLES, by State."""
    key = ("obligations", article, on)
    if key not in world.memo:
        world.memo[key] = [one.obligation for one in founded(article, world, on)]
    return cast(list[Obligation], world.memo[key])


@dataclass(slots=True)
class Founded:
    """An obligation, and the facts behind it once somebody has asked for them."""

    obligation: Obligation
    _behind: list[Fact] | None = None

    def behind(self, world: World) -> list[Fact]:
        """The facts that its chain of causes cites, of any world that it was found in."""
        if self._behind is None:
            self._behind = facts_behind(self.obligation, world)
        return self._behind


def founded(article: str, world: World, on: date) -> Iterator[Founded]:
    """The obligations under one article, by State."""
    if world.shared is not None and article in SHARED:
        for state, course in _courses(article, world):
            yield from course.on(on, partial(_of_state, article, world, state))
    else:
        for state in sorted(world.acts):
            yield from _of_state(article, world, state, on)


def masks_through(
    article: int, wanted: Set[ObligationStatus], world: World, first: date, last: date
) -> Iterator[tuple[date, int, int]]:
    """From each day on which they change, of the days given: the States that certainly, and that possibly, are wanted.

    Only for a world that an index makes.
    """
    changes: dict[date, tuple[int, int]] = {}
    for state, course in _courses(str(article), world):
        own = bit(state)
        for begin, end, found in course.through(first, last, partial(_of_state, str(article), world, state)):
            possible = [one.obligation.possible for one in found if wanted & one.obligation.possible]
            if possible:
                sure = own if any(one <= wanted for one in possible) else 0
                for day in (begin, end):
                    certainly, possibly = changes.get(day, (0, 0))
                    changes[day] = certainly ^ sure, possibly ^ own
    certain = possible_ = 0
    for day in sorted({first, *changes}):
        certainly, possibly = changes.get(day, (0, 0))
        certain, possible_ = certain ^ certainly, possible_ ^ possibly
        yield day, certain, possible_


def _courses(article: str, world: World) -> list[tuple[str, Course[Sequence[Founded]]]]:
    """What each State is found to be bound by, day by day, kept for all cuts that rest on the same facts."""
    key = ("courses", article)
    if key not in world.memo:
        world.memo[key] = list(courses(int(article), world))
    return cast("list[tuple[str, Course[Sequence[Founded]]]]", world.memo[key])


def _of_state(article: str, world: World, state: str, on: date) -> Sequence[Founded]:
    one = member(state, world, on)
    return [Founded(found) for found in ARTICLES[article](one)] if one else []


def _stockpiles(member: Member) -> Sequence[Obligation]:
    return [under_article(3, member, requests(member.world, member.state, 3, member.on))]


def _clearance(member: Member) -> Sequence[Obligation]:
    asked = requests(member.world, member.state, 4, member.on)
    return [under_article(4, member, asked), *per_conflict(member)]


def _reports(member: Member, article: str) -> Sequence[Obligation]:
    duties = (one for one in report_duties_of(member) if one.article == article)
    return [obligation_to_send(one, member) for one in duties if one.owed != "no"]


def _retention(member: Member) -> Sequence[Obligation]:
    return [obligation_to_send(one, member) for one in retention_duties(member)]


def _contributions(member: Member) -> Sequence[Obligation]:
    return [obligation_to_send(one, member) for one in contribution_duties(member)]


SHARED: Final = ("3", "4", "5")
"""The articles whose obligations rest on no more than `footing.py` lists."""

ARTICLES: Final[dict[str, Callable[[Member], Sequence[Obligation]]]] = {
    "3": _stockpiles,
    "3.8": _retention,
    "4": _clearance,
    "5": lambda member: [victims(member)],
    "7.1": partial(_reports, article="7.1"),
    "7.2": partial(_reports, article="7.2"),
    "9": lambda member: [measures(member)],
    "14": _contributions,
}
"""The articles under which obligations are counted."""


def facts_behind(one: Obligation, world: World) -> list[Fact]:
    """The facts that its chain of causes cites, each once, but for the deposit that every obligation begins with."""
    cited = {source.event_id for cause in one.chain[1:] for source in cause.sources}
    own = (fact for id in cited if (fact := world.by_id.get(id)) is not None and fact.state == one.state)
    return sorted(own, key=lambda fact: fact.order)


def owing(found: Iterable[Obligation]) -> list[Obligation]:
    """Those in which something is left to do."""
    return [one for one in found if one.status in OWED]
