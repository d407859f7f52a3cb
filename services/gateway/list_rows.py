"""Lists below States and meetings, as one operation asks for them: one question for all, never one per State."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.gateway.problems import PublicError
from services.gateway.upstream import Answer, Parameters

Ask = Callable[[str, Parameters], Awaitable[Answer]]
Row = Mapping[str, Any]

FEW = 3
"""Up to so many States or meetings are asked for one by one; for more, the whole list is."""

PAGE = 1_000
PAGES = 10
"""Pages of a list that one operation reads: ten thousand rows."""


@dataclass(frozen=True, slots=True)
class ListKey:
    """The rows of a listing whose field `by` (also the name of the parameter) is `value`."""

    path: str
    by: str
    value: str


async def all_pages(ask: Ask, path: str, parameters: Parameters) -> list[Row]:
    """Every row of a listing. Raises PublicError, `too-costly` for one too long to be read at once."""
    rows: list[Row] = []
    after: int | None = 0
    for _ in range(PAGES):
        body = (await ask(path, {**parameters, "limit": str(PAGE), "after": str(after)})).value
        rows += body["items"]
        after = body["next"]
        if after is None:
            return rows
    raise PublicError("too-costly", f"the list {path} holds more than {PAGE * PAGES:,} rows; ask for it in pages")


async def load_lists(ask: Ask, keys: Sequence[ListKey]) -> list[Sequence[Row] | BaseException]:
    """Rows for the keys, in their order; those that cannot be had are an error in their place."""
    groups: dict[tuple[str, str], list[ListKey]] = defaultdict(list)
    for key in keys:
        groups[key.path, key.by].append(key)
    found: dict[ListKey, Sequence[Row] | BaseException] = {}
    for part in await asyncio.gather(*(_load_group(ask, group) for group in groups.values())):
        found |= part
    return [found[key] for key in keys]


async def _load_group(ask: Ask, group: Sequence[ListKey]) -> dict[ListKey, Sequence[Row] | BaseException]:
    path, by = group[0].path, group[0].by
    if len(group) <= FEW:
        questions = (all_pages(ask, path, {by: key.value}) for key in group)
        return dict(zip(group, await asyncio.gather(*questions, return_exceptions=True), strict=True))
    try:
        rows = await all_pages(ask, path, {})
    except PublicError as refused:
        return dict.fromkeys(group, refused)
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row[by]].append(row)
    return {key: grouped[key.value] for key in group}
