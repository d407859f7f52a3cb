"""Methodology sheets as GraphQL types."""

from __future__ import annotations

from datetime import date
from typing import Any

import strawberry

from services.gateway.asking.selection import Info
from services.gateway.graph.types.nodes import code_of
from services.gateway.graph.types.trend import Grade, TheIndicator
from services.gateway.limits.bounds import bounded
from services.gateway.problems import named


@strawberry.type(description="A practice code that a definition asks for.")
class MethodCode:
    """The code and what it says."""

    code: str = strawberry.field(description="The code.")
    words: str = strawberry.field(description="What it says.")


@strawberry.type(description="What a plan asks to be told apart.")
class MethodBreakdown:
    """`by`: gender, age, disability, pillar and the like."""

    what: str = strawberry.field(description="Which data.")
    by: list[str] = bounded(10, usual=3, description="Gender, age, disability, pillar and the like.")


@strawberry.type(description="A link of the crosswalk between plans.")
class MethodLink:
    """`direction`: earlier or later; `others` are the indicators on the other side."""

    direction: str = strawberry.field(description="earlier or later.")
    grade: Grade = strawberry.field(description="What the later is beside the earlier.")
    others: list[str] = bounded(20, usual=1, description="Codes on the other side.")
    why: str = strawberry.field(description="One line of reason.")


@strawberry.type(description="A recorded version of a definition.")
class MethodVersion:
    """`running`: the one that serves today."""

    version: int = strawberry.field(description="Its number.")
    in_force: date = strawberry.field(description="The day from which it serves.")
    hash: str = strawberry.field(description="SHA-256 of the definition.")
    event: strawberry.ID = strawberry.field(description="`event:<uuid>` of the event that records it.")
    running: bool = strawberry.field(description="Whether it serves today.")


@strawberry.type(description="The methodology sheet of an indicator, generated from the definition that runs.")
class Methodology:
    """Everything a figure rests on besides facts and cut."""

    indicator: str = strawberry.field(description="Code of the indicator.")
    plan: str = strawberry.field(description="Code of the plan.")
    action: str = strawberry.field(description="Number of the action.")
    section: str = strawberry.field(description="Part of the plan.")
    title: str = strawberry.field(description="What it asks, in short.")
    formula: str = strawberry.field(description="The measure in words.")
    population: str | None = strawberry.field(description="The denominator in words; null where the unit is no State.")
    window: str = strawberry.field(description="Which days it looks at, in words.")
    unit: str = strawberry.field(description="What is counted.")
    series: str = strawberry.field(description="What the values of the series are, in words.")
    rests_on: str = strawberry.field(description="Registers, reports, or judgements.")
    sources: list[str] = bounded(20, usual=2, description="Forms and records that supply it.")
    reads: list[str] = bounded(40, usual=3, description="Kinds of event that it reads.")
    codes: list[MethodCode] = bounded(40, usual=2, description="Practice codes it asks for.")
    judgement_words: list[str] = bounded(20, usual=1, description="Words that need a recorded judgement.")
    readings: list[str] = bounded(20, usual=1, description="Our answers where plan or print is ambiguous or odd.")
    breakdowns: list[MethodBreakdown] = bounded(10, usual=1, description="What the plan asks to be told apart.")
    links: list[MethodLink] = bounded(20, usual=2, description="What it takes up, and what takes it up.")
    version: int = strawberry.field(description="The version that serves today.")
    definition_hash: str = strawberry.field(description="SHA-256 of that version.")
    versions: list[MethodVersion] = bounded(100, usual=1, description="Every recorded version.")


async def methodology(info: Info, indicator: TheIndicator) -> Methodology:
    """Asks the indicators service. Raises PublicError."""
    row = (await info.context.ask(f"/indicators/methods/{named(code_of(indicator, 'indicator'))}")).value
    info.context.spend(1 + sum(len(row[name]) for name in ("codes", "breakdowns", "links", "versions")))
    plain = ("indicator", "plan", "action", "section", "title", "formula", "population", "window", "unit", "series",
             "sources", "reads", "readings", "version")  # fmt: skip
    return Methodology(
        **{name: row[name] for name in plain},
        rests_on=row["restsOn"],
        codes=[MethodCode(**one) for one in row["codes"]],
        judgement_words=row["judgementWords"],
        breakdowns=[MethodBreakdown(**one) for one in row["breakdowns"]],
        links=[MethodLink(**{**one, "grade": Grade(one["grade"])}) for one in row["links"]],
        definition_hash=row["definitionHash"],
        versions=[_version(one) for one in row["versions"]],
    )


def _version(row: dict[str, Any]) -> MethodVersion:
    return MethodVersion(
        version=row["version"],
        in_force=date.fromisoformat(row["inForce"]),
        hash=row["hash"],
        event=strawberry.ID(f"event:{row['event']}"),
        running=row["running"],
    )
