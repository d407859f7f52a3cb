"""docs/events.md is derived from the event classes, and says of each what a reader needs."""

from pathlib import Path

import pytest

from shared.events.base import Event
from shared.events.documentation import markdown, streams_of
from shared.events.meetings import ClarificationRequested, SignatureRecorded
from shared.events.registry import EVENT_TYPES
from shared.events.reports import ContaminationReported, ReportSubmitted

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "events.md"


def test_the_document_is_what_the_classes_say() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == markdown(), "run make docs"


@pytest.mark.parametrize("kind", EVENT_TYPES.values(), ids=lambda kind: kind.__name__)
def test_each_event_says_in_one_sentence_what_happened(kind: type[Event]) -> None:
    said = (kind.__doc__ or "").strip()

    assert said.endswith(".") and "\n" not in said


@pytest.mark.parametrize(
    ("kind", "streams"),
    [
        (SignatureRecorded, ["membership-{state}"]),
        (ReportSubmitted, ["article7-{state}-initial", "article7-{state}-{prefix}{max(covers_years)}"]),
        (ContaminationReported, ["contamination-{state}-{as_of}"]),
    ],
)
def test_streams_are_read_off_the_class(kind: type[Event], streams: list[str]) -> None:
    assert sorted(streams_of(kind)) == sorted(streams)


def test_the_subject_of_an_event_about_another_state_names_that_state() -> None:
    assert f"`{ClarificationRequested.type_name()}.{{to}}`" in markdown()
