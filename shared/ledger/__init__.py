"""The ledger: an append-only record per service, in a SQLite file or a PostgreSQL schema.

`port.py` says what it promises, `planning.py` decides what a group of commands amounts to, `appender.py` commits
groups, `sqlite.py` and `postgres.py` speak to the databases, `opening.py` puts them together.
"""

from shared.ledger.opening import open_ledger

__all__ = ["open_ledger"]
