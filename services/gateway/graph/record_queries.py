"""Root fields on what is recorded, whatever the plans ask: lists that grow, in pages, with filters and an order.

Each takes a cut and is then answered as it stood: known by a day, up to a position, as held by this system.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import strawberry

from services.gateway.asking.cuts import CutInput, LedgerName
from services.gateway.asking.selection import Info
from services.gateway.asking.upstream import Parameters
from services.gateway.graph.arguments import (
    After,
    ArticleNumber,
    CutArg,
    First,
    MeetingArg,
    Order,
    StateArg,
    YearArg,
    described,
)
from services.gateway.graph.connections import Connection, RecordOrder, connected, window
from services.gateway.graph.past import listed_at, past
from services.gateway.graph.root_fields import reading, reading_list
from services.gateway.graph.types.event import Event, LedgerHead, events, find_event, ledgers
from services.gateway.graph.types.meeting_record import (
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
from services.gateway.graph.types.nodes import code_of, state_code
from services.gateway.graph.types.recorded_fact import Seen, seen
from services.gateway.graph.types.report_record import (
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
from services.gateway.problems import named

T = TypeVar("T")

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
    cut: CutArg = None,
) -> Connection[SubmittedReport]:
    page = window(first, after, order_by)
    wanted = {"state": state_code(state), "year": _number(year)}
    return await _listed(info, "/reports/article7", wanted, page, cut, submitted_report_of)


async def _recorded_statements(
    info: Info,
    state: StateArg = None,
    code: Annotated[str | None, described("A practice code, such as workplan.annual.")] = None,
    first: First = 50,
    after: After = None,
    order_by: Order = OLDEST,
    cut: CutArg = None,
) -> Connection[RecordedStatement]:
    page = window(first, after, order_by)
    wanted = {"state": state_code(state), "code": code}
    return await _listed(info, "/reports/statements", wanted, page, cut, recorded_statement_of)


async def _declarations(
    info: Info,
    state: StateArg = None,
    article: ArticleNumber = None,
    first: First = 50,
    after: After = None,
    order_by: Order = OLDEST,
    cut: CutArg = None,
) -> Connection[Declaration]:
    page = window(first, after, order_by)
    wanted = {"state": state_code(state), "article": _number(article)}
    return await _listed(info, "/reports/declarations", wanted, page, cut, declaration_of)


async def _measures(
    info: Info,
    state: StateArg = None,
    kind: Annotated[MeasureKind | None, described("Measures of this kind.")] = None,
    status: Annotated[MeasureStatus | None, described("Measures that have come so far.")] = None,
    first: First = 50,
    after: After = None,
    order_by: Order = OLDEST,
    cut: CutArg = None,
) -> Connection[Measure]:
    page = window(first, after, order_by)
    wanted = {"state": state_code(state), "kind": kind and kind.name, "status": status and status.name}
    return await _listed(info, "/reports/measures", wanted, page, cut, measure_of)


async def _participations(
    info: Info,
    meeting: MeetingArg = None,
    state: StateArg = None,
    capacity: Annotated[Capacity | None, described("Participants in this capacity.")] = None,
    first: First = 50,
    after: After = None,
    order_by: Order = OLDEST,
    cut: CutArg = None,
) -> Connection[Participation]:
    at = code_of(meeting, "meeting") if meeting else None
    page = window(first, after, order_by)
    wanted = {"meeting": at, "state": state_code(state), "capacity": capacity and capacity.name}
    return await _listed(info, "/meetings/participations", wanted, page, cut, participation_of)


async def _votes(
    info: Info,
    year: YearArg = None,
    state: StateArg = None,
    vote: Annotated[VoteCast | None, described("Votes of this kind.")] = None,
    first: First = 50,
    after: After = None,
    order_by: Order = OLDEST,
    cut: CutArg = None,
) -> Connection[Vote]:
    page = window(first, after, order_by)
    wanted = {"year": _number(year), "state": state_code(state), "vote": vote and vote.name}
    return await _listed(info, "/meetings/votes", wanted, page, cut, vote_of)


async def _contributions(
    info: Info,
    state: StateArg = None,
    year: YearArg = None,
    first: First = 50,
    after: After = None,
    order_by: Order = OLDEST,
    cut: CutArg = None,
) -> Connection[Contribution]:
    page = window(first, after, order_by)
    wanted = {"state": state_code(state), "year": _number(year)}
    return await _listed(info, "/meetings/contributions", wanted, page, cut, contribution_of)


async def _assessments(
    info: Info,
    state: StateArg = None,
    meeting: MeetingArg = None,
    first: First = 50,
    after: After = None,
    order_by: Order = OLDEST,
    cut: CutArg = None,
) -> Connection[Assessment]:
    page = window(first, after, order_by)
    wanted = {"state": state_code(state), "meeting": code_of(meeting, "meeting") if meeting else None}
    return await _listed(info, "/meetings/assessments", wanted, page, cut, assessment_of)


async def _offices(
    info: Info,
    state: StateArg = None,
    office: Annotated[OfficeKind | None, described("Terms of this office.")] = None,
    first: First = 50,
    after: After = None,
    order_by: Order = OLDEST,
    cut: CutArg = None,
) -> Connection[Office]:
    page = window(first, after, order_by)
    wanted = {"state": state_code(state), "office": office and office.name}
    return await _listed(info, "/meetings/offices", wanted, page, cut, office_of)


async def _listed(
    info: Info,
    path: str,
    wanted: Parameters,
    page: Parameters,
    cut: CutInput | None,
    shaped: Callable[[Any, Seen], T],
) -> Connection[T]:
    """A page of a service's listing at a cut. Raises PublicError."""
    at = await past(info, cut)
    body = (await info.context.ask(path, {**wanted, **listed_at(at, path), **page})).value
    from_ = seen(body["cut"], at)
    return connected(info, body, lambda row: shaped(row, from_), cut=from_.cut)


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
