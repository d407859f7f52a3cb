"""However commands happen to be grouped, each gets the verdict it would have got alone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.events.envelope import chain_hash
from shared.ledger.planning import EMPTY, Answer, EventRow, Plan, Seen, plan, prepare
from shared.ledger.port import Append, Appended, KeyReused, VersionConflict
from tests.contracts.builders import command

NOW = datetime(2026, 11, 21, tzinfo=UTC)

commands = st.builds(
    command,
    st.sampled_from("ab"),
    expected=st.integers(0, 3),
    events=st.integers(1, 3),
    key=st.sampled_from("pqrst"),
    body=st.sampled_from(["one", "two"]),
)


class Memory:
    """What a database would hold after each plan; only for comparing plans with plans."""

    def __init__(self) -> None:
        self.head, self.events, self.answers = EMPTY, list[EventRow](), dict[str, Answer]()

    def seen(self) -> Seen:
        versions = {row.stream: row.version for row in self.events}
        return Seen(self.head, dict(self.answers), versions)

    def store(self, planned: Plan) -> None:
        self.head = planned.head
        self.events += planned.events
        for key in planned.keys:
            ids = tuple(row.id for row in self.events[key.first - 1 : key.last])
            self.answers[key.key] = Answer(key, ids)


def carry_out(groups: list[list[Append]]) -> tuple[Memory, list[Appended | Exception]]:
    memory, verdicts = Memory(), []
    for group in groups:
        prepared = [prepare(one, ledger="reports", source="test.local/reports") for one in group]
        planned = plan(prepared, memory.seen(), NOW, ledger="reports")
        memory.store(planned)
        verdicts += planned.verdicts
    return memory, verdicts


def outcome(verdict: Appended | Exception) -> tuple[Any, ...]:
    """A verdict without the ids, which differ from run to run."""
    if isinstance(verdict, Appended):
        return (verdict.stream, verdict.version, verdict.first, verdict.last, verdict.replayed)
    return (type(verdict), str(verdict))


@given(st.lists(st.lists(commands, max_size=6), max_size=5))
def test_any_way_of_grouping_gives_the_same_verdicts(groups: list[list[Append]]) -> None:
    together, verdicts = carry_out(groups)
    alone, expected = carry_out([[one] for group in groups for one in group])

    assert list(map(outcome, verdicts)) == list(map(outcome, expected))
    assert [(row.position, row.stream, row.version) for row in together.events] == [
        (row.position, row.stream, row.version) for row in alone.events
    ]


@given(st.lists(st.lists(commands, max_size=6), max_size=5))
def test_every_plan_leaves_a_gapless_chain_and_versions_without_a_hole(groups: list[list[Append]]) -> None:
    memory, verdicts = carry_out(groups)

    previous, versions = EMPTY.hash, dict[str, int]()
    for position, row in enumerate(memory.events, 1):
        assert row.position == position
        assert row.version == versions.get(row.stream, 0) + 1
        assert row.hash == chain_hash(previous, row.raw)
        previous, versions[row.stream] = row.hash, row.version
    assert (memory.head.position, memory.head.hash) == (len(memory.events), previous)
    for verdict in verdicts:
        if isinstance(verdict, Appended):
            assert verdict.ids == tuple(row.id for row in memory.events[verdict.first - 1 : verdict.last])
        else:
            assert isinstance(verdict, KeyReused | VersionConflict)


def test_a_command_without_canonical_bytes_is_refused_before_it_waits_for_its_turn() -> None:
    with pytest.raises(ValueError, match="non-UTF-8"):
        prepare(command("a", actor="\ud800"), ledger="reports", source="test.local/reports")
