"""Strict JSON reads exactly what was written, or names the place it refuses."""

from __future__ import annotations

import json
import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.http.strict_json import MAX_INTEGER, parse, pointer
from shared.problems import Problem
from tests.running import Running

TEXT = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFFFF, exclude_categories=["Cs", "Cc", "Cf", "Cn"]))
NUMBERS = st.integers(-MAX_INTEGER, MAX_INTEGER) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(TEXT, inner, max_size=5),
    max_leaves=20,
)


@given(VALUES)
def test_what_is_accepted_is_read_as_written(value: Any) -> None:
    assert parse(json.dumps(value).encode()) == value
    assert parse(json.dumps(value, ensure_ascii=False, indent=1).encode()) == value


@pytest.mark.parametrize(
    ("path", "written"),
    [
        ((), "/"),
        (("fact", "state"), "/fact/state"),
        (("passages", 0, "document"), "/passages/0/document"),
        (("a/b", "c~d"), "/a~1b/c~0d"),
        (("x" * 100,), "/" + "x" * 80),
        (("a\nb",), "/a\N{REPLACEMENT CHARACTER}b"),
    ],
)
def test_a_place_is_written_as_a_pointer(path: tuple[str | int, ...], written: str) -> None:
    assert pointer(*path) == written


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('{"a": {"b": 1, "b": 2}}', "/a/b"),
        ('{"a": [1, NaN]}', "/a/1"),
        ('{"a": 9007199254740991, "b": 9007199254740992}', "/b"),
        ('{"a": -9007199254740992}', "/a"),
        ('["\\ud83d\\ude00", "\\ud83d"]', "/1"),
        ("[" * 32 + "1" + "]" * 32 + "x", "/"),
        ("[" * 33 + "1" + "]" * 33, "/0" * 33),
    ],
)
def test_a_refusal_names_the_place(text: str, field: str) -> None:
    with pytest.raises(Problem) as refusal:
        parse(text.encode())
    assert (refusal.value.status, refusal.value.field) == (400, field)


def test_32_levels_are_read() -> None:
    assert parse(b"[" * 32 + b"]" * 32)


def test_a_connection_that_ends_within_the_body_records_nothing(services: Running) -> None:
    before = services.head("reports")
    with socket.create_connection(("127.0.0.1", services.ports["reports"])) as broken:
        broken.sendall(
            b"POST /reports/commands/RecordStatement HTTP/1.1\r\nHost: x\r\n"
            b'Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"fact": {'
        )

    assert services.head("reports") == before
    assert services.ask("reports", "GET", "/livez").status_code == 200
