"""A group on its stream: whole, in its place, or refused; and by whichever way was the faster one lately."""

from __future__ import annotations

import pytest
from nats.js.errors import APIError

from shared.bus import publishing
from shared.bus.connection import Bus, stream_name
from shared.bus.pace import TRY_EVERY, Pace
from shared.ledger.port import Ledger
from tests.bus.support import same_as_ledger, say, whole


class Always(Pace):
    """Of one mind, whatever anything takes."""

    def __init__(self, atomic: bool):
        super().__init__()
        self._atomic = atomic

    def prefers_atomic(self, count: int) -> bool:
        return self._atomic


@pytest.mark.parametrize("atomic", [False, True])
async def test_a_group_stands_at_its_positions_either_way(bus: Bus, ledger: Ledger, atomic: bool) -> None:
    await bus.ensure_stream("meetings")
    await say(ledger, 120)
    events = await whole(ledger)

    assert await publishing.publish(bus, events[:1], Always(False)) == 1
    assert await publishing.publish(bus, events[1:], Always(atomic)) == 120

    await same_as_ledger(bus, ledger)


@pytest.mark.parametrize("atomic", [False, True])
async def test_where_an_intruder_took_the_first_ones_place_all_are_refused(
    bus: Bus, ledger: Ledger, atomic: bool
) -> None:
    await bus.ensure_stream("meetings")
    await say(ledger, 8)
    events = await whole(ledger)
    await publishing.publish(bus, events[:3], Always(False))
    await bus.nc.request("ccm.meetings.MeetingScheduled.-", b"not an event")  # stands at 4, where the next would

    with pytest.raises(APIError) as refused:
        await publishing.publish(bus, events[3:], Always(atomic))

    assert refused.value.err_code in publishing.FENCED_OFF
    assert (await bus.js.stream_info(stream_name("meetings"))).state.last_seq == 4


@pytest.mark.parametrize("atomic", [False, True])
async def test_a_group_sent_again_is_stored_once(bus: Bus, ledger: Ledger, atomic: bool) -> None:
    await bus.ensure_stream("meetings")
    await say(ledger, 5)
    events = await whole(ledger)
    await publishing.publish(bus, events, Always(atomic))

    for again in (Always(atomic), Always(not atomic)):  # as when the acknowledgement was lost
        try:
            assert await publishing.publish(bus, events, again) == 5  # known by their ids
        except APIError as refused:
            assert refused.err_code in (*publishing.FENCED_OFF, 10201)  # a batch with a known id is refused whole

    await same_as_ledger(bus, ledger)


def learned(*, each: float, batch: float) -> Pace:
    """After many groups of eight that took so long, per event and as a batch."""
    pace = Pace()
    for _ in range(40):
        pace.took(False, 8, 8 * each)
        pace.took(True, 8, batch)
    return pace


@pytest.mark.parametrize(
    ("each", "batch", "last_pipelined"),
    [(0.0002, 0.0024, 12), (0.0002, 0.02, 100), (0.005, 0.02, 4), (0.00003, 0.012, 400), (0.02, 0.02, 1)],
)
def test_a_batch_from_where_it_is_the_faster_way_on(each: float, batch: float, last_pipelined: int) -> None:
    count = last_pipelined

    assert not learned(each=each, batch=batch * 1.01).prefers_atomic(count)
    assert learned(each=each, batch=batch).prefers_atomic(count + count // 10 + 1)


def test_one_event_is_never_a_batch() -> None:
    assert not learned(each=1.0, batch=0.001).prefers_atomic(1)


def test_one_slow_answer_changes_little() -> None:
    pace = learned(each=0.0002, batch=0.0024)

    pace.took(True, 32, 10.0)

    assert pace.prefers_atomic(16)


def test_where_they_are_about_equal_the_other_way_is_tried_now_and_then_and_what_it_took_decides() -> None:
    pace = learned(each=0.0002, batch=0.0024)

    asked = [pace.prefers_atomic(10) for _ in range(2 * TRY_EVERY)]

    assert asked.count(True) == 2
    for _ in range(20):
        pace.took(True, 10, 0.001)
    assert [pace.prefers_atomic(10) for _ in range(2)] == [True, True]


def test_far_from_there_nothing_is_tried() -> None:
    pace = learned(each=0.0002, batch=0.0024)

    assert {pace.prefers_atomic(2) for _ in range(3 * TRY_EVERY)} == {False}
    assert {pace.prefers_atomic(500) for _ in range(3 * TRY_EVERY)} == {True}
