"""Who came, voted, paid and held office, over HTTP: rows that several events make, filters, and pages that count."""

from __future__ import annotations

from typing import Any

import pytest

from tests.running import Running


@pytest.fixture(scope="module")
def listed(services: Running) -> Running:
    """A meeting with three participants, votes of two years, payments, and two terms of office."""
    sent = {"known": {"time": "2024-09-13"}, "effective": {"from": "2024-09-10", "to": "2024-09-13"}}

    def record(command: str, **fact: Any) -> None:
        more = {} if command not in ("RecordParticipation", "RegisterDelegation", "RecordIsuContribution") else sent
        services.recorded("meetings", command, fact, **more)

    record("DepositInstrument", state="LAO", instrument="accession", deposited="2009-03-18")
    record("DepositInstrument", state="AUT", instrument="accession", deposited="2009-04-02")
    services.recorded(
        "meetings",
        "ScheduleMeeting",
        {"meeting": "12MSP", "kind": "MSP", "opens": "2024-09-10", "closes": "2024-09-13"},
        known={"time": "2024-01-01"},
    )
    record("RegisterDelegation", meeting="12MSP", participant="LAO", women=2, men=3, head_gender="woman")
    record("RecordParticipation", meeting="12MSP", participant="LAO", capacity="state_party")
    record("RecordParticipation", meeting="12MSP", participant="AUT", capacity="state_party")
    record("RecordParticipation", meeting="12MSP", participant="Humanity", capacity="organisation")
    for year, state, vote in ((2023, "LAO", "yes"), (2024, "LAO", "yes"), (2024, "AUT", "abstain")):
        record("RecordVote", year=year, state=state, vote=vote, date=f"{year}-12-04")
    record("RecordIsuContribution", state="AUT", budget_year=2024, amount="100.50", currency="CHF")
    record("InvoiceAssessment", state="LAO", meeting="12MSP", amount="90", currency="USD", issued="2024-02-01")
    record("RecordPayment", state="LAO", meeting="12MSP", amount="40", paid="2024-03-01", settles=False)
    record("RecordPayment", state="LAO", meeting="12MSP", amount="50", paid="2024-04-01", settles=True)
    record("AssumeOffice", office_id="coord-AUT", office="coordinator", theme="clearance", state="AUT",
           **{"from": "2023-11-24"})  # fmt: skip
    record("EndOffice", office_id="coord-AUT", to="2024-09-13")
    record("AssumeOffice", office_id="pres-LAO", office="president", state="LAO", **{"from": "2024-09-13"})
    services.caught_up()
    return services


def test_a_delegation_and_its_participation_are_one_row_in_whatever_order_they_come(listed: Running) -> None:
    (row,) = listed.get("/meetings/participations?state=LAO")["items"]

    assert (row["capacity"], row["registered"], row["women"], row["men"]) == ("state_party", True, 2, 3)
    assert row["victims"] is None, "not told, which is not none"
    assert len(row["eventIds"]) == 2


def test_an_organisation_takes_part_without_being_a_state(listed: Running) -> None:
    (row,) = listed.get("/meetings/participations?meeting=12MSP&capacity=organisation")["items"]

    assert (row["participant"], row["state"], row["registered"]) == ("Humanity", None, False)


def test_votes_are_found_by_year_state_and_vote(listed: Running) -> None:
    def found(query: str) -> list[tuple[int, str, str]]:
        return [(one["year"], one["state"], one["vote"]) for one in listed.get(f"/meetings/votes?{query}")["items"]]

    assert found("year=2024") == [(2024, "LAO", "yes"), (2024, "AUT", "abstain")]
    assert found("state=LAO") == [(2023, "LAO", "yes"), (2024, "LAO", "yes")]
    assert found("vote=abstain") == [(2024, "AUT", "abstain")]
    assert found("vote=no") == []


def test_a_page_counts_what_all_pages_hold(listed: Running) -> None:
    first = listed.get("/meetings/votes?limit=2")
    second = listed.get(f"/meetings/votes?limit=2&after={first['next']}")
    none = listed.get("/meetings/votes?year=2010")

    assert [len(page["items"]) for page in (first, second, none)] == [2, 1, 0]
    assert [page["total"] for page in (first, second, none)] == [3, 3, 0]
    assert (second["next"], none["next"]) == (None, None)


def test_contributions_and_assessments_say_what_was_paid(listed: Running) -> None:
    (contribution,) = listed.get("/meetings/contributions?year=2024")["items"]
    (assessment,) = listed.get("/meetings/assessments?meeting=12MSP")["items"]

    assert (contribution["state"], contribution["amount"], contribution["paid"]) == ("AUT", "100.50", None)
    assert (assessment["amount"], assessment["settled"]) == ("90", True)
    assert [(one["amount"], one["paid"]) for one in assessment["payments"]] == [
        ("40", "2024-03-01"),
        ("50", "2024-04-01"),
    ]


def test_an_office_has_an_end_once_it_is_recorded(listed: Running) -> None:
    rows = {
        row["officeId"]: (row["office"], row["since"], row["to"]) for row in listed.get("/meetings/offices")["items"]
    }

    assert rows == {
        "coord-AUT": ("coordinator", "2023-11-24", "2024-09-13"),
        "pres-LAO": ("president", "2024-09-13", None),
    }


def test_the_ledger_is_read_by_type_and_state_from_either_end(listed: Running) -> None:
    votes = listed.get("/meetings/ledger/events?type=UngaVoteRecorded&limit=2")
    rest = listed.get(f"/meetings/ledger/events?type=UngaVoteRecorded&after={votes['events'][-1]['position']}")
    newest = listed.get("/meetings/ledger/events?state=LAO&newest=true&limit=1")
    before = listed.get(f"/meetings/ledger/events?newest=true&limit=1&after={newest['events'][0]['position']}")

    assert (votes["total"], len(votes["events"]), len(rest["events"])) == (3, 2, 1)
    assert newest["events"][0]["type"] == "ccm.meetings.OfficeAssumed"
    assert before["events"][0]["position"] == newest["events"][0]["position"] - 1
    assert newest["total"] == 9


def test_a_list_is_read_from_its_newest_end_too(listed: Running) -> None:
    newest = listed.get("/meetings/votes?limit=2&newest=true")
    rest = listed.get(f"/meetings/votes?newest=true&after={newest['next']}")

    assert [one["year"] for one in newest["items"]] == [2024, 2024]
    assert [one["year"] for one in rest["items"]] == [2023]
