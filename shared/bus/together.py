"""Publishing several messages at once, each answered, over one subscription for all of them.

`JetStreamContext.publish_async` would be it, if it did not leave an answer that is a refusal unheard.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from itertools import count

from shared.bus.client import DirectClient

Message = tuple[str, bytes, Mapping[str, str]]
"""Subject, body, headers."""


class _Answers:
    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.one_more = asyncio.Event()


class Together:
    """Sends groups of messages on one connection."""

    def __init__(self, nc: DirectClient) -> None:
        self._nc, self._inbox = nc, ""
        self._numbers = count(1)
        self._groups: dict[bytes, _Answers] = {}

    async def publish(self, messages: Iterable[Message], patience: float) -> list[bytes]:
        """Publish all and answer their answers as they came; an empty one says that nobody took the message.

        Raises TimeoutError when they are not all there after `patience` seconds.
        """
        if not self._inbox:
            self._inbox = self._nc.new_inbox()
            await self._nc.subscribe_directly(f"{self._inbox}.*", self._take)
        number, answers, sent = str(next(self._numbers)), _Answers(), 0
        self._groups[number.encode()] = answers
        try:
            for subject, body, headers in messages:
                await self._nc.publish(subject, body, reply=f"{self._inbox}.{number}", headers=dict(headers))
                sent += 1
            async with asyncio.timeout(patience):
                while len(answers.bodies) < sent:
                    answers.one_more.clear()
                    await answers.one_more.wait()
            return answers.bodies
        finally:
            del self._groups[number.encode()]

    def _take(self, subject: bytes, _reply: bytes, body: bytes, _headers: bytes | None) -> None:
        if answers := self._groups.get(subject.rpartition(b".")[2]):  # none: it came too late
            answers.bodies.append(body)
            answers.one_more.set()
