"""What meetings, finance and the General Assembly record, as GraphQL types: one listing of the service each."""

from __future__ import annotations

from datetime import date
from enum import Enum

import strawberry

from services.gateway.graph.types.certainty import Interval, day
from services.gateway.graph.types.fact_dates import bounds_of
from services.gateway.graph.types.recorded_fact import RecordedFact, Row, Seen, TheState, proof, the_state
from services.gateway.limits.bounds import bounded, whole

PAYMENTS = 50


@strawberry.enum(description="In which capacity somebody takes part in a meeting (Article 11.3).")
class Capacity(Enum):
    """Who is in the room."""

    state_party = strawberry.enum_value("state_party", description="A State Party.")
    signatory = strawberry.enum_value("signatory", description="A State that has signed and is no party yet.")
    not_party = strawberry.enum_value("not_party", description="Another State, as an observer.")
    organisation = strawberry.enum_value("organisation", description="An organisation, as an observer.")


@strawberry.enum(description="Gender as it was given at registration.")
class Gender(Enum):
    """As given, or not."""

    woman = strawberry.enum_value("woman", description="A woman.")
    man = strawberry.enum_value("man", description="A man.")
    other = strawberry.enum_value("other", description="Another answer.")
    not_given = strawberry.enum_value("not_given", description="No answer was given.")


@strawberry.enum(description="How a State voted.")
class VoteCast(Enum):
    """A vote, or the lack of one."""

    yes = strawberry.enum_value("yes", description="In favour.")
    no = strawberry.enum_value("no", description="Against.")
    abstain = strawberry.enum_value("abstain", description="It abstained.")
    absent = strawberry.enum_value("absent", description="It did not take part in the vote.")


@strawberry.enum(description="An office of the Convention.")
class OfficeKind(Enum):
    """Offices that States hold."""

    president = strawberry.enum_value("president", description="Presidency of a meeting.")
    president_designate = strawberry.enum_value("president_designate", description="Presidency of the next meeting.")
    coordinator = strawberry.enum_value("coordinator", description="Coordinator of a theme.")
    committee_member = strawberry.enum_value("committee_member", description="Member of the Coordination Committee.")


@strawberry.type(description="The composition of a delegation; a number that was not given is null, never 0.")
class Delegation:
    """As registered."""

    head_gender: Gender | None = strawberry.field(description="Of the head of delegation.")
    women: int | None = strawberry.field(description="Women in it.")
    men: int | None = strawberry.field(description="Men in it.")
    other: int | None = strawberry.field(description="Others in it.")
    victims: int | None = strawberry.field(description="Victims of cluster munitions in it.")
    victim_representatives: int | None = strawberry.field(description="Representatives of victims in it.")


@strawberry.type(description="Somebody at a meeting: a State or an organisation.")
class Participation(RecordedFact):
    """One participant at one meeting."""

    id: strawberry.ID = strawberry.field(description="`participation:<meeting>@<participant>`.")
    meeting: str = strawberry.field(description="Code of the meeting: 13MSP.")
    participant: str = strawberry.field(description="ISO3 of a State, or the name of an organisation.")
    state: TheState | None = strawberry.field(description="The State; null for an organisation.")
    capacity: Capacity | None = strawberry.field(description="In which capacity; null where it is not recorded.")
    delegation: Delegation | None = strawberry.field(description="Its delegation; null where none is registered.")


@strawberry.type(description="A State's vote on the yearly resolution of the General Assembly on the Convention.")
class Vote(RecordedFact):
    """One State, one year."""

    id: strawberry.ID = strawberry.field(description="`vote:<year>-<iso3>`.")
    year: int = strawberry.field(description="The year of the resolution.")
    state: TheState = strawberry.field(description="The State.")
    vote: VoteCast = strawberry.field(description="How it voted.")
    resolution: str | None = strawberry.field(description="Symbol of the resolution: A/RES/79/53.")
    cast: Interval | None = strawberry.field(description="The day of the vote.")


@strawberry.type(description="A contribution of a State to the budget of the Implementation Support Unit.")
class Contribution(RecordedFact):
    """One State, one budget year."""

    id: strawberry.ID = strawberry.field(description="`contribution:<budget year>-<iso3>`.")
    state: TheState = strawberry.field(description="The State.")
    budget_year: int = strawberry.field(description="The year whose budget it goes to.")
    amount: str | None = strawberry.field(description="A decimal number; null where the amount is not told.")
    currency: str | None = strawberry.field(description="ISO 4217: CHF.")
    paid: Interval | None = strawberry.field(description="The day of payment; null where nothing is known of it.")


