"""The calendar of Article 7: who owes which report when, and what came of it (CR-30 to CR-32)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import cast

from services.indicators.duties.member import Member, members
from services.indicators.duties.sending import arrived, complete_through, first_held, held, verdict
from services.indicators.duties.types import Cause, Confidence, DeadlineStatus, ReportDuty, sources
from services.indicators.facts.fact import Fact, date_of
from services.indicators.world.coverage import subjects_of_kind
from services.indicators.world.world import World
from shared.events.base import Interval
from shared.treaty.parameters import ADOPTED, SILENT_YEARS
from shared.treaty.periods import add_years
from shared.treaty.reporting import (
    Owed,
    annual_report_due,
    annual_report_owed,
    initial_report_due,
    silent_for_two_years,
)

_INITIAL = subjects_of_kind("ReportSubmitted", {"kind": "initial"})
_ANNUAL = subjects_of_kind("ReportSubmitted", {"kind": "annual"})
_ANY = (["ReportSubmitted"], ["ReportSubmitted?kind=initial", "ReportSubmitted?kind=annual"])


def report_duties(world: World, on: date) -> list[ReportDuty]:
    """Every report that a State is or was to send: the initial one, and one for each year it was party at the end of.

    The year under way is among them, due next 30 April. By State and year, the initial report first.
    """
    key = ("report duties", on)
    if key not in world.memo:
        world.memo[key] = [duty for member in members(world, on) for duty in report_duties_of(member)]
    return cast(list[ReportDuty], world.memo[key])


def report_duties_of(member: Member) -> list[ReportDuty]:
    """The reports of one member."""
    key = ("report duties", member.on, member.state)
    if key not in member.world.memo:
        member.world.memo[key] = list(_of(member))
    return cast(list[ReportDuty], member.world.memo[key])


@dataclass(frozen=True, slots=True)
class _Sent:
    """What a State sent under Article 7: its initial report, the first on each year, and all that it sent."""

    initial: Fact | None
    by_year: dict[int, list[Fact]]
    all: Sequence[Fact]

    @classmethod
    def by(cls, member: Member) -> _Sent:
        facts = member.own.get("ReportSubmitted", ())
        initial = first_held((one for one in facts if one.data["kind"] == "initial"), member.on)
        by_year: dict[int, list[Fact]] = {}
        for fact in facts:
            if fact.data["kind"] == "annual" and not fact.data.get("revises"):
                for year in fact.data["covers_years"]:
                    by_year.setdefault(year, []).append(fact)
        return cls(initial, by_year, facts)


def _of(member: Member) -> Iterator[ReportDuty]:
    sent = _Sent.by(member)
    silent = _silent(member, sent.all)
    yield _initial(member, sent.initial, silent)
    last = member.on.year if member.term.left is None else min(member.on.year, member.term.left.year - 1)
    for year in range(member.term.in_force.year, last + 1):
        yield _annual(member, year, sent, silent)


def _initial(member: Member, report: Fact | None, silent: Owed) -> ReportDuty:
    due = initial_report_due(member.term.in_force)
    through, coverage = complete_through(member, "ReportSubmitted", _INITIAL, ADOPTED)
    came = held(report) if report else None
    in_hand = arrived(came, member.on, complete=through is not None and through >= member.on)
    owed: Owed = "no" if member.term.left is not None and member.term.left <= due else "yes"
    status = _never_accused(verdict(in_hand, came, due, member.on), owed, member)
    return ReportDuty(
        state=member.state,
        article="7.1",
        name=None,
        due=due,
        owed=owed,
        status=status,
        arrived=in_hand,
        received=came,
        formula=f"entry into force ({member.term.in_force}) + 180 days (Article 7.1)",
        rule="CR-30",
        causes=(member.entry(), *_received(report, "7.1", "the initial report"), *_shown(status, coverage)),
        confidence=_confidence(member, member.certain, report),
        reason=_reason(status, owed, through, member),
        kind="initial",
        year=None,
        silent_years=silent,
    )


def _annual(member: Member, year: int, sent: _Sent, silent: Owed) -> ReportDuty:
    due = annual_report_due(year)
    year_over = date(year + 1, 1, 1)
    report = first_held(sent.by_year.get(year, ()), member.on)
    through, coverage = complete_through(member, "ReportSubmitted", _ANNUAL, year_over)
    complete = member.on < year_over or (through is not None and through >= member.on)  # no year is reported on before
    came = held(report) if report else None
    in_hand = arrived(came, member.on, complete=complete)
    owed, why, sure = _owed(member, year, due, sent.initial)
    status = _never_accused(verdict(in_hand, came, due, member.on), owed, member)
    initial = _received(sent.initial, "7.1", "the initial report") if owed != "no" else ()
    return ReportDuty(
        state=member.state,
        article="7.2",
        name=str(year),
        due=due,
        owed=owed,
        status=status,
        arrived=in_hand,
        received=came,
        formula=f"30 April of the year after {year} (Article 7.2); {why}",
        rule="CR-31",
        causes=(
            member.entry(),
            *initial,
            *_received(report, "7.2", f"the annual report on {year}"),
            *_shown(status, coverage),
        ),
        confidence=_confidence(member, sure, sent.initial, report),
        reason=_reason(status, owed, through, member),
        kind="annual",
        year=year,
        silent_years=silent,
    )


def _owed(member: Member, year: int, due: date, initial: Fact | None) -> tuple[Owed, str, bool]:
    """CR-31 and CR-32: whether the report is owed, why in words, and whether the membership behind it is proven."""
    world = member.world
    party = world.possible_membership.standing(member.state, due) == "party"
    sure = (world.certain_membership.standing(member.state, due) == "party") is party
    if not party:
        return "no", f"not owed: no longer party on {due}", sure
    if initial is None:
        before = min(member.on, date(year, 6, 30))
        through, _ = complete_through(member, "ReportSubmitted", _INITIAL, ADOPTED)
        if through is not None and through >= before:
            return "no", "not owed: no initial report had come before its cycle", sure
        return "cannotTell", "owed once an initial report is in, of which nothing is recorded", sure
    owed = annual_report_owed(year, party_on_due_day=True, initial_received=date_of(initial.data["received"]))
    words: dict[Owed, str] = {
        "yes": "owed: party on that day, its initial report in before the cycle",
        "no": "not owed: the initial report came in its cycle or later",
        "cannotTell": "owed if the initial report came before its cycle, which its bounds leave open",
    }
    return owed, words[owed], sure


def _never_accused(status: DeadlineStatus, owed: Owed, member: Member) -> DeadlineStatus:
    """Who is not certainly bound, or bound no more, is never overdue; what is not owed lies ahead of nobody."""
    if status == "overdue" and (owed != "yes" or member.over):
        return "notRecorded"
    return "notRecorded" if status == "ahead" and owed == "no" else status


def _reason(status: DeadlineStatus, owed: Owed, through: date | None, member: Member) -> str | None:
    """What keeps the day, or the verdict, from being certain."""
    if status not in ("ahead", "notRecorded"):
        return None
    if owed == "no":
        return "it is not owed"
    if member.over:
        return f"the membership ended on {member.term.left}"
    if owed == "cannotTell":
        return "it is owed only if the initial report came before its cycle, which is not recorded"
    if status == "ahead":
        return None
    told = f"complete only through {through}" if through else "not complete for the days in which it could come"
    return f"the record is {told}"


def _received(report: Fact | None, article: str, what: str) -> tuple[Cause, ...]:
    if report is None:
        return ()
    return (Cause(report.kind, held(report), f"{what} was received", article, None, sources(report), report.sure),)


def _shown(status: DeadlineStatus, coverage: Cause) -> tuple[Cause, ...]:
    """Who is called overdue is shown on what ground."""
    return (coverage,) if status == "overdue" else ()


def _confidence(member: Member, sure: bool, *facts: Fact | None) -> Confidence:
    certain = sure and member.entry().sure and all(fact.sure for fact in facts if fact)
    return "verified" if certain else "unverified"


def _silent(member: Member, reports: Sequence[Fact]) -> Owed:
    """Action 44 of the Lausanne plan: no report of any kind in two years; who is bound for less is not silent yet."""
    begins = add_years(member.on, -SILENT_YEARS)
    if member.over or member.term.in_force > begins:
        return "no"
    came = (Interval(not_before=held(one).first, not_after=held(one).last) for one in reports)
    silent = silent_for_two_years(came, member.on)
    if silent != "yes":
        return silent
    through = member.through(_ANY, begins + timedelta(days=1))
    return "yes" if through is not None and through >= member.on else "cannotTell"
