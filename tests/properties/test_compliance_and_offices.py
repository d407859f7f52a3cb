"""Whatever is asked about a matter of compliance, an office or a declaration: no step out of its order is taken."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from services.meetings.compliance_matter import AboutMatter, compliance_matter
from services.meetings.deciders import decider_for as of_meetings
from services.reports.declaration import declaration
from shared.events.base import Event, earliest
from shared.events.meetings import (
    ClarificationAnswered,
    ClarificationRequested,
    ComplianceMatterRaised,
    ComplianceMatterSubmitted,
    ComplianceMatterUpdated,
    NonComplianceDetermined,
    OfficeAssumed,
    OfficeEnded,
)
from shared.events.reports import DeclarationOfCompliance
from shared.treaty.compliance import MatterState, matter_state
from tests.properties.support import DAYS, UNHURRIED, closure, names_its_article, tried, turns

STEPS: dict[MatterState, set[MatterState]] = {
    "requested": {"answered", "unanswered", "submitted"},
    "unanswered": {"answered", "submitted"},
    "answered": {"submitted"},
    "submitted": {"determined"},
    "determined": set(),
}
"""Articles 8.2 to 8.5: how far a matter comes next."""

MATTER, STATE = st.just("M1"), st.sampled_from(["PER", "CHL"])
MEETING = st.sampled_from(["12MSP", "13MSP"])
ABOUT_A_MATTER: st.SearchStrategy[Event] = st.one_of(
    st.builds(ComplianceMatterRaised, matter=MATTER, state=STATE, article=st.just("1"), alleged=st.booleans()),
    st.builds(ComplianceMatterUpdated, matter=MATTER, date=DAYS),
    st.builds(ClarificationRequested, matter=MATTER, from_=STATE, to=STATE, received=DAYS),
    st.builds(ClarificationAnswered, matter=MATTER, answered=DAYS, satisfactory=st.none() | st.booleans()),
    st.builds(ComplianceMatterSubmitted, matter=MATTER, meeting=MEETING, date=DAYS),
    st.builds(
        NonComplianceDetermined,
        matter=MATTER,
        state=STATE,
        meeting=MEETING,
        date=DAYS,
        outcome=st.sampled_from(["non_compliant", "not_established"]),
    ),
)


def recorded(facts: list[Event], known: list[bool]) -> list[Event]:
    """What the decider of matters takes, each refusal citing its article; `known`: whether a meeting is scheduled."""
    held: list[Event] = []
    for fact, scheduled in zip(facts, known, strict=False):
        refused = tried(compliance_matter, held, fact, kind=AboutMatter, meeting_known=scheduled)
        if refused is None:
            held.append(fact)
        else:
            assert names_its_article(refused), f"{refused.type}: {refused}"
    return held


def day_of(fact: Event) -> date:
    """The day of a dated step."""
    day = fact.received_on
    assert isinstance(day, date)
    return day


def states(held: list[Event]) -> list[MatterState]:
    """How far the matter has come on every day of its steps, by the rule."""
    dated = [one for one in held if not isinstance(one, ComplianceMatterRaised)]
    asked = [one.received for one in dated if isinstance(one, ClarificationRequested)]
    days = sorted({day_of(one) for one in dated if asked and day_of(one) >= min(asked)})

    def done(kind: type[Event], day: date) -> bool:
        return any(isinstance(one, kind) and day_of(one) <= day for one in dated)

    return [
        matter_state(
            min(asked),
            day,
            answered=done(ClarificationAnswered, day),
            submitted=done(ComplianceMatterSubmitted, day),
            determined=done(NonComplianceDetermined, day),
        )
        for day in days
    ]


BEGUN: list[Event] = [
    ClarificationRequested(matter="M1", from_="CHL", to="PER", received=date(2022, 3, 1)),
    ComplianceMatterSubmitted(matter="M1", meeting="12MSP", date=date(2022, 3, 30)),
]
"""A matter on its way to a meeting: half of the stories begin here, so that some of them end."""
ANYTHING = st.lists(ABOUT_A_MATTER, max_size=12)
MANY = ANYTHING | ANYTHING.map(lambda more: [*BEGUN, *more])
SCHEDULED = st.lists(st.sampled_from([True, True, True, False]), min_size=14, max_size=14)


@UNHURRIED
@given(MANY, SCHEDULED)
def test_a_matter_goes_from_each_state_to_one_that_follows_it(facts: list[Event], known: list[bool]) -> None:
    follows = closure(STEPS)

    assert [turn for turn in turns(states(recorded(facts, known))) if turn[1] not in follows[turn[0]]] == []


@UNHURRIED
@given(MANY, SCHEDULED)
def test_each_step_of_a_matter_rests_on_the_one_before(facts: list[Event], known: list[bool]) -> None:
    held = recorded(facts, known)
    asked = [one.received for one in held if isinstance(one, ClarificationRequested)]
    submitted = [one.date for one in held if isinstance(one, ComplianceMatterSubmitted)]
    determined = [one for one in held if isinstance(one, NonComplianceDetermined)]

    assert sum(isinstance(one, ClarificationAnswered) for one in held) <= len(asked)
    assert all(one.answered >= min(asked) for one in held if isinstance(one, ClarificationAnswered))
    assert all(day >= min(asked) for day in submitted)
    assert all(one.date >= min(submitted) for one in determined)
    assert len(determined) <= 1
    assert all(one.from_ != one.to for one in held if isinstance(one, ClarificationRequested))


OFFICES: st.SearchStrategy[Event] = st.one_of(
    st.builds(
        OfficeAssumed,
        office_id=st.just("president-13"),
        office=st.just("president"),
        state=STATE,
        from_=DAYS.map(date.isoformat) | st.sampled_from(["2024", "2024-09"]),
    ),
    st.builds(OfficeEnded, office_id=st.just("president-13"), to=DAYS),
)


@UNHURRIED
@given(st.lists(OFFICES, max_size=8))
def test_an_office_is_held_once_and_ends_after_it_began(facts: list[Event]) -> None:
    held: list[Event] = []
    for fact in facts:  # offices are the meetings' own: the Convention has no article on them, and refusals cite none
        if tried(of_meetings(type(fact)), held, fact) is None:
            held.append(fact)
    begun = [one for one in held if isinstance(one, OfficeAssumed)]
    ended = [one for one in held if isinstance(one, OfficeEnded)]

    assert held == [*begun[:1], *ended[:1]]
    assert all(one.to >= first for one in ended if (first := earliest(begun[0].from_)))


@UNHURRIED
@given(
    st.lists(
        st.builds(
            DeclarationOfCompliance,
            state=st.just("PER"),
            article=st.just(4),
            received=DAYS.map(date.isoformat),
            completed=st.none() | DAYS.map(date.isoformat),
            declared=st.none() | DAYS.map(date.isoformat),
        ),
        max_size=8,
    )
)
def test_a_completion_is_declared_once_and_never_before_it(facts: list[DeclarationOfCompliance]) -> None:
    held: list[DeclarationOfCompliance] = []
    for fact in facts:
        refused = tried(declaration, held, fact)
        if refused is None:
            held.append(fact)
        else:
            assert names_its_article(refused), f"{refused.type}: {refused}"

    assert len({one.natural_key for one in held}) == len(held)
    assert all(str(one.declared) >= str(one.completed) for one in held if one.declared and one.completed)
