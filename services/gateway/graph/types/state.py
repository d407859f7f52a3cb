"""States and their membership of the Convention as GraphQL types."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Annotated, Any, TypeVar

import strawberry

from services.gateway.asking.cuts import NO_CUT, Asked, CutInput, LedgerName, written
from services.gateway.asking.selection import Info
from services.gateway.graph.arguments import CutArg, OnDay, described
from services.gateway.graph.past import as_known, past, rows_of_one
from services.gateway.graph.types.deadline import DEADLINES_OF_A_STATE, Deadline, deadlines_of_state
from services.gateway.graph.types.meeting_record import (
    Assessment,
    Contribution,
    Office,
    Participation,
    Vote,
    assessment_of,
    contribution_of,
    office_of,
    participation_of,
    vote_of,
)
from services.gateway.graph.types.names import Language, LocalName, local_names
from services.gateway.graph.types.nodes import Node
from services.gateway.graph.types.obligation import OBLIGATIONS_OF_A_STATE, Obligation, obligations_of_state
from services.gateway.graph.types.passages import Passage, passages
from services.gateway.graph.types.recorded_fact import Seen, seen
from services.gateway.graph.types.report import REPORTS_OF_A_STATE, Report, reports_of_state
from services.gateway.graph.types.report_record import (
    Declaration,
    Measure,
    SubmittedReport,
    declaration_of,
    measure_of,
    submitted_report_of,
)
from services.gateway.graph.types.request import REQUESTS_OF_A_STATE, ExtensionRequest, requests_of_state
from services.gateway.limits.bounds import bounded
from services.gateway.problems import PublicError
from shared.states import states as all_states

T = TypeVar("T")

LISTED = 300
"""Rows of one State in one list of the record; the longest holds some forty."""


@strawberry.enum(description="A regional group of the United Nations.")
class RegionalGroup(Enum):
    """The five groups; four States belong to none."""

    african = strawberry.enum_value("African Group", description="African Group.")
    asia_pacific = strawberry.enum_value("Asia-Pacific Group", description="Asia-Pacific Group.")
    eastern_european = strawberry.enum_value("Eastern European Group", description="Eastern European Group.")
    latin_american_and_caribbean = strawberry.enum_value(
        "Latin American and Caribbean Group", description="Latin American and Caribbean Group."
    )
    western_european_and_others = strawberry.enum_value(
        "Western European and Others Group", description="Western European and Others Group."
    )


@strawberry.enum(description="An instrument by which a State binds itself (Article 16).")
class Instrument(Enum):
    """Four words for one consequence."""

    ratification = strawberry.enum_value("ratification", description="Ratification, after signature.")
    acceptance = strawberry.enum_value("acceptance", description="Acceptance, after signature.")
    approval = strawberry.enum_value("approval", description="Approval, after signature.")
    accession = strawberry.enum_value("accession", description="Accession, without signature.")


@strawberry.enum(description="What a State is towards the Convention on a day.")
class Standing(Enum):
    """From nothing to party, and out again."""

    none = strawberry.enum_value("none", description="It has neither signed nor deposited an instrument.")
    signatory = strawberry.enum_value("signatory", description="It has signed, and deposited no instrument.")
    deposited = strawberry.enum_value("deposited", description="It has deposited; not yet in force for it.")
    party = strawberry.enum_value("party", description="The Convention is in force for it.")
    former = strawberry.enum_value("former", description="It was a party; its withdrawal has taken effect.")


async def membership(info: Info, iso3: str, at: Asked) -> dict[str, Any]:
    """A State's row in the meetings service; all rows of a day and cut are asked at once. Raises PublicError."""
    parameters = {"on": written(at.effective_at), **as_known(at, LedgerName.meetings)}
    answer = await info.context.ask("/meetings/states", parameters)
    memo, key = info.context.memo, ("membership", at)
    if key not in memo:
        memo[key] = {row["iso3"]: row for row in answer.value}
    rows: dict[str, dict[str, Any]] = memo[key]
    if iso3 not in rows:
        raise PublicError("state-unknown", f"the record holds no membership of {iso3}")
    return rows[iso3]


async def _own(info: Info, root: State, on: date | None = None) -> dict[str, Any]:
    return await membership(info, root.iso3, await past(info, None, root.outer, on))


async def _signed(info: Info, root: strawberry.Parent[State]) -> date | None:
    return _day((await _own(info, root)).get("signed"))


async def _deposited(info: Info, root: strawberry.Parent[State]) -> date | None:
    return _day((await _own(info, root)).get("deposited"))


