"""Asks the running system over HTTP; whatever goes wrong is one line that says what and what would help."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import httpx

DEFAULT_URL = "http://127.0.0.1:8000"

PATIENCE = httpx.Timeout(120.0, connect=5.0)
"""Seconds: verifying a long ledger takes a while, connecting does not."""

SERVICES = ("reports", "meetings", "indicators")
"""The services that keep a ledger."""


class Failed(Exception):
    """A command cannot do what it was asked; the message is one line for the reader."""


class NotThere(Failed):
    """The system has nothing at this address."""


def base_url() -> str:
    """Where the system runs: STOCKTAKE_URL, else the default of `stocktake up`."""
    return os.environ.get("STOCKTAKE_URL", DEFAULT_URL).rstrip("/")


class System:
    """The running system at `url`."""

    def __init__(self, url: str | None = None):
        self.url = url or base_url()

    def get(self, path: str, **parameters: str | int | None) -> Any:
        """The JSON answer to GET. Raises Failed."""
        given = {name: value for name, value in parameters.items() if value is not None}
        return self._json("GET", path, given)

    def raw(self, path: str, media_type: str, **parameters: str | int | None) -> bytes:
        """The answer to GET as it came, of this type. Raises Failed."""
        given = {name: value for name, value in parameters.items() if value is not None}
        answer = self._ask("GET", path, given)
        if not answer.headers.get("content-type", "").startswith(media_type):
            raise self._somebody_else()
        return answer.content

    def get_or_none(self, path: str) -> Any:
        """The JSON answer to GET, None where there is nothing. Raises Failed."""
        try:
            return self._json("GET", path, {})
        except NotThere:
            return None

    def post(self, path: str, body: Any = None) -> Any:
        """The JSON answer to POST, with a JSON body or without. Raises Failed."""
        return self._json("POST", path, {}, body)

    def _json(self, method: str, path: str, parameters: Mapping[str, str | int], sent: Any = None) -> Any:
        body = _json(self._ask(method, path, parameters, sent))
        if body is None:
            raise self._somebody_else()
        return body

    def _somebody_else(self) -> Failed:
        return Failed(f"what answers at {self.url} is not Stocktake; set STOCKTAKE_URL to where it runs")

    def _ask(self, method: str, path: str, parameters: Mapping[str, str | int], sent: Any = None) -> httpx.Response:
        try:
            # no proxies from the environment: the system is a neighbour, by default on this very machine
            with httpx.Client(base_url=self.url, timeout=PATIENCE, trust_env=False) as client:
                answer = client.request(method, path, params=parameters, json=sent)
        except (httpx.TransportError, httpx.InvalidURL) as failure:
            raise nothing_answers(self.url, failure) from failure
        if not answer.is_success:
            body = _json(answer)
            failed = NotThere if answer.status_code == 404 and isinstance(body, dict) else Failed
            raise failed(problem_line(answer.status_code, body))
        return answer


def nothing_answers(url: str, failure: Exception) -> Failed:
    """The line for a system that cannot be reached."""
    if isinstance(failure, httpx.ReadTimeout):
        return Failed(f"{url} took too long to answer")
    if isinstance(failure, httpx.UnsupportedProtocol | httpx.InvalidURL):
        return Failed(f"STOCKTAKE_URL={url} is no address; write it as {DEFAULT_URL}")
    return Failed(f"nothing answers at {url}; start it with `stocktake up`, or set STOCKTAKE_URL to where it runs")


def problem_line(status: int, body: Any) -> str:
    """A problem (RFC 9457) in one line: title, detail, and the type that scripts may look for."""
    if not isinstance(body, dict) or "title" not in body:
        return f"the system answered with status {status} and no explanation"
    type_ = str(body.get("type", "")).rsplit("/", 1)[-1]
    detail = f": {body['detail']}" if body.get("detail") else ""
    return " ".join(f"{body['title']}{detail} ({type_})".split())


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None
