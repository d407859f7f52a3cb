"""An event's bytes are the same whether its place was known when they were written, or settled afterwards."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from shared.events.base import Effective, Known, Passage
from shared.events.envelope import Proposed, Unplaced, canonical, stored_object, timestamp
from tests.contracts.builders import said

MARK = '"position":0,"recordedtime":null'
"""What the bytes of an event without a place hold where the place will stand."""

texts = st.text() | st.sampled_from([MARK, f'{MARK},"retracts":null', "\\" + MARK, '"', "\\"])
hostile = st.dictionaries(
    st.sampled_from(["position", "recordedtime", "retracts", "zz", "é"]) | texts, st.none() | texts
)
data = st.recursive(
    st.none() | st.booleans() | st.just(0) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3) | hostile,
    max_leaves=8,
)
moments = st.integers(0, 10**10).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
spans = st.builds(
    Effective,
    from_=st.none() | st.dates(),
    to=st.none() | st.dates(),
    precision=st.sampled_from(["day", "month", "year"]),
)
passages = st.builds(Passage, document=st.sampled_from(["D", "é \u2028"]), paragraph=st.sampled_from(["7", '"']))


def stored(fact: Proposed, **members: Any) -> dict[str, Any]:
    made = stored_object(fact, id="1", source="test/reports", version=1, position=0, recordedtime=None, actor="test")
    return made | members


@given(
    data=st.fixed_dictionaries({"position": st.just(0), "recordedtime": st.none()}) | hostile | data,
    held=st.lists(data, max_size=2),
    named=st.fixed_dictionaries(
        dict.fromkeys(("actor", "id", "knowntime", "source", "stream", "type"), texts)
        | {name: st.none() | texts for name in ("corrects", "onbehalfof", "retracts", "revises", "subject")}
    ),
    position=st.integers(1, 2**53 - 1),
    moment=moments,
)
def test_bytes_that_got_their_place_later_are_the_canonical_bytes(
    data: Any, held: list[Any], named: dict[str, Any], position: int, moment: datetime
) -> None:
    waiting = stored(said("workplan.annual"), data=data, passages=held, **named)

    raw = Unplaced.of(waiting).placed(position, timestamp(moment))

    assert raw == rfc8785.dumps(waiting | {"position": position, "recordedtime": timestamp(moment)})
    assert raw == canonical(waiting | {"position": position, "recordedtime": timestamp(moment)})


def test_an_event_that_has_its_place_is_not_given_another() -> None:
    placed = stored(said("workplan.annual"), position=7, recordedtime="2026-11-21T00:00:00.000000Z")

    with pytest.raises(ValueError, match="already has its place"):
        Unplaced.of(placed)


@given(spans, st.lists(passages, max_size=3))
def test_dates_and_passages_are_stored_as_their_models_write_them(span: Effective, said_in: list[Passage]) -> None:
    event = said("workplan.annual").event
    made = stored(Proposed(event, Known(time=date(2025, 4, 30)), span, tuple(said_in)))

    assert made["effective"] == span.model_dump(mode="json", by_alias=True)
    assert made["passages"] == [one.model_dump(mode="json") for one in said_in]
