"""The explorer at `/graphql`: a page of our own with the worked example queries, and nothing from elsewhere."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from services.gateway.answering.graphql_http import Answering
from services.gateway.pages.pages import templates

QUERIES = Path(__file__).parents[3] / "examples" / "queries"
SCRIPT = Path(__file__).parent / "templates" / "explorer.js"

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
"""This page alone runs a script, its own, which asks only this gateway."""


@dataclass(frozen=True, slots=True)
class Example:
    """A worked query; its first comment is its title."""

    name: str
    title: str
    text: str


@cache
def examples() -> tuple[Example, ...]:
    """The worked queries by name; none where the program was installed without them."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sorted(QUERIES.glob("*.graphql"))}
    return tuple(Example(name, text.split("\n", 1)[0].lstrip("# "), text) for name, text in texts.items())


def explorer_router(answering: Answering) -> APIRouter:
    """The page, its script and its examples."""
    router = APIRouter(include_in_schema=False)

    @router.get("/graphql")
    async def page(request: Request) -> Response:
        if request.query_params:
            return await answering.get(request)
        html = templates.get_template("graphql.html").render(examples=examples())
        return HTMLResponse(html, headers={"content-security-policy": POLICY})

    @router.get("/graphql/explorer.js")
    async def script() -> Response:
        return Response(SCRIPT.read_bytes(), media_type="text/javascript")

    @router.get("/graphql/examples.json")
    async def worked() -> Response:
        return JSONResponse([asdict(one) for one in examples()])

    return router
