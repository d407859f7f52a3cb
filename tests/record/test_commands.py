"""The record as commands: one fact is one event, with all its passages, known when the institution held it."""

import json
from collections import Counter
from datetime import date

import pytest

from services.cli.record import RECORD, Record
from services.cli.record.commands import Command
from services.cli.record.sending import chains
from shared.http.commands import body_model
from tests.record.world import COMMANDS, event_of, known_of, rows_of

REPORT = "13MSP-PROGRESS-REPORT-2025-09-09"


def of(record: Record, key: str) -> Command:
    return next(command for command in record.commands if command.key == key)


def paragraphs(command: Command) -> set[str]:
    return {one["paragraph"] for one in command.body["passages"] if one["document"] == REPORT}


def test_no_row_of_the_record_is_bad(record: Record) -> None:
    assert record.failures == ()


def test_no_fact_is_sent_twice(record: Record) -> None:
    keys = [(command.service, command.key) for command in record.commands]

    assert len(keys) == len(set(keys))


def test_every_body_is_what_the_service_asks_for(record: Record) -> None:
    for command in record.commands:
        model = body_model(COMMANDS[command.service, command.command])
        model.model_validate_json(json.dumps(command.body))


EXPECTED = {
    "RecordSignature": 108,
    "DepositInstrument": 113,
    "NotifyWithdrawal": 1,
    "ScheduleMeeting": 33,
    "DecideExtension": 20,
    "RecordIsuContribution": 70,
    "RecordParticipation": 17,
    "RecordPublishedFigure": 659,
    "AnnounceExtension": 1,
    "ReportAssistance": 24,
    "ReportReceipt": 9,
    "ChangeCoalition": 10,
}


@pytest.mark.parametrize(("command", "number"), EXPECTED.items())
def test_so_many_facts_of_a_kind_are_held(record: Record, command: str, number: int) -> None:
    assert Counter(one.command for one in record.commands)[command] == number


def test_25_requests_are_submitted_and_chads_third_is_only_announced(record: Record) -> None:
    requests = [event_of(one) for one in record.commands if one.command == "SubmitExtensionRequest"]
    submitted = {event.data()["request_id"] for event in requests}
    updates = {event.data()["updates"] for event in requests if "updates" in event.data()}

    assert (len(submitted), updates) == (25, {"AFG-4-2", "MRT-4-3"})
    assert "TCD-4-3" not in submitted
    assert event_of(of(record, "request-TCD-4-3-announced")).data()["expected"]


def test_the_request_of_afghanistan_is_one_event_with_all_its_passages(record: Record) -> None:
    command = of(record, "request-AFG-4-2")

    assert paragraphs(command) == {"106", "117", "194", "263"}
    assert {"document": "CCM/MSP/2025/3", "paragraph": "request"} in command.body["passages"]


ONE_FACT = {
    "risk-education-AFG-2024-other": {"46", "128"},
    "resources-DEU-2024-clearance-unspecified": {"113", "184"},
    "resources-SOM-2024-victim_assistance-unspecified": {"161", "184"},
    "resources-GNB-2024-unspecified-unspecified": {"184"},
    "assistance-provided-AUS-2024-1": {"187", "188"},
    "assistance-received-BIH-2024-1": {"160", "190"},
    "declaration-PER-3-2023-12": {"82", "83"},
    "article7-AFG-2024": {"43", "154", "210", "211"},
    "need-CMR-2024-stockpile": {"91", "190"},
    "obligation-SSD-4-2025-06-30": {"104"},
    "coalition-MNE-concluded-by-2025-06-30": {"114"},
    "membership-LTU-WithdrawalNotified-2024-09-06": {"63", "115 footnote 3"},
}


@pytest.mark.parametrize(("key", "expected"), ONE_FACT.items())
def test_what_several_paragraphs_say_is_one_event(record: Record, key: str, expected: set[str]) -> None:
    assert paragraphs(of(record, key)) == expected


def test_what_the_lists_add_to_a_report_is_joined(record: Record) -> None:
    report = event_of(of(record, "article7-AFG-2024")).data()
    assistance = event_of(of(record, "assistance-provided-AUS-2024-1")).data()

    assert (report["form_version"], report["forms_included"]) == ("revised_11MSP", ["J"])
    assert assistance["themes"] == ["clearance", "risk_education", "stockpile", "victim_assistance"]
    assert assistance["multi_year"] is True


