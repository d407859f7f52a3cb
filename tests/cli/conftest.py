"""A running system with a small record, and `stocktake` as people and scripts call it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.gateway.small_record import SMALL_RECORD
from tests.journeys.system import HTTP, System, embedded, until


@pytest.fixture(scope="session")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """All services in one process of their own, holding the small record."""
    running = embedded(tmp_path_factory.mktemp("system"))
    try:
        running.start()
        for path, body in SMALL_RECORD:
            answer = HTTP.post(f"{running.url}{path}", json=body)
            assert answer.status_code == 201, answer.text
        figure = f"{running.url}/indicators/figures/LAP-38.1?meeting=13MSP"
        until(lambda: HTTP.get(figure).is_success, "the figures to be answered")
        yield running
    finally:
        running.stop()
