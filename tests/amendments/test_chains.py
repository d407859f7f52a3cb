"""What corrections, revisions and retractions leave standing, whatever the order in which they arrive."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.chains import Chains


@dataclass(frozen=True)
class Link:
    """An event with nothing but its links; `day` says from when on it counts."""

    id: str
    corrects: str | None = None
    revises: str | None = None
    retracts: str | None = None
    day: int = 0


def events(text: str) -> list[Link]:
    """`a; b corrects a; c retracts b` as events, counting from day 0, 1, 2 on."""
    found = []
    for day, piece in enumerate(text.split(";")):
        id, _, link = piece.strip().partition(" ")
        verb, _, target = link.partition(" ")
        found.append(Link(id, day=day, **({verb: target} if verb else {})))
    return found


HISTORIES = [
    # history, what stands, heads by event
    ("a", "a", {"a": "a"}),
    ("a; b", "a b", {"a": "a", "b": "b"}),
    ("a; b corrects a", "b", {"a": "b", "b": "b"}),
    ("a; b corrects a; c corrects b", "c", {"a": "c", "b": "c", "c": "c"}),
    ("a; b revises a", "b", {"a": "b"}),
    ("a; b revises a; c revises b", "c", {"a": "c", "b": "c"}),
    ("a; b retracts a", "", {"a": "b", "b": "b"}),
    ("a; b revises a; c retracts b", "a", {"a": "a", "b": "c"}),
    ("a; b revises a; c revises b; d retracts c", "b", {"a": "b", "c": "d"}),
    # a correction is no second fact: with it goes what it corrected
    ("a; b corrects a; c retracts b", "", {"a": "c", "b": "c"}),
    # what a revision did, its correction does
    ("a; b revises a; c corrects b", "c", {"a": "c", "b": "c"}),
    ("a; b revises a; c corrects b; d retracts c", "a", {"a": "a", "b": "d"}),
    ("a; b corrects a; c revises b", "c", {"a": "c"}),
    ("a; b corrects a; c revises b; d retracts c", "b", {"a": "b", "c": "d"}),
    # retractions to and fro
    ("a; b retracts a; c retracts b", "a", {"a": "a", "b": "c"}),
    ("a; b retracts a; c retracts b; d retracts c", "", {"a": "b", "b": "b", "c": "d"}),
    ("a; b retracts a; c retracts b; d retracts a", "", {"a": "d"}),
    ("a; b revises a; c retracts b; d retracts c", "b", {"a": "b", "b": "b"}),
    # a fact mended late stands where it was entered first
    ("a; b; c corrects a", "c b", {"a": "c", "b": "b"}),
    ("a; b; c revises a", "c b", {"a": "c"}),
    ("a; b; c revises a; d revises c", "d b", {"a": "d"}),
]


@pytest.mark.parametrize(("history", "stands", "heads"), HISTORIES, ids=[one[0] for one in HISTORIES])
def test_what_stands_and_what_has_to_be_named(history: str, stands: str, heads: dict[str, str]) -> None:
    chains = Chains(events(history))

    assert [fact.event.id for fact in chains.standing()] == stands.split()
    assert {id: chains.head(id).id for id in heads} == heads


def test_what_stays_when_revised_stands_beside_its_revision() -> None:
    chains = Chains(events("a; b; c revises a"), stays=lambda one: one.id == "a")

    assert [fact.event.id for fact in chains.standing()] == ["a", "b", "c"]
    assert chains.head("a").id == "c"


@pytest.mark.parametrize(
    ("history", "lineage"),
    [
        ("a; b", {"a": "a", "b": "b"}),
        ("a; b corrects a; c corrects b", {"c": "a b c"}),
        ("a; b revises a; c retracts b", {"a": "a b c"}),
        ("a; x; b retracts a; c retracts b", {"a": "a b c", "x": "x"}),
    ],
)
def test_a_fact_names_every_event_that_made_it_what_it_is(history: str, lineage: dict[str, str]) -> None:
    found = {fact.event.id: " ".join(fact.lineage) for fact in Chains(events(history)).standing()}

    assert found == lineage


@pytest.mark.parametrize(
    ("day", "stands"), [(0, "a"), (1, "b"), (2, "a"), (3, "b")], ids=["said", "revised", "taken back", "said again"]
)
def test_revisions_and_retractions_count_from_their_own_day_on(day: int, stands: str) -> None:
    history = events("a; b revises a; c retracts b; d retracts c")
    chains = Chains(history, active=lambda one: one.day <= day)

    assert [fact.event.id for fact in chains.standing()] == stands.split()


def test_a_correction_that_counts_later_leaves_nothing_before() -> None:
    """What was entered wrongly was never said, on no day."""
    chains = Chains(events("a; b corrects a"), active=lambda one: one.day < 1)

    assert chains.standing() == []


@st.composite
def histories(draw: st.DrawFn) -> list[Link]:
    """Events of which each names the head of some chain, as a ledger takes them."""
    found: list[Link] = [Link("e00")]
    for number in range(1, draw(st.integers(1, 9))):
        id, verb = f"e{number:02}", draw(st.sampled_from(["", "corrects", "revises", "retracts"]))
        target = Chains(found).head(draw(st.sampled_from(found)).id)
        if verb and (target.retracts is None or verb == "retracts"):
            found.append(Link(id, day=draw(st.integers(0, 3)), **{verb: target.id}))
        else:
            found.append(Link(id, day=draw(st.integers(0, 3))))
    return found


@settings(max_examples=300, deadline=None)
@given(histories(), st.integers(0, 2**32), st.integers(0, 3))
def test_any_order_of_arrival_leaves_the_same_standing(history: list[Link], seed: int, day: int) -> None:
    shuffled = list(history)
    Random(seed).shuffle(shuffled)

    def standing(arrived: list[Link]) -> dict[str, set[str]]:
        chains = Chains(arrived, active=lambda one: one.day <= day)
        return {fact.event.id: set(fact.lineage) for fact in chains.standing()}

    assert standing(shuffled) == standing(history)


@settings(max_examples=300, deadline=None)
@given(histories())
def test_the_head_is_where_a_chain_can_go_on(history: list[Link]) -> None:
    """Whatever stands is the head of its own chain, and a head leads to itself."""
    chains = Chains(history)

    for fact in chains.standing():
        assert chains.head(fact.event.id) is fact.event
    for event in history:
        head = chains.head(event.id)
        assert chains.head(head.id) is head
