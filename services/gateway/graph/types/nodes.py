"""Things with a lasting id, as GraphQL knows them, and the code inside an id."""

from __future__ import annotations

import strawberry

from services.gateway.problems import PublicError
from shared.states import is_iso3


@strawberry.interface(description="Something with an id that stays its own; `node(id:)` finds it again.")
class Node:
    """What can be fetched again by its id alone."""

    id: strawberry.ID = strawberry.field(description="A kind, a colon and the key of the record: `state:LAO`.")


def code_of(id: str, kind: str) -> str:
    """`indicator:LAP-40.1` or just `LAP-40.1`: ids and codes both name the thing."""
    return id.removeprefix(f"{kind}:")


def state_code(given: str | None) -> str | None:
    """The State that an argument names by code or id; None where none is named. Raises PublicError `state-unknown`."""
    if given is None:
        return None
    code = code_of(given, "state")
    if not is_iso3(code):
        raise PublicError(
            "state-unknown", f"{given[:80]!r} is none of the 197 States; give ISO 3166-1 alpha-3, such as LAO"
        )
    return code
