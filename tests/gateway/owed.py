"""Rows as the indicators service answers them, for what only shapes them further."""

from __future__ import annotations

from typing import Any


def deadline(**given: Any) -> dict[str, Any]:
    """A deadline of Côte d'Ivoire that is ahead, with what `given` changes."""
    source = {"document": "CCM/MSP/2025/9", "paragraph": "12", "eventId": "0198a7c2-0000-7000-8000-000000000001"}
    return {
        "state": "CIV",
        "article": "7.2",
        "what": "annual_report-2026",
        "due": "2027-04-30",
        "status": "ahead",
        "formula": "30 April of the year after 2026",
        "source": [source],
        "sources": [source],
        "theme": "transparency",
        "rule": "CR-31",
        "meeting": None,
        "done": None,
        "reason": None,
        "confidence": "verified",
    } | given


def meeting(**given: Any) -> dict[str, Any]:
    """A meeting of four days, with what `given` changes."""
    return {
        "meeting": "13MSP",
        "title": "Thirteenth Meeting of States Parties",
        "opens": "2025-09-16",
        "closes": "2025-09-19",
        "place": "Geneva",
    } | given
