"""Whatever is sent to the HTTP APIs and to GraphQL, as their descriptions allow it or not: no answer is our own fault.

Every operation of every service is tried in both ways, with the same cases at each run; `STOCKTAKE_CASES` asks for
more of each than a check needs. One system takes them all: what one case recorded, another may run into.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from tests.journeys.system import HTTP, System, embedded

pytestmark = pytest.mark.journey

CASES = int(os.environ.get("STOCKTAKE_CASES", "3"))
"""Cases drawn for each operation of an API, and ten times as many queries."""

PATIENCE = 120.0
SERVICES = ("reports", "meetings", "indicators")

LEFT_OUT = ("/rebuild", "/verify", "/metrics")
"""Walks over a whole ledger and makings anew: sound, but not to be repeated a hundred times."""


@pytest.fixture(scope="module")
def tried_out(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A system that begins empty and takes whatever is sent."""
    system = embedded(tmp_path_factory.mktemp("any request"))
    try:
        system.start()
        yield system
    finally:
        system.stop()


def bounded(cases: int) -> settings:
    """So many cases, drawn in the same way at each run."""
    return settings(
        max_examples=cases,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )


def send(url: str, case: Any) -> httpx.Response | None:
    """The answer to a case; None where it cannot be written as an HTTP request at all."""
    try:
        answer = case.call(base_url=url, timeout=PATIENCE)
    except (UnicodeError, ValueError):
        return None
    return httpx.Response(answer.status_code, content=answer.content)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("service", SERVICES)
def test_no_request_to_a_service_fails_on_our_side(tried_out: System, service: str, mode: GenerationMode) -> None:
    described = schemathesis.openapi.from_dict(tried_out.get(f"/{service}/openapi.json"))
    failed: list[str] = []
    operations = [one.ok() for one in described.get_all_operations() if hasattr(one, "ok")]
    tried = [one for one in operations if one and not one.path.endswith(LEFT_OUT)]

    for operation in tried:

        @bounded(CASES)
        @given(case=operation.as_strategy(generation_mode=mode))
        def no_fault(case: Any) -> None:
            answer = send(tried_out.url, case)
            if answer is not None and answer.status_code >= 500 and not _not_ready(answer):
                failed.append(f"{case.method} {case.formatted_path} {case.query} {case.body!r}: {answer.text[:300]}")

        try:
            no_fault()
        except Unsatisfiable:  # it takes nothing, so that nothing can be wrong with it
            assert mode is GenerationMode.NEGATIVE

    assert len(tried) >= 10
    assert failed == []


def _not_ready(answer: httpx.Response) -> bool:
    """A service that says, for a moment, that its facts are not there yet has not failed."""
    return answer.status_code == 503 and "projection-behind" in answer.text


def test_no_query_fails_on_our_side(tried_out: System) -> None:
    sdl = tried_out.text("/graphql/schema.graphql")
    described = schemathesis.graphql.from_file(sdl)
    failed: list[str] = []

    @bounded(CASES * 10)
    @given(case=described.as_strategy())
    def no_fault(case: Any) -> None:
        answer = HTTP.post(f"{tried_out.url}/graphql", json={"query": case.body}, timeout=PATIENCE)
        codes = [error["extensions"]["code"] for error in answer.json().get("errors", ())]
        if answer.status_code >= 500 or "internal" in codes:
            failed.append(f"{case.body}: {answer.text[:300]}")

    no_fault()

    assert failed == []
