"""An event of an older version is read as today's code would have written it, step by step."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from shared.events.base import Event
from shared.events.registry import EVENT_TYPES, BrokenUpcasterChain, Upcaster, check_chain, upcast
from shared.events.reports import RetentionReported

NAME = RetentionReported.type_name()


class Third(RetentionReported):
    """The type as it might be two versions from now."""

    schemaversion: ClassVar[int] = 3


def counted(data: dict[str, Any]) -> dict[str, Any]:
    """1 -> 2: what was one number of submunitions became a number and a unit of count."""
    return {**data, "submunitions": data["pieces"] * data.get("per_lot", 1), "pieces": None}


def renamed(data: dict[str, Any]) -> dict[str, Any]:
    """2 -> 3: `kept` is called `retained` today."""
    return {**data, "act": {"kept": "retained"}.get(data["act"], data["act"])}


TYPES: dict[str, type[Event]] = {**EVENT_TYPES, NAME: Third}
STEPS: dict[tuple[str, int], Upcaster] = {(NAME, 1): counted, (NAME, 2): renamed}


@pytest.mark.parametrize(
    ("version", "stored"),
    [
        (1, {"act": "kept", "pieces": 12, "per_lot": 4}),
        (2, {"act": "kept", "submunitions": 48, "pieces": None, "per_lot": 4}),
        (3, {"act": "retained", "submunitions": 48, "pieces": None, "per_lot": 4}),
    ],
)
def test_every_version_is_read_as_the_same_fact(version: int, stored: dict[str, Any]) -> None:
    read = upcast(NAME, version, stored, TYPES, STEPS)

    assert (read["act"], read["submunitions"], read["pieces"]) == ("retained", 48, None)


def test_a_chain_with_a_missing_or_a_superfluous_step_is_refused() -> None:
    check_chain(TYPES, STEPS)
    for broken in ({(NAME, 2): renamed}, {**STEPS, (NAME, 3): renamed}):
        with pytest.raises(BrokenUpcasterChain):
            check_chain(TYPES, broken)
