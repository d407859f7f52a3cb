"""The plan table as strawberry's tutorial has it: types, a resolver where a field has an argument, its router."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NewType

import strawberry
from fastapi import FastAPI
from strawberry.fastapi import GraphQLRouter
from strawberry.schema.config import StrawberryConfig

from bench.table_questions import MEETINGS, PLAN, figures_target, plan_target

Number = NewType("Number", object)
NUMBER = strawberry.scalar(name="Number", serialize=lambda value: value)


@strawberry.type
class State:
    iso3: str


@strawberry.type
class Member:
    state: State


@strawberry.type
class Figure:
    value: Number | None
    unit: str | None
    status: str
    published: Number | None
    members: list[Member]


@strawberry.type
class Indicator:
    code: str
    title: str
    known: strawberry.Private[Mapping[str, Mapping[str, Figure]]]

    @strawberry.field
    def figure(self, meeting: str) -> Figure:
        return self.known[meeting][self.code]


@strawberry.type
class Action:
    action: str
    indicators: list[Indicator]


@strawberry.type
class Plan:
    title: str | None
    actions: list[Action]


def create_app(known: Mapping[str, Any]) -> FastAPI:
    """`/graphql` over objects that are there already: no service is asked, nothing is read."""
    tables = {
        meeting: {row["indicator"]: _figure(row) for row in known[figures_target(meeting)]["figures"]}
        for meeting in MEETINGS
    }
    ready = _plan(known[plan_target()], tables)

    @strawberry.type
    class Query:
        @strawberry.field
        def plan(self, id: strawberry.ID) -> Plan:
            assert id == PLAN
            return ready

    schema = strawberry.Schema(Query, config=StrawberryConfig(scalar_map={Number: NUMBER}))
    app = FastAPI()
    app.include_router(GraphQLRouter(schema), prefix="/graphql")
    return app


def _figure(row: dict[str, Any]) -> Figure:
    members = [Member(state=State(iso3=code)) for code in row["members"] or ()]
    return Figure(
        value=row["value"], unit=row.get("unit"), status=row["status"], published=row.get("published"), members=members
    )


def _plan(body: dict[str, Any], tables: Mapping[str, Mapping[str, Figure]]) -> Plan:
    return Plan(
        title=body["title"],
        actions=[
            Action(
                action=str(one["action"]),
                indicators=[Indicator(code=row["id"], title=row["title"], known=tables) for row in one["indicators"]],
            )
            for one in body["actions"]
        ],
    )
