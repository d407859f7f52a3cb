"""Read models are the same rows however the events are divided into batches, whatever amends whatever in between."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from services.indicators.facts.store import FactsProjection
from services.meetings.read_models import PROJECTIONS as OF_MEETINGS
from services.reports.read_models import PROJECTIONS as OF_REPORTS
from shared.database import async_engine, engine_for_threads
from shared.events.base import Amendment, Event
from shared.events.canonical import canonical
from shared.events.envelope import Recorded
from shared.events.meetings import AssessmentInvoiced, AssessmentPaid, DelegationRegistered, ParticipationRecorded
from shared.events.meetings import FactRetracted as RetractedAtMeetings
from shared.events.reports import (
    ExtensionAnnounced,
    ExtensionRequested,
    ExtensionWithdrawn,
    FactRetracted,
    PracticeReported,
)
from shared.projecting.projection import Projection
from tests.indicators.history import History

EVERY: tuple[Projection, ...] = (*OF_REPORTS, *OF_MEETINGS, FactsProjection())
DAYS = st.sampled_from([date(2024, 3, 1), date(2024, 9, 6), date(2025, 1, 15)])
REQUEST: dict[str, Any] = {"request_id": "LAO-4-2", "state": "LAO", "article": 4}
ASKED: dict[str, Any] = REQUEST | {"for_meeting": "13MSP", "months_asked": 24}
CAME: dict[str, Any] = {"meeting": "13MSP"}
OWED: dict[str, Any] = {"meeting": "13MSP", "state": "LAO"}
YEAR: dict[str, Any] = {"period_from": date(2024, 1, 1), "period_to": date(2024, 12, 31)}

said_to_reports = st.one_of(
    st.builds(lambda d: ExtensionAnnounced(**REQUEST, received=str(d), expected="soon"), DAYS),
    st.builds(lambda d: ExtensionRequested(**ASKED, received=str(d)), DAYS),
    st.builds(lambda d: ExtensionWithdrawn(request_id="LAO-4-2", state="LAO", received=str(d), date=d), DAYS),
    st.builds(
        lambda s, d: PracticeReported(reporter=s, code="a", answer="yes", received=str(d), **YEAR),
        st.sampled_from(["LAO", "CHE"]),
        DAYS,
    ),
)
said_at_meetings = st.one_of(
    st.builds(
        lambda who: ParticipationRecorded(**CAME, participant=who, capacity="state_party"),
        st.sampled_from(["LAO", "CHE"]),
    ),
    st.builds(
        lambda who, n: DelegationRegistered(**CAME, participant=who, women=n),
        st.sampled_from(["LAO", "CHE"]),
        st.integers(0, 3),
    ),
    st.builds(lambda d: AssessmentInvoiced(**OWED, amount="10.50", currency="CHF", issued=d), DAYS),
    st.builds(lambda d, all: AssessmentPaid(**OWED, amount="5", paid=d, settles=all), DAYS, st.booleans()),
)

stories = st.lists(
    st.tuples(
        st.one_of(said_to_reports, said_at_meetings),
        st.sampled_from(["", "", "", "corrects", "revises", "retracts"]),
        st.integers(0, 9),
        DAYS,
    ),
    min_size=2,
    max_size=14,
)
"""What is said, and now and then what that does to an earlier event of the same stream."""


def told(story: Iterable[tuple[Event, str, int, date]]) -> list[Recorded]:
    """The events of a story as their ledgers hold them."""
    h, of_stream = History(), dict[str, list[tuple[str, Event]]]()
    for at, (event, link, which, known) in enumerate(story):
        said = of_stream.setdefault(event.stream, [])
        alike = [id for id, other in said if type(other) is type(event)]
        told, links = event, dict[str, Any]()
        if link and alike:
            links = {link: alike[which % len(alike)]}
            told = _retraction(event) if link == "retracts" else event
        id = h.tell(told, known.isoformat(), place=str(at), **links)
        said.append((id, told))
    return [Recorded(canonical(one), b"") for one in h.stored]


def _retraction(of: Event) -> Event:
    kind = FactRetracted if of.ledger == "reports" else RetractedAtMeetings
    why = Amendment(role="registrar", reason="a slip of ours")
    return kind(target_type=of.type_name(), target_stream=of.stream, amendment=why)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A file whose tables are made in transactions that are rolled back."""
    file = tmp_path_factory.mktemp("rows") / "rows.sqlite"
    found = engine_for_threads(async_engine(f"sqlite:///{file}", "test"))
    yield found
    found.dispose()


def rows(
    engine: Engine, projection: Projection, events: Sequence[Recorded], divided: Sequence[int]
) -> dict[str, list[Any]]:
    """What stands in the tables, as the database has it, after the events were applied in parts of these sizes."""
    mine = [event for event in events if event.ledger in projection.sources]
    with engine.connect() as connection:
        for table in projection.tables:
            table.create(connection)
        for some in parts(mine, divided):
            projection.apply(connection, some)
        return {
            table.name: [tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table.name}")]
            for table in projection.tables
        }


def parts(events: Sequence[Recorded], sizes: Sequence[int]) -> Iterator[Sequence[Recorded]]:
    """Parts of these sizes, and the rest."""
    first = 0
    for size in sizes:
        if events[first : first + size]:
            yield events[first : first + size]
        first += size
    if events[first:]:
        yield events[first:]


@settings(deadline=None, max_examples=25)
@given(story=stories, sizes=st.lists(st.integers(1, 6), max_size=8))
def test_rows_do_not_depend_on_how_the_events_are_divided(engine: Engine, story: Any, sizes: list[int]) -> None:
    events = told(story)

    for projection in EVERY:
        one_by_one = rows(engine, projection, events, [1] * len(events))
        assert rows(engine, projection, events, sizes) == one_by_one
        assert rows(engine, projection, events, []) == one_by_one
        assert not any("null" in row for table in one_by_one.values() for row in table)  # what is unknown is NULL
