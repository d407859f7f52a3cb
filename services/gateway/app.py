"""Composition root of the gateway: the services in, one application out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager

import httpx
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.types import Scope

from services.gateway.answering.graphql_http import Answering, graphql_route, graphql_router
from services.gateway.answering.websocket import Subscriptions, websocket_route
from services.gateway.asking.forwarding import forwarding_router
from services.gateway.asking.live import Live
from services.gateway.asking.upstream import Upstream
from services.gateway.contract_http import contract_router
from services.gateway.cors import CrossOrigin, origins_of
from services.gateway.health import health_router
from services.gateway.pages.calendar_http import calendar_router
from services.gateway.pages.explorer import explorer_router
from services.gateway.pages.exports import exports_router
from services.gateway.pages.pages import pages_router
from services.gateway.security import SecurityHeaders
from shared.http.handlers import install_handlers
from shared.settings import ServiceName, Settings
from shared.telemetry import HTTP, unheard

SERVICES: tuple[ServiceName, ...] = ("reports", "meetings", "indicators")
"""What is behind the gateway."""

CALL_TIMEOUT = httpx.Timeout(60.0, connect=2.0)
"""Seconds to wait for a service that answers, and for one that may be down."""


class NotConfigured(Exception):
    """A setting without which the gateway cannot run is missing; the message names it."""


def create_app(settings: Settings, *, services: Mapping[str, httpx.AsyncClient] | None = None) -> FastAPI:
    """The gateway over `services` (reports, meetings, indicators): by HTTP or inside this process, it cannot tell.

    Without `services` they are reached at the URLs of the settings. Raises NotConfigured when one is missing.
    """
    owned = {} if services else _clients(settings)
    behind = services or owned

    live = Live(settings.nats_url, settings.nats_seed)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for client in owned.values():
                await stack.enter_async_context(client)
            stack.push_async_callback(live.close)
            yield

    traced: TelemetryConfig = {**HTTP, "exclude": _untraced}
    app = FastAPI(
        title="Stocktake", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan, telemetry=traced
    )
    app.state.live = live
    install_handlers(app)
    app.add_middleware(SecurityHeaders)
    if origins := origins_of(settings):
        app.add_middleware(CrossOrigin, origins=origins)
    upstream = app.state.upstream = Upstream(behind)
    public_url = (settings.public_url or "").rstrip("/")
    answering = Answering(upstream, public_url)
    pages = (pages_router(upstream, public_url), calendar_router(upstream), exports_router(upstream))
    read = (explorer_router(answering), graphql_router(), *pages)
    app.router.routes.append(graphql_route(answering))
    app.router.routes.append(websocket_route(Subscriptions(upstream, live, origins_of(settings), public_url)))
    for router in (*read, health_router(behind), contract_router(), forwarding_router(behind, upstream.hear)):
        app.include_router(router)
    return app


def _untraced(scope: Scope) -> bool:
    """A kept answer costs less than the span around it would; one that is made has a span of its own."""
    return scope["type"] == "http" and scope["path"] == "/graphql" and unheard(scope)


def _clients(settings: Settings) -> dict[str, httpx.AsyncClient]:
    return {name: httpx.AsyncClient(base_url=_url(settings, name), timeout=CALL_TIMEOUT) for name in SERVICES}


def _url(settings: Settings, name: ServiceName) -> str:
    url = settings.url_of(name)
    if url is None:
        raise NotConfigured(
            f"STOCKTAKE_{name.upper()}_URL is not set; a gateway of its own needs to know where they are"
        )
    return url
