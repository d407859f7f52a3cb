"""What States submitted, as GraphQL types: one listing of the reports service each."""

from __future__ import annotations

from datetime import date
from enum import Enum

import strawberry

from services.gateway.graph.types.certainty import Interval, Timeliness, day
from services.gateway.graph.types.fact_dates import bounds_of
from services.gateway.graph.types.recorded_fact import RecordedFact, Row, Seen, TheState, proof, the_state
from services.gateway.limits.bounds import bounded, whole

YEARS = 100
FORMS = 20
KEYS = 20


@strawberry.enum(description="Why a State submits a report.")
class SubmissionKind(Enum):
    """Owed under Article 7, or not owed at all."""

    initial = strawberry.enum_value("initial", description="The first report (Article 7.1).")
    annual = strawberry.enum_value("annual", description="The report on a calendar year (Article 7.2).")
    voluntary = strawberry.enum_value("voluntary", description="A report by a State that owes none.")


@strawberry.enum(description="A version of the reporting form.")
class FormVersion(Enum):
    """Versions that meetings adopted, and reports without a form."""

    form_1MSP = strawberry.enum_value("1MSP", description="As adopted at the First Meeting of States Parties.")
    revised_11MSP = strawberry.enum_value("revised_11MSP", description="As revised at the Eleventh Meeting.")
    short = strawberry.enum_value("short", description="The short form: nothing new to report.")
    free = strawberry.enum_value("free", description="No form.")


@strawberry.enum(description="What a State said in a statement, before anything is made of it.")
class Said(Enum):
    """The words of a statement."""

    yes = strawberry.enum_value("yes", description="Yes.")
    no = strawberry.enum_value("no", description="No.")
    in_preparation = strawberry.enum_value("in_preparation", description="It is being prepared.")
    not_applicable = strawberry.enum_value("not_applicable", description="The question does not apply.")


@strawberry.enum(description="A kind of measure that implements the Convention (Articles 5.2 b and 9).")
class MeasureKind(Enum):
    """Laws and others."""

    specific_law = strawberry.enum_value("specific_law", description="A law made for the Convention.")
    existing_law_sufficient = strawberry.enum_value(
        "existing_law_sufficient", description="The State holds that the law it had suffices."
    )
    administrative = strawberry.enum_value("administrative", description="An administrative measure.")
    policy = strawberry.enum_value("policy", description="A policy.")
    victim_assistance_law = strawberry.enum_value(
        "victim_assistance_law", description="A law on assistance to victims."
    )


@strawberry.enum(description="How far a measure has come.")
class MeasureStatus(Enum):
    """Status as reported."""

    in_process = strawberry.enum_value("in_process", description="Being made.")
    adopted = strawberry.enum_value("adopted", description="In place.")
    amended = strawberry.enum_value("amended", description="Changed since.")
    repealed = strawberry.enum_value("repealed", description="No longer in place.")


@strawberry.type(description="A report as a State submitted it; a revision is one of its own.")
class SubmittedReport(RecordedFact):
    """One submission; the duty that it meets is a `Report`."""

    id: strawberry.ID = strawberry.field(description="`submitted-report:<iso3>/<uuid of its event>`.")
    state: TheState = strawberry.field(description="The State.")
    kind: SubmissionKind = strawberry.field(description="Why it was submitted.")
    covers_years: list[int] = bounded(YEARS, usual=1, description="The calendar years that it covers.")
    received: Interval | None = strawberry.field(description="The day it was received.")
    due: date | None = strawberry.field(description="The last timely day of an annual report; null for the others.")
    timeliness: Timeliness | None = strawberry.field(description="Verdict on an annual report; null for the others.")
    form_version: FormVersion | None = strawberry.field(description="Which form; null where it is not recorded.")
    forms_included: list[str] = bounded(FORMS, usual=8, description="Letters of the forms that it includes.")
    revises: strawberry.ID | None = strawberry.field(description="`event:<uuid>` of the report that it revises.")


@strawberry.type(description="A statement as a State made it: one practice, one period.")
class RecordedStatement(RecordedFact):
    """What was said; `statements` tells what it comes to in a cycle."""

    id: strawberry.ID = strawberry.field(description="`recorded-statement:<iso3>/<uuid of its event>`.")
    state: TheState = strawberry.field(description="The State.")
    code: str = strawberry.field(description="The practice code, such as workplan.annual.")
    answer: Said = strawberry.field(description="What it said.")
    keys: list[str] = bounded(KEYS, usual=1, description="Further words that the practice asks for, as it gave them.")
    detail: str | None = strawberry.field(description="What it is about, in a word or two.")
    period_from: date = strawberry.field(description="First day of the period that it speaks of.")
    period_to: date = strawberry.field(description="Last day of that period.")
    received: Interval | None = strawberry.field(description="The day it was received.")


