"""The schemas that subscribers read by: valid, true of every recorded version, and the same on disk as in the code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator, Draft202012Validator
from referencing import Registry, Resource

from shared.events import asyncapi, contract
from shared.events.base import Event
from shared.events.envelope import GENESIS, Recorded, canonical, chain_hash, cloudevent
from shared.events.json_schema import HEARTBEAT, event_schema
from shared.events.registry import EVENT_TYPES
from shared.states import states
from tests.golden import make

DOCS = Path(__file__).resolve().parents[2] / "docs"
GOLDEN = sorted(make.GOLDEN.glob("*/*[0-9].json"))
SCHEMAS = sorted((DOCS / "schemas").glob("*/*.json"))


def name_of(file: Path) -> str:
    return f"{file.parent.name} {file.stem}"


def read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def schema_of(golden: Path) -> dict[str, Any]:
    return read(DOCS / "schemas" / golden.parent.name / golden.name)


def validator(schema: dict[str, Any], part: str = "") -> Draft202012Validator:
    known = Registry().with_resource(schema["$id"], Resource.from_contents(schema))
    return Draft202012Validator(
        {"$ref": f"{schema['$id']}#{part}"},
        registry=known,
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


def stored(golden: Path) -> Recorded:
    raw = canonical(read(golden))
    return Recorded(raw, chain_hash(GENESIS, raw))


def test_the_files_say_what_the_classes_say() -> None:
    assert contract.faults(DOCS) == []


@pytest.mark.parametrize("file", SCHEMAS, ids=name_of)
def test_a_schema_is_valid_by_the_official_meta_schema(file: Path) -> None:
    Draft202012Validator.check_schema(read(file))


@pytest.mark.parametrize("file", SCHEMAS, ids=name_of)
def test_a_schema_is_named_by_the_path_it_is_served_at(file: Path) -> None:
    assert read(file)["$id"].endswith(f"/schemas/{file.parent.name}/{file.stem}")


@pytest.mark.parametrize("golden", GOLDEN, ids=name_of)
def test_a_recorded_event_of_every_version_is_what_its_schema_says(golden: Path) -> None:
    wire = json.loads(cloudevent(stored(golden)))
    schema = schema_of(golden)

    assert wire["dataschema"] == schema["$id"]
    validator(schema).validate(wire["data"])
    validator(schema, "/$defs/CloudEvent").validate(wire)


@pytest.mark.parametrize("golden", GOLDEN, ids=name_of)
def test_a_schema_leaves_no_member_of_an_event_unsaid(golden: Path) -> None:
    wire, schema = json.loads(cloudevent(stored(golden))), schema_of(golden)
    fields = schema["$defs"][schema["title"]]["properties"]

    assert set(wire["data"]) == set(schema["properties"])
    assert set(wire["data"]["data"]) <= set(fields)
    assert set(wire) <= set(schema["$defs"]["CloudEvent"]["properties"])


SPOILED = [
    (("data", "type"), "ccm.reports.Other"),
    (("data", "position"), 0),
    (("data", "recordedtime"), "2025-07-01"),
    (("data", "subject"), "lao"),
    (("data", "passages"), [{"document": "D"}]),
    (("data", "data", "confidence"), None),
    (("data", "data", "received"), "5 December"),
    (("data", "data", "kind"), "final"),
    (("sequence",), 7),
]


@pytest.mark.parametrize(("path", "value"), SPOILED, ids=lambda one: ".".join(one) if isinstance(one, tuple) else None)
def test_a_message_that_breaks_the_contract_is_found_by_the_schema(path: tuple[str, ...], value: Any) -> None:
    golden = make.GOLDEN / "ccm.reports.ReportSubmitted" / "1.json"
    wire = json.loads(cloudevent(stored(golden)))
    *into, last = path
    part = wire
    for step in into:
        part = part[step]
    part[last] = value

    assert not validator(schema_of(golden), "/$defs/CloudEvent").is_valid(wire)


def test_every_code_of_a_state_fits_the_schema() -> None:
    schema = read(DOCS / "schemas" / "ccm.reports.ReportSubmitted" / "1.json")

    assert all(validator(schema, "/properties/subject").is_valid(code) for code in states())


@pytest.mark.parametrize("kind", EVENT_TYPES.values(), ids=lambda kind: kind.__name__)
def test_what_is_left_out_is_never_null(kind: type[Event]) -> None:
    fields = event_schema(kind)["$defs"][kind.__name__]

    assert '"null"' not in json.dumps(fields)


@cache
def document() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DOCS / contract.ASYNCAPI).read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def official(npm: Callable[[Mapping[str, str]], Path]) -> dict[str, Any]:
    """The meta-schema of AsyncAPI 3.0.0 as its makers publish it."""
    return read(npm({"@asyncapi/specs": "6.11.1"}) / "node_modules/@asyncapi/specs/schemas/3.0.0.json")


def test_the_asyncapi_document_is_valid_by_the_official_meta_schema(official: dict[str, Any]) -> None:
    Draft7Validator(official).validate(document())


@pytest.mark.parametrize(
    ("place", "name", "value"),
    [("channels", "adress", "x"), ("operations", "action", "shout")],
)
def test_the_meta_schema_would_find_a_fault(official: dict[str, Any], place: str, name: str, value: str) -> None:
    spoiled = json.loads(json.dumps(document()))
    next(iter(spoiled[place].values()))[name] = value

    assert not Draft7Validator(official).is_valid(spoiled)


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from ([part["$ref"]] if isinstance(part.get("$ref"), str) else [])
        part = list(part.values())
    if isinstance(part, list):
        for one in part:
            yield from references(one)


def test_every_reference_of_the_document_leads_somewhere() -> None:
    for reference in set(references(document())):
        file, _, path = reference.partition("#")
        here: Any = read(DOCS / file) if file else document()
        for step in filter(None, path.split("/")):
            here = here[step]


def test_the_document_has_a_channel_and_a_message_for_every_event_version_and_a_heartbeat_per_ledger() -> None:
    channels = {channel["address"] for channel in document()["channels"].values()}
    messages = set(document()["components"]["messages"])

    assert {address.rsplit(".", 1)[0] for address in channels if address.startswith("ccm.")} == set(EVENT_TYPES)
    assert {f"hb.{ledger}" for ledger in ("reports", "meetings", "indicators")} <= channels
    assert messages == {f"{file.parent.name.removeprefix('ccm.')}.v{file.stem}" for file in GOLDEN} | {"Heartbeat"}
    assert (DOCS / "schemas" / HEARTBEAT / "1.json").is_file()


def test_a_channel_whose_events_are_about_no_state_says_so_in_its_address() -> None:
    addresses = {name: channel["address"] for name, channel in document()["channels"].items()}

    assert addresses["reports.SourceRegistered"] == "ccm.reports.SourceRegistered.-"
    assert addresses["reports.ReportSubmitted"] == "ccm.reports.ReportSubmitted.{state}"


def test_the_document_is_written_without_anchors() -> None:
    assert "&id" not in asyncapi.text()
