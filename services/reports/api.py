"""Queries on what States submitted: every row names its event, its passages and by when it was known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BeforeValidator

from services.reports.read_models import article7, declarations, measures, requests, statements
from shared.events.base import FactDate, Token
from shared.events.reports import Year
from shared.http.paging import Item, Listings, OnPage, Page, StateCode, equal_to
from shared.treaty.deadlines import Timeliness, extension_length
from shared.treaty.reporting import annual_report_due, report_timeliness

Code = Annotated[Token | None, Query(description="A practice code, such as workplan.annual.")]
ReportYear = Annotated[Year | None, Query(description="A calendar year that the report covers.")]

ArticleDeclared = Annotated[
    Literal[3, 4] | None,
    BeforeValidator(lambda given: {"3": 3, "4": 4}.get(given, given)),  # a query holds text, a Literal takes none
    Query(description="The article whose obligation is fulfilled."),
]


class StatementItem(Item):
    """A State's answer to one practice code for a period."""

    state: str
    code: str
    answer: str
    keys: tuple[str, ...]
    detail: str | None
    period_from: date
    period_to: date
    received: FactDate
    confidence: str


class Article7Item(Item):
    """An Article 7 report; `due` and `timeliness` where it is an annual report on its latest year (CR-31)."""

    state: str
    kind: str
    covers_years: tuple[int, ...]
    received: FactDate
    form_version: str | None
    forms_included: tuple[str, ...]
    revises: str | None
    confidence: str
    due: date | None = None
    timeliness: Timeliness | None = None


class RequestItem(Item):
    """An extension request with its latest text; `length` is the verdict of CR-11 and CR-24 on the months asked."""

    request_id: str
    state: str
    article: Literal[3, 4]
    status: Literal["announced", "submitted", "withdrawn"]
    expected: str | None
    received: FactDate | None
    updated: tuple[FactDate | None, ...]
    withdrawn: date | None
    for_meeting: str | None
    months_asked: int | None
    requested_until: FactDate | None
    sections: tuple[str, ...]
    work_plan: bool | None
    confidence: str
    length: Literal["within", "beyond", "cannotTell"] | None = None


class DeclarationItem(Item):
    """A declaration of compliance; `completed` is null where no date is held, `unverified` where nothing proves it."""

    state: str
    article: Literal[3, 4]
    completed: FactDate | None
    declared: FactDate | None
    received: FactDate
    meeting: str | None
    before_entry_into_force: bool | None
    confidence: str


MeasureKind = Literal["specific_law", "existing_law_sufficient", "administrative", "policy", "victim_assistance_law"]
MeasureStatus = Literal["in_process", "adopted", "amended", "repealed"]


class MeasureItem(Item):
    """What a State reported of a law or other measure (Article 9); what it did not say is null."""

    measure_id: str
    state: str
    kind: MeasureKind
    status: MeasureStatus
    penal_sanctions: bool | None
    investment_ban: bool | None
    victims_involved: bool | None
    date: FactDate | None
    received: FactDate
    confidence: str


def query_router(listings: Listings) -> APIRouter:
    """The lists, each cut into pages by ledger position, as they stand or as they stood at a cut."""
    router = APIRouter(prefix="/reports", tags=["queries"])

    @router.get("/statements", summary="What States said, by State and practice code")
    async def list_statements(page: OnPage, state: StateCode = None, code: Code = None) -> Page[StatementItem]:
        return await listings.page(statements, equal_to(state=state, code=code), StatementItem, page)

    @router.get("/article7", summary="Article 7 reports, by State and year covered")
    async def list_article7(page: OnPage, state: StateCode = None, year: ReportYear = None) -> Page[Article7Item]:
        covering = {} if year is None else {"years": f",{year},"}
        wanted = replace(equal_to(state=state), part=covering)
        found = await listings.page(article7, wanted, Article7Item, page)
        return found.model_copy(update={"items": tuple(_with_verdict(item) for item in found.items)})

    @router.get("/requests", summary="Extension requests, announced, submitted or withdrawn")
    async def list_requests(page: OnPage, state: StateCode = None) -> Page[RequestItem]:
        found = await listings.page(requests, equal_to(state=state), RequestItem, page)
        verdicts = (
            item.model_copy(update={"length": extension_length(item.article, item.months_asked)})
            for item in found.items
        )
        return found.model_copy(update={"items": tuple(verdicts)})

    @router.get("/declarations", summary="Declarations of compliance with Article 3 or 4")
    async def list_declarations(
        page: OnPage, state: StateCode = None, article: ArticleDeclared = None
    ) -> Page[DeclarationItem]:
        return await listings.page(declarations, equal_to(state=state, article=article), DeclarationItem, page)

    @router.get("/measures", summary="Laws and other measures that implement the Convention (Article 9)")
    async def list_measures(
        page: OnPage, state: StateCode = None, kind: MeasureKind | None = None, status: MeasureStatus | None = None
    ) -> Page[MeasureItem]:
        return await listings.page(measures, equal_to(state=state, kind=kind, status=status), MeasureItem, page)

    return router


def _with_verdict(item: Article7Item) -> Article7Item:
    if item.kind != "annual":
        return item
    due = annual_report_due(max(item.covers_years))
    return item.model_copy(update={"due": due, "timeliness": report_timeliness(item.received, due)})
