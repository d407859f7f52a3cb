"""Subscriptions at `/graphql` over graphql-transport-ws: few at once, from origins that may ask, by our cost rule."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

from services.gateway.asking import Listening
from services.gateway.live import Live
from services.gateway.schema import schema
from services.gateway.upstream import Upstream

INIT_WITHIN = timedelta(seconds=10)
"""How long a connection may wait with its first message."""

PER_CONNECTION = 8
"""Subscriptions of one connection."""

CONNECTIONS = 200
"""Connections of one gateway."""


class Subscriptions(GraphQL[Listening, None]):
    """Strawberry's server for the protocol, with our context and our limits."""

    def __init__(self, upstream: Upstream, live: Live, origins: tuple[str, ...], public_url: str):
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=INIT_WITHIN,
            max_subscriptions_per_connection=PER_CONNECTION,
            allowed_origins=origins,
        )
        self._upstream, self._live, self._public_url = upstream, live, public_url
        self._connections = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._connections >= CONNECTIONS:
            await WebSocket(scope, receive, send).close(1013, "too many connections")
            return
        self._connections += 1
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._connections -= 1

    async def get_context(self, request: Request | WebSocket, response: Response | WebSocket) -> Any:
        return Listening(self._upstream, self._live, self._public_url)


def websocket_route(subscriptions: Subscriptions) -> WebSocketRoute:
    """The route beside the one for queries."""
    return WebSocketRoute("/graphql", subscriptions)
