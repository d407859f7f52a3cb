"""The life of each request to extend an Article 3 or 4 deadline, and what the treaty says of it (3.3-3.5, 4.5-4.8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast

from services.indicators.duties.types import Cause, Confidence, Decision, Process, ProcessStatus, Section, sources
from services.indicators.facts.fact import Bounds, Fact, bounds_of, date_of
from services.indicators.world.world import World
from shared.treaty.deadlines import (
    clearance_deadline,
    extension_length,
    last_timely_request,
    request_timeliness,
    stockpile_deadline,
)
from shared.treaty.requests import SECTIONS, before_expiry, extended_until

Article = Literal[3, 4]

KINDS = (
    "ExtensionAnnounced",
    "ExtensionRequested",
    "ExtensionWithdrawn",
    "RequestContentAssessed",
    "ExtensionDecided",
)
"""The facts a request's life is told by."""

_ASKING, _DECIDING = {3: "3.3", 4: "4.5"}, {3: "3.5", 4: "4.7"}
_NINE_MONTHS = {3: "CR-13", 4: "CR-23"}
_BY_OUTCOME: dict[str, ProcessStatus] = {
    "as_requested": "asRequested",
    "shorter": "shorter",
    "granted": "granted",
    "refused": "refused",
}


def processes(world: World, on: date) -> dict[str, list[Process]]:
    """Every request known on a day, by State, each State's by article and number."""
    key = ("processes", on)
    if key not in world.memo:
        states = sorted({state for state, _ in _asked(world)})
        asked = {state: [*requests(world, state, 3, on), *requests(world, state, 4, on)] for state in states}
        world.memo[key] = {state: own for state, own in asked.items() if own}
    return cast(dict[str, list[Process]], world.memo[key])


def requests(world: World, state: str, article: Article, on: date) -> list[Process]:
    """A State's requests under one article that are known on a day, by number."""
    running: _Running | None = None
    found = []
    for request_id, facts in _asked(world).get((state, article), ()):
        told = [fact for fact in facts if _day_of(fact) <= on]
        if told:
            running = running or _at_first(world, state, article, on)
            found.append(_process(request_id, told, _scheduled(world), running, on))
            running = _after(running, found[-1])
    return found


Asked = Mapping[tuple[str, int], Sequence[tuple[str, Sequence[Fact]]]]
"""The facts that tell of requests, by the request's id, in its order; all that by State and article."""


def _asked(world: World) -> Asked:
    if "requests" not in world.memo:
        told: dict[str, list[Fact]] = {}
        for fact in world.of_kinds(KINDS):
            told.setdefault(fact.data["request_id"], []).append(fact)
        found: dict[tuple[str, int], list[tuple[str, Sequence[Fact]]]] = {}
        for request_id in sorted(told, key=_ordered):
            found.setdefault(_ordered(request_id)[:2], []).append((request_id, told[request_id]))
        world.memo["requests"] = found
    return cast(Asked, world.memo["requests"])


def _scheduled(world: World) -> Mapping[str, Fact]:
    """What schedules each meeting."""
    if "scheduled" not in world.memo:
        meetings = world.by_kind.get("MeetingScheduled", ())
        world.memo["scheduled"] = {fact.data["meeting"]: fact for fact in meetings}
    return cast(Mapping[str, Fact], world.memo["scheduled"])


def original_deadline(article: Article, entry_into_force: date) -> date:
    """CR-10 and CR-20: what the treaty gives before any extension."""
    return stockpile_deadline(entry_into_force) if article == 3 else clearance_deadline(entry_into_force)


def _ordered(request_id: str) -> tuple[str, int, int]:
    state, article, number = request_id.split("-")
    return state, int(article), int(number)


def _day_of(fact: Fact) -> date:
    """The day from which a step counts: when the institution certainly held it; a decision, its meeting's last day."""
    return fact.known


@dataclass(frozen=True, slots=True)
class _Running:
    """The deadline in force when a request is made; `until` None where it is not known, `sure` where it is proven."""

    until: date | None
    sure: bool


def _at_first(world: World, state: str, article: Article, on: date) -> _Running:
    term = world.possible_membership.of(state).term(on)
    if term is None:
        return _Running(None, False)
    certain = world.certain_membership.of(state).term(on)
    return _Running(original_deadline(article, term.in_force), certain == term)


def _after(running: _Running, process: Process) -> _Running:
    decision = process.decision
    if decision is None or decision.outcome == "refused":
        return running
    return _Running(decision.until, decision.sure and decision.until_sure)


