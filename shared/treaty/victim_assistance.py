"""Article 5.2: what a State with victims attests; the Convention sets no dates."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

ATTESTATIONS: Final = {
    "a": "needs assessed",
    "b": "laws and policies",
    "c": "plan and budget with a time frame",
    "d": "resources mobilised",
    "e": "no discrimination",
    "f": "victims consulted",
    "g": "focal point",
    "h": "good practice",
}
"""Articles 5.2 (a) to (h): each a plain yes or no of the State."""


def not_attested(attested: Collection[str]) -> tuple[str, ...]:
    """Article 5.2: which of (a) to (h) a State with victims has not attested, in their order; how well, nobody asks."""
    return tuple(letter for letter in ATTESTATIONS if letter not in attested)