def test_funds_that_cannot_be_reached_are_marked_on_the_resources_they_speak_of(record: Record) -> None:
    resources = [event_of(one).data() for one in record.commands if one.command == "RecordNationalResources"]

    assert {one["state"] for one in resources if one.get("accessible") is False} == {"SOM", "SSD"}


KNOWN = {
    "membership-LTU-WithdrawalNotified-2024-09-06": ("2024-09-06", "day"),
    "membership-VUT-InstrumentDeposited-2025-09-05": ("2025-09-05", "day"),
    "request-DEU-4-1": ("2019-01-15", "day"),
    "request-IRQ-4-1": ("2022-11-16", "day"),
    "request-AFG-4-2": ("2024-12-16", "by"),
    "request-MRT-4-3": ("2025-06-30", "by"),
    "request-DEU-4-1-decided": ("2019-09-04", "day"),
    "request-LAO-4-2-decided": ("2024-09-13", "day"),
    "participation-12MSP-FIN": ("2024-09-13", "day"),
    "vote-2019-DZA": ("2019-12-12", "day"),
    "vote-2024-DZA": ("2024-12-31", "by"),
    "article7-AND-2024": ("2025-04-30", "by"),
    "article7-AFG-2024": ("2025-06-30", "by"),
    "practice-AFG-workplan.annual-2025-06-30": ("2025-06-30", "by"),
    "isu-contribution-AUS-2024": ("2025-06-30", "by"),
    "obligation-AFG-5-2015-09-11": ("2015-09-11", "by"),
    "obligation-AFG-5-2020-09-28": ("2020-09-28", "by"),
    "practice-AFG-victims.action_plan-2020-09-28": ("2020-09-28", "by"),
    "request-BGR-3-2": ("2020-09-28", "by"),
    "published-F-0004": ("2025-09-09", "day"),
    "published-D-0001": ("2020-11-25", "by"),
    "coverage-13MSP-work-plans": ("2025-06-30", "day"),
    "meeting-13MSP": ("2024-12-16", "by"),
    "source-CCM/CONF/2020/13": ("2020-11-25", "by"),
}


@pytest.mark.parametrize(("key", "expected"), KNOWN.items())
def test_a_fact_is_known_when_the_institution_held_it(record: Record, key: str, expected: tuple[str, str]) -> None:
    known = known_of(of(record, key))

    assert (known.time.isoformat(), known.precision) == expected


def test_nothing_of_the_report_is_known_on_the_day_it_was_printed_but_its_figures(record: Record) -> None:
    printed = date(2025, 9, 9)

    late = {one.command for one in record.commands if known_of(one).time == printed}

    assert late == {"RecordPublishedFigure", "RegisterSource"}


def test_every_passage_cites_a_document_that_is_registered(record: Record) -> None:
    registered = {row["document"] for row in rows_of(RECORD, "documents.csv")}

    cited = {one["document"] for command in record.commands for one in command.body["passages"]}

    assert cited <= registered


def test_what_rests_on_general_knowledge_is_marked(record: Record) -> None:
    marked = [one for one in record.commands if one.body["fact"]["confidence"] == "unverified"]
    declared = {event_of(one).subject for one in marked if one.command == "DeclareCompliance"}

    assert {"BEL", "CAN", "GNB", "ALB"} <= declared
    assert not {"ESP", "GBR", "BIH"} & declared
    assert of(record, "vote-2019-PNG") in marked


def test_a_date_resting_on_general_knowledge_is_marked_where_the_decision_itself_is_sure(record: Record) -> None:
    decision = event_of(of(record, "request-LAO-4-2-decided")).data()

    assert (decision["confidence"], decision["outcome"]) == ("verified", "granted")
    assert (decision["new_deadline"], decision["unverified"]) == ("2030-08-01", ["new_deadline"])


def test_a_request_is_sent_before_its_update_and_its_decision(record: Record) -> None:
    by_stream = {chain[0].stream: [one.command for one in chain] for chain in chains(record.commands)}

    assert by_stream["request-AFG-4-1"] == ["SubmitExtensionRequest", "DecideExtension"]
    assert by_stream["request-AFG-4-2"] == ["SubmitExtensionRequest", "SubmitExtensionRequest"]
    assert "updates" not in of(record, "request-AFG-4-2").body["fact"]
    assert by_stream["membership-LTU"] == ["RecordSignature", "DepositInstrument", "NotifyWithdrawal"]


def test_an_update_comes_after_what_it_updates(record: Record) -> None:
    keys = [command.key for command in record.commands]
    update = next(key for key in keys if key.startswith("request-AFG-4-2-update"))

    assert keys.index("request-AFG-4-2") < keys.index(update)
