"""What States answered to a question, in pages."""

from __future__ import annotations

from enum import Enum
from typing import Any

import strawberry

from services.gateway.asking.cuts import Asked
from services.gateway.asking.selection import Info
from services.gateway.graph.connections import Connection, checked, decoded, encoded, page_of
from services.gateway.graph.types.passages import Passage, passages
from services.gateway.graph.types.recorded_fact import Seen
from services.gateway.graph.types.state import State, state
from services.gateway.limits.bounds import bounded

PASSAGES = 50

Key = tuple[str, str]


@strawberry.enum(description="What a State answered, or why there is no answer; nobody is taken to have said no.")
class Answer(Enum):
    """The answers of model §7."""

    yes = strawberry.enum_value("yes", description="It said yes.")
    no = strawberry.enum_value("no", description="It said no.")
    nil = strawberry.enum_value("nil", description="It reported that there is nothing.")
    inPreparation = strawberry.enum_value("inPreparation", description="It said that it is preparing it.")
    notApplicable = strawberry.enum_value("notApplicable", description="It said that the question does not apply.")
    silent = strawberry.enum_value("silent", description="It reported and said nothing on it.")
    noReport = strawberry.enum_value("noReport", description="It sent no report.")
    notRecorded = strawberry.enum_value("notRecorded", description="The record does not reach far enough to say.")


@strawberry.type(description="What a State answered to a question in a cycle, with the passages that say so.")
class Statement:
    """One State, one question."""

    code: str = strawberry.field(description="The question: a practice code, such as workplan.annual.")
    state: State = strawberry.field(description="The State.")
    answer: Answer = strawberry.field(description="What it answered.")
    certain: bool = strawberry.field(description="False where the answer rests on facts that nobody has checked.")
    evidence: list[Passage] = bounded(PASSAGES, usual=3, description="The passages that say so, at most fifty.")


def page(info: Info, rows: list[dict[str, Any]], first: int, after: str | None, at: Seen) -> Connection[Statement]:
    """The page of `first` statements after the cursor. Raises PublicError for a page too large or a false cursor."""
    checked(first)
    ordered = sorted(rows, key=_key)
    rest = [row for row in ordered if _key(row) > decoded(after, 2)] if after else ordered
    found: Connection[Statement] = page_of(
        info,
        rest[:first],
        len(rows),
        len(rest) > first,
        lambda row: encoded(*_key(row)),
        lambda row: _statement(row, at.outer),
        at.cut,
    )
    return found


def _key(row: dict[str, Any]) -> Key:
    return row["state"], row["code"]


def _statement(row: dict[str, Any], at: Asked) -> Statement:
    return Statement(
        code=row["code"],
        state=state(row["state"], at),
        answer=Answer(row["answer"]),
        certain=row.get("certain", True),
        evidence=passages((row.get("evidence") or [])[:PASSAGES]),
    )
