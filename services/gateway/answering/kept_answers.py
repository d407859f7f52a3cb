"""Answers that were dear to make, kept by operation, variables and how far everything was when they were made."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import orjson

from services.gateway.asking.standing import Standing

WORTH = 16_384
"""Bytes from which an answer is kept: a smaller one is made again while the services are asked how far they are."""

KEPT_BYTES = 16 * 1024 * 1024
"""Bytes of answers kept; the least recently asked ones go first."""

KNOWN = 1_024
"""Operations and queries of which it is remembered that their answers are large."""

LONGEST = timedelta(minutes=10)
"""How long an answer is kept at most: a service may be replaced by one with other rules, at the same positions."""

Operation = bytes
"""Digest of an operation: its text, its name, its variables, and the day it was asked on."""


def operation_of(query: str, name: str | None, variables: dict[str, Any], now: datetime) -> Operation:
    """The operation as a key. The day belongs to it, since what names no day is answered as of today (UTC)."""
    told = orjson.dumps([query, name, variables, now.astimezone(UTC).date()], option=orjson.OPT_SORT_KEYS)
    return _digest(told)


def _digest(told: bytes) -> bytes:
    return hashlib.blake2b(told, digest_size=24).digest()


def etag_of(body: bytes) -> str:
    """A strong ETag: equal for equal bytes alone."""
    return f'"{hashlib.blake2b(body, digest_size=18).hexdigest()}"'


@dataclass(frozen=True)
class Kept:
    """An answer's bytes, and the standing and moment that it was made at."""

    body: bytes
    standing: Standing
    made: datetime

    @cached_property
    def etag(self) -> str:
        """Worked out once, and only if a GET wants it."""
        return etag_of(self.body)


class KeptAnswers:
    """Bounded in bytes; never answers for another standing than the answer was made at."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Operation, Kept] = OrderedDict()
        self._large: OrderedDict[bytes, None] = OrderedDict()
        self._size = 0

    def large(self, query: str) -> bool:
        """Whether an answer to this query, whatever its variables, was large a while ago."""
        return _digest(query.encode()) in self._large

    def worth(self, operation: Operation) -> bool:
        """Whether an answer to this operation is worth keeping: it was large a while ago, and is wanted again."""
        return operation in self._large

    def find(self, operation: Operation, standing: Standing | None, now: datetime) -> Kept | None:
        """What was answered at this standing; None when there are none, or when it is not known how far all is."""
        kept = self._kept.get(operation)
        if kept is None or standing is None or kept.standing != standing or now - kept.made > LONGEST:
            return None
        self._kept.move_to_end(operation)
        return kept

    def note(self, operation: Operation, query: str, body: bytes) -> None:
        """Remember that this was asked, if the answer is large."""
        if len(body) >= WORTH:
            for asked in (operation, _digest(query.encode())):
                self._large[asked] = None
                self._large.move_to_end(asked)
            while len(self._large) > KNOWN:
                self._large.popitem(last=False)

    def keep(self, operation: Operation, body: bytes, standing: Standing, now: datetime) -> None:
        """Keep an answer in place of an earlier one."""
        self._forget(operation)
        self._kept[operation] = Kept(body, standing, now)
        self._size += len(body)
        while self._size > KEPT_BYTES:
            self._forget(next(iter(self._kept)))

    def _forget(self, operation: Operation) -> None:
        gone = self._kept.pop(operation, None)
        self._size -= len(gone.body) if gone else 0
