"""What one GraphQL operation asks of the services: each question once, figures by the table, never without end."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode
from strawberry.dataloader import DataLoader

from services.gateway.cuts import Asked
from services.gateway.duty_rows import DutyKey, Rows, load_duties
from services.gateway.limits import CALLS, OBJECTS
from services.gateway.list_rows import ListKey, Row, load_lists
from services.gateway.live import Live
from services.gateway.problems import PublicError, public
from services.gateway.reaching import reached
from services.gateway.upstream import Answer, Parameters, Upstream
from shared.problems import Problem

FEW = 3
"""Up to so many figures of one plan and cut are asked one by one; more are asked as the plan's whole table."""


NO_DOCUMENT = DocumentNode(definitions=())
"""Where each operation of a connection brings its own."""


@dataclass(frozen=True, slots=True)
class FigureKey:
    """One figure: an indicator at a cut, with or without the passages behind each State."""

    indicator: str
    cut: Asked
    evidence: bool

    @property
    def plan(self) -> str:
        """The plan an indicator belongs to is the first part of its id: LAP of LAP-40.1."""
        return self.indicator.split("-", 1)[0]


class Asking:
    """The context of one operation."""

    live: Live  # only while listening

    def __init__(self, upstream: Upstream, document: DocumentNode, public_url: str = ""):
        self.document, self.public_url = document, public_url
        self._upstream = upstream
        self._answers: dict[object, asyncio.Task[Answer]] = {}
        self._reaching: dict[object, asyncio.Task[bool]] = {}
        self._objects = 0
        self.memo: dict[object, Any] = {}
        self.stale = False
        self.figures: DataLoader[FigureKey, Answer] = DataLoader(load_fn=self._load_figures)
        self.duties: DataLoader[DutyKey, Rows] = DataLoader(load_fn=self._load_duties)
        self.lists: DataLoader[ListKey, Sequence[Row]] = DataLoader(load_fn=self._load_lists)

    def renew(self) -> None:
        """Nothing to forget: an operation that is asked once has one answer."""

    def spend(self, objects: int) -> None:
        """Count objects that go into the answer; PublicError `too-costly` beyond the budget.

        The cost rule has judged the query before it ran, by the usual length of each list; this holds when the
        lists turn out longer than usual.
        """
        self._objects += objects
        if self._objects > OBJECTS:
            raise PublicError(
                "too-costly", f"the answer would hold more than {OBJECTS:,} objects; ask for less at once"
            )

    async def ask(self, path: str, parameters: Parameters | None = None) -> Answer:
        """The services' answer, asked once per operation; a problem comes back as a PublicError."""
        key = (path, tuple(sorted((parameters or {}).items(), key=lambda pair: pair[0])))
        return await self._once(key, lambda: self._upstream.ask(path, parameters))

    async def _once(self, key: object, question: Callable[[], Awaitable[Answer]]) -> Answer:
        task = self._answers.get(key)
        if task is None:
            if len(self._answers) >= CALLS:
                raise PublicError("too-costly", f"the query asks for more than {CALLS} different cuts or lists at once")
            task = self._answers[key] = asyncio.ensure_future(question())
        try:
            answer = await task
        except Problem as problem:
            raise public(problem) from problem
        self.stale = self.stale or answer.stale
        return answer

    async def _load_duties(self, keys: list[DutyKey]) -> Sequence[Rows | BaseException]:
        return await load_duties(self.ask, keys)

    async def _load_lists(self, keys: list[ListKey]) -> Sequence[Sequence[Row] | BaseException]:
        return await load_lists(self.ask, keys)

    async def reach(self, wanted: Mapping[str, int]) -> None:
        """Wait, but not for ever, until the read models hold these positions; else what follows is stale."""
        key = tuple(sorted(wanted.items()))
        if key not in self._reaching:
            self._reaching[key] = asyncio.ensure_future(reached(self._upstream, wanted))
        self.stale = not await self._reaching[key] or self.stale

    def again(self) -> Asking:
        """The same questions with the same answers, nothing spent yet: for an operation that is begun anew."""
        other = Asking(self._upstream, self.document, self.public_url)
        other._answers, other._reaching = self._answers, self._reaching
        return other

    async def rows_of(self, plan: str, cut: Asked, evidence: bool, codes: Sequence[str]) -> Mapping[str, Row]:
        """The rows of a plan's figures by code, asked as the loader asks. Raises PublicError where one is refused."""
        if len(codes) <= FEW:
            answers = await asyncio.gather(*(self._one_figure(FigureKey(one, cut, evidence)) for one in codes))
            return dict(zip(codes, (one.value for one in answers), strict=True))
        rows = {row["indicator"]: row for row in (await self.table(plan, cut, evidence=evidence)).value["figures"]}
        if unknown := set(codes) - rows.keys():
            raise PublicError("indicator-unknown", f"the plan {plan} has no indicator {min(unknown)}")
        return rows

    async def _load_figures(self, keys: list[FigureKey]) -> Sequence[Answer | BaseException]:
        """Rows for the keys, in their order; a row that cannot be had is an error in its place."""
        groups: dict[tuple[str, Asked, bool], list[FigureKey]] = defaultdict(list)
        for key in keys:
            groups[key.plan, key.cut, key.evidence].append(key)
        found: dict[FigureKey, Answer | BaseException] = {}
        for part in await asyncio.gather(*(self._load_group(group) for group in groups.values())):
            found |= part
        return [found[key] for key in keys]

    async def _load_group(self, group: list[FigureKey]) -> dict[FigureKey, Answer | BaseException]:
        if len(group) <= FEW:
            answers = await asyncio.gather(*(self._one_figure(key) for key in group), return_exceptions=True)
            return dict(zip(group, answers, strict=True))
        try:
            table = await self.table(group[0].plan, group[0].cut, evidence=group[0].evidence)
        except PublicError as refused:
            return dict.fromkeys(group, refused)
        rows = {row["indicator"]: row for row in table.value["figures"]}
        return {key: _row_of(rows, key, table.stale) for key in group}

    async def table(self, plan: str, cut: Asked, *, evidence: bool) -> Answer:
        """All figures of a plan at a cut: `{cut, figures: [row]}`."""
        parameters = {"plan": plan, **cut.parameters(), "evidence": "true" if evidence else None}
        return await self.ask("/indicators/figures", parameters)

    async def _one_figure(self, key: FigureKey) -> Answer:
        of = "explanations" if key.evidence else "figures"
        return await self.ask(f"/indicators/{of}/{key.indicator}", key.cut.parameters())


class Listening(Asking):
    """The context of a connection that listens: each event is answered with nothing remembered of the one before."""

    def __init__(self, upstream: Upstream, live: Live, public_url: str = ""):
        super().__init__(upstream, NO_DOCUMENT, public_url)
        self.live = live

    def renew(self) -> None:
        """Forget what was asked and spent for the last event."""
        super().__init__(self._upstream, NO_DOCUMENT, self.public_url)


def _row_of(rows: dict[str, Any], key: FigureKey, stale: bool) -> Answer | BaseException:
    if key.indicator not in rows:
        return PublicError("indicator-unknown", f"the plan {key.plan} has no indicator {key.indicator}")
    return Answer(rows[key.indicator], stale)
