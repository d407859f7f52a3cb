"""Evaluates set expressions: one function per node of the grammar, each giving who is in it and why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import assert_never

from services.indicators.duties.obligations import founded
from services.indicators.evaluation.populations import during, on_day
from services.indicators.evaluation.selecting import groups_of, selected, window_of
from services.indicators.facts.fact import Fact, date_of
from services.indicators.grammar.expression import (
    All,
    Any_,
    Judged,
    Not,
    Obliged,
    Owes,
    Population,
    Said,
    SetNode,
)
from services.indicators.grammar.expression import Fact as FactNode
from services.indicators.grammar.window import Window
from services.indicators.world.coverage import subjects_of_code, subjects_of_kind
from services.indicators.world.found import Found, Item, Leaf, complement, from_items, intersection, union
from services.indicators.world.frame import Interval
from services.indicators.world.placing import Answer
from services.indicators.world.scene import Scene
from services.indicators.world.stateset import bit, everybody, mask
from shared.treaty.reporting import annual_report_due, annual_report_owed, initial_report_due


def found(node: SetNode, scene: Scene) -> Found:
    """Who is in the set. Raises NoSuchWindow when the cycle lacks what a window refers to."""
    match node:
        case Population():
            return _population(node, scene)
        case FactNode():
            return _fact(node, scene)
        case Said():
            return _said(node, scene)
        case All():
            return intersection([found(one, scene) for one in node.all])
        case Any_():
            return union([found(one, scene) for one in node.any])
        case Not():
            return complement(found(node.not_, scene))
        case Judged():
            return _judged(node, scene)
        case Owes():
            return _owes(node, scene)
        case Obliged():
            return _obliged(node, scene)
        case never:
            assert_never(never)


def _population(node: Population, scene: Scene) -> Found:
    at = scene.at if node.at is None else node.at
    if at == "last":
        belonging = on_day(node.population, scene, scene.seen().last, found)
    else:
        belonging = during(node.population, scene, scene.seen(), found)
    return belonging.without_items()  # they say who belongs; what is counted comes from the other sets


def _fact(node: FactNode, scene: Scene) -> Found:
    groups = groups_of(node, lambda one: found(one, scene))
    window = window_of(node, scene)
    days = scene.days(window)
    together = _together(node, ("kind", node.fact[0]), window, days, scene) if len(node.fact) == 1 else None
    facts = () if together else scene.world.of_kinds_in(node.fact, window.axis, node.date, days)
    items, unnamed = selected(node, facts, scene, groups, together)
    # of several kinds with `latest` the first is asked: the others only end or change what it began
    asked = node.fact[:1] if node.latest else node.fact
    leaves = [_kind_leaf(kind, node, days, scene) for kind in asked]
    return from_items(items, [*leaves, *(leaf for one in groups.values() for leaf in one.leaves)], unnamed=unnamed)


def _together(
    node: FactNode, name: tuple[str, ...], window: Window, days: Interval, scene: Scene
) -> Iterable[Iterable[Fact]] | None:
    """The facts under a name as `latest` groups them, from the last on, where an index has them at hand."""
    nearby = scene.world.nearby
    if nearby is None or not node.latest or window.axis == "meeting":
        return None
    return nearby.last_first(name, node.latest, window.axis, node.date, days)


def _kind_leaf(kind: str, node: FactNode, days: Interval, scene: Scene) -> Leaf:
    return scene.world.coverage.leaf(kind, subjects_of_kind(kind, node.where), days.first, days.last)


def _said(node: Said, scene: Scene) -> Found:
    plain = node.at_length
    window = window_of(plain, scene)
    days = scene.days(window)
    together = _together(plain, ("code", node.said), window, days, scene)
    facts = () if together else scene.world.of_code_in(node.said, window.axis, days)
    items, _ = selected(plain, facts, scene, {}, together)
    leaf = scene.world.coverage.leaf(node.said, subjects_of_code(node.said), days.first, days.last)
    return from_items(items, [leaf])


def _judged(node: Judged, scene: Scene) -> Found:
    inner = found(node.judged, scene)
    if not inner.items:
        return replace(inner, certain=0, pending=inner.possible)
    judged = [_judgement(item, node.words, scene) for item in inner.items]
    items = [item for item, _ in judged if item is not None]
    verdicts = tuple(verdict for _, given in judged for verdict in given)
    own = from_items(items, ())
    possible = inner.possible & own.possible
    certain = inner.certain & own.certain
    return replace(
        inner,
        certain=certain,
        possible=possible,
        open=possible if inner.complete else inner.open,
        pending=possible & own.pending & ~certain,
        items=tuple(items),
        evidence=(*inner.evidence, *verdicts),
    )


def _judgement(item: Item, words: tuple[str, ...], scene: Scene) -> tuple[Item | None, list[Item]]:
    """The item as judged, None where a judgement finds that a word is not met; and the judgements themselves.

    `partly` does not meet the word; `cannot_tell` leaves the item possible.
    """
    fact = item.fact
    names = [fact.id, *fact.predecessors, *filter(None, [fact.attribute("request_id")])]
    judgements = scene.world.judgements
    given = [next((judgements[name, word] for name in names if (name, word) in judgements), None) for word in words]
    verdicts = [Item(one, True, item.states) for one in given if one is not None]
    outcomes = [one.data["outcome"] if one else None for one in given]
    if any(outcome in ("partly", "does_not_meet") for outcome in outcomes):
        return None, verdicts
    sure = item.sure and all(outcome == "meets" for outcome in outcomes)
    return replace(item, sure=sure, pending=item.pending or None in outcomes), verdicts


def _owes(node: Owes, scene: Scene) -> Found:
    days = scene.days(node.in_)
    initial = scene.world.initial_reports()
    subjects = [["ReportSubmitted"], ["ReportSubmitted?kind=initial"]]
    last = min(days.last, scene.frame.last)
    leaf = scene.world.coverage.leaf("ReportSubmitted", subjects, scene.frame.begins, last)
    if node.owes == "annual_report":
        return _owing_annual(days.last.year, initial, leaf, scene)
    return _owing_initial(days, initial, leaf, scene)


def _obliged(node: Obliged, scene: Scene) -> Found:
    """Certain where all facts, the proven ones alone and every reading of a bounded date agree."""
    wanted = set(node.status)
    certain = possible = 0
    items = []
    for founded_ in founded(str(node.obliged), scene.world, scene.frame.last):
        one = founded_.obligation
        if not wanted & one.possible:
            continue
        sure = one.possible <= wanted
        possible |= bit(one.state)
        certain |= bit(one.state) if sure else 0
        items += [Item(fact, sure, (one.state,)) for fact in founded_.behind(scene.world)]
    asked = ["ObligationReported"]
    if node.obliged != 5 and wanted & {"completed", "declared"}:
        asked.append("DeclarationOfCompliance")  # a list of who is bound does not say who declared
    days = Interval(scene.frame.begins, scene.frame.last)
    leaves = tuple(_article_leaf(kind, node.obliged, days, scene) for kind in asked)
    open_ = possible if all(leaf.covered for leaf in leaves) else everybody()
    return Found(certain, possible, open_, items=tuple(items), evidence=tuple(items), leaves=leaves)


def _article_leaf(kind: str, article: int, days: Interval, scene: Scene) -> Leaf:
    return scene.world.coverage.leaf(kind, subjects_of_kind(kind, {"article": article}), days.first, days.last)


def _owing_annual(year: int, initial: Mapping[str, Fact], leaf: Leaf, scene: Scene) -> Found:
    """Article 7.2: parties on the due day whose initial report is in."""
    parties = on_day("parties", scene, annual_report_due(year), found)
    certain = possible = 0
    items = []
    for state, fact in initial.items():
        owed = annual_report_owed(year, party_on_due_day=True, initial_received=date_of(fact.data["received"]))
        if owed != "no":
            possible |= bit(state)
            certain |= bit(state) if owed == "yes" and fact.sure else 0
            items.append(Item(fact, owed == "yes" and fact.sure, (state,)))
    certain, possible = certain & parties.certain, possible & parties.possible
    return _owing(certain, possible, parties, items, leaf)


def _owing_initial(days: Interval, initial: Mapping[str, Fact], leaf: Leaf, scene: Scene) -> Found:
    """Article 7.1: parties whose 180 days ended by the last day and whose report did not come before the first."""
    seen = Interval(min(days.first, scene.frame.last), min(days.last, scene.frame.last))
    parties = during("parties", scene, seen, found)
    due = mask(
        state
        for state, membership in scene.world.possible_membership.states.items()
        if (term := membership.term(seen.last)) and initial_report_due(term.in_force) <= seen.last
    )
    earlier_certain = earlier_possible = 0
    items = []
    for state, fact in initial.items():
        before = _received_before(fact, days.first)
        earlier_possible |= bit(state) if before is not Answer.NO else 0
        earlier_certain |= bit(state) if before is Answer.YES and fact.sure else 0
        if before is not Answer.YES:
            items.append(Item(fact, before is Answer.NO, (state,)))
    certain = parties.certain & due & ~earlier_possible
    possible = parties.possible & due & ~earlier_certain
    if not leaf.covered:  # then a report we do not know of may have come before
        certain &= mask(initial)
    return _owing(certain, possible, parties, items, leaf)


def _owing(certain: int, possible: int, parties: Found, items: list[Item], leaf: Leaf) -> Found:
    leaves = (*parties.leaves, leaf)
    open_ = possible if all(one.covered for one in leaves) else parties.open
    return Found(certain, possible, open_, evidence=tuple(items), leaves=leaves)


def _received_before(fact: Fact, day: date) -> Answer:
    if fact.held.last is not None and fact.held.last < day:
        return Answer.YES
    return Answer.NO if fact.held.first is not None and fact.held.first >= day else Answer.MAYBE
