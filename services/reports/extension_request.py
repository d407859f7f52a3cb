"""A request to extend an Article 3 or 4 deadline: announced, submitted, updated, perhaps withdrawn.

However late it comes and however long it asks for, it is recorded; Articles 3.5 and 4.5 give verdicts on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from shared.command import Command
from shared.decider import Decider, Refused
from shared.events.base import Event, FactDate, earliest, latest
from shared.events.envelope import Proposed
from shared.events.reports import ExtensionAnnounced, ExtensionRequested, ExtensionWithdrawn
from shared.plain_fact import refuse_future, refuse_repetition
from shared.treaty.requests import SECTIONS

ARTICLES: dict[Literal[3, 4], str] = {3: "3.3", 4: "4.5"}
"""The paragraph that allows a request, by article."""
CONTENTS: dict[Literal[3, 4], str] = {3: "3.4", 4: "4.6"}
"""The paragraph that says what a request holds, by article."""


@dataclass(frozen=True, slots=True)
class ExtensionRequest:
    """How far a request has come, and the facts that say so; `received`: when its first text was, if that is known."""

    keys: frozenset[str] = frozenset()
    submitted: bool = False
    withdrawn: bool = False
    received: FactDate | None = None


def evolve(request: ExtensionRequest, event: Event) -> ExtensionRequest:
    """One step of a request's life in its State's hands."""
    match event:
        case ExtensionAnnounced() | ExtensionRequested(updates=str()):
            return replace(request, keys=request.keys | {event.natural_key})
        case ExtensionRequested():
            return replace(request, keys=request.keys | {event.natural_key}, submitted=True, received=event.received)
        case ExtensionWithdrawn():
            return replace(request, keys=request.keys | {event.natural_key}, withdrawn=True)
        case _:
            return request


def decide(request: ExtensionRequest, command: Command) -> Sequence[Proposed]:
    """Articles 3.3 and 4.5: announced before submitted, updated after, nothing once withdrawn."""
    fact = command.fact
    assert isinstance(fact, ExtensionAnnounced | ExtensionRequested | ExtensionWithdrawn)
    _refuse_foreign_identity(fact)
    _refuse_foreign_sections(fact)
    refuse_future(fact, command.today)
    asking = ARTICLES[_article_of(fact)]
    refuse_repetition(
        request.keys, command, "a newer text of a request is sent with `updates` naming it", article=asking
    )
    _refuse_out_of_sequence(request, fact)
    return [command.proposed()]


def _article_of(fact: ExtensionAnnounced | ExtensionRequested | ExtensionWithdrawn) -> Literal[3, 4]:
    return 3 if fact.request_id.split("-")[1] == "3" else 4


def _refuse_foreign_identity(fact: ExtensionAnnounced | ExtensionRequested | ExtensionWithdrawn) -> None:
    """AFG-4-2 is the second request of AFG under Article 4, and nobody else's."""
    state, article, _ = fact.request_id.split("-")
    if state != fact.state:
        detail = "the request id begins with another State than `state`"
        raise Refused("identity", detail, field="/fact/request_id", status=422)
    if not isinstance(fact, ExtensionWithdrawn) and int(article) != fact.article:
        detail = "the request id names another article than `article`"
        raise Refused("identity", detail, field="/fact/request_id", status=422)
    if isinstance(fact, ExtensionRequested) and fact.updates not in (None, fact.request_id):
        detail = "an update names the request it updates, which is its own request id"
        raise Refused("identity", detail, field="/fact/updates", status=422)


def _refuse_foreign_sections(fact: ExtensionAnnounced | ExtensionRequested | ExtensionWithdrawn) -> None:
    if isinstance(fact, ExtensionRequested):
        for index, letter in enumerate(fact.sections):
            if letter not in SECTIONS[fact.article]:
                named = SECTIONS[fact.article]
                detail = f"a request under Article {fact.article} has sections {named[0]} to {named[-1]}"
                field, article = f"/fact/sections/{index}", CONTENTS[fact.article]
                raise Refused("invalid", detail, field=field, status=422, article=article)


def _refuse_out_of_sequence(
    request: ExtensionRequest, fact: ExtensionAnnounced | ExtensionRequested | ExtensionWithdrawn
) -> None:
    article = ARTICLES[_article_of(fact)]
    if request.withdrawn:
        detail = "this request was withdrawn; a new request has a new number"
        raise Refused("sequence", detail, field="/fact/request_id", article=article)
    match fact:
        case ExtensionAnnounced() if request.submitted:
            detail = "this request is submitted already; it can no longer be announced"
            raise Refused("sequence", detail, field="/fact/request_id", article=article)
        case ExtensionRequested(updates=str()) if not request.submitted:
            detail = "there is no submitted request to update; submit it first, without `updates`"
            raise Refused("sequence", detail, field="/fact/updates", article=article)
        case ExtensionWithdrawn() if not request.keys:
            detail = "there is no request to withdraw"
            raise Refused("sequence", detail, field="/fact/request_id", article=article)
        case ExtensionRequested(updates=str()) if _before(fact.received, request.received):
            detail = "this update was received before the text that it updates"
            raise Refused("sequence", detail, field="/fact/received", article=article)
        case ExtensionWithdrawn() if _before(fact.date, request.received):
            detail = "this request was withdrawn before it was received; withdrawn while announced, it has no text"
            raise Refused("sequence", detail, field="/fact/date", article=article)


def _before(one: FactDate | date | None, other: FactDate | None) -> bool:
    """Whether one day certainly lies before the other, as well as both are known."""
    last, first = latest(one) if one else None, earliest(other) if other else None
    return last is not None and first is not None and last < first


extension_request: Decider[ExtensionRequest, Command] = Decider(
    initial=ExtensionRequest(), evolve=evolve, decide=decide
)
