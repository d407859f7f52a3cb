"""What comes on top of the small record for those who ask what is owed: a name with an accent, and a request."""

from __future__ import annotations

from tests.gateway.small_record import Command, command

ACCESSION = {"state": "CIV", "instrument": "accession", "deposited": "2012-03-12"}

CONTAMINATED = {"state": "LAO", "as_of": "2024-12-31", "confirmed_m2": "1000", "received": "2025-03-01"}

REQUEST = {
    "request_id": "LAO-4-1",
    "state": "LAO",
    "article": 4,
    "received": "2024-09-01",
    "months_asked": 60,
    "for_meeting": "13MSP",
}
"""13MSP has closed without a decision on it: the deadline is not recorded, and nobody is accused."""

TO_COME = {
    "meeting": "3RC",
    "kind": "RC",
    "title": "Third Review Conference",
    "opens": "2026-11-30",
    "closes": "2026-12-04",
    "place": "Vientiane",
}

_scheduled, _schedule = command("meetings", "ScheduleMeeting", TO_COME, "2")

OWING_RECORD: list[Command] = [
    command("meetings", "DepositInstrument", ACCESSION, "7"),
    command("reports", "RecordContamination", CONTAMINATED, "90"),
    command("reports", "SubmitExtensionRequest", REQUEST, "91"),
    (_scheduled, _schedule | {"known": {"time": "2025-09-19", "precision": "day"}}),
]
"""In an order in which each command is taken."""
