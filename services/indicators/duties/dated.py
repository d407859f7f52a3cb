"""Articles 3 and 4: the stockpiles and contaminated areas of entry into force, with a deadline that can be extended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

from services.indicators.duties.extensions import original_deadline
from services.indicators.duties.member import Member
from services.indicators.duties.standing import obligation
from services.indicators.duties.turns import Turn, from_entry_into_force, turn
from services.indicators.duties.types import Obligation, Process
from services.indicators.facts.fact import Bounds, Fact, bounds_of

_PARAGRAPH = {3: "3.2", 4: "4.1 a", 5: "5.1"}
_DECLARED = {3: "3.2", 4: "4.1 c"}

OwnFacts = Mapping[str, Sequence[Fact]]


def under_article(article: Literal[3, 4], member: Member, requests: Sequence[Process]) -> Obligation:
    """What a member owes under Article 3.2 or 4.1 (a), and until when."""
    own = member.own
    turns = [*reported(own, article), *_declared(own, article), *_finds(own, article), *_extended(requests)]
    turns += _asked_for(requests)
    turns = from_entry_into_force(turns, member.term.in_force)
    return obligation(member, article, turns, requests, original_deadline(article, member.term.in_force))


def reported(own: OwnFacts, article: int) -> list[Turn]:
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


def _declared(own: OwnFacts, article: int) -> list[Turn]:
    """Declarations count from the completion that they declare; until one is received it is completed only."""
    found = []
    for fact in own.get("DeclarationOfCompliance", ()):
        if fact.data["article"] == article:
            completed = fact.data.get("completed") or fact.data["received"]
            words = "compliance was declared"
            found.append(turn("declared", fact, bounds_of(completed), words, _DECLARED[article], "CR-22", fact.known))
    return found


def _finds(own: OwnFacts, article: int) -> list[Turn]:
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


def _asked_for(requests: Sequence[Process]) -> list[Turn]:
    """Who asks for more time has something left to do; the first text of a request says so."""
    found = []
    for request in requests:
        step = next((cause for cause in request.chain if cause.kind == "ExtensionRequested"), None)
        if step is not None and request.received is not None:
            found.append(Turn("present", Bounds(request.received.first, request.received.last), step))
    return found


def _extended(requests: Sequence[Process]) -> list[Turn]:
    found = []
    for request in requests:
        decision = request.decision
        if decision is not None and decision.outcome != "refused":
            step = request.chain[-1]
            day = Bounds(decision.day, decision.day)
            found.append(Turn("extended", day, step, until=decision.until, until_sure=decision.until_sure))
    return found
