"""Lists of who came, voted, paid and held office: every row names its events, its passages and by when it was known."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query

from services.meetings.listings import assessments, contributions, offices, participations, votes
from shared.events.base import Camel, FactDate, Token
from shared.events.meetings import Gender, Year
from shared.http.paging import Item, Listings, OnPage, Page, StateCode, equal_to

Capacity = Literal["state_party", "signatory", "not_party", "organisation"]
Vote = Literal["yes", "no", "abstain", "absent"]
OfficeKind = Literal["president", "president_designate", "coordinator", "committee_member"]
AtMeeting = Annotated[Token | None, Query(description="A meeting, such as 13MSP.")]
OfYear = Annotated[Year | None, Query(description="A calendar year.")]


class ParticipationItem(Item):
    """A participant at a meeting; what the registration of its delegation does not tell is null."""

    meeting: str
    participant: str
    state: str | None
    capacity: Capacity | None
    registered: bool
    head_gender: Gender | None
    women: int | None
    men: int | None
    other: int | None
    victims: int | None
    victim_representatives: int | None
    confidence: str


class VoteItem(Item):
    """A State's vote on the yearly resolution of the General Assembly."""

    year: int
    state: str
    vote: Vote
    resolution: str | None
    date: FactDate
    confidence: str


class ContributionItem(Item):
    """A contribution to the support unit's budget of a year; a null amount is one that is not told."""

    state: str
    budget_year: int
    amount: str | None
    currency: str | None
    paid: FactDate | None
    confidence: str


class PaymentItem(Camel):
    """One payment towards an assessment."""

    amount: str
    paid: date
    event_id: str


class AssessmentItem(Item):
    """A State's assessed share of a meeting's costs (Article 14.1) and what was paid towards it."""

    state: str
    meeting: str
    amount: str | None
    currency: str | None
    issued: date | None
    payments: tuple[PaymentItem, ...]
    settled: bool
    confidence: str


class OfficeItem(Item):
    """A term of office of the Convention; `to` is null while no end is recorded."""

    office_id: str
    office: OfficeKind
    theme: str | None
    state: str
    gender: Gender
    since: FactDate
    to: date | None
    confidence: str


def listings_router(listings: Listings) -> APIRouter:
    """The lists, each cut into pages by ledger position, as they stand or as they stood at a cut."""
    router = APIRouter(prefix="/meetings", tags=["queries"])

    @router.get("/participations", summary="Who took part in which meeting, in which capacity, with whom")
    async def list_participations(
        page: OnPage, meeting: AtMeeting = None, state: StateCode = None, capacity: Capacity | None = None
    ) -> Page[ParticipationItem]:
        wanted = equal_to(meeting=meeting, state=state, capacity=capacity)
        return await listings.page(participations, wanted, ParticipationItem, page)

    @router.get("/votes", summary="How States voted on the yearly resolutions of the General Assembly")
    async def list_votes(
        page: OnPage, year: OfYear = None, state: StateCode = None, vote: Vote | None = None
    ) -> Page[VoteItem]:
        return await listings.page(votes, equal_to(year=year, state=state, vote=vote), VoteItem, page)

    @router.get("/contributions", summary="Contributions of States to the budget of the support unit")
    async def list_contributions(page: OnPage, state: StateCode = None, year: OfYear = None) -> Page[ContributionItem]:
        return await listings.page(contributions, equal_to(state=state, budget_year=year), ContributionItem, page)

    @router.get("/assessments", summary="Assessed contributions to meetings, and what was paid towards them")
    async def list_assessments(
        page: OnPage, state: StateCode = None, meeting: AtMeeting = None
    ) -> Page[AssessmentItem]:
        return await listings.page(assessments, equal_to(state=state, meeting=meeting), AssessmentItem, page)

    @router.get("/offices", summary="Terms of office of the Convention")
    async def list_offices(page: OnPage, state: StateCode = None, office: OfficeKind | None = None) -> Page[OfficeItem]:
        return await listings.page(offices, equal_to(state=state, office=office), OfficeItem, page)

    return router
