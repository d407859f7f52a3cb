"""The real record: reads the project's own tables, maps them to facts, and sends these over the public commands."""

from __future__ import annotations

from pathlib import Path

from services.cli.record.commands import Record, read_record
from services.cli.record.rows import Failure
from services.cli.record.sending import ImportSummary, fingerprint, import_record

RECORD = Path(__file__).parents[3] / "deploy" / "record"
"""The project's own copy of the record."""

__all__ = ["RECORD", "Failure", "ImportSummary", "Record", "fingerprint", "import_record", "read_record"]
