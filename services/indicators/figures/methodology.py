"""The methodology sheet of an indicator, written out of the definition that runs: nothing in it is kept by hand.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from services.indicators.figures.breakdowns import Breakdowns
from services.indicators.grammar.expression import Fact, Judged, Obliged, Owes, Said, walk
from services.indicators.plans.crosswalk import Crosswalk
from services.indicators.plans.definition import Definition
from services.indicators.plans.words import formula, population_words, window_words
from services.indicators.world.record import Defined, Record, chosen_version

SERIES: Mapping[str, str] = {
    "flow": "what happened in the window",
    "status": "how things stood on the last day",
    "cumulative": "everything up to the last day",
    "reported_in_period": "what States reported in the window",
}
"""What the values of a series are."""

COMPUTABILITY: Mapping[str, str] = {
    "F": "from registers and acts",
    "A": "from what States report",
    "J": "from what States report, once it is judged",
    "N": "not computable",
}
"""What a figure rests on."""


def methodology(
    indicator: str, record: Record, crosswalk: Crosswalk, breakdowns: Breakdowns, today: date
) -> dict[str, Any]:
    """The sheet by the definition in force today, with every recorded version; the indicator must be defined."""
    versions = record.versions[indicator]
    running = chosen_version(versions, "inForce", today, lambda one: one.known <= today)
    assert running is not None, "the first version serves before it is in force"
    definition = running.definition
    one = definition.indicator
    return {
        "indicator": indicator,
        "plan": definition.plan,
        "action": one.action,
        "section": one.section,
        "title": one.title,
        "formula": formula(definition),
        "population": population_words(one.population, definition),
        "window": window_words(one.window),
        "unit": one.unit,
        "series": SERIES[one.series],
        "restsOn": COMPUTABILITY[one.computability],
        "sources": [source.strip() for source in one.evidence.split(";")],
        "reads": list(_reads(definition)),
        "codes": [{"code": code, "words": words} for code, words in definition.codes.items()],
        "judgementWords": _judgement_words(definition),
        "readings": list(one.readings),
        "baseline": _baseline(definition),
        "breakdowns": breakdowns.expected(indicator),
        "links": list(_links(indicator, crosswalk, record)),
        "source": None if one.source is None else one.source.model_dump(include={"document", "paragraph"}),
        "version": running.version,
        "definitionHash": running.hash,
        "versions": [_version(version, running) for version in versions],
    }


def _reads(definition: Definition) -> Iterator[str]:
    """The kinds of fact that it asks for, each once, in the order of asking."""
    kinds: dict[str, None] = {}
    for node in walk((definition.indicator.measure, definition.indicator.population, definition.populations)):
        if isinstance(node, Fact):
            kinds |= dict.fromkeys(node.fact)
        elif isinstance(node, Said):
            kinds["PracticeReported"] = None
        elif isinstance(node, Obliged):
            kinds["ObligationReported"] = None
        elif isinstance(node, Owes):
            kinds["ReportSubmitted"] = None
    yield from kinds


def _judgement_words(definition: Definition) -> list[str]:
    judged = (node.words for node in walk(definition.indicator.measure) if isinstance(node, Judged))
    return list(dict.fromkeys(word for words in judged for word in words))


def _baseline(definition: Definition) -> dict[str, Any] | None:
    baseline = definition.indicator.baseline
    if baseline is None:
        return None
    return {
        "cycle": baseline.cycle,
        "printed": baseline.value,
        "asOf": baseline.as_of.isoformat() if baseline.as_of else None,
        "note": baseline.note,
    }


def _links(indicator: str, crosswalk: Crosswalk, record: Record) -> Iterator[dict[str, Any]]:
    """What it takes up of an earlier plan, and what takes it up in a later one."""
    for direction, links in (("earlier", crosswalk.before(indicator)), ("later", crosswalk.after(indicator))):
        for link in links:
            others = link.from_ if direction == "earlier" else link.to
            held = [one for one in others if one in record.versions]
            yield {"direction": direction, "grade": link.grade, "others": held, "why": link.why}


def _version(one: Defined, running: Defined) -> dict[str, Any]:
    return {
        "version": one.version,
        "inForce": one.in_force.isoformat(),
        "hash": one.hash,
        "event": one.fact,
        "running": one is running,
    }
