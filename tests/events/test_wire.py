"""The stored bytes travel inside a CloudEvent as they are, whatever they hold, and are found in it again."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.envelope import Recorded, canonical, cloudevent, from_cloudevent, stored_object, timestamp
from tests.contracts.builders import said

NOW = datetime(2026, 6, 1, tzinfo=UTC)

MARKS = ['"data":{', '},"datacontenttype":', '"datacontenttype":"application/json"']
"""Where the stored bytes begin and end inside the body."""

texts = st.text(max_size=9) | st.sampled_from([*MARKS, "\\" + MARKS[0], '"', "\\"])
names = st.sampled_from(["data", "datacontenttype", "corrects", "é"]) | texts
data = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-1e6, 1e6) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)
members = st.fixed_dictionaries({name: st.none() | texts for name in ("corrects", "retracts", "revises", "subject")})


def recorded(**members: Any) -> Recorded:
    made = stored_object(
        said("workplan.annual"), id="1", source="t/reports", version=1, position=1, recordedtime=NOW, actor="test"
    )
    return Recorded(raw=canonical(made | {"recordedtime": timestamp(NOW)} | members), hash=b"")


@given(data=st.dictionaries(names, data, max_size=4), members=members)
def test_the_body_is_canonical_and_holds_the_stored_bytes_as_they_are(
    data: dict[str, Any], members: dict[str, Any]
) -> None:
    event = recorded(data=data, **members)

    body = cloudevent(event)

    assert canonical(json.loads(body)) == body
    assert json.loads(body)["data"] == json.loads(event.raw)
    assert from_cloudevent(body).raw == event.raw


@given(data=st.dictionaries(names, data, max_size=4), members=members)
def test_a_body_that_went_through_a_json_library_gives_the_same_event(
    data: dict[str, Any], members: dict[str, Any]
) -> None:
    event = recorded(data=data, **members)

    indented = json.dumps(json.loads(cloudevent(event)), indent=1).encode()

    assert from_cloudevent(indented).raw == event.raw


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"data":{},"data":{},"datacontenttype":""}', b'{"data":{'])
def test_what_is_no_event_is_refused(body: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        from_cloudevent(body)
