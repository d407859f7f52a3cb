"""Analysis of an extension request and the meeting's decision on it (Articles 3.5, 4.7): assessed, decided once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from shared.command import Command
from shared.decider import Decider, Refused
from shared.events.base import Event
from shared.events.envelope import Proposed
from shared.events.meetings import ExtensionDecided, RequestContentAssessed
from shared.plain_fact import refuse_future, refuse_repetition
from shared.treaty.requests import SECTIONS

RequestStatus = Literal["announced", "submitted", "withdrawn"]
Article = Literal[3, 4]
ARTICLES: dict[Article, str] = {3: "3.5", 4: "4.7"}
"""The paragraph under which a meeting decides, by article."""
CONTENTS: dict[Article, str] = {3: "3.4", 4: "4.6"}
"""The paragraph that says what a request holds, by article."""


@dataclass(frozen=True, slots=True)
class AboutRequest(Command):
    """A command on a request, with what we have heard of it; `request` is None for one not heard of (yet)."""

    request: RequestStatus | None = None
    meeting_known: bool = False


@dataclass(frozen=True, slots=True)
class Considered:
    """What the Analysis Group and a meeting have said on one request."""

    keys: frozenset[str] = frozenset()
    decided: bool = False


def evolve(considered: Considered, event: Event) -> Considered:
    """An assessment more, or the decision."""
    keys = considered.keys | {event.natural_key}
    return replace(considered, keys=keys, decided=considered.decided or isinstance(event, ExtensionDecided))


def decide(considered: Considered, command: AboutRequest) -> Sequence[Proposed]:
    """A decision needs a submitted request and a known meeting, and is taken once."""
    fact = command.fact
    assert isinstance(fact, ExtensionDecided | RequestContentAssessed)
    _refuse_foreign_identity(fact)
    refuse_future(fact, command.today)
    _refuse_unknown_request(command, fact)
    if isinstance(fact, ExtensionDecided):
        _refuse_decision(considered, command, fact)
    else:
        _refuse_assessment(fact)
    refuse_repetition(considered.keys, command, article=ARTICLES[_article_of(fact)])
    return [command.proposed()]


def _article_of(fact: ExtensionDecided | RequestContentAssessed) -> Article:
    return 3 if fact.request_id.split("-")[1] == "3" else 4


def _refuse_foreign_identity(fact: ExtensionDecided | RequestContentAssessed) -> None:
    if not fact.request_id.startswith(f"{fact.state}-"):
        detail = "the request id begins with another State than `state`"
        raise Refused("identity", detail, field="/fact/request_id", status=422)


def _refuse_unknown_request(command: AboutRequest, fact: ExtensionDecided | RequestContentAssessed) -> None:
    article = ARTICLES[_article_of(fact)]
    if command.request == "withdrawn" and isinstance(fact, ExtensionDecided):
        raise Refused("sequence", "this request was withdrawn", field="/fact/request_id", article=article)
    if command.request in (None, "announced"):
        detail = "no submitted request of this id has been heard of yet; send it to reports first, or try again soon"
        raise Refused("request-unknown", detail, field="/fact/request_id", article=article)


def _refuse_decision(considered: Considered, command: AboutRequest, fact: ExtensionDecided) -> None:
    article = ARTICLES[_article_of(fact)]
    if considered.decided:
        detail = "this request is decided; a request decides once, a new one has a new number"
        raise Refused("already-recorded", detail, field="/fact/request_id", article=article)
    if not command.meeting_known:
        detail = "no meeting of this id is scheduled; schedule it first"
        raise Refused("meeting-unknown", detail, field="/fact/meeting", article=article)
    if fact.outcome == "refused" and (fact.months is not None or fact.new_deadline is not None):
        field = "/fact/months" if fact.months is not None else "/fact/new_deadline"
        detail = "a refused request has no months and no new deadline"
        raise Refused("invalid", detail, field=field, status=422, article=article)


def _refuse_assessment(fact: RequestContentAssessed) -> None:
    """A section is one of its article's; it is there or not, whereas a quality is met or not."""
    article = _article_of(fact)
    is_section = len(fact.item) == 1
    if is_section and fact.item not in SECTIONS[article]:
        detail = f"a request under Article {article} has sections {SECTIONS[article][0]} to {SECTIONS[article][-1]}"
        raise Refused("invalid", detail, field="/fact/item", status=422, article=CONTENTS[article])
    if not is_section and fact.outcome in ("present", "missing"):
        detail = "a quality is met, partly met or not met; present and missing are said of sections"
        raise Refused("invalid", detail, field="/fact/outcome", status=422, article=CONTENTS[article])


extension_decision: Decider[Considered, AboutRequest] = Decider(initial=Considered(), evolve=evolve, decide=decide)
