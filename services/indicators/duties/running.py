"""The deadlines of Articles 3.2, 4.1 (a) and 4.1 (b): the one in force, or the one that was met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal, cast

from services.indicators.duties.extensions import original_deadline
from services.indicators.duties.member import Member
from services.indicators.duties.sending import verdict
from services.indicators.duties.turns import OWED
from services.indicators.duties.types import Confidence, Deadline, Decision, Obligation, Process, Source, Theme
from shared.treaty.parameters import CLEARANCE_YEARS, STOCKPILE_YEARS

_THEME: dict[int, Theme] = {3: "stockpile", 4: "clearance"}
_WHAT = {3: "stockpile_destruction", 4: "clearance"}
_ARTICLE, _RULE, _YEARS = {3: "3.2", 4: "4.1 a"}, {3: "CR-10", 4: "CR-20"}, {3: STOCKPILE_YEARS, 4: CLEARANCE_YEARS}
_EXTENDING = {3: "CR-14", 4: "CR-26"}
_BASIS = {
    "recorded": "the day recorded",
    "months": "the months granted from the running deadline",
    "asRequested": "granted as requested",
}


def running_deadlines(
    member: Member, standings: Sequence[Obligation], requests: Sequence[Process]
) -> Iterator[Deadline]:
    """Of one member: what is to be done by when, or was done; nothing for a find, to which no deadline is given."""
    for one in standings:
        asked = [request for request in requests if str(request.article) == one.article and one.name is None]
        if one.status in OWED:
            found = _in_force(one, member, asked)
        elif one.status in ("completed", "declared") and one.name is None:
            found = _met(one, member, asked)
        else:
            found = _not_known(one, member)
        if found is not None:
            yield found


def _in_force(one: Obligation, member: Member, requests: Sequence[Process]) -> Deadline | None:
    waiting = next((request for request in requests if request.awaits_decision), None)
    if one.deadline is None and one.deadline_recorded == "recorded":
        return None
    decision = _last_decision(requests, member.on) if one.status == "extended" else None
    reason = None
    if waiting is not None:
        reason = (
            f"{waiting.for_meeting} closed on {waiting.closes}; its decision on {waiting.request_id} is not recorded"
        )
    elif one.deadline is None:
        reason = "its day is not recorded"
    elif member.on > one.deadline and one.past_deadline is not True:
        reason = _not_told(one, requests)
    return Deadline(
        state=one.state,
        article="4.1 b" if one.name else _ARTICLE[int(one.article)],
        what=f"clearance-{one.name}" if one.name else _WHAT[int(one.article)],
        due=one.deadline,
        status=_status(one, member.on),
        formula=_formula(one, member, decision),
        sources=(*_behind(one, decision), *(waiting.sources if waiting else ())),
        theme=_THEME[int(one.article)],
        rule="CR-21" if one.name else (_EXTENDING if decision else _RULE)[int(one.article)],
        meeting=waiting.for_meeting if waiting else None,
        reason=reason,
        confidence=_both(one.confidence, one.deadline_confidence),
    )


def _status(one: Obligation, on: date) -> Literal["ahead", "overdue", "notRecorded"]:
    if one.deadline is None:
        return "notRecorded"
    if on <= one.deadline:
        return "ahead"
    return "overdue" if one.past_deadline else "notRecorded"


def _not_told(one: Obligation, requests: Sequence[Process]) -> str:
    if any(request.pending for request in requests):
        return "a request to extend it is pending"
    if one.deadline_confidence == "unverified":
        return "the deadline rests on general knowledge"
    return f"the record is complete only through {one.through}"


def _last_decision(requests: Sequence[Process], on: date) -> Decision | None:
    made = [request.decision for request in requests if request.decision and request.decision.outcome != "refused"]
    return next((one for one in reversed(made) if one.day <= on), None)


def _formula(one: Obligation, member: Member, decision: Decision | None) -> str:
    if one.name:
        ended = one.chain[-1]
        when = f" ({ended.when.first})" if ended.rule == "CR-21" else ""
        return f"end of the active hostilities{when} + {CLEARANCE_YEARS} years (Article 4.1 b)"
    return _of_article(int(one.article), member, decision)


def _of_article(article: int, member: Member, decision: Decision | None) -> str:
    if decision is not None:
        until = f": {decision.until}, {_BASIS[decision.until_basis]}" if decision.until_basis else ", no day recorded"
        return f"extended at {decision.meeting}{until}"
    return f"entry into force ({member.term.in_force}) + {_YEARS[article]} years (Article {_ARTICLE[article]})"


def _behind(one: Obligation, decision: Decision | None) -> tuple[Source, ...]:
    """The passages of the decision that set the day, before those of the chain of causes."""
    chain = (source for cause in one.chain for source in cause.sources)
    return tuple(dict.fromkeys((*(decision.sources if decision else ()), *chain)))


def _met(one: Obligation, member: Member, requests: Sequence[Process]) -> Deadline | None:
    """The deadline that ran when it was completed, and whether it was met."""
    met = one.met or one.since
    if (met.last or date.max) < member.term.in_force:
        return None  # done before anything was owed
    article = int(one.article)
    decision = _last_decision(requests, met.last or member.on)
    original = original_deadline(cast(Literal[3, 4], article), member.term.in_force)
    due = original if decision is None else decision.until
    return Deadline(
        state=one.state,
        article=_ARTICLE[article],
        what=_WHAT[article],
        due=due,
        status=verdict("yes", met, due, member.on) if due and met.last else "cannotTell",
        formula=_of_article(article, member, decision),
        sources=_behind(one, decision),
        theme=_THEME[article],
        rule=(_EXTENDING if decision else _RULE)[article],
        done=met,
        reason=None if due else "the day of the extended deadline is not recorded",
        confidence=_both(one.confidence, "verified" if decision is None or decision.until_sure else "unverified"),
    )


def _not_known(one: Obligation, member: Member) -> Deadline | None:
    """A new State Party of which nothing tells yet whether it is bound: the day would run from its entry into force."""
    if one.status not in ("unknown", "notRecorded") or one.name or one.article not in ("3", "4"):
        return None
    article = int(one.article)
    due = original_deadline(cast(Literal[3, 4], article), member.term.in_force)
    if (one.through is not None and one.through >= member.term.in_force) or member.on > due:
        return None  # it was looked at, or the day has gone by without a word of it
    held = {3: "stockpiles", 4: "contaminated areas"}[article]
    return Deadline(
        state=one.state,
        article=_ARTICLE[article],
        what=_WHAT[article],
        due=due,
        status="ahead",
        formula=_of_article(article, member, None),
        sources=one.chain[0].sources,
        theme=_THEME[article],
        rule=_RULE[article],
        reason=f"if it has {held}, of which nothing is recorded yet",
        confidence="verified" if member.certain else "unverified",
    )


def _both(one: Confidence, other: Confidence) -> Confidence:
    return "verified" if one == other == "verified" else "unverified"
