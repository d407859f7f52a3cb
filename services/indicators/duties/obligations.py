"""Every obligation of each State, derived from acts: status, deadline and the chain of causes (model §7)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import partial
from typing import Final, cast

from services.indicators.duties.conflicts import per_conflict
from services.indicators.duties.contributions import contribution_duties
from services.indicators.duties.dated import under_article
from services.indicators.duties.extensions import processes
from services.indicators.duties.footing import shared
from services.indicators.duties.member import Member, members
from services.indicators.duties.reports import report_duties_of
from services.indicators.duties.retention import retention_duties
from services.indicators.duties.sending import obligation_to_send
from services.indicators.duties.turns import OWED
from services.indicators.duties.types import Obligation
from services.indicators.duties.undated import measures, victims
from services.indicators.facts.fact import Fact
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
        find = ARTICLES[article]
        found = partial(shared, article, find=find) if article in ("3", "4", "5") else find
        world.memo[key] = [one for member in members(world, on) for one in found(member)]
    return cast(list[Obligation], world.memo[key])


def _stockpiles(member: Member) -> Sequence[Obligation]:
    return [under_article(3, member, processes(member.world, member.on).get(member.state, []))]


def _clearance(member: Member) -> Sequence[Obligation]:
    asked = processes(member.world, member.on).get(member.state, [])
    return [under_article(4, member, asked), *per_conflict(member)]


def _reports(member: Member, article: str) -> Sequence[Obligation]:
    duties = (one for one in report_duties_of(member) if one.article == article)
    return [obligation_to_send(one, member) for one in duties if one.owed != "no"]


def _retention(member: Member) -> Sequence[Obligation]:
    return [obligation_to_send(one, member) for one in retention_duties(member)]


def _contributions(member: Member) -> Sequence[Obligation]:
    return [obligation_to_send(one, member) for one in contribution_duties(member)]


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
