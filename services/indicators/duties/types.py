"""The answers of this package: a cause, an obligation, the life of an extension request, a deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from services.indicators.facts.fact import Bounds, Fact
from shared.treaty.deadlines import Timeliness
from shared.treaty.reporting import Owed

UNDATED = Bounds(None, None)
"""Of no known day."""

ObligationStatus = Literal[
    "unknown",  # no initial report tells yet
    "none",
    "outstanding",
    "extended",
    "completed",
    "declared",
    "reopened",
    "ended",  # by withdrawal
    "notRecorded",  # beyond coverage, and nothing held
]

Recorded = Literal["recorded", "notRecorded"]
Confidence = Literal["verified", "unverified"]

Theme = Literal[
    "stockpile", "clearance", "victim_assistance", "transparency", "national_measures", "compliance", "finance"
]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a document says so, and the event that cites it."""

    document: str
    paragraph: str
    event_id: str


def sources(*facts: Fact) -> tuple[Source, ...]:
    """The passages of these facts, each once, in their order."""
    found = (Source(document, paragraph, fact.id) for fact in facts for document, paragraph in fact.passages)
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Cause:
    """One step in a chain of causes: what happened, when, and the rule that makes it count.

    `kind` is a fact's kind, or `rule` for a step that only a rule makes (entry into force, a closing day).
    `words` say it in one phrase. `article` is the paragraph of the Convention, such as `4.1 a`.
    """

    kind: str
    when: Bounds
    words: str
    article: str | None = None
    rule: str | None = None  # CR-20
    sources: tuple[Source, ...] = ()
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Obligation:
    """How an obligation of a State stands on a day.

    `article`: 3, 4, 5, 7.1, 7.2, 3.8, 9 or 14. `name` tells several of one article apart: the conflict of 4.1 (b), the
    year of a report, the meeting of a contribution; else None. `status` is what all facts say, `proven` what the
    verified ones alone do; `possible` adds what it could be where a date is only bounded. `deadline` is None where the
    Convention sets none and where it is not recorded: `deadline_recorded` tells the two apart. `past_deadline` is None
    where nobody can tell; never True while a request is pending or its decision unrecorded, nor beyond coverage.
    `through` is the last day for which the record is complete on the question. `met` is the completion by which the
    deadline last in force is measured: what was found and cleared since has none.
    """

    state: str
    article: str
    status: ObligationStatus
    proven: ObligationStatus
    possible: frozenset[ObligationStatus]
    chain: tuple[Cause, ...]
    name: str | None = None
    since: Bounds = UNDATED
    deadline: date | None = None
    deadline_recorded: Recorded = "recorded"
    deadline_confidence: Confidence = "verified"
    past_deadline: bool | None = None
    through: date | None = None
    met: Bounds | None = None

    @property
    def confidence(self) -> Confidence:
        """verified where the proven facts alone say the same."""
        return "verified" if self.status == self.proven else "unverified"


ProcessStatus = Literal[
    "announced", "submitted", "updated", "analysed", "asRequested", "shorter", "granted", "refused", "withdrawn"
]
"""How far a request has come; `granted` = as asked or shorter, not recorded which."""


@dataclass(frozen=True, slots=True)
class Section:
    """A required section of a request (Articles 3.4, 4.6): whether the text has it, and what the analysis says."""

    letter: str
    presence: Literal["present", "missing", "notRecorded"]
    judgement: Literal["meets", "partly", "does_not_meet"] | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a meeting decided. `until` is the new deadline, None for a refusal and where no day is recorded.

    `until_basis` says how we know it: recorded, from the months, as asked for (granted as requested), or None.
    """

    outcome: Literal["as_requested", "shorter", "granted", "refused"]
    meeting: str
    day: date
    months: int | None
    until: date | None
    until_basis: Literal["recorded", "months", "asRequested"] | None
    sure: bool  # the decision itself is proven
    until_sure: bool  # its new deadline is proven
    benchmarks: tuple[str, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Process:
    """The life of one extension request, as known on a day, with the verdicts of the treaty on it.

    `running_deadline` is the one it asks to extend. `opens`, `closes` are the days of the meeting that is to consider
    it, `scheduled_by` the event that gives them; `limit` the last timely day (CR-13, CR-23). `awaits_decision`: its
    meeting has closed and no decision is recorded, so that the State's deadline is notRecorded.
    """

    request_id: str
    state: str
    article: Literal[3, 4]
    status: ProcessStatus
    chain: tuple[Cause, ...]
    received: Bounds | None
    for_meeting: str | None
    opens: date | None
    closes: date | None
    scheduled_by: str | None
    limit: date | None
    months_asked: int | None
    asked_until: Bounds | None
    running_deadline: date | None
    timeliness: Timeliness  # nine months before the meeting
    length: Literal["within", "beyond", "cannotTell"]  # 48 or 60 months
    before_expiry: Timeliness
    sections: tuple[Section, ...]
    decision: Decision | None
    pending: bool  # submitted, and neither decided nor withdrawn
    awaits_decision: bool
    confidence: Confidence
    sources: tuple[Source, ...]


DeadlineStatus = Literal["ahead", "overdue", "timely", "late", "cannotTell", "notRecorded"]
"""`timely`, `late`, `cannotTell`: verdicts on a recorded act; `overdue`: there is none, and the record is complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Something that a State owes once by a day: a report, or a contribution.

    `owed` is cannotTell where nobody can say whether the State is bound to it. `arrived`: yes or no as far as the
    record is complete, cannotTell where it is not, or where only bounds are known. `status` is the verdict; of what is
    not owed the verdict on what came nevertheless, else notRecorded. `causes` lead to it: the entry into force, what
    makes it owed, the act that met it, the declaration that nothing is missing.
    """

    state: str
    article: str  # 7.1, 7.2, 3.8 or 14
    name: str | None  # the year of a report, the meeting of a contribution
    due: date
    owed: Owed
    status: DeadlineStatus
    arrived: Owed
    received: Bounds | None
    formula: str
    rule: str
    causes: tuple[Cause, ...]
    confidence: Confidence
    reason: str | None = None

    @property
    def sources(self) -> tuple[Source, ...]:
        """The passages of its causes, each once."""
        return tuple(dict.fromkeys(source for cause in self.causes for source in cause.sources))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportDuty(Duty):
    """An Article 7 report that a State owes, or that is looked for and not owed; `year` is None for the initial one.

    `silent_years`: whether the State sent no report at all in the two years up to the day asked about.
    """

    kind: Literal["initial", "annual"]
    year: int | None
    silent_years: Owed


@dataclass(frozen=True, slots=True)
class Deadline:
    """One day by which a State owes something. `due` is None where the day is not recorded.

    `what` is a code that tells this duty of the State apart from its others: `clearance`, `annual_report-2026`.
    `formula` says in words how the day comes about. `meeting` where the duty is towards one. `done` is the act.
    """

    state: str
    article: str
    what: str
    due: date | None
    status: DeadlineStatus
    formula: str
    sources: tuple[Source, ...]
    theme: Theme
    rule: str | None = None
    meeting: str | None = None
    done: Bounds | None = None
    reason: str | None = None
    confidence: Confidence = "verified"
