"""A replay gives every stored event in today's version, and stops at a hole."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from shared.events.base import Event
from shared.events.canonical import canonical
from shared.events.replaying import Hole, Replay

KIND = "ccm.reports.Counted"


class Today(Event):
    """The event as it is now."""

    schemaversion = 3


class Data(msgspec.Struct):
    amount: str = ""


class Counted(msgspec.Struct):
    type: str
    schemaversion: int
    position: int
    data: Data


UPCASTERS: Any = {
    (KIND, 1): lambda data: {"number": data["count"]},
    (KIND, 2): lambda data: {"amount": str(data["number"])},
}


def stored(position: int, version: int, type_: str = KIND, **data: Any) -> bytes:
    return canonical({"type": type_, "schemaversion": version, "position": position, "data": data, "more": [1]})


def replay(after: int = 0) -> Replay[Counted]:
    return Replay(Counted, after, types={KIND: Today}, upcasters=UPCASTERS)


def test_events_of_every_version_come_as_the_newest_in_one_page() -> None:
    page = [stored(1, 3, amount="7"), stored(2, 1, count=8), stored(3, 2, number=9), stored(4, 3, amount="10")]

    assert [one.data.amount for one in replay().page(page)] == ["7", "8", "9", "10"]


def test_an_old_value_of_another_type_under_the_same_name_is_upcast_too() -> None:
    upcasters: Any = {(KIND, 1): dict, (KIND, 2): lambda data: {"amount": str(data["amount"])}}
    page = [stored(1, 3, amount="7"), stored(2, 2, amount=8), stored(3, 1, amount=9)]

    events = Replay(Counted, types={KIND: Today}, upcasters=upcasters).page(page)

    assert [one.data.amount for one in events] == ["7", "8", "9"]


def test_pages_continue_one_another_from_a_position_on() -> None:
    engine = replay(after=4)

    pages = list(engine.through([[stored(5, 3), stored(6, 3)], [stored(7, 3)]]))

    assert [[one.position for one in page] for page in pages] == [[5, 6], [7]]
    assert engine.position == 7


@pytest.mark.parametrize("positions", [[2], [1, 3], [2, 1], [1, 1]])
def test_a_hole_or_a_turned_order_is_refused(positions: list[int]) -> None:
    with pytest.raises(Hole, match="not all there"):
        replay().page([stored(position, 3) for position in positions])


def test_a_type_that_nobody_knows_is_not_passed_over() -> None:
    with pytest.raises(KeyError):
        replay().page([stored(1, 3, "ccm.reports.Unheard")])
