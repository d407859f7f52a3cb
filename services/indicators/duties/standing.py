"""How an obligation under Articles 3, 4 and 5 stands: its turns folded on a day, with the deadline in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from services.indicators.duties.member import Member
from services.indicators.duties.turns import OWED, Stand, Turn, stand
from services.indicators.duties.types import Obligation, ObligationStatus, Process, Recorded
from services.indicators.facts.fact import Bounds
from services.indicators.world.coverage import Alternatives, subjects_of_kind
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
    through = member.through(standings(article), ADOPTED)
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


INITIAL_REPORTS: Final = subjects_of_kind("ReportSubmitted", {"kind": "initial"})
"""What can cover the question which initial reports came."""


def standings(article: int) -> Alternatives:
    """What can cover the question who is bound by an article."""
    return subjects_of_kind("ObligationReported", {"article": article})


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
    report = member.world.initial_reports().get(member.state)
    initial = report is not None and report.known <= member.on
    complete = member.through(INITIAL_REPORTS, ADOPTED)
    return "unknown" if not initial and complete is not None and complete >= member.on else "notRecorded"
