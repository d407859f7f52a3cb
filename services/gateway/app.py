"""Composition root of the gateway: the services in, one application out."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
from fastapi import FastAPI

from services.gateway.forwarding import forwarding_router
from services.gateway.graphql_http import graphql_router
from services.gateway.health import health_router
from services.gateway.pages import pages_router
from services.gateway.security import SecurityHeaders
from services.gateway.upstream import Upstream
from shared.problems import Problem, answer_problem
from shared.settings import Settings


def create_app(settings: Settings, *, services: Mapping[str, httpx.AsyncClient]) -> FastAPI:
    """The gateway over `services` (reports, meetings, indicators): by HTTP or inside this process, it cannot tell."""
    upstream = Upstream(services)
    app = FastAPI(title="Stocktake", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.settings = settings
    app.add_exception_handler(Problem, answer_problem)
    app.add_middleware(SecurityHeaders)
    app.include_router(health_router(services))
    app.include_router(graphql_router(upstream))
    app.include_router(pages_router(upstream))
    app.include_router(forwarding_router(services))
    return app
