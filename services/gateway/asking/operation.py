"""What one GraphQL operation asks of the services: each question once, figures by the table, never without end."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from graphql import DocumentNode
from strawberry.dataloader import DataLoader

from services.gateway.asking.cuts import Asked
from services.gateway.asking.duty_rows import DutyKey, Rows, load_duties
from services.gateway.asking.list_rows import ListKey, load_lists
from services.gateway.asking.live import Live
from services.gateway.asking.reaching import reached
from services.gateway.asking.upstream import Answer, Parameters, Upstream
from services.gateway.limits.limits import CALLS, OBJECTS
from services.gateway.problems import PublicError, public
from shared.problems import Problem

FEW = 3
"""Up to so many figures of one plan and cut are asked one by one; more are asked as the plan's whole table."""


Question = tuple[str, tuple[tuple[str, str | None], ...]]
"""A path of a service and the parameters it is asked with, by name."""


NONE: Mapping[Question, Answer] = {}

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

    def __init__(
        self, upstream: Upstream, document: DocumentNode, public_url: str = "", held: Mapping[Question, Answer] = NONE
    ):
        """`held`: answers that need not be asked for."""
        self.document, self.public_url = document, public_url
        self._upstream, self._held = upstream, held
        self._answers: dict[Question, asyncio.Task[Answer]] = {}
        self._reaching: dict[object, asyncio.Task[bool]] = {}
        self._objects = 0
        self.memo: dict[object, Any] = {}
        self.stale = False

    @cached_property
    def figures(self) -> DataLoader[FigureKey, Answer]:
        """Figures, by the table where there are many."""
        return DataLoader(load_fn=self._load_figures)

    @cached_property
    def duties(self) -> DataLoader[DutyKey, Rows]:
        """What States owe."""
        return DataLoader(load_fn=self._load_duties)

    @cached_property
    def lists(self) -> DataLoader[ListKey, Rows]:
        """Rows of the record that belong to one State or meeting."""
        return DataLoader(load_fn=self._load_lists)

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
        question = _question(path, parameters)
        held = self._held.get(question)
        if held is not None:
            return held
        try:
            answer = await self._begun(question, parameters)
        except Problem as problem:
            raise public(problem) from problem
        self.stale = self.stale or answer.stale
        return answer

    def _begun(self, question: Question, parameters: Parameters | None) -> asyncio.Task[Answer]:
        task = self._answers.get(question)
        if task is None:
            if len(self._answers) >= CALLS:
                raise PublicError("too-costly", f"the query asks for more than {CALLS} different cuts or lists at once")
            asked = self._upstream.ask(question[0], parameters)
            task = self._answers[question] = asyncio.ensure_future(asked)
        return task

    @property
    def asked_nothing(self) -> bool:
        """Whether all of the answer rests on what was held."""
        return not self._answers and not self._reaching

    def answers(self) -> dict[Question, Answer]:
        """What the services have answered so far."""
        done = {question: task for question, task in self._answers.items() if task.done() and not task.cancelled()}
        return {question: task.result() for question, task in done.items() if task.exception() is None}

    async def _load_duties(self, keys: list[DutyKey]) -> Sequence[Rows | BaseException]:
        return await load_duties(self.ask, keys)

    async def _load_lists(self, keys: list[ListKey]) -> Sequence[Rows | BaseException]:
        return await load_lists(self.ask, keys)

    async def reach(self, wanted: Mapping[str, int]) -> None:
        """Wait, but not for ever, until the read models hold these positions; else what follows is stale."""
        key = tuple(sorted(wanted.items()))
        if key not in self._reaching:
            self._reaching[key] = asyncio.ensure_future(reached(self._upstream, wanted))
        self.stale = not await self._reaching[key] or self.stale

    def again(self) -> Asking:
        """The same questions with the same answers, nothing spent yet: for an operation that is begun anew."""
        other = Asking(self._upstream, self.document, self.public_url, self._held)
        other._answers, other._reaching = self._answers, self._reaching
        return other

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
            answers = await asyncio.gather(*(self.one_figure(key) for key in group), return_exceptions=True)
            return dict(zip(group, answers, strict=True))
        try:
            table = await self.table(group[0].plan, group[0].cut, evidence=group[0].evidence)
        except PublicError as refused:
            return dict.fromkeys(group, refused)
        rows = {row["indicator"]: row for row in table.value["figures"]}
        return {key: _row_of(rows, key, table.stale) for key in group}

    async def table(self, plan: str, cut: Asked, *, evidence: bool) -> Answer:
        """All figures of a plan at a cut: `{cut, figures: [row]}`."""
        return await self.ask(FIGURES, _of_table(plan, cut, evidence))

    def begin_table(self, plan: str, cut: Asked, evidence: bool) -> None:
        """Ask for a table that will be wanted soon. Raises PublicError where it is one too many."""
        parameters = _of_table(plan, cut, evidence)
        if (question := _question(FIGURES, parameters)) not in self._held:
            self._begun(question, parameters)

    async def one_figure(self, key: FigureKey) -> Answer:
        """The row of one figure."""
        of = "explanations" if key.evidence else "figures"
        return await self.ask(f"/indicators/{of}/{key.indicator}", key.cut.parameters())


class Listening(Asking):
    """The context of a connection that listens: each event is answered with nothing remembered of the one before."""

    def __init__(self, upstream: Upstream, live: Live, public_url: str = ""):
        super().__init__(upstream, NO_DOCUMENT, public_url)
        self.live = live

    def renew(self) -> None:
        """Forget what was asked and spent for the last event; who is told of this one knows more than before."""
        self._upstream.hear()
        upstream, live, public_url = self._upstream, self.live, self.public_url
        vars(self).clear()  # with the loaders, which remember too
        self.__init__(upstream, live, public_url)  # type: ignore[misc]  # of this very class


FIGURES = "/indicators/figures"


def _of_table(plan: str, cut: Asked, evidence: bool) -> Parameters:
    return {"plan": plan, **cut.parameters(), "evidence": "true" if evidence else None}


def _question(path: str, parameters: Parameters | None) -> Question:
    return path, tuple(sorted((parameters or {}).items()))  # names differ, so that values are never compared


def _row_of(rows: dict[str, Any], key: FigureKey, stale: bool) -> Answer | BaseException:
    if key.indicator not in rows:
        return PublicError("indicator-unknown", f"the plan {key.plan} has no indicator {key.indicator}")
    return Answer(rows[key.indicator], stale)
