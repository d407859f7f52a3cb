"""Article 5, which sets no dates, and Article 9, for which only the Lausanne plan does."""

from __future__ import annotations

from services.indicators.duties.dated import reported
from services.indicators.duties.member import Member
from services.indicators.duties.standing import obligation
from services.indicators.duties.turns import ordered
from services.indicators.duties.types import UNDATED, Cause, Obligation, ObligationStatus, sources
from services.indicators.facts import Bounds, Fact
from shared.treaty.national_measures import measures_due
from shared.treaty.parameters import LAUSANNE_PLAN

_LAWS = ("specific_law", "existing_law_sufficient")


def victims(member: Member) -> Obligation:
    """Article 5: assistance to cluster munition victims, without a date."""
    return obligation(member, 5, ordered(reported(member.own, 5)))


def measures(member: Member) -> Obligation:
    """Article 9: completed once specific law is adopted, or existing law found sufficient.

    The date is the plan's, and for new States Parties only: those bound since the plan was adopted.
    """
    on, term = member.on, member.term
    facts = [
        fact
        for fact in member.own.get("NationalMeasureReported", ())
        if fact.data["kind"] in _LAWS and (fact.effective.last or fact.known) <= on and fact.known <= on
    ]
    made = [fact for fact in facts if fact.data["status"] in ("adopted", "amended")]
    under_way = [fact for fact in facts if fact.data["status"] == "in_process"]
    entry = member.entry()
    told = [*under_way[-1:], *made[-1:]]
    chain = (entry, *(_measure(fact) for fact in told))
    if member.over:
        left = Bounds(term.left, term.left)
        chain = (*chain, member.withdrawal())
        return Obligation(member.state, "9", "ended", "ended", frozenset({"ended"}), chain, None, left)
    status: ObligationStatus = "completed" if made else "outstanding" if under_way else "notRecorded"
    proven: ObligationStatus = status if all(fact.sure for fact in told) and entry.sure else "notRecorded"
    due = measures_due(term.in_force) if term.in_force >= LAUSANNE_PLAN and not made else None
    owed = status == "outstanding"
    return Obligation(
        state=member.state,
        article="9",
        status=status,
        proven=proven,
        possible=frozenset({status, proven}),
        chain=chain,
        since=Bounds(term.in_force, term.in_force) if owed else told[-1].effective if told else UNDATED,
        deadline=due,
        past_deadline=False if due is None or on <= due else None,
    )


def _measure(fact: Fact) -> Cause:
    words = f"{fact.data['kind'].replace('_', ' ')}: {fact.data['status'].replace('_', ' ')}"
    return Cause(fact.kind, fact.effective, words, "9", None, sources(fact), fact.sure)
