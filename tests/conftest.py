"""What every test may ask for: a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import postgres


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
