"""Obligations under Articles 3, 4, 5 and 9, derived from acts: status, deadline and the chain of causes (model §7)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal, cast

from services.indicators.coverage import subjects_of_kind
from services.indicators.duties.extensions import original_deadline, processes
from services.indicators.duties.turns import OWED, Stand, Turn, from_entry_into_force, ordered, stand, turn
from services.indicators.duties.types import (
    UNDATED,
    Cause,
    Obligation,
    ObligationStatus,
    Process,
    sources,
)
from services.indicators.facts import Bounds, Fact, bounds_of
from services.indicators.world import World
from shared.treaty.clearance import deadline_after_hostilities
from shared.treaty.membership import Term
from shared.treaty.national_measures import measures_due
from shared.treaty.parameters import ADOPTED

KINDS: dict[int, tuple[str, ...]] = {
    3: ("ObligationReported", "DeclarationOfCompliance", "StockpileDiscovered", "StockpileDestroyed"),
    4: ("ObligationReported", "DeclarationOfCompliance", "ContaminationReported", "ContaminationDiscovered"),
    5: ("ObligationReported",),
}
"""The facts, besides requests and membership, that an obligation rests on, by article."""

_PARAGRAPH = {3: "3.2", 4: "4.1 a", 5: "5.1"}
_DECLARED = {3: "3.2", 4: "4.1 c"}


def obligations(world: World, on: date) -> list[Obligation]:
    """Every obligation under Articles 3, 4, 5 and 9 of each State that is or was party, by State and article."""
    key = ("obligations", on)
    if key not in world.memo:
        world.memo[key] = [one for state in sorted(world.acts) for one in _of_state(state, world, on)]
    return cast(list[Obligation], world.memo[key])


def _of_state(state: str, world: World, on: date) -> list[Obligation]:
    term = world.possible_membership.of(state).term(on)
    if term is None or term.in_force > on:
        return []  # obligations run from entry into force (Article 17.2)
    own = _facts_of(state, world)
    requests = processes(world, on).get(state, [])
    found: list[Obligation] = []
    for article in (3, 4):
        asked = [one for one in requests if one.article == article]
        found.append(_dated(article, state, term, own, asked, world, on))
    found += _per_conflict(state, term, own, world, on)
    found.append(_victims(state, term, own, world, on))
    found.append(_measures(state, term, own, world, on))
    return found


def _facts_of(state: str, world: World) -> dict[str, list[Fact]]:
    """A State's facts by kind, in fold order."""
    if "by state" not in world.memo:
        index: dict[str, dict[str, list[Fact]]] = {}
        for kind, facts in world.by_kind.items():
            for fact in facts:
                if fact.state:
                    index.setdefault(fact.state, {}).setdefault(kind, []).append(fact)
        world.memo["by state"] = index
    return cast(dict[str, dict[str, list[Fact]]], world.memo["by state"]).get(state, {})


# -- Articles 3 and 4: a deadline that can be extended ---------------------------------------------------------------


def _dated(
    article: Literal[3, 4],
    state: str,
    term: Term,
    own: dict[str, list[Fact]],
    requests: Sequence[Process],
    world: World,
    on: date,
) -> Obligation:
    turns = [*_reported(own, article), *_declared(own, article), *_finds(own, article), *_extended(requests, article)]
    turns += _asked_for(requests, article)
    turns = from_entry_into_force(turns, term.in_force)
    original = original_deadline(article, term.in_force)
    return _obligation(state, str(article), term, turns, requests, original, own, world, on, article)


def _reported(own: dict[str, list[Fact]], article: int) -> list[Turn]:
    """What documents show on a day."""
    paragraph, found = _PARAGRAPH[article], []
    for fact in own.get("ObligationReported", ()):
        if fact.data["article"] != article:
            continue
        when = bounds_of(fact.data["effective"])
        match fact.data["status"]:
            case "outstanding":
                found.append(turn("present", fact, when, "a document shows the obligation outstanding", paragraph))
            case "reopened":
                found.append(turn("found", fact, when, "a document shows the obligation reopened", paragraph))
            case "completed":
                found.append(turn("completed", fact, when, "a document shows the obligation completed", paragraph))
            case "removed" | "none":
                found.append(turn("none", fact, when, "a document shows no obligation", paragraph))
    if article == 4:
        found += [
            turn("present", fact, bounds_of(fact.data["as_of"]), "contaminated areas were reported", "7.1 h")
            for fact in own.get("ContaminationReported", ())
            if _contaminated(fact)
        ]
    return found


def _contaminated(fact: Fact) -> bool:
    sizes = [fact.data.get("suspected_m2"), fact.data.get("confirmed_m2")]
    return bool(fact.data.get("areas")) or any(size is not None and float(size) > 0 for size in sizes)


def _declared(own: dict[str, list[Fact]], article: int) -> list[Turn]:
    """Declarations count from the completion that they declare; until one is received it is completed only."""
    found = []
    for fact in own.get("DeclarationOfCompliance", ()):
        if fact.data["article"] == article:
            completed = fact.data.get("completed") or fact.data["received"]
            words = "compliance was declared"
            found.append(turn("declared", fact, bounds_of(completed), words, _DECLARED[article], "CR-22", fact.known))
    return found


