"""The running services, started once per file of tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.running import Running, running_services


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_services(tmp_path_factory.mktemp("services")) as running:
        yield running