async def _instrument(info: Info, root: strawberry.Parent[State]) -> Instrument | None:
    found = (await _own(info, root)).get("instrument")
    return Instrument(found) if found else None


async def _entry_into_force(info: Info, root: strawberry.Parent[State]) -> date | None:
    return _day((await _own(info, root)).get("entryIntoForce"))


async def _withdrawal_received(info: Info, root: strawberry.Parent[State]) -> date | None:
    return _day((await _own(info, root)).get("withdrawalReceived"))


async def _withdrawal_effective(info: Info, root: strawberry.Parent[State]) -> date | None:
    return _day((await _own(info, root)).get("withdrawalEffective"))


async def _standing(info: Info, root: strawberry.Parent[State], on: OnDay = None) -> Standing:
    return Standing((await _own(info, root, on))["standing"])


async def _names(
    root: strawberry.Parent[State],
    languages: Annotated[list[Language] | None, described("Those languages; all six if not given.")] = None,
) -> list[LocalName]:
    return [one for one in local_names(root.iso3) if languages is None or one.language in languages]


async def _listed(
    info: Info, path: str, root: State, cut: CutInput | None, shaped: Callable[[Any, Seen], T]
) -> list[T]:
    """One State's rows of a listing at a cut; what several States of an answer ask for is one question."""
    at = await past(info, cut, root.outer)
    found = await rows_of_one(info, path, at, "state", root.iso3, LISTED)
    from_ = seen(found.cut, at)
    return [shaped(row, from_) for row in found.rows]


async def _votes(info: Info, root: strawberry.Parent[State], cut: CutArg = None) -> list[Vote]:
    return await _listed(info, "/meetings/votes", root, cut, vote_of)


async def _participations(info: Info, root: strawberry.Parent[State], cut: CutArg = None) -> list[Participation]:
    return await _listed(info, "/meetings/participations", root, cut, participation_of)


async def _contributions(info: Info, root: strawberry.Parent[State], cut: CutArg = None) -> list[Contribution]:
    return await _listed(info, "/meetings/contributions", root, cut, contribution_of)


async def _assessments(info: Info, root: strawberry.Parent[State], cut: CutArg = None) -> list[Assessment]:
    return await _listed(info, "/meetings/assessments", root, cut, assessment_of)


async def _offices(info: Info, root: strawberry.Parent[State], cut: CutArg = None) -> list[Office]:
    return await _listed(info, "/meetings/offices", root, cut, office_of)


async def _measures(info: Info, root: strawberry.Parent[State], cut: CutArg = None) -> list[Measure]:
    return await _listed(info, "/reports/measures", root, cut, measure_of)


async def _declarations(info: Info, root: strawberry.Parent[State], cut: CutArg = None) -> list[Declaration]:
    return await _listed(info, "/reports/declarations", root, cut, declaration_of)


async def _submitted(info: Info, root: strawberry.Parent[State], cut: CutArg = None) -> list[SubmittedReport]:
    return await _listed(info, "/reports/article7", root, cut, submitted_report_of)


