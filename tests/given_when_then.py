"""Tests of deciders that read aloud: given these facts, when this is asked, then that is recorded or refused."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from shared.command import Command
from shared.decider import Decider, Refused
from shared.events.base import Effective, Event, Known, Passage
from shared.events.envelope import Proposed

TODAY = date(2026, 6, 1)
PASSAGE = Passage(document="CCM/MSP/2025/9", paragraph="12")


def asking(fact: Event, *, kind: type[Command] = Command, today: date = TODAY, **more: Any) -> Command:
    """A command for this fact, known and effective on a day that no decider looks at."""
    day = date(2020, 1, 1)
    return kind(fact, (PASSAGE,), Known(time=day), Effective(from_=day), today, **more)


@dataclass
class Given:
    """A decider after some facts."""

    decider: Decider[Any, Any]
    events: Sequence[Event] = ()
    command: Command | None = None

    def given(self, *events: Event) -> Given:
        """These facts are recorded."""
        return Given(self.decider, (*self.events, *events))

    def when(self, fact: Event, **more: Any) -> Given:
        """Somebody asks for this one; `more` is what the command knows besides (kind, today, request ...)."""
        return Given(self.decider, self.events, asking(fact, **more))

    def decided(self) -> Sequence[Proposed]:
        """What the decider says; raises Refused."""
        assert self.command is not None
        return self.decider.decide(self.decider.fold(self.events), self.command)

    def then_recorded(self) -> None:
        """Exactly the fact asked for is recorded."""
        assert self.command is not None
        assert [proposed.event for proposed in self.decided()] == [self.command.fact]

    def then_refused(self, type_: str, field_: str | None = None, article: str | None = None) -> None:
        """It is refused with this problem, naming this field and article where given."""
        with pytest.raises(Refused) as refusal:
            self.decided()
        assert refusal.value.type == type_
        if field_ is not None:
            assert refusal.value.field == field_
        if article is not None:
            assert refusal.value.article == article
