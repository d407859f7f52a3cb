"""A small history as this system lived it: events recorded on their days, a meeting concluded, five answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from services.indicators.figures.figure import computed_row
from services.indicators.history.replay import replayed, set_of
from services.indicators.history.restated import restated
from services.indicators.plans.definition import Definition
from services.indicators.world.cutting import Question
from services.indicators.world.record import Record
from shared.events.base import Effective, Event, Known, known_from
from shared.events.indicators import CycleDefined, FigurePublished, IndicatorDefined, MeetingFiguresSealed
from shared.events.reports import FactRetracted
from tests.indicators.history import BEGINS, CYCLE, History, cut_of, day, define

THEN, CONCLUDED, TODAY = day("2025-06-30"), day("2025-07-01"), day("2026-03-01")
"""The last day of the 13MSP's cycle; the day on which its figures were sealed; today, in the cycle after it."""

AFTERWARDS = CycleDefined(
    cycle="14MSP", from_=day("2025-07-01"), to=day("2026-06-30"), meeting="14MSP", previous_meeting="13MSP",
    report_year=2025, budget_year=2025, unga_year=2025,
)  # fmt: skip

SAYS_A = {"count": "states", "where": {"said": "a"}}
LAST_WORD = define(SAYS_A, series="status", window="toDate")
"""Whose last word on a question is yes, on the day looked at."""

RECEIVED = define(SAYS_A)
"""Who said yes in what was received in the cycle."""

INDICATOR = LAST_WORD.indicator.id


class Diary(History):
    """Events are recorded on the day on which they became known, unless another day is said."""

    def tell(
        self,
        event: Event,
        known: str | Known | None = None,
        effective: Effective | None = None,
        *,
        recorded: datetime | str | None = None,
        **more: Any,
    ) -> str:
        if isinstance(recorded, str):
            recorded = datetime.combine(day(recorded), time(12), UTC)
        if recorded is None:
            heard = day(known) if isinstance(known, str) else known.time if known else _known(event)
            recorded = datetime.combine(heard, time(12), UTC)
        return super().tell(event, known, effective, recorded=recorded, **more)

    def defines(self, definition: Definition, in_force: str = "2021-09-21", **more: Any) -> None:
        """Record the next version of the indicator."""
        version = 1 + sum(1 for fact in self.facts if fact.kind == "IndicatorDefined")
        indicator = definition.indicator.model_copy(update={"version": version})
        written = definition.model_copy(update={"indicator": indicator, "in_force": day(in_force)})
        self.tell(
            IndicatorDefined(
                indicator=INDICATOR, plan="X", version=version, in_force=day(in_force),
                definition=written.canonical(), definition_hash=written.hash(),
            ),
            **more,
        )  # fmt: skip

    def withdraws(self, target: str, received: str, recorded: str | None = None) -> str:
        """A retraction: of the State by its own day of receipt, of the registrar by its target's."""
        stored = next(one for one in self.stored if one["id"] == target)
        taken = FactRetracted.model_validate(
            {"target_type": stored["type"], "target_stream": stored["stream"], "state": stored["subject"],
             "amendment": {"role": "registrar" if recorded else "state", "reason": "it should not count"}}
        )  # fmt: skip
        return self.tell(taken, received, recorded=recorded, retracts=target)

    def concluded(self, printed: str | None = None, names: tuple[str, ...] | None = None) -> None:
        """The meeting's figures are sealed, and what its report prints is recorded."""
        heads = dict(cut_of(self.facts).positions)
        answers = replayed(self.facts, Question("13MSP"), heads, CONCLUDED, "X")
        seal = MeetingFiguresSealed.model_validate({**answers, "plan": "X", "definitions": "inForce"})
        self.tell(seal, CONCLUDED.isoformat())
        if printed is not None:
            self.tell(
                FigurePublished(
                    figure_id="F-1", indicators=(INDICATOR,), cycle="13MSP", as_printed=printed, value=printed,
                    place="row 1", role="table", printed=day("2025-09-09"), names=names,
                )
            )  # fmt: skip


def _known(event: Event) -> date:
    known = known_from(event.received_on) if event.received_on is not None else None
    assert known is not None, "say when it was known"
    return known.time


def diary(*parties: str, definition: Definition = LAST_WORD, covered: bool = True, clock: str = "2026-03-01") -> Diary:
    """A system that has run since 2009: two cycles, these parties, the record complete then and again today."""
    h = Diary()
    h.tell(CYCLE)
    h.parties(*parties or ("AFG", "LAO"))
    h.tell(AFTERWARDS, recorded="2024-07-01")
    for through in ("2025-06-30", clock):
        h.clock_covered(through)
    if covered:
        for through in ("2025-06-30", "2026-03-01"):
            h.covered("a", "b", first=BEGINS.isoformat(), through=through)
    h.defines(definition)
    return h


@dataclass(frozen=True)
class Five:
    """The five answers to one question, each as `value of denominator: STATES`, or the status that stands for it."""

    attested: str
    reconstructed: str
    now: str
    published: str | None
    today: str


def five(h: Diary) -> Five:
    """What the system itself said then, what was known then, what is known now of then, print, and today's figure."""
    return Five(
        attested=said(h, Question("13MSP", THEN, basis="attested")),
        reconstructed=said(h, Question("13MSP", THEN)),
        now=said(h, Question("13MSP", TODAY)),
        published=restatement(h)["published"],
        today=said(h, Question(TODAY.isoformat())),
    )


def said(h: Diary, question: Question) -> str:
    """The figure of a question in a few words; what is only possible stands in brackets."""
    figures = set_of(h.facts, question, dict(cut_of(h.facts).positions), TODAY, "X")
    figure = figures.figure(INDICATOR)
    assert figure is not None
    row = computed_row(figure)
    if row["value"] is None:
        return str(row["status"])
    status = "" if row["status"] == "computed" else f"{row['status']} "
    over = "" if row["denominator"] is None else f" of {len(row['denominator'])}"
    part = row["parts"][0]
    value = row["value"] if part["low"] == part["high"] else f"{part['low']} to {part['high']}"
    return f"{status}{value}{over}: {' '.join(row['members'])}".removesuffix(": ")


def restatement(h: Diary) -> dict[str, Any]:
    """From the 13MSP, as it was sealed, to today."""
    positions = cut_of(h.facts).positions
    record = Record(tuple(h.facts), positions)
    return restated(record, INDICATOR, Question("13MSP"), "now", dict(positions), TODAY)


def steps(h: Diary) -> list[str]:
    """Each step as its cause, the States that it brings in and takes out, and what nobody's name explains."""
    return [" ".join([step["cause"], *_moved(step)]) for step in restatement(h)["steps"]]


def _moved(step: dict[str, Any]) -> list[str]:
    rest = [] if step["unexplained"] is None else [f"unexplained {step['unexplained']}"]
    return [*(f"+{state}" for state in step["in"]), *(f"-{state}" for state in step["out"]), *rest]
