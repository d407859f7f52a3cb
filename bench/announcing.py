"""A server of a case in a process of its own: it says on which port."""

from __future__ import annotations

from typing import Any

import uvicorn

from shared import collector


class Server(uvicorn.Server):
    """Prints its port when it serves."""

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        collector.settle()  # as our own servers do; it only helps the others
        print(self.servers[0].sockets[0].getsockname()[1], flush=True)