@strawberry.type(description="A declaration that an obligation under Article 3 or 4 is fulfilled.")
class Declaration(RecordedFact):
    """One declaration."""

    id: strawberry.ID = strawberry.field(description="`declaration:<iso3>/<uuid of its event>`.")
    state: TheState = strawberry.field(description="The State.")
    article: int = strawberry.field(description="3 (stockpiles) or 4 (clearance).")
    completed: Interval | None = strawberry.field(description="The day of completion; null where it is not known.")
    declared: Interval | None = strawberry.field(description="The day of the declaration; null where it is not known.")
    received: Interval | None = strawberry.field(description="The day it was received.")
    meeting: str | None = strawberry.field(description="The meeting that it was made to.")
    before_entry_into_force: bool | None = strawberry.field(
        description="Whether it was fulfilled before entry into force; null where that is not told."
    )


@strawberry.type(description="What a State reported of a law or other measure that implements the Convention.")
class Measure(RecordedFact):
    """One status of one measure."""

    id: strawberry.ID = strawberry.field(description="`measure:<iso3>/<uuid of its event>`.")
    measure: str = strawberry.field(description="Tells the measures of a State apart.")
    state: TheState = strawberry.field(description="The State.")
    kind: MeasureKind = strawberry.field(description="What kind of measure.")
    status: MeasureStatus = strawberry.field(description="How far it has come.")
    penal_sanctions: bool | None = strawberry.field(description="Whether it has penal sanctions; null = not told.")
    investment_ban: bool | None = strawberry.field(description="Whether it bans investment; null = not told.")
    victims_involved: bool | None = strawberry.field(description="Whether victims had a part in it; null = not told.")
    dated: Interval | None = strawberry.field(description="Its own day; null where it is not known.")
    received: Interval | None = strawberry.field(description="The day the report of it was received.")


def submitted_report_of(row: Row, at: Seen) -> SubmittedReport:
    """A service's report as the GraphQL type."""
    return SubmittedReport(
        id=_id("submitted-report", row),
        state=the_state(row["state"], at.outer),
        kind=SubmissionKind(row["kind"]),
        covers_years=list(whole(row["coversYears"], YEARS)),
        received=bounds_of(row["received"]),
        due=day(row["due"]),
        timeliness=Timeliness(row["timeliness"]) if row["timeliness"] else None,
        form_version=FormVersion(row["formVersion"]) if row["formVersion"] else None,
        forms_included=list(whole(row["formsIncluded"], FORMS)),
        revises=strawberry.ID(f"event:{row['revises']}") if row["revises"] else None,
        **proof(row, at),
    )


def recorded_statement_of(row: Row, at: Seen) -> RecordedStatement:
    """A service's statement as the GraphQL type."""
    return RecordedStatement(
        id=_id("recorded-statement", row),
        state=the_state(row["state"], at.outer),
        code=row["code"],
        answer=Said(row["answer"]),
        keys=list(whole(row["keys"], KEYS)),
        detail=row["detail"],
        period_from=date.fromisoformat(row["periodFrom"]),
        period_to=date.fromisoformat(row["periodTo"]),
        received=bounds_of(row["received"]),
        **proof(row, at),
    )


def declaration_of(row: Row, at: Seen) -> Declaration:
    """A service's declaration as the GraphQL type."""
    return Declaration(
        id=_id("declaration", row),
        state=the_state(row["state"], at.outer),
        article=row["article"],
        completed=bounds_of(row["completed"]),
        declared=bounds_of(row["declared"]),
        received=bounds_of(row["received"]),
        meeting=row["meeting"],
        before_entry_into_force=row["beforeEntryIntoForce"],
        **proof(row, at),
    )


def measure_of(row: Row, at: Seen) -> Measure:
    """A service's measure as the GraphQL type."""
    return Measure(
        id=_id("measure", row),
        measure=row["measureId"],
        state=the_state(row["state"], at.outer),
        kind=MeasureKind(row["kind"]),
        status=MeasureStatus(row["status"]),
        penal_sanctions=row["penalSanctions"],
        investment_ban=row["investmentBan"],
        victims_involved=row["victimsInvolved"],
        dated=bounds_of(row["date"]),
        received=bounds_of(row["received"]),
        **proof(row, at),
    )


def _id(kind: str, row: Row) -> strawberry.ID:
    return strawberry.ID(f"{kind}:{row['state']}/{row['eventId']}")
