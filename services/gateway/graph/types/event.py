"""Events and ledgers as GraphQL types: what was recorded, as it was recorded."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import strawberry
from strawberry.scalars import JSON

from services.gateway.asking.cuts import LedgerName
from services.gateway.asking.selection import Info, asks_of_it
from services.gateway.graph.arguments import After, First, Order, StateArg, described
from services.gateway.graph.connections import Connection, RecordOrder, connected, window
from services.gateway.graph.types.event_kinds import EventType, event_type
from services.gateway.graph.types.nodes import Node, state_code
from services.gateway.graph.types.passages import Passage, passages
from services.gateway.graph.types.recorded_fact import the_state
from services.gateway.limits.bounds import bounded, whole
from services.gateway.problems import PublicError
from shared.states import is_iso3

if TYPE_CHECKING:
    from services.gateway.graph.types.state import State

PASSAGES = 200


@strawberry.enum(description="How precisely a date is known.")
class Precision(Enum):
    """day, month or year."""

    day = strawberry.enum_value("day", description="To the day.")
    month = strawberry.enum_value("month", description="To the month.")
    year = strawberry.enum_value("year", description="To the year.")


@strawberry.enum(description="How well it is known since when the institution held a fact.")
class KnownPrecision(Enum):
    """On the day, or by it."""

    day = strawberry.enum_value("day", description="Known on that day.")
    by = strawberry.enum_value("by", description="Known by that day at the latest.")


@strawberry.type(description="A fact as a ledger holds it; never changed and never removed.")
class Event(Node):
    """The stored envelope (model §2), with its position and chain hash."""

    id: strawberry.ID = strawberry.field(description="`event:<uuid>`.")
    ledger: LedgerName = strawberry.field(description="The ledger that holds it.")
    position: int = strawberry.field(description="Its place in the ledger, from 1, without gaps.")
    type: EventType | None = strawberry.field(description="Its type; null for one newer than this gateway.")
    type_name: str = strawberry.field(description="Its type as on the wire: ccm.reports.ReportSubmitted.")
    schema_version: int = strawberry.field(description="Version of the type that it was recorded in.")
    stream: str = strawberry.field(description="The stream it belongs to: article7-LAO-2024.")
    version: int = strawberry.field(description="Its place in the stream, from 1.")
    state: Annotated[State, strawberry.lazy("services.gateway.graph.types.state")] | None = strawberry.field(
        description="The State that it is about; null where it is about none or several."
    )
    effective_from: date | None = strawberry.field(description="First day on which the fact holds in the world.")
    effective_to: date | None = strawberry.field(description="Last such day; null while it lasts, or for a single day.")
    effective_precision: Precision = strawberry.field(description="How precisely those days are known.")
    known_time: date = strawberry.field(description="The latest day by which the institution certainly held the fact.")
    known_precision: KnownPrecision = strawberry.field(description="Whether it held it on that day or by it.")
    recorded_time: datetime = strawberry.field(description="When this system recorded it.")
    actor: str = strawberry.field(description="Who recorded it.")
    on_behalf_of: str | None = strawberry.field(description="For whom; null where the actor acted for itself.")
    corrects: strawberry.ID | None = strawberry.field(description="The event that it corrects: `event:<uuid>`.")
    revises: strawberry.ID | None = strawberry.field(description="The event that it revises: `event:<uuid>`.")
    retracts: strawberry.ID | None = strawberry.field(description="The event that it retracts: `event:<uuid>`.")
    passages: list[Passage] = bounded(PASSAGES, usual=2, description="Where documents say so.")
    data: JSON = strawberry.field(description="The fact's own fields, as recorded; docs/events.md tells each type's.")
    hash: str | None = strawberry.field(
        description="SHA-256, in hex, of the previous event's hash followed by this event; null in a subscription."
    )


@strawberry.type(description="How far a read model has come with a ledger.")
class ReadModelPosition:
    """A projection and its position."""

    service: LedgerName = strawberry.field(description="The service that keeps it.")
    read_model: str = strawberry.field(description="Its name.")
    position: int = strawberry.field(description="The last event that is in it.")


OF_THE_HEAD = frozenset({"position", "hash", "recordedTime"})


def _position(root: LedgerHead) -> int:
    return int(root.head["position"])


def _hash(root: LedgerHead) -> str:
    return str(root.head["hash"])


def _recorded_time(root: LedgerHead) -> datetime | None:
    recorded = root.head["recordedTime"]
    return datetime.fromisoformat(recorded) if recorded else None


@strawberry.type(description="A ledger: how far it has come, and what has been made of it.")
class LedgerHead:
    """The head of the record of one service."""

    ledger: LedgerName = strawberry.field(description="Its name.")
    head: strawberry.Private[Mapping[str, Any]]  # empty where none of it is asked for
    position: int = strawberry.field(resolver=_position, description="The last position; 0 = nothing recorded yet.")
    hash: str = strawberry.field(
        resolver=_hash, description="Chain hash of the last event, in hex: stands for all before it."
    )
    recorded_time: datetime | None = strawberry.field(
        resolver=_recorded_time, description="When it was recorded; null in an empty ledger."
    )
    read_models: list[ReadModelPosition] = bounded(10, usual=3, description="What is read from it, and how far.")


def event_of(body: Mapping[str, Any], ledger: str) -> Event:
    """A service's event as the GraphQL type."""
    effective = body["effective"]
    here = [
        {**one, "eventId": body["id"], "kind": body["type"], "knowntime": body["knowntime"]} for one in body["passages"]
    ]
    return Event(
        id=strawberry.ID(f"event:{body['id']}"),
        ledger=LedgerName(ledger),
        position=body["position"],
        type=event_type(body["type"]),
        type_name=body["type"],
        schema_version=body["schemaversion"],
        stream=body["stream"],
        version=body["version"],
        state=the_state(body["subject"]) if is_iso3(body["subject"] or "") else None,
        effective_from=_day(effective["from"]),
        effective_to=_day(effective["to"]),
        effective_precision=Precision(effective["precision"]),
        known_time=date.fromisoformat(body["knowntime"]),
        known_precision=KnownPrecision(body["knownprecision"]),
        recorded_time=datetime.fromisoformat(body["recordedtime"]),
        actor=body["actor"],
        on_behalf_of=body["onbehalfof"],
        corrects=_event_id(body["corrects"]),
        revises=_event_id(body["revises"]),
        retracts=_event_id(body["retracts"]),
        passages=passages(whole(here, PASSAGES)),
        data=body["data"],
        hash=body.get("hash"),
    )


