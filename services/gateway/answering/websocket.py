"""Subscriptions at `/graphql` over graphql-transport-ws: few at once, from origins that may ask, by our cost rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL

from services.gateway.asking.live import Live
from services.gateway.asking.operation import Listening
from services.gateway.asking.upstream import Upstream
from services.gateway.graph.schema import schema

PER_CONNECTION = 8
"""Subscriptions of one connection."""

TRY_LATER = 1013
"""Close code (RFC 6455's registry): try again later."""


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """What one gateway holds open. A client that does not read is sent nothing more, and falls behind (`Listener`)."""

    connections: int = 200
    init_within: timedelta = timedelta(seconds=10)
    """How long a connection may wait with its first message; then it is closed with 4408."""


LIMITS = ConnectionLimits()


class Subscriptions(GraphQL[Listening, None]):
    """Strawberry's server for the protocol, with our context and our limits."""

    def __init__(
        self,
        upstream: Upstream,
        live: Live,
        origins: tuple[str, ...],
        public_url: str,
        limits: ConnectionLimits = LIMITS,
    ):
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=(GRAPHQL_TRANSPORT_WS_PROTOCOL,),
            connection_init_wait_timeout=limits.init_within,
            max_subscriptions_per_connection=PER_CONNECTION,
            allowed_origins=origins,
        )
        self._upstream, self._live, self._public_url = upstream, live, public_url
        self._most, self._connections = limits.connections, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._connections >= self._most:
            socket = WebSocket(scope, receive, send)
            await socket.accept(subprotocol=GRAPHQL_TRANSPORT_WS_PROTOCOL)  # else a browser is told no code at all
            await socket.close(TRY_LATER, "too many connections; try again later")
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
