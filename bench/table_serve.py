"""One case of the plan table, or the services behind it, in a process of its own.

`python -m bench.table_serve CASE FOLDER` reads what there is to answer from FOLDER and prints its port when it serves.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson
import uvicorn
from fastapi import FastAPI, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bench.announcing import Server
from bench.table_questions import ANSWERS, BODY


async def _send(send: Send, body: bytes) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class Services:
    """All three services: they answer at once and what they always answer, and say how far they are.

    `moving`: something is recorded between any two tables.
    """

    def __init__(self, folder: Path, *, moving: bool):
        known = orjson.loads((folder / ANSWERS).read_bytes())
        self._known = {question: orjson.dumps(value) for question, value in known.items()}
        self._moving, self._position = moving, 1

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path, query = scope["path"], scope["query_string"].decode()
        if path.startswith("/indicators/plans/") and self._moving:
            self._position += 1
        await _send(send, self._known.get(f"{path}?{query}" if query else path) or self._standing(path))

    def _standing(self, path: str) -> bytes:
        if path.endswith("/ledger/head"):
            return orjson.dumps({"position": self._position, "hash": f"{self._position:064x}"})
        row = {"projection": "facts", "source": "reports", "position": self._position, "state": "running"}
        return orjson.dumps([row | {"generation": 1, "version": 1}])


def stock(folder: Path) -> FastAPI:
    """strawberry as its tutorial has it."""
    from bench import tutorial  # a second to import, which no other case is to wait for

    return tutorial.create_app(orjson.loads((folder / ANSWERS).read_bytes()))


def encoded(folder: Path) -> FastAPI:
    """What any JSON API has to do at least: ready objects encoded."""
    app, value = FastAPI(), orjson.loads((folder / BODY).read_bytes())

    @app.post("/graphql")
    async def answer() -> Response:
        return Response(orjson.dumps(value), media_type="application/json")

    return app


def static(folder: Path) -> FastAPI:
    """Ready bytes."""
    app, body = FastAPI(), (folder / BODY).read_bytes()

    @app.post("/graphql")
    async def answer() -> Response:
        return Response(body, media_type="application/json")

    return app


def raw(folder: Path) -> ASGIApp:
    """Ready bytes without a framework."""
    body = (folder / BODY).read_bytes()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await _send(send, body)

    return app


CASES: Mapping[str, Callable[[Path], Any]] = {
    "stock": stock,
    "encoded": encoded,
    "static": static,
    "raw": raw,
    "services": lambda folder: Services(folder, moving=False),
    "moving services": lambda folder: Services(folder, moving=True),
}

if __name__ == "__main__":
    served = CASES[sys.argv[1]](Path(sys.argv[2]))
    config = uvicorn.Config(served, port=0, lifespan="off", log_level="warning", access_log=False)
    Server(config).run()
