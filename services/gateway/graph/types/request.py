"""Extension requests as GraphQL types: how far each has come, the verdicts on it, and what was decided."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import strawberry

from services.gateway.asking.cuts import Cut, echoed
from services.gateway.asking.duty_asking import duty_parameters, rows_of_state
from services.gateway.asking.duty_rows import Row
from services.gateway.asking.selection import Info
from services.gateway.graph.arguments import CutArg, OnDay
from services.gateway.graph.past import past
from services.gateway.graph.types.certainty import Confidence, Interval, Timeliness, day, interval
from services.gateway.graph.types.nodes import Node
from services.gateway.graph.types.obligation import Cause, cause_of
from services.gateway.graph.types.passages import Passage, passages
from services.gateway.limits.bounds import bounded, whole

if TYPE_CHECKING:
    from services.gateway.graph.types.state import State

REQUESTS_OF_A_STATE = 50
CAUSES = 200
SECTIONS = 20
BENCHMARKS = 100
SOURCES = 200


@strawberry.enum(description="How far a request for more time has come.")
class RequestStatus(Enum):
    """From the announcement to the decision."""

    announced = strawberry.enum_value("announced", description="The State has said that it will ask.")
    submitted = strawberry.enum_value("submitted", description="The request has been received.")
    updated = strawberry.enum_value("updated", description="The State has sent more to its request.")
    analysed = strawberry.enum_value("analysed", description="The analysis has judged its sections.")
    asRequested = strawberry.enum_value("asRequested", description="Granted as asked for.")
    shorter = strawberry.enum_value("shorter", description="Granted for less time than asked for.")
    granted = strawberry.enum_value("granted", description="Granted; not recorded whether as asked for or shorter.")
    refused = strawberry.enum_value("refused", description="Not granted.")
    withdrawn = strawberry.enum_value("withdrawn", description="Taken back by the State.")


@strawberry.enum(description="Whether the time asked for lies within what the Convention allows at once.")
class Length(Enum):
    """48 months under Article 3, 60 under Article 4."""

    within = strawberry.enum_value("within", description="At most 48 (Article 3) or 60 (Article 4) months.")
    beyond = strawberry.enum_value("beyond", description="Longer than that.")
    cannotTell = strawberry.enum_value("cannotTell", description="The dates leave it open.")


@strawberry.enum(description="Whether the text of a request has a section that the Convention asks for.")
class Presence(Enum):
    """Present, missing, or nobody recorded which."""

    present = strawberry.enum_value("present", description="The text has it.")
    missing = strawberry.enum_value("missing", description="The text does not have it.")
    notRecorded = strawberry.enum_value("notRecorded", description="The record does not say.")


@strawberry.enum(description="What the analysis says of a section.")
class Judgement(Enum):
    """A judgement, with the name of the analysis behind it."""

    meets = strawberry.enum_value("meets", description="Meets what is asked for.")
    partly = strawberry.enum_value("partly", description="Meets it in part.")
    does_not_meet = strawberry.enum_value("does_not_meet", description="Does not meet it.")


@strawberry.enum(description="What a meeting decided on a request.")
class Outcome(Enum):
    """Granted or refused."""

    as_requested = strawberry.enum_value("as_requested", description="Granted as asked for.")
    shorter = strawberry.enum_value("shorter", description="Granted for less time than asked for.")
    granted = strawberry.enum_value("granted", description="Granted; not recorded whether as asked for or shorter.")
    refused = strawberry.enum_value("refused", description="Not granted.")


@strawberry.enum(description="How the new deadline of a decision is known.")
class UntilBasis(Enum):
    """Where the day comes from."""

    recorded = strawberry.enum_value("recorded", description="A document gives the day.")
    months = strawberry.enum_value("months", description="Counted from the months granted.")
    asRequested = strawberry.enum_value("asRequested", description="The day asked for, granted as requested.")


@strawberry.type(description="A section that Article 3.4 or 4.6 asks of a request.")
class RequestSection:
    """A letter of the paragraph."""

    letter: str = strawberry.field(description="Letter in Article 3.4 or 4.6.")
    presence: Presence = strawberry.field(description="Whether the text has it.")
    judgement: Judgement | None = strawberry.field(description="What the analysis says; null where it says nothing.")


@strawberry.type(description="What a meeting decided on a request.")
class RequestDecision:
    """A decision and the deadline that follows from it."""

    outcome: Outcome = strawberry.field(description="What was decided.")
    meeting: str = strawberry.field(description="The meeting that decided.")
    day: date = strawberry.field(description="Closing day of that meeting.")
    months: int | None = strawberry.field(description="Months granted; null where they are not recorded.")
    until: date | None = strawberry.field(
        description="The new deadline; null for a refusal or where no day is recorded."
    )
    until_basis: UntilBasis | None = strawberry.field(description="How the new deadline is known.")
    certain: bool = strawberry.field(description="False where nobody has checked the decision in its document.")
    until_certain: bool = strawberry.field(description="False where nobody has checked the new deadline.")
    benchmarks: list[str] = bounded(BENCHMARKS, usual=3, description="What the decision asks the State to reach.")
    sources: list[Passage] = bounded(SOURCES, usual=2, description="The passages that say so.")


@strawberry.type(description="The life of one request for more time, with the verdicts of the treaty on it.")
class ExtensionRequest(Node):
    """Verdicts are recorded whatever they are; none of them bars a request."""

    id: strawberry.ID = strawberry.field(description="`request:<iso3>-<article>-<number>`.")
    state: Annotated[State, strawberry.lazy("services.gateway.graph.types.state")] = strawberry.field(
        description="The State that asks."
    )
    article: int = strawberry.field(description="3 (stockpiles) or 4 (clearance).")
    status: RequestStatus = strawberry.field(description="How far it has come.")
    received: Interval | None = strawberry.field(description="The day it was received; null where nothing is known.")
    for_meeting: str | None = strawberry.field(description="The meeting that is to consider it.")
    opens: date | None = strawberry.field(description="Opening day of that meeting.")
    closes: date | None = strawberry.field(description="Closing day of that meeting.")
    limit: date | None = strawberry.field(description="The last timely day: nine months before the meeting opens.")
    months_asked: int | None = strawberry.field(description="Months asked for.")
    asked_until: Interval | None = strawberry.field(description="The day asked for.")
    running_deadline: date | None = strawberry.field(description="The deadline that it asks to extend.")
    timeliness: Timeliness = strawberry.field(description="Whether it came nine months before the meeting.")
    length: Length = strawberry.field(description="Whether the time asked for is within what the Convention allows.")
    before_expiry: Timeliness = strawberry.field(description="Whether it came before the running deadline.")
    pending: bool = strawberry.field(description="Submitted, and neither decided nor withdrawn.")
    awaits_decision: bool = strawberry.field(description="Its meeting has closed and no decision is recorded yet.")
    confidence: Confidence = strawberry.field(description="Whether checked facts alone say so.")
    sections: list[RequestSection] = bounded(
        SECTIONS, usual=8, description="The sections that the Convention asks for."
    )
    decision: RequestDecision | None = strawberry.field(description="What was decided; null where nothing is recorded.")
    chain: list[Cause] = bounded(CAUSES, usual=2, description="What happened to it, in the order of its days.")
    sources: list[Passage] = bounded(SOURCES, usual=4, description="The passages that it rests on.")
    cut: Cut = strawberry.field(description="The past that the answer was given from.")


def request_of(row: Row, cut: Row, state: State) -> ExtensionRequest:
    """A service's extension request as the GraphQL type."""
    return ExtensionRequest(
        id=strawberry.ID(f"request:{row['requestId']}"),
        state=state,
        article=row["article"],
        status=RequestStatus(row["status"]),
        received=interval(row["received"]),
        for_meeting=row["forMeeting"],
        opens=day(row["opens"]),
        closes=day(row["closes"]),
        limit=day(row["limit"]),
        months_asked=row["monthsAsked"],
        asked_until=interval(row["askedUntil"]),
        running_deadline=day(row["runningDeadline"]),
        timeliness=Timeliness(row["timeliness"]),
        length=Length(row["length"]),
        before_expiry=Timeliness(row["beforeExpiry"]),
        pending=row["pending"],
        awaits_decision=row["awaitsDecision"],
        confidence=Confidence(row["confidence"]),
        sections=[_section(one) for one in whole(row["sections"], SECTIONS)],
        decision=_decision(row["decision"]) if row["decision"] else None,
        chain=[cause_of(one) for one in whole(row["chain"], CAUSES)],
        sources=passages(whole(row["sources"], SOURCES)),
        cut=echoed(cut),
    )


def _section(row: Row) -> RequestSection:
    judgement = row["judgement"]
    return RequestSection(
        letter=row["letter"],
        presence=Presence(row["presence"]),
        judgement=Judgement(judgement) if judgement else None,
    )


def _decision(row: Row) -> RequestDecision:
    basis = row["untilBasis"]
    return RequestDecision(
        outcome=Outcome(row["outcome"]),
        meeting=row["meeting"],
        day=date.fromisoformat(row["day"]),
        months=row["months"],
        until=day(row["until"]),
        until_basis=UntilBasis(basis) if basis else None,
        certain=row["certain"],
        until_certain=row["untilCertain"],
        benchmarks=list(whole(row["benchmarks"], BENCHMARKS)),
        sources=passages(whole(row["sources"], SOURCES)),
    )


async def requests_of_state(
    info: Info, root: strawberry.Parent[State], on: OnDay = None, cut: CutArg = None
) -> list[ExtensionRequest]:
    """Resolver of a State's extension requests as known on a day."""
    found = await rows_of_state(
        info, "requests", root.iso3, duty_parameters(await past(info, cut, root.outer, on)), REQUESTS_OF_A_STATE
    )
    return [request_of(row, found.cut, root) for row in found.rows]
