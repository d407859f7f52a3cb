"""Runs one service as a process of its own."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared import collector, telemetry
from shared.settings import ServiceName, Settings

NOT_STARTED = 3
"""Exit code when the services' own start failed; its reason is on stderr."""


GRACE_SECONDS = 5
"""What open requests get to finish in when a stop is asked for; a subscription would otherwise keep it for ever."""


def serve(name: ServiceName, create_app: Callable[[Settings], FastAPI]) -> None:
    """Serve until stopped, on the settings' host and port; exit 1 with one line when a setting is missing."""
    settings = Settings()
    telemetry.configure(name, settings)
    if name != "gateway" and settings.nats_url is None:
        sys.exit(
            f"stocktake {name}: NATS_URL is not set or is empty; "
            "a service of its own needs a nats-server to talk to the others"
        )
    config = uvicorn.Config(
        _saying_why(create_app(settings)),
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = _Server(config)
    server.run()
    if not server.started:
        sys.exit(NOT_STARTED)


def _saying_why(app: FastAPI) -> ASGIApp:
    """The app; of a start that failed at a connection its own words are told, not where in our code that was."""

    async def told(scope: Scope, receive: Receive, send: Send) -> None:
        async def say(message: Message) -> None:
            failure = sys.exc_info()[1]  # the app sends this while it handles what went wrong
            if message["type"] == "lifespan.startup.failed" and isinstance(failure, ConnectionError):
                message = {**message, "message": str(failure)}
            await send(message)

        await app(scope, receive, say if scope["type"] == "lifespan" else send)

    return told


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        collector.settle()
