"""What the services last answered to large questions, read and ready, as long as nothing has moved since.

A frontend asks for the same table in other words again and again: other fields, another order, other names. The
services are asked for its rows once at each standing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from services.gateway.asking.operation import Question
from services.gateway.asking.standing import Standing
from services.gateway.asking.upstream import Answer

WORTH = 16_384
"""Bytes from which a service's answer is held."""

HELD_BYTES = 1024 * 1024
"""Bytes of services' answers held; as values they take some ten times as much. A table at four meetings has 400,000."""


class HeldAnswers:
    """Of one standing and day (UTC) alone: another one takes its place."""

    def __init__(self) -> None:
        self._at: tuple[Standing, date] | None = None
        self._answers: dict[Question, Answer] = {}
        self._size = 0

    def at(self, standing: Standing | None, day: date) -> Mapping[Question, Answer]:
        """The answers given at this standing on this day; none where it is not known how far all is."""
        return self._answers if standing is not None and self._at == (standing, day) else {}

    def hold(self, answers: Mapping[Question, Answer], standing: Standing, day: date) -> None:
        """Hold answers that were given while everything stood so; the large ones, as far as there is room."""
        if self._at != (standing, day):
            self._at, self._answers, self._size = (standing, day), {}, 0
        for question, answer in answers.items():
            if answer.size >= WORTH and self._size + answer.size <= HELD_BYTES and question not in self._answers:
                self._answers[question] = answer
                self._size += answer.size
