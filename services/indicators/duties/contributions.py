"""Article 14: each State Party's assessed contribution to a meeting, asked for three months before it opens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from services.indicators.duties.conferences import Conference, conferences
from services.indicators.duties.member import Member
from services.indicators.duties.sending import arrived, complete_through, first_held, held, verdict
from services.indicators.duties.types import Cause, Duty, sources
from services.indicators.facts.fact import Bounds, Fact
from services.indicators.world.coverage import subjects_of_kind
from shared.treaty.contributions import contribution_due, shares_costs
from shared.treaty.parameters import LAUSANNE_PLAN

_PAID = subjects_of_kind("AssessmentPaid", {})


def contribution_duties(member: Member) -> list[Duty]:
    """One for each dated meeting since the plan that asks for them, at whose opening the State is party."""
    return list(_duties(member))


def _duties(member: Member) -> Iterator[Duty]:
    standing = member.world.possible_membership.standing
    for meeting in conferences(member.world):
        due = contribution_due(meeting.opens)
        party = standing(member.state, meeting.opens) == "party"
        if due >= LAUSANNE_PLAN and shares_costs(party=party, takes_part=False):
            yield _duty(member, meeting, due)


def _duty(member: Member, meeting: Conference, due: date) -> Duty:
    paid = first_held(_settling(member, meeting.name), member.on)
    begins = min(_invoiced(member, meeting.name) or due, due, member.on)
    through, coverage = complete_through(member, "AssessmentPaid", _PAID, begins)
    came = held(paid) if paid else None
    in_hand = arrived(came, member.on, complete=through is not None and through >= member.on)
    status = verdict(in_hand, came, due, member.on)
    opens = Bounds(meeting.opens, meeting.opens)
    causes = [member.entry(), Cause("MeetingScheduled", opens, f"{meeting.name} opens", "14", None, meeting.sources)]
    if paid:
        causes.append(Cause(paid.kind, held(paid), "the contribution was paid", "14", None, sources(paid), paid.sure))
    return Duty(
        state=member.state,
        article="14",
        name=meeting.name,
        due=due,
        owed="yes",
        status=status,
        arrived=in_hand,
        received=came,
        formula=f"three months before {meeting.name} opens on {meeting.opens} (Action 9 of the Lausanne plan)",
        rule="CR-56",
        causes=(*causes, coverage) if status == "overdue" else tuple(causes),
        confidence="verified" if member.certain and (paid is None or paid.sure) else "unverified",
        reason="no complete record of payments is held" if status == "notRecorded" else None,
    )


def _settling(member: Member, meeting: str) -> list[Fact]:
    facts = member.own.get("AssessmentPaid", ())
    return [fact for fact in facts if fact.data["meeting"] == meeting and fact.data["settles"]]


def _invoiced(member: Member, meeting: str) -> date | None:
    issued = [one.data["issued"] for one in member.own.get("AssessmentInvoiced", ()) if one.data["meeting"] == meeting]
    return date.fromisoformat(min(issued)) if issued else None
