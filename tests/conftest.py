"""What every test may ask for: a real PostgreSQL, and the data folder of a system that holds the whole record."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import postgres
from tests.whole_record import whole_record as whole_record  # a fixture is known where its name is


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files of journeys first: they are the long ones, and one begun last would leave a worker alone with it."""
    items.sort(key=lambda item: item.get_closest_marker("journey") is None)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a running PostgreSQL; it lives as long as the test run."""
    with postgres.server() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL (`postgresql+psycopg://...`) of an empty database that this test has to itself."""
    with postgres.database(postgres_server) as url:
        yield url
