"""Article 5, which sets no dates, and Article 9, for which only the Lausanne plan does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.indicators.duties.dated import reported
from services.indicators.duties.member import Member
from services.indicators.duties.standing import obligation
from services.indicators.duties.turns import ordered
from services.indicators.duties.types import UNDATED, Cause, Obligation, ObligationStatus, sources
from services.indicators.facts.fact import Bounds, Fact, bounds_of
from services.indicators.world.coverage import Alternatives
from shared.treaty.national_measures import measures_due
from shared.treaty.parameters import LAUSANNE_PLAN

_LAWS = ("specific_law", "existing_law_sufficient")
_COVERED: Alternatives = (["NationalMeasureReported"], [f"NationalMeasureReported?kind={law}" for law in _LAWS])


def victims(member: Member) -> Obligation:
    """Article 5: assistance to cluster munition victims, without a date."""
    return obligation(member, 5, ordered(reported(member.own, 5)))


def measures(member: Member) -> Obligation:
    """Article 9: completed once specific law is adopted, or existing law found sufficient.

    The date is the plan's, and for new States Parties only: those bound since the plan was adopted.
    """
    on, term = member.on, member.term
    told = [fact for fact in member.own.get("NationalMeasureReported", ()) if fact.data["kind"] in _LAWS]
    facts = [fact for fact in told if (_dated(fact).first or date.min) <= on and fact.known <= on]
    made = [fact for fact in facts if fact.data["status"] in ("adopted", "amended")]
    under_way = [fact for fact in facts if fact.data["status"] == "in_process"]
    shown = [*under_way[-1:], *made[-1:]]
    chain = (member.entry(), *(_measure(fact) for fact in shown))
    if member.over:
        left = Bounds(term.left, term.left)
        chain = (*chain, member.withdrawal())
        return Obligation(member.state, "9", "ended", "ended", frozenset({"ended"}), chain, None, left)
    through = member.through(_COVERED, term.in_force)
    complete = through is not None and through >= on
    status: ObligationStatus = "completed" if made else "outstanding" if under_way or complete else "notRecorded"
    sure = member.certain and all(fact.sure for fact in shown)
    proven: ObligationStatus = status if sure else "notRecorded"
    due = measures_due(term.in_force) if term.in_force >= LAUSANNE_PLAN else None
    return Obligation(
        state=member.state,
        article="9",
        status=status,
        proven=proven,
        possible=frozenset({status, proven}),
        chain=chain,
        since=_since(status, member, shown),
        deadline=None if made else due,
        past_deadline=False if made or due is None or on <= due else True if complete and sure else None,
        through=through,
        met=_dated(made[0]) if made else None,
    )


def _since(status: ObligationStatus, member: Member, shown: Sequence[Fact]) -> Bounds:
    if status == "outstanding":
        return Bounds(member.term.in_force, member.term.in_force)
    return _dated(shown[-1]) if shown else UNDATED


def _dated(fact: Fact) -> Bounds:
    """When the measure was made: as reported; else on some day up to the one for which its standing was noted."""
    if fact.data.get("date"):
        return bounds_of(fact.data["date"])
    return Bounds(None, fact.effective.last or fact.known)


def _measure(fact: Fact) -> Cause:
    words = f"{fact.data['kind'].replace('_', ' ')}: {fact.data['status'].replace('_', ' ')}"
    return Cause(fact.kind, _dated(fact), words, "9", None, sources(fact), fact.sure)
