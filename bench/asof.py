"""G7: the plan's figures with members at random cuts, by the index and by the fold of all facts."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from statistics import median, quantiles
from time import process_time
from typing import Any

from bench.facts import FIRST, LAST, many
from bench.replay import slope
from bench.rounds import ROUNDS, machine
from bench.synthetic import sizes
from services.indicators.facts.index import FactIndex
from services.indicators.figures.figure_set import FigureSet
from services.indicators.world.frame import Cycle
from services.indicators.world.record import Record
from services.indicators.world.world import Basis, Cut

GOALS = {100_000: 50, 1_000_000: 100}
"""How many times faster than the fold at each size."""

SLOPE = 0.1
"""The most that the time of one answered cell may grow as a power of the number of facts."""

PLAN = "LAP"

BEFORE = 24
"""Questions about other cuts that the index answers first: it keeps what several cuts share, as in a service."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: figures of a cycle at a cut."""

    cycle: Cycle
    cut: Cut


@dataclass(frozen=True, slots=True)
class Answer:
    """The seconds each took, and how many States and things the figures hold."""

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
        definitions = tuple((name, head if name == "indicators" else at) for (name, head), (_, at) in zip(record.positions, positions, strict=True))  # fmt: skip  # noqa: E501
        yield Asked(cycle, Cut(bases[number % 2], known_by, cycle.last, definitions))
        number += 1


def answered(record: Record, asked: Asked) -> tuple[float, list[dict[str, Any]]]:
    """The rows of the plan with the evidence for each State, from nothing remembered of this cut."""
    record.worlds.clear()
    began = process_time()
    figures = FigureSet(record, asked.cycle, record.attested(asked.cut), "inForce")
    rows = [figures.row(figure, evidence=False) for figure in figures.of_plan(PLAN)]
    return process_time() - began, rows


def compared(folding: Record, indexed: Record, asked: Asked, *, index_first: bool) -> Answer:
    """Both answers, in turn, which must be equal to the last member."""
    order = (indexed, folding) if index_first else (folding, indexed)
    first, second = (answered(record, asked) for record in order)
    if first[1] != second[1]:
        raise AssertionError(f"the index answers otherwise at {asked}")
    index, fold = (first, second) if index_first else (second, first)
    cells = sum(len(row["states"]) + len(row["members"] or ()) for row in index[1])
    return Answer(index[0], fold[0], cells)


def report(count: int, built: float, answers: Sequence[Answer]) -> str:
    """The table of one size."""
    within = [one.fold / one.index for one in answers]
    low, _, high = quantiles(within, n=4)
    goal = f", goal {GOALS[count]}" if count in GOALS else ""
    return "\n".join(
        [
            f"  {count:,} facts; index built in {built:.2f} s",
            f"  {'fold of all facts':<24} {median(one.fold for one in answers) * 1000:>10,.1f} ms",
            f"  {'index':<24} {median(one.index for one in answers) * 1000:>10,.1f} ms"
            f"   the fold takes {median(within):.1f} times as long ({low:.1f} to {high:.1f}){goal}",
        ]
    )


def profile(record: Record, asked: Asked) -> str:
    """Where the time of one answer by the index goes."""
    profiler = cProfile.Profile()
    profiler.runcall(answered, record, asked)
    stats = pstats.Stats(profiler).sort_stats("cumulative")
    functions: Any = stats.stats  # type: ignore[attr-defined]  # untyped in typeshed
    own = sorted(((row[3], name) for name, row in functions.items() if "indicators" in name[0]), reverse=True)[:14]
    return "\n".join(f"    {took * 1000:9.1f} ms  {name[2]} ({name[0].rsplit('/', 1)[1]})" for took, name in own)


def measure(count: int) -> float:
    """One size; answers the index's median seconds for one answered cell."""
    facts, folding = many(count)
    began = process_time()
    index = FactIndex(facts)
    built = process_time() - began
    indexed = Record(facts, folding.positions, index)
    asking = questions(folding, seed=7)
    for _ in range(BEFORE):
        answered(indexed, next(asking))
    answers = [
        compared(folding, indexed, next(asking), index_first=bool(number % 2)) for number in range(2 * ROUNDS + 2)
    ][2:]  # the first of each basis warms up
    print(report(count, built, answers), flush=True)
    reached = median(one.fold / one.index for one in answers)
    if reached < GOALS.get(count, 0):
        print("  missed; the time of one more answer by the index goes to (with what each calls):")
        print(profile(indexed, next(asking)))
    print(flush=True)
    return median(one.index / max(one.cells, 1) for one in answers)


def main() -> None:
    """Measure and print."""
    print(
        "G7 as-of: all figures of the Lausanne plan with members and evidence, each at another cycle, day of knowledge"
    )
    print(
        "and positions, in turn reconstructed and attested; equal every time. The fold takes all facts, the index reads"
    )
    print(f"what is asked for; neither has seen the cut before, the index has answered {BEFORE} other questions.")
    print("Seconds are this process's own.")
    print(f"{machine()}; facts in memory", end="\n\n")
    cells = {count: measure(count) for count in sizes(10_000, 100_000)}
    if len(cells) > 1:
        print(f"  growth: seconds of an answered cell ~ facts^{slope(cells):.2f}, goal at most {SLOPE}")


if __name__ == "__main__":
    main()
