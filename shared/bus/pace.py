"""Which way of publishing a group is the faster one here and now: events each on its own, or one atomic batch."""

from __future__ import annotations

LEARNED_FROM = range(4, 65)
"""Sizes of groups that teach: of a few the round trip is most of it, of many the bytes, and both ways pay for those."""

TRY_EVERY = 32
"""Where the two are about equal, every so manieth group goes the seemingly slower way, to see if it still is."""


class Pace:
    """What each way took lately, in seconds.

    Both wait for the disk, but not for the same calls of it: with `sync_interval: always` a batch costs as much as 8
    events on one disk and as 40 on another, or on the same one a minute later.
    """

    def __init__(self) -> None:
        self.each, self.batch = 0.0002, 0.0024  # on a fast disk, with `sync_interval: always`
        self._near = 0

    def prefers_atomic(self, count: int) -> bool:
        """Whether a group of `count` should be a batch; asking counts as a group sent."""
        if count == 1:
            return False
        singly = count * self.each
        faster = singly > self.batch
        if self.batch / 2 < singly < self.batch * 2:
            self._near += 1
            return faster != (self._near % TRY_EVERY == 0)
        return faster

    def took(self, atomic: bool, count: int, seconds: float) -> None:
        """A group was acknowledged after `seconds`."""
        if count not in LEARNED_FROM:
            return
        if atomic:
            self.batch = _moved(self.batch, seconds)
        else:
            self.each = _moved(self.each, seconds / count)


def _moved(before: float, now: float) -> float:
    """A quarter of the way; what took very much longer than usual says little of the next time."""
    return before + (min(now, 2 * before) - before) / 4
