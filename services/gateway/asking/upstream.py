"""Asks the services' query APIs, and remembers their last good answers for when one of them is down."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import httpx
import orjson

from services.gateway.problems import unreachable
from shared.problems import Problem

REMEMBERED_BYTES = 32 * 1024 * 1024
"""Bytes of answers kept for a service that is down; the least recently asked ones go first."""

DOWN = frozenset((502, 503, 504))
"""Statuses that speak of the service and not of the question."""

MADE = 8
"""Things made of one answer that are kept with it."""

T = TypeVar("T")

Parameters = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Answer:
    """A service's answer as JSON values; `stale` = it is from before the service went down, or says so itself.

    `size`: the bytes it came in. The values are shared by all who ask, and nobody changes them.
    """

    value: Any
    stale: bool = False
    size: int = 0
    _made: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    def once(self, name: Hashable, make: Callable[[], T]) -> T:
        """What `make` makes of the value, made once while the answer is held; pure, and named by all it uses."""
        if name not in self._made:
            if len(self._made) >= MADE:
                self._made.clear()
            self._made[name] = make()
        found: T = self._made[name]
        return found


class Upstream:
    """The services behind the gateway, asked by GET."""

    def __init__(self, services: Mapping[str, httpx.AsyncClient]):
        self.services = services
        self.heard = 0
        self._remembered: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0

    def hear(self) -> None:
        """Note that something came from a service or the bus: whoever it is for may know more of the record now."""
        self.heard += 1

    async def ask(self, path: str, parameters: Parameters | None = None, *, remembered: bool = True) -> Answer:
        """The answer to GET `path` (`/<service>/…`); absent parameters are left out.

        Not `remembered` = what is true only now: it is not given when the service is down.

        Raises Problem: the service's own for a 4xx, `service-unreachable` when it is down and was never asked this.
        """
        try:
            return await self.look(path, parameters, remembered=remembered)
        finally:
            self.hear()

    async def look(self, path: str, parameters: Parameters | None = None, *, remembered: bool = True) -> Answer:
        """The same for what nobody outside is told."""
        service = path.split("/")[1]
        url = httpx.URL(_base(self.services[service], service)).copy_with(
            path=path, params={name: value for name, value in (parameters or {}).items() if value is not None}
        )
        key = str(url)
        try:
            response = await self.services[service].get(url)
        except httpx.TransportError as failure:
            return self._before(key, unreachable(service), failure)
        if response.status_code in DOWN:
            return self._before(key, problem_of(response, service), None)
        if response.status_code >= 400:
            raise problem_of(response, service)
        if remembered:
            self._remember(key, response.content)
        return _read(response.content)

    def _before(self, key: str, otherwise: Problem, cause: Exception | None) -> Answer:
        body = self._remembered.get(key)
        if body is None:
            raise otherwise from cause
        return replace(_read(body), stale=True)

    def _remember(self, key: str, body: bytes) -> None:
        self._size += len(body) - len(self._remembered.pop(key, b""))
        self._remembered[key] = body
        while self._size > REMEMBERED_BYTES:
            _, gone = self._remembered.popitem(last=False)
            self._size -= len(gone)


def _read(body: bytes) -> Answer:
    value = orjson.loads(body)
    return Answer(value, isinstance(value, dict) and value.get("stale") is True, len(body))


def _base(client: httpx.AsyncClient, service: str) -> httpx.URL:
    return client.base_url if client.base_url.host else httpx.URL(f"http://{service}")


def problem_of(response: httpx.Response, service: str) -> Problem:
    """The problem a service answered with; an answer that is none is `service-failed`, its text kept to ourselves."""
    try:
        body = orjson.loads(response.content)
    except orjson.JSONDecodeError:
        body = None
    if not isinstance(body, dict) or "type" not in body:
        return Problem(502, "service-failed", f"The service {service} failed", service=service)
    return Problem(
        response.status_code,
        str(body["type"]).rsplit("/", 1)[-1],
        str(body.get("title", "")),
        str(body.get("detail", "")),
        field=body.get("field"),
    )
