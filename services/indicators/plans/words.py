"""Definitions in words: formula, populations and windows as a reader of the plan would say them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from services.indicators.grammar.expression import (
    BUILT_IN,
    DEADLINE_RULES,
    DUTIES,
    KINDS,
    All,
    Any_,
    Change,
    Condition,
    Count,
    Fact,
    Judged,
    Mean,
    MeasureNode,
    Not,
    Nothing,
    Obliged,
    Owes,
    Parts,
    Percent,
    Population,
    Said,
    SetNode,
    Sum,
    Test,
)
from services.indicators.grammar.window import Days, MeetingDays, Span, Window, Years
from services.indicators.plans.definition import Definition

_AXES = {"effective": "dated", "received": "received", "covers": "covering", "meeting": "naming"}
_SPANS: Mapping[object, str] = {
    "cycle": "in the cycle",
    "reportYear": "in the report year",
    "budgetYear": "in the budget year",
    "ungaYear": "in the General Assembly year",
    "toDate": "up to the day",
    "this": "the meeting of the cycle",
    "previous": "the meeting before",
}
_AT = {"window": "on any day of the window", "last": "on its last day", "fact": "on the day of the fact"}


def formula(definition: Definition) -> str:
    """The measure of an indicator in one sentence."""
    indicator = definition.indicator
    sentence = _measure(indicator.measure, definition)
    if not isinstance(indicator.measure, Nothing):
        sentence = f"{sentence}; facts {window_words(indicator.window)}"
    return sentence[0].upper() + sentence[1:]


def population_words(node: SetNode | None, definition: Definition) -> str | None:
    """The denominator in words; None where the unit is no State."""
    return None if node is None else _group(node, definition)


def population_name(node: SetNode | None) -> str | None:
    """Its name, or `expression` where it has none."""
    if node is None:
        return None
    return node.population if isinstance(node, Population) else "expression"


def window_words(window: Window) -> str:
    """`received in the cycle`."""
    return f"{_AXES[window.axis]} {_span(window.span)}"


def _span(span: Span | str) -> str:
    match span:
        case Years(years=int() as years):
            return f"in the {years} years up to the end of the cycle"
        case Years(years=(first, last)):
            return f"in {first} to {last}"
        case Days():
            return f"from {span.from_} to {span.to}"
        case MeetingDays():
            return f"on the days of {_SPANS[span.meeting]}"
    return _SPANS[span]


def _measure(node: MeasureNode, definition: Definition) -> str:
    match node:
        case Count():
            return _count(node, definition)
        case Sum():
            facts = f"{_does(node.of, definition)}{_where(node.where, definition)}"
            return f"sum of {_name(node.sum)} of States that {facts}"
        case Percent():
            return _percent(node, definition)
        case Change():
            return f"change of the {_measure(node.change, definition)} from the start of {node.from_} to {node.to}"
        case Mean():
            return f"mean of the {_measure(node.mean, definition)} over the years {_span(node.over)}"
        case Parts():
            return "; ".join(f"{name}: {_measure(one, definition)}" for name, one in node.parts.items())
        case Nothing():
            return f"not computable: {node.none}"
        case never:
            assert_never(never)


def _percent(node: Percent, definition: Definition) -> str:
    share = node.percent
    if share.count is not None:
        things, over = " and ".join(map(_name, share.count)), _does(share.over, definition)
        return f"share of the different {things} of States that {over} whose States {_does(share.of, definition)}"
    return f"share of {_group(share.over, definition)} that {_does(share.of, definition)}, both on the last day"


def _count(node: Count, definition: Definition) -> str:
    if node.count == ("states",):
        of = node.of or definition.indicator.population
        group = _group(of, definition) if of is not None else "States"
        return f"number of {group}" + (f" that {_does(node.where, definition)}" if node.where is not None else "")
    things = " and ".join(map(_name, node.count))
    assert node.of is not None
    return f"number of different {things} of States that {_does(node.of, definition)}{_where(node.where, definition)}"


def _where(node: SetNode | None, definition: Definition) -> str:
    return "" if node is None else f", for States that {_does(node, definition)}"


def _group(node: SetNode, definition: Definition) -> str:
    if isinstance(node, Population):
        at = f" ({_AT[node.at]})" if node.at else ""
        return population_phrase(node.population, definition) + at
    return f"States that {_does(node, definition)}"


def population_phrase(name: str, definition: Definition) -> str:
    """A population by its name, with what a declared one means."""
    if name in BUILT_IN:
        return BUILT_IN[name]
    return f"{_name(name)} (States that {_does(definition.populations[name], definition)})"


def _does(node: SetNode, definition: Definition) -> str:
    """What States of a set do, as a verb phrase."""
    match node:
        case Population():
            return f"are {_group(node, definition)}"
        case Said():
            return _said(node, definition)
        case Fact():
            return _fact(node, definition)
        case All():
            return " and ".join(_does(one, definition) for one in node.all)
        case Any_():
            return "either " + " or ".join(_does(one, definition) for one in node.any)
        case Not():
            return f"not ({_does(node.not_, definition)})"
        case Judged():
            return f"{_does(node.judged, definition)}, judged {' and '.join(node.words)}"
        case Owes():
            window = f" {window_words(node.in_)}" if node.in_ else ""
            return f"owe the {_name(node.owes)}{window} ({DUTIES[node.owes]})"
        case Obliged():
            return f"have an Article {node.obliged} obligation that is {' or '.join(node.status)} by their acts"
        case never:
            assert_never(never)


def _said(node: Said, definition: Definition) -> str:
    words = definition.codes.get(node.said, node.said)
    answers = "" if node.answer == ("yes",) else f" (answer {' or '.join(map(_name, node.answer))})"
    keys = f", by {', '.join(node.keys)}" if node.keys else ""
    window = f", {window_words(node.in_)}" if node.in_ else _up_to(node.at)
    return f"report “{words}”{answers}{keys}{window}"


def _up_to(at: str | None) -> str:
    return ", as it stands on the last day" if at else ""


def _fact(node: Fact, definition: Definition) -> str:
    whose = f" (State: {_name(node.state)})" if node.state else ""
    parts = [f"have on record {' or '.join(map(_kind, node.fact))}{whose}"]
    parts += [f"with {_conditions(node.where, definition)}"] if node.where else []
    parts += [f"by its {_name(node.date)} date"] if node.date else []
    parts += [window_words(node.in_)] if node.in_ else []
    parts += ["as it stands on the last day"] if node.at else []
    parts += [f"by {DEADLINE_RULES[node.by]}"] if node.by else []
    parts += [f"the last of each {' and '.join(map(_name, node.latest))}"] if node.latest else []
    parts += [f"having {_conditions(node.having, definition)}"] if node.having else []
    return ", ".join(parts)


def _kind(kind: str) -> str:
    """What the event says of itself: `“A State signed the Convention (Article 15)”`."""
    return f"“{(KINDS[kind].__doc__ or kind).strip().splitlines()[0].rstrip('.')}”"


def _conditions(conditions: Mapping[str, Condition], definition: Definition) -> str:
    return ", ".join(f"{_name(name)} {_condition(one, definition)}" for name, one in conditions.items())


def _condition(condition: Condition, definition: Definition) -> str:
    if isinstance(condition, tuple):
        return " or ".join(map(_value, condition))
    if not isinstance(condition, Test):
        return _value(condition)
    said = [
        f"including {_value(condition.has)}" if condition.has is not None else "",
        f"including {' and '.join(map(_value, condition.has_all))}" if condition.has_all else "",
        f"including {' or '.join(map(_value, condition.has_any))}" if condition.has_any else "",
        f"at least {condition.min:g}" if condition.min is not None else "",
        {True: "given", False: "not given", None: ""}[condition.given],
        f"among {_group(condition.among, definition)}" if condition.among is not None else "",
    ]
    return " and ".join(filter(None, said))


def _value(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else _name(str(value))


def _name(name: str) -> str:
    return name.rstrip("_").replace("_", " ")
