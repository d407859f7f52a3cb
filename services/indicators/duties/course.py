"""What holds of a State day by day, found once from one turn to the next: a day that notes what it is compared with."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Generic, NoReturn, TypeVar

T = TypeVar("T")

ONE_DAY = timedelta(days=1)


class Watched(date):
    """A day that may only be compared; `turns` are the days from which on some comparison comes out otherwise.

    Python asks it first on whichever side of the comparison it stands, since it is a subclass.
    """

    turns: set[date]

    @classmethod
    def of(cls, day: date) -> Watched:
        """The day, watched from now on."""
        watched = cls.fromordinal(day.toordinal())
        watched.turns = set()
        return watched

    def __lt__(self, other: date) -> bool:
        self.turns.add(other)
        return date.__lt__(self, other)

    def __ge__(self, other: date) -> bool:
        self.turns.add(other)
        return date.__ge__(self, other)

    def __le__(self, other: date) -> bool:
        self._turns_after(other)
        return date.__le__(self, other)

    def __gt__(self, other: date) -> bool:
        self._turns_after(other)
        return date.__gt__(self, other)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, date):
            self.turns.add(other)
            self._turns_after(other)
        return date.__eq__(self, other)

    def __hash__(self) -> int:
        raise TypeError("what is kept by the day cannot be watched")

    def _turns_after(self, other: date) -> None:
        if other < date.max:
            self.turns.add(other + ONE_DAY)

    def _read(self) -> NoReturn:
        raise TypeError("a watched day may only be compared")

    year = property(_read)
    month = property(_read)
    day = property(_read)


class Course(Generic[T]):
    """The answers of a function of the day, each with the days for which it is known to be the same."""

    def __init__(self) -> None:
        self._first: list[date] = []
        self._known: list[tuple[date, T]] = []  # the first day after, and the answer

    def on(self, day: date, find: Callable[[date], T]) -> T:
        """The answer on a day; `find` must be the same function each time, up to what it answers."""
        return self._at(day, find)[1]

    def through(self, first: date, last: date, find: Callable[[date], T]) -> Iterator[tuple[date, date, T]]:
        """The answers on all days from `first` to `last`: from when on, until before when, and what."""
        while first <= last:
            end, found = self._at(first, find)
            yield first, end, found
            if end <= first:  # there is no day after the last of the calendar
                return
            first = end

    def _at(self, day: date, find: Callable[[date], T]) -> tuple[date, T]:
        at = bisect_right(self._first, day)
        if at and day < self._known[at - 1][0]:
            return self._known[at - 1]
        watched = Watched.of(day)
        found = find(watched)
        begins = max((turn for turn in watched.turns if turn <= day), default=date.min)
        ends = min((turn for turn in watched.turns if turn > day), default=date.max)
        self._first.insert(at, begins)
        self._known.insert(at, (ends, found))
        return ends, found
