"""The page of docs/graphql.md and the explorer, in a real browser against the loaded record."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.system import ROOT, System

pytestmark = pytest.mark.journey

Browse = Callable[[str, str, str], Any]
ROWS = "[...document.querySelectorAll('tbody tr')].map((row) => [...row.cells].map((cell) => cell.textContent))"


@pytest.fixture
def page(tmp_path: Path, page_port: int, shared_with_pages: System) -> Iterator[str]:
    """The snippet of the documentation, as it stands there, served from an origin of its own."""
    text = (ROOT / "docs" / "graphql.md").read_text(encoding="utf-8")
    (snippet,) = re.findall(r"```html\n(.*?)```", text, re.DOTALL)
    assert "http://127.0.0.1:8000" in snippet
    (tmp_path / "index.html").write_text(snippet.replace("http://127.0.0.1:8000", shared_with_pages.url), "utf-8")
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", page_port), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{page_port}/index.html"
        server.shutdown()


def test_the_page_of_the_documentation_shows_the_whole_table(
    page: str, browse: Browse, shared_with_pages: System
) -> None:
    shared_with_pages.figures()  # so that the projections have caught up
    seen = browse(page, ROWS, "tbody tr:nth-child(85)")

    rows = {cells[0].split(" ")[0]: cells for cells in seen["found"]}
    assert len(rows) == 85
    assert rows["LAP-40.1"][1].startswith("33 ") and rows["LAP-40.1"][2] == "32"
    assert len(rows["LAP-40.1"][3].split()) == 33
    assert [one for one in seen["faults"] if "favicon" not in one and "404" not in one] == []


def test_the_explorer_runs_a_worked_query_by_its_own_script_alone(browse: Browse, shared_with_pages: System) -> None:
    shared_with_pages.figures()
    run = """(async () => {
      document.getElementById('example').value = 'unga_votes';
      document.getElementById('example').dispatchEvent(new Event('change'));
      const pause = () => new Promise((go) => setTimeout(go, 50));
      while (!document.getElementById('query').value.includes('UngaVotes')) await pause();
      document.querySelector('#explorer button').click();
      while (!document.getElementById('answer').textContent) await pause();
      return [document.getElementById('answer').textContent, document.getElementById('said').textContent,
              performance.getEntriesByType('resource').map((one) => new URL(one.name).origin)];
    })()"""
    answer, said, origins = browse(f"{shared_with_pages.url}/graphql", run, "#explorer")["found"]

    assert said == "answered" and '"totalCount"' in answer
    assert set(origins) == {shared_with_pages.url}