@strawberry.type(description="One of the 197 States the depositary counts; names are labels, codes are identity.")
class State(Node):
    """A State by its codes. Membership is asked of the meetings service only when a query wants it."""

    outer: strawberry.Private[Asked]
    id: strawberry.ID = strawberry.field(description="`state:<iso3>`.")
    iso3: str = strawberry.field(description="ISO 3166-1 alpha-3.")
    m49: str = strawberry.field(description="UN M49, three digits.")
    name: str = strawberry.field(description="UN short name in English.")
    names: list[LocalName] = bounded(
        6, resolver=_names, description="Names in the six official languages; labels from locale data, marked so."
    )
    group: RegionalGroup | None = strawberry.field(description="UN regional group; null for States that are in none.")

    signed: date | None = strawberry.field(resolver=_signed, description="Day of signature.")
    deposited: date | None = strawberry.field(resolver=_deposited, description="Day the instrument was deposited.")
    instrument: Instrument | None = strawberry.field(
        resolver=_instrument, description="The instrument that it deposited."
    )
    entry_into_force: date | None = strawberry.field(
        resolver=_entry_into_force, description="First day of the sixth month after that of deposit (Article 17)."
    )
    withdrawal_received: date | None = strawberry.field(
        resolver=_withdrawal_received, description="Day the notice of withdrawal was received."
    )
    withdrawal_effective: date | None = strawberry.field(
        resolver=_withdrawal_effective, description="Day the withdrawal takes effect (Article 20)."
    )
    standing: Standing = strawberry.field(
        resolver=_standing, description="What it is on a day: `on`, or the effective day of the cut, or today."
    )

    obligations: list[Obligation] = bounded(
        OBLIGATIONS_OF_A_STATE,
        usual=14,
        resolver=obligations_of_state,
        description="What the State owes under the Convention and how it stands on a day (today if none given).",
    )
    deadlines: list[Deadline] = bounded(
        DEADLINES_OF_A_STATE,
        usual=2,
        resolver=deadlines_of_state,
        description="The days by which the State owes something, ahead, overdue or not recorded, the next first;"
        " `within` (90d, 12m, 2y) keeps those up to then.",
    )
    reports: list[Report] = bounded(
        REPORTS_OF_A_STATE,
        usual=9,
        resolver=reports_of_state,
        description="The reports that Article 7 asks of the State.",
    )
    requests: list[ExtensionRequest] = bounded(
        REQUESTS_OF_A_STATE,
        usual=1,
        resolver=requests_of_state,
        description="The State's requests for more time under Articles 3 and 4.",
    )
    submitted_reports: list[SubmittedReport] = bounded(
        LISTED, usual=10, resolver=_submitted, description="The reports that the State submitted."
    )
    declarations: list[Declaration] = bounded(
        LISTED, usual=1, resolver=_declarations, description="The State's declarations of compliance."
    )
    measures: list[Measure] = bounded(
        LISTED, usual=1, resolver=_measures, description="What the State reported of its laws and other measures."
    )
    votes: list[Vote] = bounded(
        LISTED, usual=10, resolver=_votes, description="How the State voted in the General Assembly."
    )
    participations: list[Participation] = bounded(
        LISTED, usual=2, resolver=_participations, description="The meetings that the State took part in."
    )
    offices: list[Office] = bounded(
        LISTED, usual=1, resolver=_offices, description="Offices that the State holds or held."
    )
    contributions: list[Contribution] = bounded(
        LISTED, usual=1, resolver=_contributions, description="The State's contributions to the support unit."
    )
    assessments: list[Assessment] = bounded(
        LISTED, usual=2, resolver=_assessments, description="The State's shares of the costs of meetings."
    )


def state(iso3: str, outer: Asked = NO_CUT) -> State:
    """The State with this code, in the cut of the field above. KeyError for none of the 197."""
    return states_at(outer)[iso3]


@lru_cache(maxsize=64)
def states_at(outer: Asked) -> Mapping[str, State]:
    """The 197 States by code, in the cut of the field above."""
    # A table names the same States thousands of times; nobody changes them.
    return {iso3: _state(iso3, outer) for iso3 in all_states()}


def states_of(codes: Sequence[str], outer: Asked) -> list[State]:
    """The States with these codes, at the cut of the field above."""
    of = states_at(outer)
    return [of[code] for code in codes]


def _state(iso3: str, outer: Asked) -> State:
    found = all_states()[iso3]
    return State(
        outer=outer,
        id=strawberry.ID(f"state:{iso3}"),
        iso3=found.iso3,
        m49=found.m49,
        name=found.name,
        group=RegionalGroup(found.group) if found.group else None,
    )


@strawberry.type(description="A State that a figure counts, and why.")
class Member:
    """A State in a figure's set."""

    state: State = strawberry.field(description="The State.")
    certain: bool = strawberry.field(description="False when the record leaves it open whether the State belongs here.")
    left_on: date | None = strawberry.field(description="Day on which the State left the population within the window.")
    evidence: list[Passage] = bounded(50, usual=3, description="The passages that put the State here.")


def members(codes: list[str], evidence: Mapping[str, dict[str, Any]], outer: Asked) -> list[Member]:
    """States by code, each with its row of `states` where the evidence was asked for, at the cut of their figure."""
    plain, of = _members_at(outer), states_at(outer)
    return [_member(of[code], evidence[code]) if code in evidence else plain[code] for code in codes]


def member_without_evidence(code: str) -> Member:
    """The State with this code as a member of which no evidence was asked for, at no cut."""
    return _members_at(NO_CUT)[code]


@lru_cache(maxsize=64)
def _members_at(outer: Asked) -> Mapping[str, Member]:
    return {code: _member(one, {}) for code, one in states_at(outer).items()}


def _member(of: State, row: dict[str, Any]) -> Member:
    return Member(
        state=of,
        certain=row.get("certain", True),
        left_on=_day(row.get("leftOn")),
        evidence=passages(row.get("evidence", [])),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None
