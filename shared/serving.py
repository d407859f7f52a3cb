"""Runs one service as a process of its own."""

from __future__ import annotations

import sys
from collections.abc import Callable

import uvicorn
from fastapi import FastAPI

from shared import telemetry
from shared.settings import ServiceName, Settings


def serve(name: ServiceName, create_app: Callable[[Settings], FastAPI]) -> None:
    """Serve until stopped, on the settings' host and port; exit 1 with one line when a setting is missing."""
    settings = Settings()
    telemetry.configure(name, settings)
    if name != "gateway" and settings.nats_url is None:
        sys.exit(
            f"stocktake {name}: NATS_URL is not set; a service of its own needs a nats-server to talk to the others"
        )
    uvicorn.run(create_app(settings), host=settings.host, port=settings.port, access_log=False, log_config=None)