def _event_id(id: str | None) -> strawberry.ID | None:
    return strawberry.ID(f"event:{id}") if id else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


async def find_event(info: Info, id: str) -> Event | None:
    """The event in whichever ledger holds it; None where none does. Raises PublicError."""
    for ledger in LedgerName:
        try:
            found = (await info.context.ask(f"/{ledger.name}/ledger/events/{id}")).value
        except PublicError as refused:
            if (refused.extensions or {}).get("code") == "event-unknown":
                continue
            raise
        return event_of(found, ledger.name)
    return None


async def events(
    info: Info,
    ledger: Annotated[LedgerName, described("The ledger.")],
    type: Annotated[EventType | None, described("Events of this type, which must be one of that ledger.")] = None,
    state: StateArg = None,
    first: First = 50,
    after: After = None,
    order_by: Order = RecordOrder.oldestFirst,
) -> Connection[Event]:
    """Resolver of the events of a ledger."""
    wanted = {"type": type.name if type else None, "state": state_code(state)}
    page = window(first, after, order_by)
    body = (await info.context.ask(f"/{ledger.name}/ledger/events", {**wanted, **page})).value
    return connected(info, body, lambda row: event_of(row, ledger.name), items="events")


async def ledgers(info: Info) -> list[LedgerHead]:
    """Resolver of the heads of all ledgers; a head, or how far the read models are, is asked for where it is wanted."""
    rows: dict[LedgerName, list[ReadModelPosition]] = {one: [] for one in LedgerName}
    if asks_of_it(info, frozenset({"readModels"})):
        for service, held in zip(LedgerName, await _of_each(info, "projections"), strict=True):
            for row in held:
                found = ReadModelPosition(service=service, read_model=row["projection"], position=row["position"])
                rows[LedgerName(row["source"])].append(found)
    # after them, so that no read model is ahead of its ledger
    heads = await _of_each(info, "ledger/head") if asks_of_it(info, OF_THE_HEAD) else [{} for _ in LedgerName]
    return [
        LedgerHead(ledger=one, head=head, read_models=rows[one]) for one, head in zip(LedgerName, heads, strict=True)
    ]


async def _of_each(info: Info, path: str) -> list[Any]:
    """What each service says at this path of its own, all asked at once."""
    answers = await asyncio.gather(*(info.context.ask(f"/{one.name}/{path}") for one in LedgerName))
    return [one.value for one in answers]
