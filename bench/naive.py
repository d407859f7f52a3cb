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
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    event,
    insert,
    update,
)
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from shared.bus.connection import Bus
from shared.database import configure_sqlite
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


def one_connection(file: Path, durability: tuple[str, str] | None = None) -> AsyncEngine:
    """An engine whose writers wait their turn for one connection, which is faster here than asking for the lock."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{file}", pool_size=1, max_overflow=0, pool_timeout=60)

    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        configure_sqlite(connection, durability)

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def create_app(folder: Path, nats_url: str) -> FastAPI:
    """One route, for one command."""
    engine = one_connection(folder / "naive.sqlite")
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
        fact = body.fact
        id_, subject = str(uuid4()), f"naive.{fact.subject}"
        wire = orjson.dumps({"id": id_, "type": fact.type_name(), "stream": fact.stream, "data": fact.data()})
        async with engine.begin() as connection:
            stored = await connection.execute(insert(events).values(id=id_, stream=fact.stream, data=wire))
            await connection.execute(insert(outbox).values(id=id_, subject=subject, body=wire, sent=False))
        await bus.js.publish(subject, wire, headers={"Nats-Msg-Id": id_})
        async with engine.begin() as connection:
            await connection.execute(update(outbox).where(outbox.c.id == id_).values(sent=True))
        (position,) = stored.inserted_primary_key or (None,)
        return {"position": position, "ids": [id_]}

    return app
