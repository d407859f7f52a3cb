"""Root fields on what is recorded, whatever the plans ask: lists that grow, in pages, with filters and an order."""

from __future__ import annotations

from typing import Annotated

import strawberry

from services.gateway.arguments import After, ArticleNumber, First, MeetingArg, Order, StateArg, YearArg, described
from services.gateway.connections import Connection, RecordOrder, listed
from services.gateway.cuts import LedgerName
from services.gateway.event_types import Event, LedgerHead, events, find_event, ledgers
from services.gateway.meeting_record_types import (
    Assessment,
    Capacity,
    Contribution,
    Office,
    OfficeKind,
    Participation,
    Vote,
    VoteCast,
    assessment_of,
    contribution_of,
    office_of,
    participation_of,
    vote_of,
)
from services.gateway.nodes import code_of, state_code
from services.gateway.problems import named
from services.gateway.report_record_types import (
    Declaration,
    Measure,
    MeasureKind,
    MeasureStatus,
    RecordedStatement,
    SubmittedReport,
    declaration_of,
    measure_of,
    recorded_statement_of,
    submitted_report_of,
)
from services.gateway.root_fields import reading, reading_list
from services.gateway.selection import Info

OLDEST = RecordOrder.oldestFirst


async def _event(
    info: Info, id: Annotated[strawberry.ID, described("`event:<uuid>`, or the uuid alone.")]
) -> Event | None:
    return await find_event(info, named(code_of(id, "event")))


async def _reports(
    info: Info,
    state: StateArg = None,
    year: YearArg = None,
    first: First = 50,
    after: After = None,
    order_by: Order = OLDEST,
) -> Connection[SubmittedReport]:
    wanted = {"state": state_code(state), "year": _number(year)}
    return await listed(info, "/reports/article7", wanted, first, after, order_by, submitted_report_of)


async def _recorded_statements(
    info: Info,
    state: StateArg = None,
    code: Annotated[str | None, described("A practice code, such as workplan.annual.")] = None,
    first: First = 50,
    after: After = None,
    order_by: Order = OLDEST,
) -> Connection[RecordedStatement]:
    wanted = {"state": state_code(state), "code": code}
    return await listed(info, "/reports/statements", wanted, first, after, order_by, recorded_statement_of)


async def _declarations(
    info: Info,
    state: StateArg = None,
    article: ArticleNumber = None,
    first: First = 50,
    after: After = None,
    order_by: Order = OLDEST,
) -> Connection[Declaration]:
    wanted = {"state": state_code(state), "article": _number(article)}
    return await listed(info, "/reports/declarations", wanted, first, after, order_by, declaration_of)


async def _measures(
    info: Info,
    state: StateArg = None,
    kind: Annotated[MeasureKind | None, described("Measures of this kind.")] = None,
    status: Annotated[MeasureStatus | None, described("Measures that have come so far.")] = None,
    first: First = 50,
    after: After = None,
    order_by: Order = OLDEST,
) -> Connection[Measure]:
    wanted = {"state": state_code(state), "kind": kind and kind.name, "status": status and status.name}
    return await listed(info, "/reports/measures", wanted, first, after, order_by, measure_of)


async def _participations(
    info: Info,
    meeting: MeetingArg = None,
    state: StateArg = None,
    capacity: Annotated[Capacity | None, described("Participants in this capacity.")] = None,
    first: First = 50,
    after: After = None,
    order_by: Order = OLDEST,
) -> Connection[Participation]:
    at = code_of(meeting, "meeting") if meeting else None
    wanted = {"meeting": at, "state": state_code(state), "capacity": capacity and capacity.name}
    return await listed(info, "/meetings/participations", wanted, first, after, order_by, participation_of)


async def _votes(
    info: Info,
    year: YearArg = None,
    state: StateArg = None,
    vote: Annotated[VoteCast | None, described("Votes of this kind.")] = None,
    first: First = 50,
    after: After = None,
    order_by: Order = OLDEST,
) -> Connection[Vote]:
    wanted = {"year": _number(year), "state": state_code(state), "vote": vote and vote.name}
    return await listed(info, "/meetings/votes", wanted, first, after, order_by, vote_of)


async def _contributions(
    info: Info,
    state: StateArg = None,
    year: YearArg = None,
    first: First = 50,
    after: After = None,
    order_by: Order = OLDEST,
) -> Connection[Contribution]:
    wanted = {"state": state_code(state), "year": _number(year)}
    return await listed(info, "/meetings/contributions", wanted, first, after, order_by, contribution_of)


async def _assessments(
    info: Info,
    state: StateArg = None,
    meeting: MeetingArg = None,
    first: First = 50,
    after: After = None,
    order_by: Order = OLDEST,
) -> Connection[Assessment]:
    wanted = {"state": state_code(state), "meeting": code_of(meeting, "meeting") if meeting else None}
    return await listed(info, "/meetings/assessments", wanted, first, after, order_by, assessment_of)


async def _offices(
    info: Info,
    state: StateArg = None,
    office: Annotated[OfficeKind | None, described("Terms of this office.")] = None,
    first: First = 50,
    after: After = None,
    order_by: Order = OLDEST,
) -> Connection[Office]:
    wanted = {"state": state_code(state), "office": office and office.name}
    return await listed(info, "/meetings/offices", wanted, first, after, order_by, office_of)


def _number(value: int | None) -> str | None:
    return None if value is None else str(value)


@strawberry.type
class RecordQuery:
    """Everything that was recorded, fact by fact."""

    event: Event | None = reading(resolver=_event, description="An event by its id; null where no ledger holds it.")
    events: Connection[Event] = reading(
        resolver=events, description="The events of a ledger, of one type or State or all, as they were recorded."
    )
    ledgers: list[LedgerHead] = reading_list(
        len(LedgerName), resolver=ledgers, description="How far each ledger has come, and what is read from it."
    )
    reports: Connection[SubmittedReport] = reading(
        resolver=_reports, description="Article 7 reports as submitted, by State and year covered."
    )
    recorded_statements: Connection[RecordedStatement] = reading(
        resolver=_recorded_statements, description="Statements as States made them, by State and practice code."
    )
    declarations: Connection[Declaration] = reading(
        resolver=_declarations, description="Declarations that Article 3 or 4 is fulfilled."
    )
    measures: Connection[Measure] = reading(
        resolver=_measures, description="Laws and other measures that implement the Convention, as reported."
    )
    participations: Connection[Participation] = reading(
        resolver=_participations, description="Who took part in which meeting, with whom."
    )
    votes: Connection[Vote] = reading(
        resolver=_votes, description="Votes on the yearly resolution of the General Assembly."
    )
    contributions: Connection[Contribution] = reading(
        resolver=_contributions, description="Contributions to the budget of the support unit."
    )
    assessments: Connection[Assessment] = reading(
        resolver=_assessments, description="Shares of the costs of meetings, and what was paid towards them."
    )
    offices: Connection[Office] = reading(resolver=_offices, description="Terms of office of the Convention.")
