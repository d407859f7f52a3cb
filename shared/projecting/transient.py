"""Tells a database that cannot be used just now from an event that cannot be applied."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_SQLITE_WORDS = ("locked", "busy", "disk i/o", "full", "unable to open")


def is_transient(error: BaseException) -> bool:
    """Whether the same try may succeed later with nothing changed in code or data: it must not count as poison."""
    if isinstance(error, PoolTimeout | InterfaceError | ConnectionError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    if isinstance(error.orig, sqlite3.Error):
        words = str(error.orig).lower()
        return isinstance(error.orig, sqlite3.OperationalError) and any(word in words for word in _SQLITE_WORDS)
    return isinstance(error, OperationalError)  # of PostgreSQL: the server, not the statement
