"""Article 3.8: the report on munitions retained, acquired or transferred in a year."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from services.indicators.duties.member import Member
from services.indicators.duties.sending import arrived, first_held, held, verdict
from services.indicators.duties.types import Cause, DeadlineStatus, Duty, sources
from services.indicators.facts import Fact
from shared.treaty.stockpiles import retention_report_due


def retention_duties(member: Member) -> list[Duty]:
    """A report for each year with retention, acquisition or transfer, and for those since the last one known of."""
    return [] if member.over else list(_duties(member))


def _duties(member: Member) -> Iterator[Duty]:
    by_year: dict[int, list[Fact]] = {}
    for fact in member.own.get("RetentionReported", ()):
        if _any(fact):
            by_year.setdefault(fact.data["year"], []).append(fact)
    told = {year: first for year, facts in by_year.items() if (first := first_held(facts, member.on))}
    for year in sorted(told):
        yield _reported(member, year, told[year])
    kept = [year for year, facts in by_year.items() if year in told and _retains(facts)]
    if kept and max(kept) == max(told):
        yield from _since(member, max(kept), told[max(kept)])


def _any(fact: Fact) -> bool:
    """A report of nothing retained is no retention; quantities that are not given leave the act."""
    given = [fact.data.get(name) for name in ("munitions", "submunitions")]
    return any(number is None or number > 0 for number in given)


def _retains(facts: Sequence[Fact]) -> bool:
    return any(fact.data["act"] != "transferred_out" for fact in facts)


def _reported(member: Member, year: int, fact: Fact) -> Duty:
    due = retention_report_due(year)
    came = held(fact)
    in_hand = arrived(came, member.on, complete=False)
    return _duty(member, year, verdict(in_hand, came, due, member.on), fact, met=True)


def _since(member: Member, last: int, fact: Fact) -> Iterator[Duty]:
    """The years after the last one reported on whose report is not in: the latest that fell due, and what is ahead."""
    due_by_now = member.on.year - 1 if member.on > retention_report_due(member.on.year - 1) else member.on.year - 2
    for year in range(max(last + 1, due_by_now), member.on.year + 1):
        due = retention_report_due(year)
        yield _duty(member, year, "ahead" if member.on <= due else "notRecorded", fact, met=False)


def _duty(member: Member, year: int, status: DeadlineStatus, fact: Fact, *, met: bool) -> Duty:
    came = held(fact) if met else None
    words = f"munitions {fact.data['act'].replace('_', ' ')} in {fact.data['year']} were reported"
    cause = Cause(fact.kind, held(fact), words, "3.8", "CR-17", sources(fact), fact.sure)
    kept = f"it retained munitions when it last reported, on {fact.data['year']}"
    return Duty(
        state=member.state,
        article="3.8",
        name=str(year),
        due=retention_report_due(year),
        owed="yes" if met else "cannotTell",
        status=status,
        arrived=arrived(came, member.on, complete=False),
        received=came,
        formula=f"30 April of the year after {year}, in which munitions were retained, acquired or transferred"
        if met
        else f"30 April of the year after {year}, if munitions were retained in it (Article 3.8)",
        rule="CR-17",
        causes=(member.entry(), cause),
        confidence="verified" if fact.sure and member.certain else "unverified",
        reason=None if met else kept,
    )