@strawberry.type(description="A payment towards an assessment.")
class Payment:
    """Part of a share, or all of it."""

    amount: str = strawberry.field(description="A decimal number, in the currency of the assessment.")
    paid: date = strawberry.field(description="The day of payment.")
    event_id: strawberry.ID = strawberry.field(description="`event:<uuid>` of the event that records it.")


@strawberry.type(description="A State's share of a meeting's costs (Article 14.1), and what it paid towards it.")
class Assessment(RecordedFact):
    """One State, one meeting."""

    id: strawberry.ID = strawberry.field(description="`assessment:<meeting>-<iso3>`.")
    state: TheState = strawberry.field(description="The State.")
    meeting: str = strawberry.field(description="Code of the meeting.")
    amount: str | None = strawberry.field(description="A decimal number; null while no invoice is recorded.")
    currency: str | None = strawberry.field(description="ISO 4217: USD.")
    issued: date | None = strawberry.field(description="The day of the invoice.")
    payments: list[Payment] = bounded(PAYMENTS, usual=1, description="What was paid, as it was recorded.")
    settled: bool = strawberry.field(description="Whether a payment is recorded that settles it.")


@strawberry.type(description="A term of office of the Convention.")
class Office(RecordedFact):
    """One State, one term."""

    id: strawberry.ID = strawberry.field(description="`office:<key of the term>`.")
    office: OfficeKind = strawberry.field(description="Which office.")
    theme: str | None = strawberry.field(description="Theme of a coordinator, in the words of the record.")
    state: TheState = strawberry.field(description="The State that holds it.")
    gender: Gender = strawberry.field(description="Of the person, as it was given.")
    since: Interval | None = strawberry.field(description="Its first day.")
    until: date | None = strawberry.field(description="Its last day; null while no end is recorded.")


def participation_of(row: Row, at: Seen) -> Participation:
    """A service's participation as the GraphQL type."""
    return Participation(
        id=strawberry.ID(f"participation:{row['meeting']}@{row['participant']}"),
        meeting=row["meeting"],
        participant=row["participant"],
        state=the_state(row["state"], at.outer) if row["state"] else None,
        capacity=Capacity(row["capacity"]) if row["capacity"] else None,
        delegation=_delegation(row) if row["registered"] else None,
        **proof(row, at),
    )


def _delegation(row: Row) -> Delegation:
    return Delegation(
        head_gender=Gender(row["headGender"]) if row["headGender"] else None,
        women=row["women"],
        men=row["men"],
        other=row["other"],
        victims=row["victims"],
        victim_representatives=row["victimRepresentatives"],
    )


def vote_of(row: Row, at: Seen) -> Vote:
    """A service's vote as the GraphQL type."""
    return Vote(
        id=strawberry.ID(f"vote:{row['year']}-{row['state']}"),
        year=row["year"],
        state=the_state(row["state"], at.outer),
        vote=VoteCast(row["vote"]),
        resolution=row["resolution"],
        cast=bounds_of(row["date"]),
        **proof(row, at),
    )


def contribution_of(row: Row, at: Seen) -> Contribution:
    """A service's contribution as the GraphQL type."""
    return Contribution(
        id=strawberry.ID(f"contribution:{row['budgetYear']}-{row['state']}"),
        state=the_state(row["state"], at.outer),
        budget_year=row["budgetYear"],
        amount=row["amount"],
        currency=row["currency"],
        paid=bounds_of(row["paid"]),
        **proof(row, at),
    )


def assessment_of(row: Row, at: Seen) -> Assessment:
    """A service's assessment as the GraphQL type."""
    return Assessment(
        id=strawberry.ID(f"assessment:{row['meeting']}-{row['state']}"),
        state=the_state(row["state"], at.outer),
        meeting=row["meeting"],
        amount=row["amount"],
        currency=row["currency"],
        issued=day(row["issued"]),
        payments=[_payment(one) for one in whole(row["payments"], PAYMENTS)],
        settled=row["settled"],
        **proof(row, at),
    )


def _payment(row: Row) -> Payment:
    event = strawberry.ID(f"event:{row['eventId']}")
    return Payment(amount=row["amount"], paid=date.fromisoformat(row["paid"]), event_id=event)


def office_of(row: Row, at: Seen) -> Office:
    """A service's term of office as the GraphQL type."""
    return Office(
        id=strawberry.ID(f"office:{row['officeId']}"),
        office=OfficeKind(row["office"]),
        theme=row["theme"],
        state=the_state(row["state"], at.outer),
        gender=Gender(row["gender"]),
        since=bounds_of(row["since"]),
        until=day(row["to"]),
        **proof(row, at),
    )
