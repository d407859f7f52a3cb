"""What most would write: one transaction with event and outbox row, then publish, then mark it sent, then answer.

Written as well as that design allows: the same checks of the body, the same durability, one connection so that
writers queue instead of polling for SQLite's lock, prepared statements through SQLAlchemy's cache.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
from fastapi import FastAPI
from nats.js.api import StreamConfig
from sqlalchemy import Boolean, Column, Integer, LargeBinary, MetaData, String, Table, insert, update

from shared.bus.connection import Bus
from shared.database import async_engine
from shared.events.reports import PracticeReported
from shared.http.commands import body_model

Body: Any = body_model(PracticeReported)

metadata = MetaData()
events = Table(
    "events",
    metadata,
    Column("position", Integer, primary_key=True, autoincrement=True),
    Column("id", String, unique=True, nullable=False),
    Column("stream", String, nullable=False, index=True),
    Column("data", LargeBinary, nullable=False),
)
outbox = Table(
    "outbox",
    metadata,
    Column("id", String, primary_key=True),
    Column("subject", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("sent", Boolean, nullable=False),
)


def create_app(folder: Path, nats_url: str) -> FastAPI:
    """One route, for one command."""
    engine = async_engine(f"sqlite:///{folder / 'naive.sqlite'}", "naive")
    bus: Bus

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        nonlocal bus
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        bus = await Bus.connect(nats_url, name="naive")
        await bus.js.add_stream(StreamConfig(name="NAIVE", subjects=["naive.>"]))
        yield
        await bus.close()
        await engine.dispose()

    app = FastAPI(lifespan=lifespan)

    @app.post("/reports/commands/RecordStatement", status_code=201)
    async def record(body: Body) -> dict[str, Any]:
        event = body.fact
        id_, subject = str(uuid4()), f"naive.{event.subject}"
        wire = orjson.dumps({"id": id_, "type": event.type_name(), "stream": event.stream, "data": event.data()})
        async with engine.begin() as connection:
            stored = await connection.execute(insert(events).values(id=id_, stream=event.stream, data=wire))
            await connection.execute(insert(outbox).values(id=id_, subject=subject, body=wire, sent=False))
        await bus.js.publish(subject, wire, headers={"Nats-Msg-Id": id_})
        async with engine.begin() as connection:
            await connection.execute(update(outbox).where(outbox.c.id == id_).values(sent=True))
        (position,) = stored.inserted_primary_key or (None,)
        return {"position": position, "ids": [id_]}

    return app
