"""A breaking change of an event without a new version is found before it is released, and said in one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import pytest
from pydantic import Field, create_model

from shared.events import contract
from shared.events.base import ISO3, Event, FactDate, Frozen, Ledger
from shared.events.compatibility import broken_promises
from shared.events.json_schema import event_schema
from shared.events.registry import EVENT_TYPES


class Visit(Frozen):
    """One visit."""

    place: str
    people: int | None = None


class Base(Event):
    """What all variants share."""

    ledger: ClassVar[Ledger] = "reports"
    command: ClassVar[str] = "RecordVisit"
    stream_name: ClassVar[str] = "visit-{state}"


FIELDS: dict[str, Any] = {
    "state": (ISO3, ...),
    "received": (FactDate, ...),
    "kind": (Literal["survey", "clearance"], ...),
    "team": (str | None, None),
    "visits": (tuple[Visit, ...], ()),
    "size": (Annotated[int, Field(ge=1)] | None, None),
}


def variant(*, without: str = "", stream: str = "visit-{state}", version: int = 1, **fields: Any) -> type[Event]:
    """The event with some fields changed, taken away or added."""
    kept = {name: field for name, field in (FIELDS | fields).items() if name != without}
    made = create_model("VisitMade", __base__=Base, __doc__="A team visited a place.", **kept)
    made.stream_name, made.schemaversion = stream, version
    return made


class OtherPlace(Frozen):
    """One visit, with its place renamed."""

    location: str
    people: int | None = None


BREAKING = [
    ("a removed field", variant(without="team"), "data.team is gone"),
    ("a renamed field", variant(without="kind", sort=FIELDS["kind"]), "data.kind is gone (removed or renamed)"),
    (
        "a renamed field inside a list",
        variant(visits=(tuple[OtherPlace, ...], ())),
        "data.visits[].place is gone",
    ),
    ("a narrowed list of words", variant(kind=(Literal["survey"], ...)), "data.kind: "),
    (
        "a widened list of words",
        variant(kind=(Literal["survey", "clearance", "other"], ...)),
        "data.kind: enum is",
    ),
    ("a narrowed bound", variant(size=(Annotated[int, Field(ge=10)] | None, None)), "minimum is 10 and was 1"),
    ("another type", variant(team=(int | None, None)), "data.team: type is integer and was string"),
    ("a date that must be a day", variant(received=(str, ...)), "data.received"),
    ("a new required field", variant(donor=(ISO3, ...)), "data.donor is new and required"),
    ("a field that becomes required", variant(team=(str, ...)), "data.team is now required"),
    (
        "a field that may now be left out",
        variant(kind=(FIELDS["kind"][0] | None, None)),
        "data.kind may now be left out",
    ),
    ("another stream", variant(stream="visit-{state}-{kind}"), "its stream is visit-{state}-{kind} and was"),
    ("another subject", variant(without="state", stream="visit", region=(str | None, None)), "its subject is"),
]
NOT_BREAKING = [
    ("nothing changed", variant()),
    ("a new field that may be left out", variant(donor=(ISO3 | None, None))),
    ("other words about a field", variant(team=(Annotated[str, Field(description="Who went.")] | None, None))),
    ("the same words in another order", variant(kind=(Literal["clearance", "survey"], ...))),
]


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """The contract with version 1 of the event written down."""
    for path, text in contract.current({variant().type_name(): variant()}).items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(("changed", "says"), [case[1:] for case in BREAKING], ids=[case[0] for case in BREAKING])
def test_a_breaking_change_without_a_new_version_is_one_clear_line(docs: Path, changed: type[Event], says: str) -> None:
    found = contract.faults(docs, {changed.type_name(): changed})

    assert any(says in line for line in found), found
    assert all(line.startswith("ccm.reports.VisitMade version 1: ") for line in found)
    assert all(line.endswith("give it schemaversion 2 and an upcaster") and "\n" not in line for line in found)


@pytest.mark.parametrize("changed", [case[1] for case in NOT_BREAKING], ids=[case[0] for case in NOT_BREAKING])
def test_what_no_reader_and_no_recorded_event_can_notice_breaks_nothing(changed: type[Event]) -> None:
    assert broken_promises(event_schema(variant()), event_schema(changed)) == []


def test_the_same_change_with_a_new_version_only_asks_for_its_file(docs: Path) -> None:
    changed = variant(without="team", version=2)

    found = contract.faults(docs, {changed.type_name(): changed})

    assert found and all(line.endswith(contract.DERIVE) for line in found)


def test_an_event_that_is_gone_is_missed(docs: Path) -> None:
    assert contract.faults(docs, {}) == ["ccm.reports.VisitMade is gone or renamed, and ledgers hold such events"]


def test_a_schema_of_an_older_version_that_is_gone_is_missed(docs: Path) -> None:
    changed = variant(version=3)

    found = contract.faults(docs, {changed.type_name(): changed})

    assert found == ["ccm.reports.VisitMade version 2: its schema is gone, and ledgers hold such events"]


def test_a_file_that_was_not_derived_again_is_named(docs: Path) -> None:
    file = docs / "schemas" / "ccm.reports.VisitMade" / "1.json"
    schema = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(schema | {"description": "Other words."}), encoding="utf-8")

    found = contract.faults(docs, {variant().type_name(): variant()})

    assert found == ["schemas/ccm.reports.VisitMade/1.json is not what the classes say: run make docs"]


def test_a_broken_promise_is_not_written_over(docs: Path) -> None:
    file = docs / "schemas" / "ccm.reports.VisitMade" / "1.json"
    before = file.read_bytes()
    changed = variant(without="team")

    broken = contract.write(docs, {changed.type_name(): changed})

    assert len(broken) == 1
    assert file.read_bytes() == before


@pytest.mark.parametrize("kind", EVENT_TYPES.values(), ids=lambda kind: kind.__name__)
def test_an_event_breaks_no_promise_of_its_own(kind: type[Event]) -> None:
    assert broken_promises(event_schema(kind), event_schema(kind)) == []
