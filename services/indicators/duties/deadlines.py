"""Every day by which a State owes something under the Convention, or by the plan that carries it out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final, cast

from services.indicators.duties.asking import request_deadlines
from services.indicators.duties.contributions import contribution_duties
from services.indicators.duties.declaring import declaration_deadlines
from services.indicators.duties.extensions import processes
from services.indicators.duties.matters import matter_deadlines
from services.indicators.duties.member import Member, members
from services.indicators.duties.obligations import obligations_under
from services.indicators.duties.reports import report_duties_of
from services.indicators.duties.retention import retention_duties
from services.indicators.duties.running import running_deadlines
from services.indicators.duties.sending import verdict
from services.indicators.duties.types import Deadline, DeadlineStatus, Duty, Obligation, ReportDuty, Theme
from services.indicators.world.world import World
from shared.treaty.national_measures import measures_due
from shared.treaty.parameters import LAUSANNE_PLAN, MEASURES_YEARS
from shared.treaty.reporting import Owed, annual_report_due

OPEN: Final[frozenset[DeadlineStatus]] = frozenset({"ahead", "overdue", "notRecorded"})
"""Statuses of what is still to be done, or not recorded as done."""


def deadlines(world: World, on: date) -> list[Deadline]:
    """Every deadline known on a day, ahead and past, by day (those without one last), State and what is due.

    Beyond coverage nobody is `overdue`. Left out is what nobody can look for: an annual report or a contribution of
    long ago of which the record never held anything; `report_duties` has them all.
    """
    key = ("deadlines", on)
    if key not in world.memo:
        found = [*(one for member in members(world, on) for one in _of(member)), *matter_deadlines(world, on)]
        world.memo[key] = sorted(found, key=lambda one: (one.due or date.max, one.state, one.what))
    return cast(list[Deadline], world.memo[key])


def _of(member: Member) -> Iterator[Deadline]:
    world, on = member.world, member.on
    standings = [one for article in ("3", "4") for one in _by_state(article, world, on).get(member.state, [])]
    requests = processes(world, on).get(member.state, [])
    yield from running_deadlines(member, standings, requests)
    yield from request_deadlines(standings, requests, world, on)
    yield from declaration_deadlines(member, standings)
    for one in _by_state("9", world, on).get(member.state, []):
        yield from _measures(one, member)
    yield from (_report(one) for one in report_duties_of(member) if _looked_for(one, member))
    yield from (_sent(one, f"retention_report-{one.name}", "transparency") for one in retention_duties(member))
    contributions = (one for one in contribution_duties(member) if _still_asked(one, on))
    yield from (_sent(one, f"contribution-{one.name}", "finance") for one in contributions)


def _by_state(article: str, world: World, on: date) -> dict[str, list[Obligation]]:
    key = ("obligations by state", article, on)
    if key not in world.memo:
        by_state: dict[str, list[Obligation]] = {}
        for one in obligations_under(article, world, on):
            by_state.setdefault(one.state, []).append(one)
        world.memo[key] = by_state
    return cast(dict[str, list[Obligation]], world.memo[key])


def _measures(one: Obligation, member: Member) -> Iterator[Deadline]:
    """Action 47: only of a new State Party, for which the plan sets a day."""
    due = measures_due(member.term.in_force)
    if member.over or member.term.in_force < LAUSANNE_PLAN:
        return
    complete = one.through is not None and one.through >= member.on
    in_hand: Owed = "yes" if one.met else "no" if complete else "cannotTell"
    status = verdict(in_hand, one.met, due, member.on)
    yield Deadline(
        state=one.state,
        article="9",
        what="national_measures",
        due=due,
        status=status,
        formula=f"entry into force ({member.term.in_force}) + {MEASURES_YEARS} years (Action 47 of the Lausanne plan)",
        sources=tuple(dict.fromkeys(source for cause in one.chain for source in cause.sources)),
        theme="national_measures",
        rule="Action 47",
        done=one.met,
        reason="no complete record of national measures is held" if status == "notRecorded" else None,
        confidence=one.confidence,
    )


def _looked_for(duty: ReportDuty, member: Member) -> bool:
    """What came, what is ahead, what is certainly missing; of the rest only the latest to fall due."""
    if duty.received is not None:
        return True
    if duty.owed == "no" or member.over:
        return False
    latest = duty.year is None or annual_report_due(duty.year + 1) >= member.on
    return duty.status in ("ahead", "overdue") or latest or _was_missing(duty, member)


def _was_missing(duty: ReportDuty, member: Member) -> bool:
    """Whether the record, as far as it was complete, shows that the report had not come by its day."""
    subjects = (["ReportSubmitted"], ["ReportSubmitted?kind=annual"])
    assert duty.year is not None
    through = member.through(subjects, date(duty.year + 1, 1, 1))
    return through is not None and through >= duty.due


def _report(duty: ReportDuty) -> Deadline:
    what = "initial_report" if duty.year is None else f"annual_report-{duty.year}"
    return _sent(duty, what, "transparency")


def _still_asked(duty: Duty, on: date) -> bool:
    return duty.received is not None or duty.status == "overdue" or on <= _closing(duty)


def _closing(duty: Duty) -> date:
    """Until when an unrecorded contribution is looked for: the meeting's own day, three months after it was due."""
    return next((cause.when.first for cause in duty.causes if cause.kind == "MeetingScheduled"), None) or duty.due


def _sent(duty: Duty, what: str, theme: Theme) -> Deadline:
    return Deadline(
        state=duty.state,
        article=duty.article,
        what=what,
        due=duty.due,
        status=duty.status,
        formula=duty.formula,
        sources=duty.sources,
        theme=theme,
        rule=duty.rule,
        meeting=duty.name if duty.article == "14" else None,
        done=duty.received,
        reason=duty.reason,
        confidence=duty.confidence,
    )
