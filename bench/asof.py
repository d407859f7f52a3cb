"""G7: the plan's figures with members at random cuts, by the index and by the fold of all facts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from cProfile import Profile
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from random import Random
from statistics import median, quantiles
from time import process_time
from typing import Any

import orjson

from bench.facts import FIRST, LAST, many, stored_of
from bench.growth import slope
from bench.profiled import shares
from bench.rounds import ROUNDS, machine, settled
from bench.synthetic import sizes
from services.indicators.facts.fact import fact_of
from services.indicators.facts.index import FactIndex
from services.indicators.figures.figure_set import FigureSet
from services.indicators.world.frame import Cycle
from services.indicators.world.record import Record
from services.indicators.world.world import Basis, Cut
from shared.events.canonical import canonical

GOALS = {100_000: 50, 1_000_000: 100}
"""How many times faster than the fold at each size."""

SLOPE = 0.1
"""The most that the time of one answered cell may grow as a power of the number of facts."""

PLAN = "LAP"

SAMPLE = 200
"""Facts whose reading is measured."""

BEFORE = 24
"""Questions about other cuts that the index answers first: it keeps what several cuts share, as in a service."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: figures of a cycle at a cut."""

    cycle: Cycle
    cut: Cut


@dataclass(frozen=True, slots=True)
class Answer:
    """The seconds each took, and how many cells the figures hold: a member of a figure, or of what it is taken of."""

    index: float
    fold: float
    cells: int


def questions(record: Record, seed: int) -> Iterator[Asked]:
    """Cycles, days of knowledge and positions at random; both bases in turn."""
    drawn = Random(seed)
    bases: tuple[Basis, Basis] = ("reconstructed", "attested")
    number = 0
    while True:
        cycle = drawn.choice(list(record.cycles.values()))
        known_by = FIRST + timedelta(days=drawn.randrange((LAST - FIRST).days))
        positions = tuple((name, round(head * drawn.uniform(0.5, 1))) for name, head in record.positions)
        definitions = tuple(
            (name, head if name == "indicators" else at)
            for (name, head), (_, at) in zip(record.positions, positions, strict=True)
        )
        yield Asked(cycle, Cut(bases[number % 2], known_by, cycle.last, definitions))
        number += 1


def answered(record: Record, asked: Asked, *, evidence: bool = False) -> tuple[float, list[dict[str, Any]]]:
    """The rows of the plan with their members, from nothing remembered of this cut."""
    record.worlds.clear()
    began = process_time()
    figures = FigureSet(record, asked.cycle, record.attested(asked.cut), "inForce")
    rows = [figures.row(figure, evidence=evidence) for figure in figures.of_plan(PLAN)]
    return process_time() - began, rows


def compared(folding: Record, indexed: Record, asked: Asked, *, index_first: bool, evidence: bool = False) -> Answer:
    """Both answers, in turn, which must be equal to the last member, with `evidence` to the last passage."""
    order = (indexed, folding) if index_first else (folding, indexed)
    first, second = (answered(record, asked, evidence=evidence) for record in order)
    if first[1] != second[1]:
        raise AssertionError(f"the index answers otherwise at {asked}")
    index, fold = (first, second) if index_first else (second, first)
    cells = sum(len(row["members"]) + len(row["denominator"] or ()) for row in index[1])
    return Answer(index[0], fold[0], cells)


def report(count: int, built: float, decoded: float, answers: Sequence[Answer]) -> str:
    """The table of one size."""
    within, scratch = ([(one.fold + more) / one.index for one in answers] for more in (0.0, decoded))
    low, _, high = quantiles(within, n=4)
    goal = f", goal {GOALS[count]}" if count in GOALS else ""
    fold, index = (median(times) for times in zip(*((one.fold, one.index) for one in answers), strict=True))
    return "\n".join(
        [
            f"  {count:,} facts; index built in {built:.2f} s; facts read from stored events in {decoded:.1f} s",
            f"  {'fold of all facts':<24} {fold * 1000:>10,.1f} ms",
            f"  {'index':<24} {index * 1000:>10,.1f} ms"
            f"   the fold takes {median(within):.1f} times as long ({low:.1f} to {high:.1f}){goal};"
            f" with the reading {median(scratch):.0f} times",
        ]
    )


def decoding(record: Record) -> float:
    """The seconds it takes to read one fact from the bytes of its event, as a fold from the ledgers has to."""
    stored = [canonical(stored_of(fact)) for fact in record.facts[: 20 * SAMPLE : 20]]
    began = process_time()
    for raw in stored:
        fact_of(orjson.loads(raw))
    return (process_time() - began) / len(stored)


def measure(count: int) -> float:
    """One size; answers the index's median seconds for one answered cell."""
    facts, folding = many(count)
    began = process_time()
    index = FactIndex(facts)
    built = process_time() - began
    indexed = Record(facts, folding.positions, index)
    decoded = decoding(folding) * count
    with settled():
        asking = questions(folding, seed=7)
        for _ in range(BEFORE):
            answered(indexed, next(asking))
        for number in range(2):  # of each basis one, which warms up the fold too
            compared(folding, indexed, next(asking), index_first=bool(number), evidence=True)
        answers = [
            compared(folding, indexed, next(asking), index_first=bool(number % 2)) for number in range(2 * ROUNDS)
        ]
        print(report(count, built, decoded, answers), flush=True)
        if median(one.fold / one.index for one in answers) < GOALS.get(count, 0):
            profiler = Profile()
            for asked in islice(asking, 4):
                profiler.runcall(answered, indexed, asked)
            print("  missed; the time of four more answers by the index goes to")
            print(shares(profiler))
    print(flush=True)
    return median(one.index / max(one.cells, 1) for one in answers)


def main() -> None:
    """Measure and print."""
    print("G7 as-of: all figures of the Lausanne plan with members, each time at another cycle, day of knowledge and")
    print("positions, in turn reconstructed and attested; equal every time. The fold takes all facts, the index reads")
    print(f"what is asked for; neither has seen the cut before, the index has answered {BEFORE} other questions.")
    print("The collector is set as in a service. Seconds are this process's own.")
    print(f"{machine()}; facts in memory", end="\n\n")
    cells = {count: measure(count) for count in sizes(10_000, 30_000, 100_000)}
    if len(cells) > 1:
        print(f"  G10 growth: seconds of an answered cell ~ facts^{slope(cells):.2f}, goal at most {SLOPE}")


if __name__ == "__main__":
    main()
