"""The declaration of compliance: due at the next meeting after completion (CR-22; Action 13 for stockpiles)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from services.indicators.duties.conferences import Conference, conferences
from services.indicators.duties.member import Member
from services.indicators.duties.sending import arrived, held, verdict
from services.indicators.duties.types import Confidence, Deadline, DeadlineStatus, Obligation, Source, Theme, sources
from services.indicators.facts.fact import Bounds, Fact, bounds_of
from services.indicators.world.coverage import subjects_of_kind
from services.indicators.world.world import World
from shared.treaty.declarations import next_meeting
from shared.treaty.parameters import LAUSANNE_PLAN

_THEME: dict[int, Theme] = {3: "stockpile", 4: "clearance"}
_ARTICLE, _RULE = {3: "3.2", 4: "4.1 c"}, {3: "Action 13", 4: "CR-22"}


@dataclass(frozen=True, slots=True)
class _Completion:
    """A completion, its bounds, and the declaration of it if one came."""

    article: int
    when: Bounds
    declaration: Fact | None
    sources: tuple[Source, ...]
    confidence: Confidence


def declaration_deadlines(member: Member, standings: Sequence[Obligation]) -> Iterator[Deadline]:
    """One for each completion of a member under Article 3 or 4 that the Convention or the plan asks it to declare."""
    for article in (3, 4):
        asked = [one for one in _completions(member, article, standings) if _to_be_declared(one, member)]
        for number, one in enumerate(asked, start=1):
            what = f"declaration-{article}" if number == 1 else f"declaration-{article}-{number}"
            yield _deadline(one, what, member)


def _completions(member: Member, article: int, standings: Sequence[Obligation]) -> list[_Completion]:
    found = []
    for fact in member.own.get("DeclarationOfCompliance", ()):
        if fact.data["article"] == article and fact.known <= member.on:
            completed = fact.data.get("completed") or fact.data["received"]
            confidence: Confidence = "verified" if fact.sure else "unverified"
            found.append(_Completion(article, bounds_of(completed), fact, sources(fact), confidence))
    for one in standings:
        if one.article == str(article) and one.name is None and one.status == "completed":
            step = one.chain[-1]
            again = article == 3 and bool(found)  # what was found later and destroyed is declared to nobody again
            if step.kind != "DeclarationOfCompliance" and not again:
                found.append(_Completion(article, one.since, None, step.sources, one.confidence))
    return found


def _to_be_declared(one: _Completion, member: Member) -> bool:
    """What was completed before entry into force was never owed; stockpiles are declared since the plan asks for it."""
    begins = LAUSANNE_PLAN if one.article == 3 else member.term.in_force
    first = one.when.first or date.min
    return (one.when.last or date.max) >= begins and (one.article == 4 or first >= begins)


def _deadline(one: _Completion, what: str, member: Member) -> Deadline:
    meeting, reason = _meeting(one.when, member.world)
    done = held(one.declaration) if one.declaration else None
    subjects = subjects_of_kind("DeclarationOfCompliance", {"article": one.article})
    through = member.through(subjects, one.when.first or member.term.in_force)
    in_hand = arrived(done, member.on, complete=through is not None and through >= member.on)
    status = verdict(in_hand, done, meeting.closes, member.on) if meeting else _undated(one)
    if status == "notRecorded":
        told = f"the record is complete only through {through}" if through else "no complete record is held"
        reason = reason or told
    return Deadline(
        state=member.state,
        article=_ARTICLE[one.article],
        what=what,
        due=meeting.closes if meeting else None,
        status=status,
        formula=_formula(one, meeting),
        sources=(*one.sources, *(meeting.sources if meeting else ())),
        theme=_THEME[one.article],
        rule=_RULE[one.article],
        meeting=meeting.name if meeting else None,
        done=done,
        reason=reason,
        confidence=one.confidence,
    )


def _undated(one: _Completion) -> DeadlineStatus:
    return "cannotTell" if one.declaration else "notRecorded"


def _meeting(completed: Bounds, world: World) -> tuple[Conference | None, str | None]:
    """The next meeting after completion, where all days that this can mean have the same one."""
    if completed.first is None or completed.last is None:
        return None, "the day of completion is not known"
    meetings = [(one.name, one.opens) for one in conferences(world)]
    early, late = next_meeting(completed.first, meetings), next_meeting(completed.last, meetings)
    if early != late:
        return None, f"completed between {completed.first} and {completed.last}, so that the meeting is not certain"
    if early is None:
        return None, "the next meeting has no date yet"
    return next(one for one in conferences(world) if one.name == early[0]), None


def _formula(one: _Completion, meeting: Conference | None) -> str:
    when = f"on {one.when.last}" if one.when.first == one.when.last else f"by {one.when.last}"
    at = f", {meeting.name}, which closes on {meeting.closes}" if meeting else ""
    basis = "Article 4.1 (c)" if one.article == 4 else "Action 13 of the Lausanne plan"
    return f"the next meeting after completion {when}{at} ({basis})"
