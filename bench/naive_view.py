"""The naive way's other half: a process that subscribes, keeps a row per event, and shows them over GraphQL.

`python -m bench.naive_view command|view FOLDER NATS_URL` serves one of the two and prints its port. A durable push
consumer that acknowledges when the row is committed, SQLAlchemy, strawberry: as their documentation has it.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats
import orjson
import strawberry
import uvicorn
from fastapi import FastAPI
from nats.aio.msg import Msg
from nats.js.api import StreamConfig
from sqlalchemy import Column, LargeBinary, MetaData, String, Table, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import create_async_engine
from strawberry.fastapi import GraphQLRouter

from bench import naive
from bench.announcing import Server
from shared.database import views_durability

metadata = MetaData()
rows = Table("rows", metadata, Column("id", String, primary_key=True), Column("data", LargeBinary, nullable=False))


def create_app(folder: Path, nats_url: str) -> FastAPI:
    """`{ seen(id) }`: whether the row of this event is there."""
    writing = naive.one_connection(folder / "view.sqlite", views_durability())
    reading = create_async_engine(f"sqlite+aiosqlite:///{folder / 'view.sqlite'}")

    async def project(message: Msg) -> None:
        row = {"id": orjson.loads(message.data)["id"], "data": message.data}
        async with writing.begin() as connection:
            await connection.execute(insert(rows).values(row).on_conflict_do_nothing())
        await message.ack()

    @strawberry.type
    class Query:
        @strawberry.field
        async def seen(self, id: strawberry.ID) -> bool:
            async with reading.connect() as connection:
                return (await connection.execute(select(rows.c.id).where(rows.c.id == id))).first() is not None

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with writing.begin() as connection:
            await connection.run_sync(metadata.create_all)
        async with await nats.connect(nats_url) as client:
            jetstream = client.jetstream()
            await jetstream.add_stream(StreamConfig(name="NAIVE", subjects=["naive.>"]))
            await jetstream.subscribe("naive.>", durable="view", cb=project, manual_ack=True)
            yield
        for engine in (writing, reading):
            await engine.dispose()

    app = FastAPI(lifespan=lifespan)
    app.include_router(GraphQLRouter(strawberry.Schema(Query)), prefix="/graphql")
    return app


if __name__ == "__main__":
    make = {"command": naive.create_app, "view": create_app}[sys.argv[1]]
    app = make(Path(sys.argv[2]), sys.argv[3])
    asyncio.run(Server(uvicorn.Config(app, port=0, log_level="warning", access_log=False)).serve())
