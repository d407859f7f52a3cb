"""States and their membership of the Convention as GraphQL types."""

from __future__ import annotations

from datetime import date
from typing import Any

import strawberry

from services.gateway.bounds import bounded
from services.gateway.cuts import written
from services.gateway.deadline_types import DEADLINES_OF_A_STATE, Deadline, deadlines_of_state
from services.gateway.obligation_types import OBLIGATIONS_OF_A_STATE, Obligation, obligations_of_state
from services.gateway.passages import Passage, passages
from services.gateway.problems import PublicError
from services.gateway.report_types import REPORTS_OF_A_STATE, Report, reports_of_state
from services.gateway.request_types import REQUESTS_OF_A_STATE, ExtensionRequest, requests_of_state
from services.gateway.selection import Info
from shared.states import states as all_states


async def membership(info: Info, iso3: str, on: date | None = None) -> dict[str, Any]:
    """A State's row in the meetings service; all rows of a day are asked at once. Raises PublicError."""
    answer = await info.context.ask("/meetings/states", {"on": written(on)})
    memo, key = info.context.memo, ("membership", on)
    if key not in memo:
        memo[key] = {row["iso3"]: row for row in answer.value}
    rows: dict[str, dict[str, Any]] = memo[key]
    if iso3 not in rows:
        raise PublicError("state-unknown", f"the record holds no membership of {iso3}")
    return rows[iso3]


async def _signed(info: Info, root: strawberry.Parent[State]) -> date | None:
    return _day((await membership(info, root.iso3)).get("signed"))


async def _deposited(info: Info, root: strawberry.Parent[State]) -> date | None:
    return _day((await membership(info, root.iso3)).get("deposited"))


async def _instrument(info: Info, root: strawberry.Parent[State]) -> str | None:
    return _text((await membership(info, root.iso3)).get("instrument"))


async def _entry_into_force(info: Info, root: strawberry.Parent[State]) -> date | None:
    return _day((await membership(info, root.iso3)).get("entryIntoForce"))


async def _withdrawal_received(info: Info, root: strawberry.Parent[State]) -> date | None:
    return _day((await membership(info, root.iso3)).get("withdrawalReceived"))


async def _withdrawal_effective(info: Info, root: strawberry.Parent[State]) -> date | None:
    return _day((await membership(info, root.iso3)).get("withdrawalEffective"))


async def _standing(info: Info, root: strawberry.Parent[State], on: date | None = None) -> str:
    return str((await membership(info, root.iso3, on))["standing"])


@strawberry.type(description="One of the 197 States the depositary counts; names are labels, codes are identity.")
class State:
    """A State by its codes. Membership is asked of the meetings service only when a query wants it."""

    id: strawberry.ID = strawberry.field(description="`state:<iso3>`.")
    iso3: str = strawberry.field(description="ISO 3166-1 alpha-3.")
    m49: str = strawberry.field(description="UN M49, three digits.")
    name: str = strawberry.field(description="UN short name in English.")
    group: str = strawberry.field(description="UN regional group.")

    signed: date | None = strawberry.field(resolver=_signed, description="Day of signature.")
    deposited: date | None = strawberry.field(resolver=_deposited, description="Day the instrument was deposited.")
    instrument: str | None = strawberry.field(
        resolver=_instrument, description="ratification, acceptance, approval or accession."
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
    standing: str = strawberry.field(
        resolver=_standing, description="none, signatory, deposited, party or former, on a day (today if none given)."
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


def state(iso3: str) -> State:
    """The State with this code. KeyError for none of the 197."""
    found = all_states()[iso3]
    id = strawberry.ID(f"state:{iso3}")
    return State(id=id, iso3=found.iso3, m49=found.m49, name=found.name, group=found.group)


@strawberry.type(description="A State that a figure counts, and why.")
class Member:
    """A State in a figure's set."""

    state: State
    certain: bool = strawberry.field(description="False when the record leaves it open whether the State belongs here.")
    left_on: date | None = strawberry.field(description="Day on which the State left the population within the window.")
    evidence: list[Passage] = bounded(50, usual=3, description="The passages that put the State here.")


def members(codes: list[str], evidence: dict[str, dict[str, Any]]) -> list[Member]:
    """States by code, each with its row of `states` where the evidence was asked for."""
    return [_member(code, evidence.get(code, {})) for code in codes]


def _member(code: str, row: dict[str, Any]) -> Member:
    return Member(
        state=state(code),
        certain=row.get("certain", True),
        left_on=_day(row.get("leftOn")),
        evidence=passages(row.get("evidence", [])),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
