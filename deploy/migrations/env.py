"""Runs the ledger's migrations on the connection that `shared/ledger/schema.py` hands over, inside its transaction."""

from alembic import context

connection = context.config.attributes["connection"]
schema = context.config.attributes["schema"]

# One transaction for everything, the caller's: a half-migrated ledger must not exist.
context.configure(
    connection=connection, version_table="ledger_schema", version_table_schema=schema, transactional_ddl=False
)
context.run_migrations()
