"""The feed over HTTP: `/feeds/{ledger}/{n}`, for bootstrap and for healing what was missed on NATS (model §2)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Path, Query, Request, Response

from shared.events.registry import EVENT_TYPES
from shared.ledger.feed import PER_PAGE, Filter, Page, batch, last_page
from shared.ledger.port import Ledger
from shared.problems import Problem
from shared.states import is_iso3

BATCH = "application/cloudevents-batch+json"
OBJECT = "application/json"

FOR_EVER = "public, max-age=31536000, immutable"
FOR_A_MOMENT = "public, max-age=1"
"""How long the last page and the index may be kept unasked; then their ETag is asked about."""

THROUGH = "Stocktake-Through"

MOST = 64
"""Values of one filter."""

NO_STATE = "-"

Number = Annotated[int, Path(ge=1, lt=2**53 // PER_PAGE, description="1 = positions 1 to 256.")]
Types = Annotated[list[str], Query(alias="type", max_length=MOST, description="Only events of these types.")]
Subjects = Annotated[list[str], Query(alias="subject", max_length=MOST, description="Only about these States; - none.")]

_HEADERS = {
    THROUGH: {"description": "The last position this answer speaks for.", "schema": {"type": "integer"}},
    "Link": {"description": "first, prev, next and last page under the same filter.", "schema": {"type": "string"}},
    "ETag": {"description": "Strong.", "schema": {"type": "string"}},
}


def feed_router(ledger: Ledger) -> APIRouter:
    """Routes under `/feeds/{ledger}`, the same at the service and at the gateway."""
    router = APIRouter(prefix=f"/feeds/{ledger.name}", tags=["feed"])

    @router.get("", summary="How far the feed has come, and its pages")
    async def index(request: Request) -> Response:
        _only(request, set())
        head = await ledger.head()
        last = last_page(head.position)
        links = {"first": _address(ledger.name, 1, Filter()), "last": _address(ledger.name, last, Filter())}
        body = {"ledger": ledger.name, "through": head.position, "perPage": PER_PAGE, "pages": last, **links}
        headers = {THROUGH: str(head.position), "Cache-Control": FOR_A_MOMENT, "ETag": f'"{head.hash[:32]}"'}
        return _answer(request, headers, OBJECT, lambda: orjson.dumps(body))

    @router.get(
        "/{number}",
        summary="Events at positions 256(n-1)+1 to 256n, the bytes published on NATS",
        response_class=Response,
        responses={200: {"content": {BATCH: {}, OBJECT: {}}, "headers": _HEADERS}, 304: {"description": "Unchanged"}},
    )
    async def page(request: Request, number: Number, type_: Types = [], subject: Subjects = []) -> Response:  # noqa: B006  # FastAPI copies a default
        _only(request, {"type", "subject"})
        wanted = Filter(_known_types(ledger.name, type_), _known_subjects(subject))
        found = await _page(ledger, number)
        form = _form(request)
        headers = {
            THROUGH: str(found.through),
            "Cache-Control": FOR_EVER if found.complete else FOR_A_MOMENT,
            "ETag": found.tag(wanted, form),
            "Link": ", ".join(f'<{target}>; rel="{name}"' for name, target in _links(found, wanted).items()),
            "Vary": "Accept",
        }
        return _answer(request, headers, form, lambda: _body(found, wanted, form))

    return router


async def _page(ledger: Ledger, number: int) -> Page:
    """The page. Raises Problem 404 `page-unknown` beyond the one that the next event will stand on."""
    events = await ledger.read(after=PER_PAGE * (number - 1), limit=PER_PAGE)
    if not events and number > 1:
        last = last_page((await ledger.head()).position)
        if number > last:
            detail = f"the {ledger.name} ledger has come as far as page {last}; ask for that one until it is full"
            raise Problem(404, "page-unknown", "There is no such page yet", detail, field="path:number", last=last)
    return Page(ledger.name, number, events)


def _body(page: Page, wanted: Filter, form: str) -> bytes:
    events = batch(event for event in page.events if wanted.takes(event))
    if form == BATCH:
        return events
    links: dict[str, Any] = {"next": None, **_links(page, wanted)}
    about = {"ledger": page.ledger, "page": page.number, "from": page.first, "through": page.through}
    said = orjson.dumps({**about, "complete": page.complete, **links})
    return said[:-1] + b',"events":' + events.rstrip(b"\n") + b"}\n"


def _links(page: Page, wanted: Filter) -> dict[str, str]:
    """The pages beside it; there is a next one as soon as this one is full."""
    near = {"first": 1, "prev": page.number - 1, "next": page.number + 1 if page.complete else 0}
    return {name: _address(page.ledger, number, wanted) for name, number in near.items() if number}


def _address(ledger: str, number: int, wanted: Filter) -> str:
    query = urlencode(wanted.parameters())
    return f"/feeds/{ledger}/{number}" + (f"?{query}" if query else "")


def _form(request: Request) -> str:
    """The batch, unless plain JSON is asked for by name and the batch is not."""
    accepted = {one.split(";")[0].strip().lower() for one in request.headers.get("accept", "").split(",")}
    return OBJECT if OBJECT in accepted and BATCH not in accepted else BATCH


def _answer(request: Request, headers: dict[str, str], media_type: str, body: Callable[[], bytes]) -> Response:
    """The body, made only for a reader who does not hold these very bytes already."""
    if _holds(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    return Response(body(), media_type=media_type, headers=headers)


def _holds(request: Request, tag: str) -> bool:
    """RFC 9110 §13.1.2: weak comparison with each tag of the list, or any at all."""
    tags = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    return tag in tags or "*" in tags


def _only(request: Request, known: set[str]) -> None:
    """A misspelt filter would be answered with everything. Raises Problem 422 `invalid`."""
    for name in request.query_params:
        if name not in known:
            takes = " and ".join(sorted(known)) or "none"
            raise _invalid(f"query:{name[:40]}", f"no such parameter; the feed takes {takes}")


def _known_types(ledger: str, names: list[str]) -> frozenset[str]:
    """Full names of types of this ledger. Raises Problem 422 `invalid`."""
    for name in names:
        if name not in EVENT_TYPES or EVENT_TYPES[name].ledger != ledger:
            example = next(one for one, kind in EVENT_TYPES.items() if kind.ledger == ledger)
            raise _invalid("query:type", f"write types of the {ledger} ledger, such as {example}")
    return frozenset(names)


def _known_subjects(codes: list[str]) -> frozenset[str]:
    """Codes of States, or `-`. Raises Problem 422 `state-unknown`."""
    for code in codes:
        if code != NO_STATE and not is_iso3(code):
            detail = "query:subject: write ISO 3166-1 alpha-3 codes, such as LAO, or - for events about no State"
            raise Problem(422, "state-unknown", "No such State", detail, field="query:subject")
    return frozenset(codes)


def _invalid(field: str, message: str) -> Problem:
    title = "The request is not in the form it should be"
    return Problem(
        422, "invalid", title, f"{field}: {message}", field=field, errors=[{"field": field, "message": message}]
    )
