"""A reader that polls from where it stood, as the relay and every subscriber do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

Read = Callable[[int], Awaitable[Sequence[tuple[int, str]]]]
"""Answers (position, id) of what stands beyond a position, in order."""


class Follower:
    """Remembers the last position it has seen and never looks back."""

    def __init__(self, read: Read):
        self._read = read
        self.seen: list[tuple[int, str]] = []

    async def poll(self) -> None:
        """Take what is new."""
        self.seen += await self._read(self.seen[-1][0] if self.seen else 0)

    def missed(self, stored: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
        """What is stored and was never seen."""
        return sorted(set(stored) - set(self.seen))

    def in_order_without_a_hole(self) -> bool:
        """Whether the positions seen are 1, 2, 3 ... and each came once."""
        return [position for position, _ in self.seen] == list(range(1, len(self.seen) + 1))
