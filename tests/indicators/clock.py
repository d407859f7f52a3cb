"""The treaty clock asked of a small history: duties, obligations and deadlines on a day."""

from __future__ import annotations

from services.indicators.duties.deadlines import deadlines
from services.indicators.duties.obligations import obligations_under
from services.indicators.duties.reports import report_duties
from services.indicators.duties.types import Deadline, Obligation, ReportDuty
from services.indicators.world.world import World, cut_facts, world_of
from shared.events.meetings import MeetingScheduled
from shared.events.reports import ObligationReported
from tests.indicators.history import BEGINS, History, cut_of, day

FIRST = BEGINS.isoformat()


def world_on(history: History, on: str) -> World:
    """What the history holds by a day."""
    facts = history.facts
    return world_of(cut_facts(facts, cut_of(facts, known_by=on)))


def due(history: History, on: str, what: str, state: str = "LAO") -> Deadline | None:
    """The deadline of a State with that code, if it has one on the day."""
    found = [one for one in deadlines(world_on(history, on), day(on)) if (one.state, one.what) == (state, what)]
    assert len(found) <= 1
    return found[0] if found else None


def owing(history: History, on: str, article: str, state: str = "LAO") -> list[Obligation]:
    """The obligations of a State under an article on a day."""
    return [one for one in obligations_under(article, world_on(history, on), day(on)) if one.state == state]


def report(history: History, on: str, year: int | None, state: str = "LAO") -> ReportDuty | None:
    """The report of a State on a year (None: the initial one) as the calendar of Article 7 has it."""
    duties = report_duties(world_on(history, on), day(on))
    return next((one for one in duties if (one.state, one.year) == (state, year)), None)


def scheduled(
    history: History, meeting: str, opens: str, closes: str | None = None, known: str = "2010-01-01", kind: str = "MSP"
) -> History:
    """The history with a meeting and its days."""
    days = {"opens": opens, "closes": closes or opens}
    history.tell(MeetingScheduled.model_validate({"meeting": meeting, "kind": kind, **days}), known)
    return history


def lao(deposited: str = "2010-02-01") -> History:
    """Lao PDR as a party: without another day of deposit in force since 1 August 2010."""
    return History().party("LAO", deposited)


def has(h: History, article: int, since: str = "2010-08-01", status: str = "outstanding") -> History:
    """The history with a document that shows Lao PDR's obligation so from a day on."""
    fact = {"state": "LAO", "article": article, "status": status, "effective": since, "cause": "report", "received": since}  # fmt: skip  # noqa: E501
    h.tell(ObligationReported.model_validate(fact))
    return h


def complete(h: History, subject: str, through: str) -> History:
    """The history with a record that is complete on a subject from the adoption of the Convention on."""
    return h.covered(subject, first=FIRST, through=through)
