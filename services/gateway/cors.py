"""Which pages of other origins may read our answers: those an operator names, and only to ask."""

from __future__ import annotations

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from shared.settings import Settings

ONE_HOUR = 3600


class CrossOrigin:
    """CORS for `/graphql` and for GET. Commands are left out: there is no authentication a page could show.

    Without origins nothing is added, and browsers keep other origins out by themselves.
    """

    def __init__(self, app: ASGIApp, origins: tuple[str, ...]):
        self._app = app
        self._shared = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=["content-type", "accept", "if-none-match"],
            expose_headers=["etag"],
            max_age=ONE_HOUR,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (self._shared if _may_be_shared(scope) else self._app)(scope, receive, send)


def _may_be_shared(scope: Scope) -> bool:
    if scope["type"] != "http":
        return False
    under_graphql = scope["path"] == "/graphql" or scope["path"].startswith("/graphql/")
    return under_graphql or scope["method"] in ("GET", "HEAD")


def origins_of(settings: Settings) -> tuple[str, ...]:
    """The origins that the settings name."""
    return tuple(one.strip() for one in (settings.cors_origins or "").split(",") if one.strip())
