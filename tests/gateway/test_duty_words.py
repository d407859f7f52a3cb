"""Words for what States owe: every code of the services has some, and different answers read differently."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, get_args

import pytest

from services.gateway.graph.types import deadline as deadline_types
from services.gateway.graph.types import obligation as obligation_types
from services.gateway.graph.types import request as request_types
from services.gateway.graph.types.certainty import Confidence, Timeliness
from services.gateway.pages import duty_words
from services.indicators.duties import types
from shared.treaty.deadlines import Timeliness as Verdict
from shared.treaty.membership import Standing

VOCABULARIES = [
    (types.Theme, duty_words.THEMES),
    (types.DeadlineStatus, duty_words.DEADLINE_STATUSES),
    (types.ObligationStatus, duty_words.OBLIGATION_STATUSES),
    (types.ProcessStatus, duty_words.REQUEST_STATUSES),
    (Standing, duty_words.STANDINGS),
    (types.Theme, deadline_types.Theme.__members__),
    (types.DeadlineStatus, deadline_types.DeadlineStatus.__members__),
    (types.ObligationStatus, obligation_types.ObligationStatus.__members__),
    (types.Recorded, obligation_types.Recorded.__members__),
    (types.ProcessStatus, request_types.RequestStatus.__members__),
    (types.Confidence, Confidence.__members__),
    (Verdict, Timeliness.__members__),
]


@pytest.mark.parametrize(("codes", "known"), VOCABULARIES)
def test_every_code_of_the_services_is_known_here(codes: Any, known: Iterable[str]) -> None:
    assert set(get_args(codes)) == set(known)


BOUNDS = [
    (None, "–"),
    ({"notBefore": None, "notAfter": None}, "–"),
    ({"notBefore": "2025-03-01", "notAfter": "2025-03-01"}, "2025-03-01"),
    ({"notBefore": "2025-03-01", "notAfter": "2025-03-31"}, "2025-03-01 to 2025-03-31"),
    ({"notBefore": None, "notAfter": "2025-06-30"}, "by 2025-06-30"),
    ({"notBefore": "2025-03-01", "notAfter": None}, "2025-03-01 or later"),
]


@pytest.mark.parametrize(("bounds", "words"), BOUNDS)
def test_a_day_reads_as_well_as_it_is_known(bounds: Any, words: str) -> None:
    assert duty_words.interval(bounds) == words


DUTIES = [
    ("clearance", "clearance of cluster munition remnants"),
    ("clearance-border-war", "clearance of cluster munition remnants, border-war"),
    ("annual_report-2026", "annual transparency report, 2026"),
    ("extension_request-4-14MSP", "extension request under Article 4, 14MSP"),
    ("declaration-3", "declaration of compliance under Article 3"),
    ("something_new", "something new"),
]


@pytest.mark.parametrize(("what", "words"), DUTIES)
def test_a_duty_reads_in_words(what: str, words: str) -> None:
    assert duty_words.duty(what) == words


def test_passages_are_named_once_and_a_bare_number_is_a_paragraph() -> None:
    sources = [
        {"document": "CCM/MSP/2025/9", "paragraph": "12", "eventId": "a"},
        {"document": "CCM/MSP/2025/9", "paragraph": "12", "eventId": "b"},
        {"document": "CCM/MSP/2025/10", "paragraph": "annex I", "eventId": "c"},
    ]

    assert duty_words.passages(sources) == "CCM/MSP/2025/9 para 12; CCM/MSP/2025/10, annex I"


DEADLINES = [
    ({"deadlineRecorded": "recorded", "deadline": "2030-08-01"}, "2030-08-01"),
    ({"deadlineRecorded": "recorded", "deadline": None}, "none"),
    ({"deadlineRecorded": "notRecorded", "deadline": None}, "not recorded"),
]


@pytest.mark.parametrize(("row", "words"), DEADLINES)
def test_no_deadline_and_none_recorded_read_differently(row: Any, words: str) -> None:
    assert duty_words.deadline_of_obligation(row) == words
