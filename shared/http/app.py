"""The skeleton all services share: routes under the service's prefix, problems, limits, health, metrics, OpenAPI."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shared.http.body import BodyLimit
from shared.http.handlers import install_handlers
from shared.http.health import Faults, health_router
from shared.telemetry import TraceRequests, metrics_app

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
        redirect_slashes=False,  # an address is one spelling; a redirect would lose the body of a command
    )
    install_handlers(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(TraceRequests, service=name)
    for router in routers:
        app.include_router(router)
    for prefix in ("", f"/{name}"):
        app.include_router(health_router(faults), prefix=prefix, include_in_schema=bool(prefix))
        app.mount(f"{prefix}/metrics", metrics_app())
    _describe(app, schemas)
    return app


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
