"""The page: the plan against print, each figure opening into States and passages, without scripts."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from html.parser import HTMLParser

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from services.gateway.app import create_app
from shared.settings import Settings
from tests.gateway.conftest import client_of

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def page(recorded: Mapping[str, FastAPI]) -> AsyncIterator[httpx.AsyncClient]:
    async with AsyncExitStack() as stack:
        clients = {name: await stack.enter_async_context(client_of(app, name)) for name, app in recorded.items()}
        yield await stack.enter_async_context(client_of(create_app(Settings(), services=clients), "gateway"))


class Tags(HTMLParser):
    """The opening tags of a page with their attributes."""

    def __init__(self, text: str):
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def words(text: str) -> str:
    """The page as it reads."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


async def test_the_table_shows_ours_print_and_how_they_compare(page: httpx.AsyncClient) -> None:
    answer = await page.get("/")
    row = answer.text.split('id="LAP-38.1"')[1].split("</details>")[0]

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "2 of 2 3 differs from print" in words(row)
    assert "Lithuania LTU left on 2025-03-06 REPORT-2025, 131" in words(row)
    assert "print says 3, we count 2" in words(row)
    assert answer.text.count('<tr class="figure"') == 85
    assert "facts known by 2025-06-30" in words(answer.text)


async def test_a_figure_without_coverage_is_no_data_and_never_zero(page: httpx.AsyncClient) -> None:
    row = (await page.get("/")).text.split('id="LAP-1.1"')[1].split("</details>")[0]

    assert "no coverage is declared" in words(row)
    assert re.search(r'<td class="num"><b>–</b></td>', row)


async def test_one_figure_says_formula_population_window_coverage_and_states(page: httpx.AsyncClient) -> None:
    answer = await page.get("/figures/LAP-38.1?meeting=13MSP")

    said = words(answer.text)
    assert answer.status_code == 200
    for part in ("Formula", "Population", "Window", "Coverage", "In print 3", "Lao People&#39;s Democratic Republic"):
        assert part in said
    assert "InstrumentDeposited, 2008-05-30 to 2025-06-30: complete (REPORT-2025, status)" in said


@pytest.mark.parametrize("path", ["/", "/figures/LAP-38.1?meeting=13MSP", "/?meeting=99MSP"])
async def test_a_page_loads_nothing_from_elsewhere_and_runs_no_script(page: httpx.AsyncClient, path: str) -> None:
    answer = await page.get(path)
    tags = Tags(answer.text)

    assert tags.of("html") == [{"lang": "en"}]
    assert tags.of("script") + tags.of("style") + tags.of("img") == []
    assert [one["href"] for one in tags.of("link")] == ["/style.css"]
    assert all((one["href"] or "").startswith(("/", "#")) for one in tags.of("a"))
    assert not any(name.startswith("on") for _, attributes in tags.found for name in attributes)
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_the_explorer_runs_our_own_script_alone(page: httpx.AsyncClient) -> None:
    answer = await page.get("/graphql")
    tags = Tags(answer.text)

    assert [one["src"] for one in tags.of("script")] == ["/graphql/explorer.js"]
    assert not any(name.startswith("on") for _, attributes in tags.found for name in attributes)
    assert "script-src 'self'" in answer.headers["content-security-policy"]


async def test_every_header_of_the_table_says_what_it_is_a_header_of(page: httpx.AsyncClient) -> None:
    tags = Tags((await page.get("/")).text)

    assert {one.get("scope") for one in tags.of("th")} == {"col", "row", "rowgroup"}
    assert len(tags.of("caption")) == len(tags.of("table")) == 1


async def test_a_passage_leads_to_its_event(page: httpx.AsyncClient) -> None:
    row = (await page.get("/")).text.split('id="LAP-38.1"')[1]
    link = re.search(r'href="(/events/[^"]+)"', row)
    assert link
    there = await page.get(link[1])
    event = await page.get(there.headers["location"])

    assert there.headers["location"].startswith("/reports/ledger/events/")
    assert event.json()["type"] == "ccm.reports.NationalResourcesReported"
    assert (await page.get("/events/00000000-0000-7000-8000-000000000000")).status_code == 404


@pytest.mark.parametrize(
    "path", ["/?meeting=99MSP", "/?plan=XXX", "/figures/LAP-99.9", "/?plan=..%2F..", "/?meeting=<b>"]
)
async def test_what_is_not_there_is_said_on_a_page(page: httpx.AsyncClient, path: str) -> None:
    answer = await page.get(path)

    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "<b>" not in answer.text


async def test_the_stylesheet_is_our_own(page: httpx.AsyncClient) -> None:
    answer = await page.get("/style.css")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/css; charset=utf-8")
    assert "url(" not in answer.text and "@import" not in answer.text
