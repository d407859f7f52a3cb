"""Article 3.8: the report on munitions retained, acquired or transferred in a year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from services.indicators.duties.member import Member
from services.indicators.duties.sending import arrived, first_held, held, verdict
from services.indicators.duties.types import Cause, DeadlineStatus, Duty, sources
from services.indicators.facts.fact import Fact
from shared.treaty.stockpiles import retention_report_due


def retention_duties(member: Member) -> list[Duty]:
    """A report for each year with retention, acquisition or transfer, and for those since the last one known of."""
    return [] if member.over else list(_duties(member))


def _duties(member: Member) -> Iterator[Duty]:
    by_year: dict[int, list[Fact]] = {}
    for fact in member.own.get("RetentionReported", ()):
        if (held(fact).first or date.min) <= member.on:
            by_year.setdefault(fact.data["year"], []).append(fact)
    for year in sorted(by_year):
        told = first_held((fact for fact in by_year[year] if _any(fact)), member.on)
        if told is not None:
            yield _reported(member, year, told)
    if by_year:
        last = max(by_year)
        retained = [fact for fact in by_year[last] if _any(fact) and fact.data["act"] != "transferred_out"]
        for fact in retained[:1]:
            yield from _since(member, last, fact)


def _any(fact: Fact) -> bool:
    """A report of nothing retained is no retention; where no quantity is given the act stands."""
    given = [fact.data[name] for name in ("munitions", "submunitions") if fact.data.get(name) is not None]
    return not given or any(number > 0 for number in given)


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
