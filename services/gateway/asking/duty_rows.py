"""What States owe, as one operation asks for it: one question for all States of an answer, never one per State."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from services.gateway.asking.upstream import Answer, Parameters
from services.gateway.problems import PublicError

Kind = Literal["deadlines", "obligations", "requests", "reports"]
"""A query of the indicators service and the name of the list it answers with."""

Ask = Callable[[str, Parameters], Awaitable[Answer]]
Row = Mapping[str, Any]

FEW = 3
"""Up to so many States are asked for one by one; for more, all States are asked for at once."""


@dataclass(frozen=True, slots=True)
class DutyKey:
    """The rows of one kind of one State, under the same further parameters."""

    kind: Kind
    iso3: str
    parameters: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a service and the cut that they were answered from."""

    rows: Sequence[Row]
    cut: Row


def duty_key(kind: Kind, iso3: str, parameters: Parameters) -> DutyKey:
    """The key of one State's rows."""
    return DutyKey(kind, iso3, tuple(sorted((name, value) for name, value in parameters.items() if value is not None)))


async def all_rows(ask: Ask, kind: Kind, parameters: Parameters) -> Rows:
    """The rows that the indicators service answers with. Raises PublicError."""
    body = (await ask(f"/indicators/{kind}", parameters)).value
    return Rows(body[kind], body["cut"])


async def load_duties(ask: Ask, keys: Sequence[DutyKey]) -> list[Rows | BaseException]:
    """Rows for the keys, in their order; those that cannot be had are an error in their place."""
    groups: dict[tuple[Kind, tuple[tuple[str, str], ...]], list[DutyKey]] = defaultdict(list)
    for key in keys:
        groups[key.kind, key.parameters].append(key)
    found: dict[DutyKey, Rows | BaseException] = {}
    for part in await asyncio.gather(*(_load_group(ask, group) for group in groups.values())):
        found |= part
    return [found[key] for key in keys]


async def _load_group(ask: Ask, group: Sequence[DutyKey]) -> dict[DutyKey, Rows | BaseException]:
    kind, parameters = group[0].kind, dict(group[0].parameters)
    if len(group) <= FEW:
        questions = (all_rows(ask, kind, {**parameters, "state": key.iso3}) for key in group)
        return dict(zip(group, await asyncio.gather(*questions, return_exceptions=True), strict=True))
    try:
        answer = await all_rows(ask, kind, parameters)
    except PublicError as refused:
        return dict.fromkeys(group, refused)
    by_state: dict[str, list[Row]] = defaultdict(list)
    for row in answer.rows:
        by_state[row["state"]].append(row)
    return {key: Rows(by_state[key.iso3], answer.cut) for key in group}
