"""What subscribers read by, as it is checked in: JSON Schemas per event type and version, and the AsyncAPI document."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from fastapi import APIRouter, Request, Response

from shared.problems import Problem

DOCS = Path(__file__).resolve().parents[2] / "docs"

SCHEMA = "application/schema+json"
YAML = "application/yaml"

FRESH = "public, max-age=300"
"""A version's promise is for ever; its words may be bettered by a release."""


def contract_router(docs: Path = DOCS) -> APIRouter:
    """`/schemas`, `/schemas/{type}/{version}` (also with `.json`) and `/asyncapi.yaml`.

    The files are read at start, all of them: a deployment that lacks them does not start.
    """
    router = APIRouter(include_in_schema=False)
    asyncapi = (docs / "asyncapi.yaml").read_bytes()
    files = {(file.parent.name, file.stem): file.read_bytes() for file in sorted((docs / "schemas").glob("*/*.json"))}
    listed: list[dict[str, str | int]] = [
        {"type": type_, "version": int(version), "schema": f"/schemas/{type_}/{version}"} for type_, version in files
    ]

    @router.get("/schemas")
    async def schemas() -> list[dict[str, str | int]]:
        """Every type and version ever recorded, and the heartbeat."""
        return listed

    @router.get("/schemas/{type_}/{version}")
    async def schema(request: Request, type_: str, version: str) -> Response:
        body = files.get((type_, version.removesuffix(".json")))
        if body is None:
            known = sorted(int(one) for name, one in files if name == type_)
            detail = f"its versions are {', '.join(map(str, known))}" if known else "/schemas lists the types"
            raise Problem(404, "schema-unknown", "No such type or version of an event", detail, field="path")
        return _answer(request, body, SCHEMA)

    @router.get("/asyncapi.yaml")
    async def document(request: Request) -> Response:
        return _answer(request, asyncapi, YAML)

    return router


def _answer(request: Request, body: bytes, media_type: str) -> Response:
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": FRESH}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)
