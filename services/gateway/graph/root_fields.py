"""Root fields that answer from the read models: each takes `minPosition`, so that one reads one's own writes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any

import strawberry
from strawberry.annotation import StrawberryAnnotation
from strawberry.extensions import FieldExtension
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.field import StrawberryField

from services.gateway.asking.cuts import PositionInput
from services.gateway.asking.reaching import PATIENCE
from services.gateway.limits.bounds import bounded


def reading(**field: Any) -> Any:
    """A root field that takes `minPosition`."""
    return strawberry.field(extensions=[AfterPosition()], **field)


def reading_list(max: int, usual: int | None = None, **field: Any) -> Any:
    """A list at the root with its bound in the schema, that takes `minPosition`."""
    return bounded(max, usual, extensions=[AfterPosition()], **field)


class AfterPosition(FieldExtension):
    """Adds the argument `minPosition` to a root field, and waits for it before the field is resolved."""

    def apply(self, field: StrawberryField) -> None:
        argument = StrawberryArgument(
            python_name="min_position",
            graphql_name=None,
            type_annotation=StrawberryAnnotation(list[PositionInput] | None),
            description=f"Events that the answer must include, such as those a command was answered with. Waits up to"
            f" {PATIENCE:.0f} seconds for them; an answer without them is marked stale.",
            default=None,
        )
        field.arguments = [*field.arguments, argument]

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: Any, info: Any, **arguments: Any
    ) -> Any:
        wanted: list[PositionInput] | None = arguments.pop("min_position", None)
        if wanted:
            await info.context.reach({one.ledger.name: one.position for one in wanted})
        found = next_(source, info, **arguments)
        return await found if isawaitable(found) else found
