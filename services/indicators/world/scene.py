"""Where an expression is evaluated: the world, the days, and what its parts default to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from services.indicators.grammar.window import Window
from services.indicators.plans.definition import Definition
from services.indicators.world.frame import Frame, Interval
from services.indicators.world.world import World

At = Literal["window", "last"]
TO_DATE = Window(effective="toDate")


@dataclass(frozen=True)
class Scene:
    """`window` is what facts without an own one are taken from, `at` when a population without one is asked."""

    world: World
    frame: Frame
    definition: Definition
    window: Window
    at: At

    def days(self, window: Window | None = None) -> Interval:
        """The days of a window, or of the scene's own. Raises NoSuchWindow."""
        return self.frame.days(window or self.window)

    def seen(self) -> Interval:
        """The days on which populations are asked: the scene's window as far as the figure looks."""
        days = self.days()
        last = min(days.last, self.frame.last)
        return Interval(min(days.first, last), last)

    def asking_at(self, at: At) -> Scene:
        """The same scene with another default for populations."""
        return replace(self, at=at)

    def within(self, window: Window) -> Scene:
        """The same scene over another window."""
        return replace(self, window=window)

    def on(self, day: date) -> Scene:
        """How things stood on a day: facts up to it, populations on it."""
        return replace(self, frame=self.frame.on(day), window=TO_DATE, at="last")
