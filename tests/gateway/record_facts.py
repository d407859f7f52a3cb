"""Facts for the lists of the record, on top of the small record: who came, voted, paid, and what was reported."""

from __future__ import annotations

from typing import Any

from tests.gateway.small_record import Command, command


def _known(given: Command, day: str) -> Command:
    path, body = given
    return path, body | {"known": {"time": day}, "effective": {"from": day}}


def _meetings(name: str, **fact: Any) -> Command:
    return command("meetings", name, fact, "7")


LISTED_RECORD: list[Command] = [
    *(_meetings("RecordVote", year=year, state=state, vote=vote, date=f"{year}-12-04")
      for year in (2023, 2024) for state, vote in (("LAO", "yes"), ("AUT", "yes"), ("LTU", "abstain"))),
    _known(_meetings("RecordParticipation", meeting="13MSP", participant="LAO", capacity="state_party"), "2025-09-19"),
    _known(_meetings("RecordParticipation", meeting="13MSP", participant="Humanity", capacity="organisation"),
           "2025-09-19"),
    _known(_meetings("RegisterDelegation", meeting="13MSP", participant="LAO", women=2, men=3), "2025-09-19"),
    _known(_meetings("RecordIsuContribution", state="AUT", budget_year=2024, amount="100.50", currency="CHF"),
           "2025-06-30"),
    _meetings("InvoiceAssessment", state="LAO", meeting="13MSP", amount="90", currency="USD", issued="2025-02-01"),
    _meetings("RecordPayment", state="LAO", meeting="13MSP", amount="90", paid="2025-03-01", settles=True),
    _meetings("AssumeOffice", office_id="coord-AUT", office="coordinator", theme="clearance", state="AUT",
              **{"from": "2024-09-13"}),
    _known(command("reports", "RecordMeasure", {"measure_id": "m-AUT", "state": "AUT", "kind": "specific_law",
                   "status": "adopted", "received": "2012-04-30"}, "9"), "2012-04-30"),
    command("reports", "DeclareCompliance", {"state": "AUT", "article": 3, "completed": "2010",
            "received": "2011-04-30"}, "10"),
    command("reports", "SubmitReport", {"state": "LAO", "kind": "annual", "covers_years": [2024],
            "received": "2025-04-30", "form_version": "1MSP"}, "11"),
    command("reports", "RecordStatement", {"reporter": "LAO", "code": "workplan.annual", "answer": "yes",
            "received": "2025-04-30", "period_from": "2024-07-01", "period_to": "2025-06-30"}, "12"),
]  # fmt: skip