def _finds(own: dict[str, list[Fact]], article: int) -> list[Turn]:
    """What was found after completion, and stockpiles destroyed since."""
    if article == 4:
        return [
            turn("found", fact, bounds_of(fact.data["reported"]), "contamination was found", "7.1 h")
            for fact in own.get("ContaminationDiscovered", ())
            if not fact.data.get("conflict")
        ]
    found = own.get("StockpileDiscovered", ())
    destroyed = own.get("StockpileDestroyed", ()) if found else ()
    return [
        *(turn("found", fact, bounds_of(fact.data["reported"]), "stockpiles were found", "7.1 g") for fact in found),
        *(
            turn(
                "completed",
                fact,
                bounds_of(fact.data.get("date") or fact.data["received"]),
                "they were destroyed",
                "3.2",
            )
            for fact in destroyed
        ),
    ]


def _asked_for(requests: Sequence[Process], article: int) -> list[Turn]:
    """Who asks for more time has something left to do; the first text of a request says so."""
    found = []
    for request in requests:
        step = next((cause for cause in request.chain if cause.kind == "ExtensionRequested"), None)
        if step is not None and request.received is not None:
            found.append(Turn("present", Bounds(request.received.first, request.received.last), step))
    return found


def _extended(requests: Sequence[Process], article: int) -> list[Turn]:
    found = []
    for request in requests:
        decision = request.decision
        if decision is not None and decision.outcome != "refused":
            step = request.chain[-1]
            day = Bounds(decision.day, decision.day)
            found.append(Turn("extended", day, step, until=decision.until, until_sure=decision.until_sure))
    return found


def _obligation(
    state: str,
    article: str,
    term: Term,
    turns: Sequence[Turn],
    requests: Sequence[Process],
    original: date | None,
    own: dict[str, list[Fact]],
    world: World,
    on: date,
    number: int,
    name: str | None = None,
) -> Obligation:
    """The fold of the turns on a day: by all facts, by the proven ones, and by the earliest that dates allow."""
    now = stand(turns, on, original, lambda one: one.last)
    proven = stand([one for one in turns if one.cause.sure], on, original, lambda one: one.last)
    early = stand(turns, on, original, lambda one: one.first)
    through = _through(number, world, on)
    status = _status(now.status, number, own, world, on, through)
    certain = world.certain_membership.of(state).term(on) == term
    known = _status(proven.status, number, own, world, on, through) if certain else "notRecorded"
    possible = frozenset({status, known, _status(early.status, number, own, world, on, through)})
    chain = (_entry(state, term, world), *now.causes)
    if term.over(on):
        assert term.left is not None
        left = Bounds(term.left, term.left)
        chain = (*chain, _withdrawal(own, left))
        proved: ObligationStatus = "ended" if certain else known
        return Obligation(state, article, "ended", proved, frozenset({"ended", proved}), chain, name, left)
    deadline, recorded, sure = _running(now, proven, requests, status)
    return Obligation(
        state=state,
        article=article,
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
    )


def _running(
    now: Stand, proven: Stand, requests: Sequence[Process], status: ObligationStatus
) -> tuple[date | None, Literal["recorded", "notRecorded"], bool]:
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


def _status(
    found: ObligationStatus | None,
    number: int,
    own: dict[str, list[Fact]],
    world: World,
    on: date,
    through: date | None,
) -> ObligationStatus:
    """What the turns say; without any, whether the record is complete, or an initial report is in, decides."""
    if found is not None:
        return found
    if through is not None and through >= on:
        return "none"
    initial = [fact for fact in own.get("ReportSubmitted", ()) if fact.data["kind"] == "initial" and fact.known <= on]
    reports = world.coverage.leaf(
        "ReportSubmitted", [["ReportSubmitted"], ["ReportSubmitted?kind=initial"]], ADOPTED, on
    )
    return "unknown" if not initial and reports.covered else "notRecorded"


def _through(article: int, world: World, on: date) -> date | None:
    """The last day up to which lists of standings are complete for an article."""
    key = ("standings through", article, on)
    if key not in world.memo:
        subjects = subjects_of_kind("ObligationReported", {"article": article})
        world.memo[key] = world.coverage.leaf("ObligationReported", subjects, ADOPTED, on).through
    return cast("date | None", world.memo[key])


def _entry(state: str, term: Term, world: World) -> Cause:
    deposits = [fact for fact in world.acts.get(state, ()) if fact.kind == "InstrumentDeposited"]
    own = [fact for fact in deposits if fact.data["deposited"] == term.deposited.isoformat()]
    day = Bounds(term.in_force, term.in_force)
    words = f"entry into force for the State on {term.in_force}"
    return Cause("rule", day, words, "17", "CR-02", sources(*own), all(fact.sure for fact in own))


