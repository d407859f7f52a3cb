"""Queries on membership, meetings and decisions; membership is computed from dated acts, on any day."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from sqlalchemy import select

from services.meetings.extension_decision import RequestStatus
from services.meetings.read_models import acts, considered, heard, meetings
from shared.events.base import ISO3, Camel, FactDate, Token
from shared.http.paging import AsKnown, CutShown, Item, Listings, OnPage, Page, StateCode, equal_to
from shared.problems import Problem
from shared.projecting.live import LiveTables
from shared.states import State, states
from shared.treaty.membership import Act, Membership, Standing, StateMembership, membership

On = Annotated[date | None, Query(description="The day to look at; left out, today in UTC.")]


class ActItem(Item):
    """One act towards the depositary."""

    kind: Literal["signature", "deposit", "withdrawal", "conflict"]
    date: date
    instrument: str | None
    engaged: bool
    confidence: str


class StateRow(Camel):
    """A State, its acts as recorded, and what it is on the day asked for."""

    iso3: str
    m49: str
    name: str
    group: str
    signed: date | None
    deposited: date | None
    instrument: str | None
    entry_into_force: date | None
    withdrawal_received: date | None
    withdrawal_effective: date | None
    on: date
    standing: Standing


class StateFile(StateRow):
    """The same with every act and its passages."""

    acts: tuple[ActItem, ...]


class MembershipOn(Camel):
    """Who is what on a day; `deposited` holds the parties too, and drops States that left."""

    on: date
    parties: tuple[str, ...]
    deposited: tuple[str, ...]
    signatories: tuple[str, ...]
    former: tuple[str, ...]
    not_party: tuple[str, ...]
    cut: CutShown


class MeetingItem(Item):
    """A meeting as it is scheduled now; `eventIds` tells of earlier schedules."""

    meeting: str
    kind: str
    title: str | None
    opens: date | None
    closes: date | None
    place: str | None
    presidency: str | None
    part_of: str | None
    confidence: str


class ConsideredItem(Item):
    """What was said of an extension request: assessments, and the decision once there is one."""

    request_id: str
    state: str
    article: Literal[3, 4]
    meeting: str | None
    outcome: str | None
    months: int | None
    new_deadline: FactDate | None
    benchmarks: tuple[str, ...]
    for_votes: int | None
    against: int | None
    assessments: tuple[dict[str, Any], ...]
    confidence: str


def query_router(listings: Listings, today: Callable[[], date]) -> APIRouter:
    """States, membership, meetings, requests."""
    router = APIRouter(prefix="/meetings", tags=["queries"])

    @router.get("/states", summary="The 197 States and what each is on a day")
    async def list_states(cut: AsKnown, on: On = None) -> list[StateRow]:
        rows, _ = await listings.all(acts, cut)
        folded, day = membership(map(_act, rows)), on or today()
        return [_state_row(state, folded.of(state.iso3), day) for state in states().values()]

    @router.get("/states/{iso3}", summary="One State with its acts and their passages")
    async def one_state(iso3: Annotated[ISO3, Path()], cut: AsKnown, on: On = None) -> StateFile:
        rows, _ = await listings.all(acts, cut)
        own = [row for row in rows if row["state"] == iso3]
        row = _state_row(states()[iso3], membership(map(_act, own)).of(iso3), on or today())
        items = tuple(ActItem.model_validate({name: act[name] for name in ActItem.model_fields}) for act in own)
        return StateFile(**row.model_dump(), acts=items)

    @router.get("/membership", summary="Parties, depositors, signatories and former parties on a day")
    async def membership_on(cut: AsKnown, on: On = None) -> MembershipOn:
        rows, shown = await listings.all(acts, cut)
        day = on or today()
        return _membership_on(membership(map(_act, rows)), day, shown.model_copy(update={"effective_at": day}))

    @router.get("/meetings", summary="All meetings by opening day, undated ones last")
    async def list_meetings(cut: AsKnown) -> list[MeetingItem]:
        rows, _ = await listings.all(meetings, cut)
        found = [MeetingItem.model_validate(row) for row in rows]
        return sorted(found, key=lambda item: (item.opens or date.max, item.meeting))

    @router.get("/meetings/{meeting}", summary="One meeting")
    async def one_meeting(meeting: Annotated[Token, Path()], cut: AsKnown) -> MeetingItem:
        rows, _ = await listings.all(meetings, cut)
        for row in rows:
            if row["meeting"] == meeting:
                return MeetingItem.model_validate(row)
        raise Problem(404, "meeting-unknown", "No such meeting", "GET /meetings/meetings lists them", field="path")

    @router.get("/requests", summary="Analyses of and decisions on extension requests")
    async def list_considered(page: OnPage, state: StateCode = None) -> Page[ConsideredItem]:
        return await listings.page(considered, equal_to(state=state), ConsideredItem, page)

    return router


async def request_status(live: LiveTables, request_id: str) -> RequestStatus | None:
    """What has been heard of a request on the reports stream; None = nothing yet."""
    async with live.reading() as reading:
        table = reading.of(heard)
        wanted = select(table.c.status).where(table.c.request_id == request_id)
        return (await reading.connection.execute(wanted)).scalar_one_or_none()


def _act(row: Mapping[str, Any]) -> Act:
    return Act(row["state"], row["kind"], row["date"], row["instrument"], row["engaged"])


def _state_row(state: State, own: StateMembership, day: date) -> StateRow:
    """The State's latest term; its acts are shown as recorded, whichever day is asked for."""
    term = own.terms[-1] if own.terms else None
    return StateRow(
        iso3=state.iso3,
        m49=state.m49,
        name=state.name,
        group=state.group,
        signed=own.signed,
        deposited=term.deposited if term else None,
        instrument=term.instrument if term else None,
        entry_into_force=term.in_force if term else None,
        withdrawal_received=term.withdrawal_received if term else None,
        withdrawal_effective=term.left if term else None,
        on=day,
        standing=own.standing(day),
    )


def _membership_on(folded: Membership, day: date, cut: CutShown) -> MembershipOn:
    deposited, signatories = folded.deposited(day), folded.signatories(day)
    return MembershipOn(
        on=day,
        parties=_sorted(folded.parties(day)),
        deposited=_sorted(deposited),
        signatories=_sorted(signatories),
        former=_sorted(folded.former(day)),
        not_party=_sorted(set(states()) - deposited - signatories),
        cut=cut,
    )


def _sorted(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(found))
