"""Lists below States and meetings, as one operation asks for them: one question for all, never one per State."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from services.gateway.asking.duty_rows import Row, Rows
from services.gateway.asking.upstream import Answer, Parameters
from services.gateway.problems import PublicError

Ask = Callable[[str, Parameters], Awaitable[Answer]]

FEW = 3
"""Up to so many States or meetings are asked for one by one; for more, the whole list is."""

PAGE = 1_000
PAGES = 10
"""Pages of a list that one operation reads: ten thousand rows."""


@dataclass(frozen=True, slots=True)
class ListKey:
    """The rows of a listing at a cut whose field `by` (also the name of the parameter) is `value`."""

    path: str
    cut: tuple[tuple[str, str], ...]
    by: str
    value: str


def list_key(path: str, cut: Parameters, by: str, value: str) -> ListKey:
    """The key of one State's or meeting's rows."""
    return ListKey(path, tuple((name, one) for name, one in cut.items() if one is not None), by, value)


async def all_pages(ask: Ask, path: str, parameters: Parameters) -> Rows:
    """Every row of a listing. Raises PublicError, `too-costly` for one too long to be read at once."""
    rows: list[Row] = []
    after: int | None = 0
    for _ in range(PAGES):
        body = (await ask(path, {**parameters, "limit": str(PAGE), "after": str(after)})).value
        rows += body["items"]
        after = body["next"]
        if after is None:
            return Rows(rows, body["cut"])
        (position,) = body["cut"]["positions"].values()
        parameters = {**parameters, "position": str(position)}  # what is recorded meanwhile is on no later page
    raise PublicError("too-costly", f"the list {path} holds more than {PAGE * PAGES:,} rows; ask for it in pages")


async def load_lists(ask: Ask, keys: Sequence[ListKey]) -> list[Rows | BaseException]:
    """Rows for the keys, in their order; those that cannot be had are an error in their place."""
    groups: dict[tuple[str, tuple[tuple[str, str], ...], str], list[ListKey]] = defaultdict(list)
    for key in keys:
        groups[key.path, key.cut, key.by].append(key)
    found: dict[ListKey, Rows | BaseException] = {}
    for part in await asyncio.gather(*(_load_group(ask, group) for group in groups.values())):
        found |= part
    return [found[key] for key in keys]


async def _load_group(ask: Ask, group: Sequence[ListKey]) -> dict[ListKey, Rows | BaseException]:
    path, cut, by = group[0].path, dict(group[0].cut), group[0].by
    if len(group) <= FEW:
        questions = (all_pages(ask, path, {**cut, by: key.value}) for key in group)
        return dict(zip(group, await asyncio.gather(*questions, return_exceptions=True), strict=True))
    try:
        found = await all_pages(ask, path, cut)
    except PublicError as refused:
        return dict.fromkeys(group, refused)
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in found.rows:
        grouped[row[by]].append(row)
    return {key: Rows(grouped[key.value], found.cut) for key in group}
