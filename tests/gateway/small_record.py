"""A record small enough to see at once: three parties, one that left, and what two of them said of their resources."""

from __future__ import annotations

from typing import Any

Command = tuple[str, dict[str, Any]]

_PARTIES = {"LAO": "2010-09-18", "AUT": "2010-10-02", "LTU": "2011-03-24"}
_GAVE = {"LAO": "113", "LTU": "131"}


def command(service: str, name: str, fact: dict[str, Any], paragraph: str) -> Command:
    """A command to a service, with the passage that the fact rests on."""
    passages = [{"document": "REPORT-2025", "paragraph": paragraph}]
    return f"/{service}/commands/{name}", {"fact": fact, "passages": passages}


SMALL_RECORD: list[Command] = [
    *(
        command("meetings", "DepositInstrument", {"state": s, "instrument": "accession", "deposited": on}, "status")
        for s, on in _PARTIES.items()
    ),
    command("meetings", "NotifyWithdrawal", {"state": "LTU", "received": "2024-09-06"}, "63"),
    *(
        command("reports", "RecordNationalResources", {"state": s, "year": 2024, "received": "2025-03-01"}, paragraph)
        for s, paragraph in _GAVE.items()
    ),
    command(
        "indicators", "DeclareCoverage",
        {"coverage_id": "membership", "subjects": ["InstrumentDeposited", "WithdrawalNotified"],
         "from": "2008-05-30", "through": "2025-06-30", "completeness": "complete"}, "status",
    ),
    command(
        "indicators", "DeclareCoverage",
        {"coverage_id": "resources", "subjects": ["NationalResourcesReported"],
         "from": "2024-07-01", "through": "2025-06-30", "completeness": "complete"}, "184",
    ),
    command(
        "indicators", "RecordPublishedFigure",
        {"figure_id": "F-1", "indicators": ["LAP-38.1"], "cycle": "13MSP", "as_printed": "3", "value": "3",
         "place": "table Action 38", "role": "table", "printed": "2025-09-09"}, "table Action 38",
    ),
    command(
        "meetings", "ScheduleMeeting",
        {"meeting": "13MSP", "kind": "MSP", "title": "Thirteenth Meeting of States Parties",
         "opens": "2025-09-16", "closes": "2025-09-19", "place": "Geneva"}, "1",
    ),
]  # fmt: skip
"""In an order in which each command is taken: what it rests on comes before it."""
