"""The fast canonical bytes are those of the reference code, or the reference code speaks."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from shared.events.canonical import canonical

SAFE = 2**53 - 1

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-SAFE, SAFE)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.text('\x00\x01\x08\t\n\x0b\x0c\r\x1f "\\/\x7f\x80\u2028\u2029é\ufeff\ufffe\U0001f600a')
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.text("aAzZ_09éö\ue000\U0001f600"), inner),
    max_leaves=20,
)


@given(values)
def test_the_bytes_are_those_of_the_reference_code(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "value",
    [
        {"n": SAFE + 1},
        {"n": -SAFE - 1},
        {"n": 2**70},
        {"n": float("nan")},
        {"n": float("inf")},
        {"text": "a lone \ud800 surrogate"},
        {"a lone \udfff key": 1},
        {1: "a number as key"},
        {"when": object()},
    ],
)
def test_what_has_no_canonical_bytes_is_refused(value: Any) -> None:
    with pytest.raises(rfc8785.CanonicalizationError):
        canonical(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"n": SAFE, "m": -SAFE}, b'{"m":-9007199254740991,"n":9007199254740991}'),
        ({"x": 1.0, "y": 1e21, "z": -0.0}, b'{"x":1,"y":1e+21,"z":0}'),
        # U+FFFE sorts after U+1F600 in UTF-16 (a surrogate pair), before it in UTF-8
        ({"\ufffe": 1, "\U0001f600": 2}, '{"\U0001f600":2,"\ufffe":1}'.encode()),
    ],
)
def test_the_cases_in_which_json_writers_differ(value: Any, expected: bytes) -> None:
    assert canonical(value) == expected
