"""Every version of every event ever written is read by today's code, and a version once written down never changes."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.events.base import Event
from shared.events.envelope import GENESIS, Recorded, canonical, chain_hash, cloudevent, from_cloudevent
from shared.events.registry import EVENT_TYPES, decode
from tests.golden import make

FILES = sorted(make.GOLDEN.glob("*/*[0-9].json"))


def name_of(file: Path) -> str:
    return f"{file.parent.name} {file.stem}"


def recorded(file: Path) -> Recorded:
    raw = canonical(json.loads(file.read_text(encoding="utf-8")))
    return Recorded(raw=raw, hash=chain_hash(GENESIS, raw))


@pytest.mark.parametrize("kind", EVENT_TYPES.values(), ids=lambda kind: kind.__name__)
def test_each_version_of_an_event_has_its_golden_file(kind: type[Event]) -> None:
    kept = {file.stem for file in FILES if file.parent.name == kind.type_name()}

    assert kept == {str(version) for version in range(1, kind.schemaversion + 1)}, "python -m tests.golden.make"


def test_no_event_that_was_ever_written_has_been_forgotten() -> None:
    assert {folder.name for folder in make.GOLDEN.iterdir()} == set(EVENT_TYPES)


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_todays_code_reads_what_was_recorded(file: Path) -> None:
    stored = recorded(file)

    event = decode(stored)

    assert (event.type_name(), event.stream, event.subject) == (stored.type, stored.stream, stored.subject)


CURRENT = [file for file in FILES if file.stem == str(EVENT_TYPES[file.parent.name].schemaversion)]


@pytest.mark.parametrize("file", CURRENT, ids=name_of)
def test_the_current_version_is_written_as_it_is_read(file: Path) -> None:
    stored = recorded(file)

    assert decode(stored).data() == stored.data


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_an_event_survives_the_wire_byte_for_byte(file: Path) -> None:
    stored = recorded(file)

    assert from_cloudevent(cloudevent(stored)).raw == stored.raw


@pytest.mark.parametrize("kind", EVENT_TYPES.values(), ids=lambda kind: kind.__name__)
def test_fields_change_only_with_a_new_version(kind: type[Event]) -> None:
    written_down: dict[str, Any] = json.loads(
        (make.GOLDEN / kind.type_name() / f"{kind.schemaversion}.shape.json").read_text(encoding="utf-8")
    )

    assert make.shape(kind) == written_down, (
        f"the fields of {kind.__name__} changed: give it the next schemaversion and an upcaster, "
        "then run python -m tests.golden.make"
    )
