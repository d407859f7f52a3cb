"""The ledger: events that are never changed, the keys of the commands behind them, and a head that only moves on."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

EMPTY_HASH = bytes(32)


def upgrade() -> None:
    postgres = op.get_bind().dialect.name == "postgresql"
    # Byte order, as in SQLite and in the chain; and faster than a language's collation.
    text = sa.Text(collation="C") if postgres else sa.Text()
    strict = {"sqlite_strict": True}
    op.create_table(
        "events",
        # Counted on under the head's lock. Never a sequence: a reader would overtake a writer that commits late.
        sa.Column(
            "position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False
        ),
        sa.Column("id", text, nullable=False, unique=True),
        sa.Column("stream", text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("type", text, nullable=False),
        sa.Column("subject", text),
        sa.Column("schemaversion", sa.Integer, nullable=False),
        sa.Column("knowntime", text, nullable=False),
        sa.Column("recordedtime", text, nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("traceparent", text),
        sa.UniqueConstraint("stream", "version", name="events_stream_version"),
        sa.CheckConstraint("position > 0 AND version > 0", name="events_counted_from_one"),
        **strict,
    )
    op.create_table(
        "keys",
        sa.Column("key", text, primary_key=True),
        sa.Column("body_hash", text, nullable=False),
        sa.Column("stream", text, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("first", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("last", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sqlite_with_rowid=False,
        **strict,
    )
    head = op.create_table(
        "head",
        sa.Column(
            "one",
            sa.Integer,
            sa.CheckConstraint("one = 1", name="head_is_one_row"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("position", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("recordedtime", text, nullable=False),
        **strict,
    )
    op.bulk_insert(head, [{"one": 1, "position": 0, "hash": EMPTY_HASH, "recordedtime": ""}])
    for statement in POSTGRES if postgres else SQLITE:
        op.execute(statement)


def downgrade() -> None:
    raise NotImplementedError("a ledger is never taken back")


SQLITE = (
    *(
        f"CREATE TRIGGER {table}_refuse_{act.lower()} BEFORE {act} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} are never changed: {act} refused'); END"
        for table in ("events", "keys")
        for act in ("UPDATE", "DELETE")
    ),
    # INSERT OR REPLACE deletes the old row without asking the triggers above.
    "CREATE TRIGGER events_refuse_gap BEFORE INSERT ON events "
    "WHEN NEW.position <> (SELECT coalesce(max(position), 0) + 1 FROM events) "
    "BEGIN SELECT RAISE(ABORT, 'events are appended one after another: INSERT refused'); END",
    "CREATE TRIGGER head_refuse_delete BEFORE DELETE ON head "
    "BEGIN SELECT RAISE(ABORT, 'the head is never removed: DELETE refused'); END",
    "CREATE TRIGGER head_refuse_return BEFORE UPDATE ON head "
    "WHEN NEW.position <= OLD.position OR NEW.recordedtime < OLD.recordedtime "
    "BEGIN SELECT RAISE(ABORT, 'the head only moves forward: UPDATE refused'); END",
)

POSTGRES = (
    "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
    "BEGIN RAISE EXCEPTION '% are never changed: % refused', TG_TABLE_NAME, TG_OP; END $$",
    "CREATE FUNCTION refuse_return() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF NEW.position <= OLD.position OR NEW.recordedtime < OLD.recordedtime THEN "
    "RAISE EXCEPTION 'the head only moves forward: UPDATE refused'; END IF; RETURN NEW; END $$",
    *(
        f"CREATE TRIGGER {table}_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        for table in ("events", "keys")
    ),
    "CREATE TRIGGER head_refuse_removal BEFORE DELETE OR TRUNCATE ON head "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
    "CREATE TRIGGER head_refuse_return BEFORE UPDATE ON head FOR EACH ROW EXECUTE FUNCTION refuse_return()",
)
