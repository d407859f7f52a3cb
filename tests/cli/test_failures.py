"""When something is wrong the command line says so in one line, exits 1, and shows no traceback."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from services.cli.client import Failed, problem_line
from services.cli.main import in_one_line
from tests.journeys.system import ROOT, STOCKTAKE, free_port


def stocktake(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(STOCKTAKE), *words],
        env=os.environ | {"STOCKTAKE_URL": url, "NO_COLOR": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


COMMANDS = [
    ("reconcile", "13MSP"),
    ("explain", "LAP-1.1", "13MSP"),
    ("figures", "LAP", "13MSP", "--json"),
    ("deadlines", "--ics"),
    ("membership",),
    ("state", "LAO"),
    ("ledger", "head"),
    ("relay", "status"),
    ("projections", "rebuild", "facts"),
    ("record", "import"),
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_nothing_answers_is_one_line(words: tuple[str, ...]) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    done = stocktake(url, *words)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        f"stocktake: nothing answers at {url}; start it with `stocktake up`, or set STOCKTAKE_URL to where it runs\n"
    )


@pytest.mark.parametrize("url", ["localhost:8000", "ftp://localhost", "http://", "http://local host", "http://[::1"])
def test_an_address_that_is_none_is_one_line(url: str) -> None:
    done = stocktake(url, "ledger", "head")

    assert (done.returncode, done.stderr.count("\n"), "Traceback" in done.stderr) == (1, 1, False)


@pytest.fixture
def somebody_else() -> Iterator[str]:
    """A server that is not ours: it answers everything with a page."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(b"<h1>It works</h1>")

        def log_message(self, *_: object) -> None:
            """Stays quiet: the test's output is for the test."""

    server = HTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_somebody_else_at_the_address_is_said(somebody_else: str) -> None:
    done = stocktake(somebody_else, "ledger", "head")

    calendar = stocktake(somebody_else, "deadlines", "--ics")

    assert (done.returncode, calendar.returncode, calendar.stdout) == (1, 1, "")
    for one in (done, calendar):
        assert one.stderr.startswith(f"stocktake: what answers at {somebody_else} is not Stocktake")


def test_a_record_folder_that_is_not_there_is_one_line(tmp_path: Path, somebody_else: str) -> None:
    done = stocktake(somebody_else, "record", "import", "--folder", str(tmp_path / "nowhere"))

    assert (done.returncode, "Traceback" in done.stderr) == (1, False)


PROBLEMS = [
    ({"type": "https://x/problems/future", "title": "Too late", "detail": "a\n b"}, "Too late: a b (future)"),
    ({"type": "about:blank", "title": "Not ready"}, "Not ready (about:blank)"),
    (None, "the system answered with status 502 and no explanation"),
    (["no", "problem"], "the system answered with status 502 and no explanation"),
]


@pytest.mark.parametrize(("body", "line"), PROBLEMS)
def test_a_problem_is_one_line(body: object, line: str) -> None:
    assert problem_line(502, body) == line


def test_a_failure_that_nobody_foresaw_is_named_and_says_how_to_see_more() -> None:
    group = ExceptionGroup("several", [ExceptionGroup("inner", [KeyError("a\nb")])])

    assert in_one_line(group) == "'a\\nb' (KeyError; STOCKTAKE_TRACEBACK=1 shows where)"
    assert in_one_line(Failed("x\ny")) == "x y"
