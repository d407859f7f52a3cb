"""Whether a fact lies in a window and met a deadline: yes, no, or possibly where its date is only bounded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import IntEnum
from typing import Any, assert_never

from services.indicators.facts.fact import Bounds, Fact, bounds_of
from services.indicators.grammar.expression import Fact as FactNode
from services.indicators.grammar.window import Axis, Window
from services.indicators.world.frame import Interval
from services.indicators.world.scene import Scene
from shared.treaty.deadlines import last_timely_request
from shared.treaty.periods import add_months
from shared.treaty.reporting import annual_report_due, initial_report_due


class Answer(IntEnum):
    """Three-valued: the lesser of two is their "and", the greater their "or"."""

    NO = 0
    MAYBE = 1
    YES = 2


UNKNOWN = Bounds(None, None)


def placed(fact: Fact, window: Window, dated_by: str | None, scene: Scene) -> Answer:
    """Whether the fact lies in the window. Raises NoSuchWindow."""
    return placing(window, dated_by, scene)(fact)


def placing(window: Window, dated_by: str | None, scene: Scene) -> Callable[[Fact], Answer]:
    """Whether a fact lies in the window, to be asked of many. Raises NoSuchWindow."""
    axis = window.axis
    if axis == "meeting":
        assert window.meeting is not None
        meeting = scene.frame.meeting(window.meeting)
        return lambda fact: Answer.YES if _meeting_of(fact) == meeting else Answer.NO
    days = scene.days(window)

    if axis == "received" and dated_by is None:
        return lambda fact: _inside(fact.held, days)

    def place(fact: Fact) -> Answer:
        holds = _overlapping if _holds_throughout(fact, axis, dated_by) else _inside
        return holds(bounds_on(fact, axis, dated_by), days)

    return place


def days_of_truth(fact: Fact, axis: Axis, dated_by: str | None, days: Interval) -> tuple[date | None, date | None]:
    """From which day on a fact possibly, and certainly, lies in a window that reaches so far, at most to the last day.

    None where it does on none of them. Not for the axis `meeting`, which has no days of its own.
    """
    when = bounds_on(fact, axis, dated_by)
    first, last = when.first or date.min, when.last or date.max
    if first > days.last or last < days.first:
        return None, None
    if _holds_throughout(fact, axis, dated_by):
        begins = max(first, days.first)
        return (begins, begins) if begins <= days.last else (None, None)
    return first, last if days.first <= first and last <= days.last else None


def _meeting_of(fact: Fact) -> Any:
    return fact.attribute("meeting") or fact.attribute("for_meeting")


def bounds_on(fact: Fact, axis: Axis, dated_by: str | None) -> Bounds:
    """The days by which a window on an axis finds a fact: one that they do not touch does not have it."""
    match axis:
        case "covers":
            return _covered(fact)
        case _ if dated_by is not None:
            return _dated(fact, dated_by)
        case "received":
            return fact.held
        case "effective":
            return fact.effective if fact.period or fact.effective != UNKNOWN else _not_after(fact.known)
    raise AssertionError(f"the axis {axis} has no days of its own")


def _holds_throughout(fact: Fact, axis: Axis, dated_by: str | None) -> bool:
    """Whether it holds on each day of its bounds; else it happened on one of them."""
    return axis == "covers" or (axis == "effective" and dated_by is None and fact.period)


def _dated(fact: Fact, attribute: str) -> Bounds:
    """Bounds of a dated attribute; what is not dated happened by the day it was known."""
    when = fact.attribute(attribute)
    return _not_after(fact.known) if when is None else bounds_of(when)


def _not_after(day: date) -> Bounds:
    return Bounds(None, day)


def _inside(when: Bounds, days: Interval) -> Answer:
    first, last = when.first or date.min, when.last or date.max
    if first > days.last or last < days.first:
        return Answer.NO
    return Answer.YES if days.first <= first and last <= days.last else Answer.MAYBE


def _overlapping(when: Bounds, days: Interval) -> Answer:
    first, last = when.first or date.min, when.last or date.max
    return Answer.YES if first <= days.last and last >= days.first and days.first <= days.last else Answer.NO


def _covered(fact: Fact) -> Bounds:
    """The calendar years, or else the days, that a fact is about."""
    years = fact.attribute("covers_years") or [fact.attribute("year") or fact.attribute("budget_year")]
    if years[0] is not None:
        return Bounds(date(min(years), 1, 1), date(max(years), 12, 31))
    return fact.effective


def in_time(fact: Fact, node: FactNode, scene: Scene) -> Answer:
    """Whether the act met the deadline that `by` names; possibly, where either date is not known well enough."""
    due = _due(fact, node, scene)
    if due is None:
        return Answer.MAYBE
    done = fact.held if node.date is None else _dated(fact, node.date)
    if done.last is not None and done.last <= due:
        return Answer.YES
    return Answer.NO if done.first is not None and done.first > due else Answer.MAYBE


def _due(fact: Fact, node: FactNode, scene: Scene) -> date | None:
    match node.by:
        case "annual_report_due":
            years = fact.attribute("covers_years") or []
            window = node.in_ or scene.window
            if window.axis == "covers":  # a report on several years is timely for the year that is asked about
                years = [year for year in years if year == scene.days(window).last.year] or years
            return annual_report_due(max(years)) if years else None
        case "initial_report_due":
            term = scene.world.possible_membership.of(fact.state or "").term(scene.frame.last)
            return initial_report_due(term.in_force) if term else None
        case "nine_months_before_meeting":
            opens = _opening(fact, scene)
            return last_timely_request(opens) if opens else None
        case "three_months_before_meeting":
            opens = _opening(fact, scene)
            return add_months(opens, -3) if opens else None
        case "next_meeting_after_find":
            found = fact.attribute("found")
            bounds = UNKNOWN if found is None else bounds_of(found)
            ends = {_next_close(day, scene) if day else None for day in (bounds.first, bounds.last)}
            return ends.pop() if len(ends) == 1 else None
        case None:
            return None
        case never:
            assert_never(never)


def _next_close(day: date, scene: Scene) -> date | None:
    """The last day of the first formal meeting that opens after a day; None while none is dated."""
    meetings = scene.world.by_kind.get("MeetingScheduled", ())
    formal = {fact.data["meeting"] for fact in meetings if fact.data["kind"] in ("MSP", "RC")}
    sittings = [one for name, one in scene.world.sittings.items() if name in formal and one.opens and one.opens > day]
    return min((one.closes or one.opens for one in sittings if one.opens), default=None)


def _opening(fact: Fact, scene: Scene) -> date | None:
    sitting = scene.world.sittings.get(fact.attribute("for_meeting") or fact.attribute("meeting") or "")
    return sitting.opens if sitting else None
