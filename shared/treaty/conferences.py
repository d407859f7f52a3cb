"""Articles 11 to 13: meetings, review conferences, amendments, and the majorities they decide by."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Literal

from shared.treaty.parameters import AMENDMENT_DAYS, CONVENTION_IN_FORCE, REVIEW_YEARS
from shared.treaty.periods import add_years

Vote = Literal["carried", "lost", "cannotTell"]


def first_meeting_due() -> date:
    """CR-50, Article 11.2: within one year of the Convention's entry into force."""
    return add_years(CONVENTION_IN_FORCE, 1)


def next_yearly_meeting_due(previous: date) -> date | None:
    """CR-50, Article 11.2: yearly until the first review conference; our reading: once a calendar year."""
    due = date(previous.year + 1, 12, 31)
    return due if due < first_review_conference_due() else None


def first_review_conference_due() -> date:
    """CR-51, Article 12.1: five years after the Convention's entry into force."""
    return add_years(CONVENTION_IN_FORCE, REVIEW_YEARS)


def next_review_conference_from(previous: date) -> date:
    """CR-51, Article 12.1: not before five years after the one before, counted from the day given."""
    return add_years(previous, REVIEW_YEARS)


def attends_as(*, party: bool) -> Literal["party", "observer"]:
    """CR-52, Articles 11.3 and 12.3: States not party and organisations may attend as observers."""
    return "party" if party else "observer"


def majority(present_and_voting: int) -> int:
    """CR-14, CR-26, CR-53 and CR-54, Articles 3.5, 4.7, 13.1 and 13.3: votes needed for more than half.

    Our reading of "present and voting": an abstention is no vote cast.
    """
    return present_and_voting // 2 + 1


def two_thirds(present_and_voting: int) -> int:
    """CR-55, Article 13.4: votes needed for two thirds of those present and voting."""
    return -(-2 * present_and_voting // 3)


def simple_vote(for_votes: int | None, against: int | None) -> Vote:
    """CR-14 and CR-26, Articles 3.5 and 4.7: a majority of those present and voting; an unrecorded vote tells none."""
    if for_votes is None or against is None:
        return "cannotTell"
    return "carried" if for_votes > against else "lost"


def amendment_views_due(circulated: date) -> date:
    """CR-53, Article 13.1: States Parties say within 90 days whether they support considering a proposal."""
    return circulated + timedelta(days=AMENDMENT_DAYS)


def amendment_conference_called(supporting: int, parties: int) -> bool:
    """CR-53, Article 13.1: when a majority of all States Parties supports it."""
    return supporting >= majority(parties)


def amendment_conference_earlier(asking: int, parties: int) -> bool:
    """CR-54, Article 13.3: right after a meeting or review conference, unless a majority asks for an earlier one."""
    return asking >= majority(parties)


def amendment_adopted(for_votes: int, against: int) -> bool:
    """CR-55, Article 13.4: by two thirds of the States Parties present and voting."""
    cast = for_votes + against
    return cast > 0 and for_votes >= two_thirds(cast)


def amendment_in_force(acceptances: Iterable[date], parties_at_adoption: int) -> date | None:
    """CR-55, Article 13.5: the day on which a majority of the parties at adoption have deposited their acceptance.

    `acceptances` are those of States that were party at adoption; None while they are too few.
    """
    ordered = sorted(acceptances)
    needed = majority(parties_at_adoption)
    return ordered[needed - 1] if len(ordered) >= needed else None


def amendment_binds_from(accepted: date | None, in_force: date | None) -> date | None:
    """CR-55, Article 13.5: who accepted is bound from that day, who accepts later from its own deposit."""
    return None if accepted is None or in_force is None else max(accepted, in_force)
