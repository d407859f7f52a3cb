"""The skeleton all services share: routes under the service's prefix, problems, limits, health, metrics, OpenAPI."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from shared.http.body import BodyLimit
from shared.http.handlers import install_handlers
from shared.http.health import Faults, health_router
from shared.telemetry import HTTP, metrics_app

VERSION = "0.1.0"

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def service_app(
    name: str,
    *,
    summary: str,
    lifespan: Lifespan,
    routers: Iterable[APIRouter],
    faults: Faults,
    schemas: Sequence[type[BaseModel]] = (),
) -> FastAPI:
    """An app that serves `routers` (each with its own prefix) and health at the root and under /{name}.

    `schemas` are models that routes refer to by name in their OpenAPI. No CORS: browsers talk to the gateway.
    """
    app = FastAPI(
        title=f"Stocktake {name}",
        summary=summary,
        version=VERSION,
        lifespan=lifespan,
        openapi_url=f"/{name}/openapi.json",
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        telemetry=HTTP,
        redirect_slashes=False,  # an address is one spelling; a redirect would lose the body of a command
    )
    install_handlers(app)
    app.add_middleware(BodyLimit)
    for router in routers:
        app.include_router(router)
    for prefix in ("", f"/{name}"):
        app.include_router(health_router(faults), prefix=prefix, include_in_schema=bool(prefix))
        app.router.routes.append(Route(f"{prefix}/metrics", _Metrics(), methods=["GET"], include_in_schema=False))
    _describe(app, schemas)
    return app


class _Metrics:
    """An object, since a bare function would be taken for one that is given a request."""

    def __init__(self) -> None:
        self._app = metrics_app()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)


def _describe(app: FastAPI, schemas: Sequence[type[BaseModel]]) -> None:
    """OpenAPI with the schemas of bodies that we parse ourselves, since the framework's own parser is too lax."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            described = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
            _, definitions = models_json_schema(
                [(model, "validation") for model in schemas], ref_template="#/components/schemas/{model}"
            )
            components = described.setdefault("components", {}).setdefault("schemas", {})
            components.update(definitions.get("$defs", {}))
            app.openapi_schema = described
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # the documented way to extend it