def _process(
    request_id: str, facts: Sequence[Fact], meetings: Mapping[str, Fact], running: _Running, on: date
) -> Process:
    state, number_of_article, _ = _ordered(request_id)
    article = cast(Article, number_of_article)
    told = _Told.of(facts)
    asked = told.asked
    for_meeting = asked.get("for_meeting")
    scheduled = meetings.get(for_meeting or "")
    opens, closes = _days(scheduled)
    received = date_of(told.first.data.get("received")) if told.first else None
    decision = _decision(told, running)
    pending = told.first is not None and decision is None and told.withdrawn is None
    return Process(
        request_id=request_id,
        state=state,
        article=article,
        status=_status(told, decision),
        chain=_chain(told, article, opens),
        received=bounds_of(told.first.data["received"]) if received is not None and told.first else None,
        for_meeting=for_meeting,
        opens=opens,
        closes=closes,
        scheduled_by=scheduled.id if scheduled else None,
        limit=last_timely_request(opens) if opens else None,
        months_asked=asked.get("months_asked"),
        asked_until=bounds_of(asked["requested_until"]) if asked.get("requested_until") else None,
        running_deadline=running.until,
        timeliness=request_timeliness(received, opens) if told.first else "cannotTell",
        length=extension_length(article, asked.get("months_asked")),
        before_expiry=before_expiry(received, running.until if running.sure else None) if told.first else "cannotTell",
        sections=_sections(article, told),
        decision=decision,
        pending=pending,
        awaits_decision=pending and closes is not None and on >= closes,
        confidence=_confidence(told, running),
        sources=sources(*facts),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """The facts of one request, by what they tell."""

    announced: Fact | None
    first: Fact | None
    updates: Sequence[Fact]
    assessments: Sequence[Fact]
    decided: Fact | None
    withdrawn: Fact | None
    asked: Mapping[str, Any]

    @classmethod
    def of(cls, facts: Sequence[Fact]) -> _Told:
        by_kind: dict[str, list[Fact]] = {}
        for fact in facts:
            by_kind.setdefault(fact.kind, []).append(fact)
        texts = by_kind.get("ExtensionRequested", [])
        first = [fact for fact in texts if not fact.data.get("updates")]
        decided, withdrawn = _first_of(_last(by_kind, "ExtensionDecided"), _last(by_kind, "ExtensionWithdrawn"))
        updates = [fact for fact in texts if fact.data.get("updates") and first and not _follows(fact, decided)]
        asked: dict[str, Any] = {}
        for text in (*first[:1], *updates):  # an update replaces only what it mentions
            asked.update({name: value for name, value in text.data.items() if value not in (None, [])})
        return cls(
            announced=_last(by_kind, "ExtensionAnnounced"),
            first=first[0] if first else None,
            updates=updates,
            assessments=by_kind.get("RequestContentAssessed", []),
            decided=decided,
            withdrawn=withdrawn,
            asked=asked,
        )


def _first_of(decided: Fact | None, withdrawn: Fact | None) -> tuple[Fact | None, Fact | None]:
    """A request ends once: what was decided is not withdrawn afterwards, nor decided what was withdrawn.

    Two services hold the two acts, and neither waits for the other; so both may be recorded, and the earlier counts.
    """
    if decided is None or withdrawn is None:
        return decided, withdrawn
    return (decided, None) if date.fromisoformat(withdrawn.data["date"]) > decided.known else (None, withdrawn)


def _follows(text: Fact, decided: Fact | None) -> bool:
    """Whether a text was certainly received after the decision: then it is not what was decided on."""
    received = text.data.get("received")
    first = bounds_of(received).first if received else None
    return decided is not None and first is not None and first > decided.known


def _last(by_kind: Mapping[str, Sequence[Fact]], kind: str) -> Fact | None:
    facts = by_kind.get(kind, ())
    return facts[-1] if facts else None


def _days(scheduled: Fact | None) -> tuple[date | None, date | None]:
    if scheduled is None or not scheduled.data.get("opens"):
        return None, None
    opens = date.fromisoformat(scheduled.data["opens"])
    closes = scheduled.data.get("closes")
    return opens, date.fromisoformat(closes) if closes else opens


def _status(told: _Told, decision: Decision | None) -> ProcessStatus:
    if told.withdrawn:
        return "withdrawn"
    if decision:
        return _BY_OUTCOME[decision.outcome]
    if told.assessments and told.first:
        return "analysed"
    if told.updates:
        return "updated"
    return "submitted" if told.first else "announced"


def _decision(told: _Told, running: _Running) -> Decision | None:
    fact = told.decided
    if fact is None:
        return None
    unproven = set(fact.data.get("unverified", ()))
    until, basis = _until(fact, told, running)
    rests_on = (
        {"recorded": {"new_deadline"}, "months": {"months"}, "asRequested": {"outcome"}}[basis] if basis else {""}
    )
    return Decision(
        outcome=fact.data["outcome"],
        meeting=fact.data["meeting"],
        day=fact.known,
        months=fact.data.get("months"),
        until=until,
        until_basis=basis,
        sure=fact.sure,
        until_sure=fact.sure and not unproven & rests_on and (basis == "recorded" or running.sure),
        benchmarks=tuple(fact.data.get("benchmarks", ())),
        sources=sources(fact),
    )


def _until(
    fact: Fact, told: _Told, running: _Running
) -> tuple[date | None, Literal["recorded", "months", "asRequested"] | None]:
    """The new deadline: as recorded; else the months from the running one; else, where granted as asked, that day."""
    if fact.data["outcome"] == "refused":
        return None, None
    recorded = fact.data.get("new_deadline")
    if recorded:
        bounds = bounds_of(recorded)
        return (bounds.first, "recorded") if bounds.first == bounds.last else (None, None)
    months = fact.data.get("months")
    if months and running.until:
        return extended_until(running.until, months), "months"
    if fact.data["outcome"] == "as_requested":
        asked = told.asked.get("requested_until")
        if asked and (bounds := bounds_of(asked)).first == bounds.last:
            return bounds.first, "asRequested"
    return None, None


def _sections(article: Article, told: _Told) -> tuple[Section, ...]:
    """Each required section: in the text or not, by the analysis or else by the list that the text came with."""
    if told.first is None:
        return ()
    listed = told.asked.get("sections")
    analysed: dict[str, dict[str, str]] = {}
    for fact in told.assessments:
        which = "presence" if fact.data["outcome"] in ("present", "missing") else "judgement"
        analysed.setdefault(fact.data["item"], {})[which] = fact.data["outcome"]
    found = []
    for letter in SECTIONS[article]:
        own = analysed.get(letter, {})
        by_list = None if listed is None else "present" if letter in listed else "missing"
        implied = "present" if "judgement" in own else None  # what was judged is there
        presence = own.get("presence") or implied or by_list or "notRecorded"
        found.append(Section(letter, cast(Any, presence), cast(Any, own.get("judgement"))))
    return tuple(found)


def _chain(told: _Told, article: Article, opens: date | None) -> tuple[Cause, ...]:
    asking, deciding = _ASKING[article], _DECIDING[article]
    steps: list[Cause] = []
    if told.announced:
        steps.append(_step(told.announced, "a request was announced", asking))
    if told.first:
        limit = f"; the last day nine months before the opening is {last_timely_request(opens)}" if opens else ""
        steps.append(_step(told.first, f"the request was received{limit}", asking, _NINE_MONTHS[article]))
    steps += [_step(fact, "an updated text was received", asking) for fact in told.updates]
    for fact in told.assessments:
        words = f"analysis of {_item(fact.data['item'])}: {fact.data['outcome'].replace('_', ' ')}"
        steps.append(_step(fact, words, asking))
    if told.withdrawn:
        steps.append(_step(told.withdrawn, "the request was withdrawn", asking))
    if told.decided:
        outcome = told.decided.data["outcome"].replace("_", " ")
        steps.append(_step(told.decided, f"decided at {told.decided.data['meeting']}: {outcome}", deciding))
    return tuple(steps)


def _item(item: str) -> str:
    return f"section ({item})" if len(item) == 1 else item.replace("_", " ")


def _step(fact: Fact, words: str, article: str, rule: str | None = None) -> Cause:
    when = bounds_of(fact.data["received"]) if fact.data.get("received") else Bounds(None, fact.known)
    if fact.kind == "ExtensionDecided":
        when = Bounds(fact.known, fact.known)
    return Cause(fact.kind, when, words, article, rule, sources(fact), fact.sure)


def _confidence(told: _Told, running: _Running) -> Confidence:
    told_of = [fact for fact in (told.announced, told.first, told.decided, told.withdrawn) if fact]
    return "verified" if running.sure and all(fact.sure for fact in told_of) else "unverified"
