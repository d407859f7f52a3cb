"""How an obligation under Articles 3, 4 and 5 stands: its turns folded on a day, with the deadline in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import cast

from services.indicators.duties.member import Member
from services.indicators.duties.turns import OWED, Stand, Turn, stand
from services.indicators.duties.types import Obligation, ObligationStatus, Process, Recorded
from services.indicators.facts.fact import Bounds
from services.indicators.world.coverage import subjects_of_kind
from shared.treaty.parameters import ADOPTED


def obligation(
    member: Member,
    article: int,
    turns: Sequence[Turn],
    requests: Sequence[Process] = (),
    original: date | None = None,
    name: str | None = None,
) -> Obligation:
    """The fold of the turns on the member's day: by all facts, by the proven ones, by the earliest dates possible."""
    on = member.on
    now = stand(turns, on, original, lambda one: one.last)
    proven = stand([one for one in turns if one.cause.sure], on, original, lambda one: one.last)
    early = stand(turns, on, original, lambda one: one.first)
    through = standings_through(member, article)
    status = _status(now.status, member, through)
    known = _status(proven.status, member, through) if member.certain else "notRecorded"
    possible = frozenset({status, known, _status(early.status, member, through)})
    chain = (member.entry(), *now.causes)
    if member.over:
        left = Bounds(member.term.left, member.term.left)
        proved: ObligationStatus = "ended" if member.certain else known
        chain = (*chain, member.withdrawal())
        return Obligation(member.state, str(article), "ended", proved, frozenset({"ended", proved}), chain, name, left)
    deadline, recorded, sure = _running(now, proven, requests, status)
    return Obligation(
        state=member.state,
        article=str(article),
        status=status,
        proven=known,
        possible=possible,
        chain=chain,
        name=name,
        since=now.since,
        deadline=deadline,
        deadline_recorded=recorded,
        deadline_confidence="verified" if sure else "unverified",
        past_deadline=_past(status, deadline, recorded, sure, requests, through, on),
        through=through,
        met=now.met,
    )


def standings_through(member: Member, article: int) -> date | None:
    """The last day up to which lists of standings are complete for an article."""
    return _complete_through(member, "ObligationReported", "article", article)


def initial_reports_through(member: Member) -> date | None:
    """The last day up to which it is complete which initial reports came."""
    return _complete_through(member, "ReportSubmitted", "kind", "initial")


def _complete_through(member: Member, kind: str, name: str, value: str | int) -> date | None:
    """The last day up to which facts of a kind with that attribute are complete since the Convention was adopted."""
    key, memo = ("complete since adoption", kind, name, value, member.on), member.world.memo
    if key not in memo:  # asked for each member, and the same for all
        memo[key] = member.through(kind, subjects_of_kind(kind, {name: value}), ADOPTED)
    return cast("date | None", memo[key])


def _running(
    now: Stand, proven: Stand, requests: Sequence[Process], status: ObligationStatus
) -> tuple[date | None, Recorded, bool]:
    """The deadline in force: not recorded from a meeting's closing day until its decision is (model §7)."""
    if status not in OWED:
        return None, "recorded", True
    if any(request.awaits_decision for request in requests):
        return None, "notRecorded", True
    return now.deadline, now.deadline_recorded, now.deadline_sure and now.deadline == proven.deadline


def _past(
    status: ObligationStatus,
    deadline: date | None,
    recorded: str,
    sure: bool,
    requests: Sequence[Process],
    through: date | None,
    on: date,
) -> bool | None:
    """Whether the deadline has passed with the obligation unmet; None where nobody can tell."""
    if status not in OWED or any(request.pending for request in requests):
        return False
    if deadline is None:
        return None if recorded == "notRecorded" else False
    if not sure:
        return None
    if on <= deadline:
        return False
    return True if through is not None and through >= on else None


def _status(found: ObligationStatus | None, member: Member, through: date | None) -> ObligationStatus:
    """What the turns say; without any, whether the record is complete, or an initial report is in, decides."""
    if found is not None:
        return found
    if through is not None and through >= member.on:
        return "none"
    reports = member.own.get("ReportSubmitted", ())
    initial = any(fact.data["kind"] == "initial" and fact.known <= member.on for fact in reports)
    complete = initial_reports_through(member)
    return "unknown" if not initial and complete is not None and complete >= member.on else "notRecorded"