def _withdrawal(own: dict[str, list[Fact]], left: Bounds) -> Cause:
    notices = own.get("WithdrawalNotified", ())
    return Cause("rule", left, f"the withdrawal took effect on {left.first}", "20.3", "CR-07", sources(*notices[-1:]))


# -- Article 4.1 (b): one obligation per conflict ----------------------------------------------------------------------


def _per_conflict(state: str, term: Term, own: dict[str, list[Fact]], world: World, on: date) -> list[Obligation]:
    conflicts: dict[str, list[Fact]] = {}
    for fact in own.get("ContaminationDiscovered", ()):
        if fact.data.get("conflict"):
            conflicts.setdefault(fact.data["conflict"], []).append(fact)
    return [_after_conflict(name, facts, state, term, own, world, on) for name, facts in sorted(conflicts.items())]


def _after_conflict(
    name: str, facts: Sequence[Fact], state: str, term: Term, own: dict[str, list[Fact]], world: World, on: date
) -> Obligation:
    """CR-21: ten years from the end of the hostilities, whose day has to be known."""
    ended = [fact for fact in own.get("HostilitiesEnded", ()) if fact.data["conflict"] == name and fact.known <= on]
    turns = [
        turn("found", fact, bounds_of(fact.data["reported"]), "remnants of the conflict", "4.1 b") for fact in facts
    ]
    day = bounds_of(ended[-1].data["date"]) if ended else UNDATED
    deadline = deadline_after_hostilities(day.first) if day.first is not None and day.first == day.last else None
    made = _obligation(state, "4", term, ordered(turns), (), deadline, own, world, on, 4, name)
    if made.status not in OWED:
        return made
    words = "the active hostilities ended"
    causes = tuple(Cause(f.kind, day, words, "4.1 b", "CR-21", sources(f), f.sure) for f in ended[-1:])
    return Obligation(
        state=state,
        article="4",
        status=made.status,
        proven=made.proven,
        possible=made.possible,
        chain=(*made.chain, *causes),
        name=name,
        since=made.since,
        deadline=deadline,
        deadline_recorded="recorded" if deadline else "notRecorded",
        deadline_confidence="verified" if all(fact.sure for fact in ended) else "unverified",
        past_deadline=made.past_deadline if deadline else None,
        through=made.through,
    )


# -- Article 5: no dates; Article 9: the plan's date -------------------------------------------------------------------


def _victims(state: str, term: Term, own: dict[str, list[Fact]], world: World, on: date) -> Obligation:
    return _obligation(state, "5", term, ordered(_reported(own, 5)), (), None, own, world, on, 5)


_LAWS = ("specific_law", "existing_law_sufficient")


def _measures(state: str, term: Term, own: dict[str, list[Fact]], world: World, on: date) -> Obligation:
    """Article 9: completed once specific law is adopted, or existing law found sufficient; the date is the plan's."""
    facts = [
        fact
        for fact in own.get("NationalMeasureReported", ())
        if fact.data["kind"] in _LAWS and (fact.effective.last or fact.known) <= on and fact.known <= on
    ]
    made = [fact for fact in facts if fact.data["status"] in ("adopted", "amended")]
    under_way = [fact for fact in facts if fact.data["status"] == "in_process"]
    entry = _entry(state, term, world)
    told = [*under_way[-1:], *made[-1:]]
    chain = (entry, *(_measure(fact) for fact in told))
    if term.over(on):
        left = Bounds(term.left, term.left)
        return Obligation(
            state, "9", "ended", "ended", frozenset({"ended"}), (*chain, _withdrawal(own, left)), None, left
        )
    status: ObligationStatus = "completed" if made else "outstanding" if under_way else "notRecorded"
    proven: ObligationStatus = status if all(fact.sure for fact in told) and entry.sure else "notRecorded"
    due = measures_due(term.in_force)
    owed = status == "outstanding"
    return Obligation(
        state=state,
        article="9",
        status=status,
        proven=proven,
        possible=frozenset({status, proven}),
        chain=chain,
        since=Bounds(term.in_force, term.in_force) if owed else told[-1].effective if told else UNDATED,
        deadline=due if status != "completed" else None,
        past_deadline=False if on <= due or status == "completed" else None,
    )


def _measure(fact: Fact) -> Cause:
    words = f"{fact.data['kind'].replace('_', ' ')}: {fact.data['status'].replace('_', ' ')}"
    return Cause(fact.kind, fact.effective, words, "9", None, sources(fact), fact.sure)


def facts_behind(one: Obligation, world: World) -> list[Fact]:
    """The facts that its chain of causes cites, each once, but for the deposit that every obligation begins with."""
    cited = {source.event_id for cause in one.chain[1:] for source in cause.sources}
    own = (fact for facts in _facts_of(one.state, world).values() for fact in facts)
    return sorted((fact for fact in own if fact.id in cited), key=lambda fact: fact.order)


def owing(found: Iterable[Obligation]) -> list[Obligation]:
    """Those in which something is left to do."""
    return [one for one in found if one.status in OWED]
