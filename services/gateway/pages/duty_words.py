"""Plain words for what States owe: duties, statuses, days known as bounds, passages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from services.gateway.words import ABSENT

Row = Mapping[str, Any]

THEMES: Mapping[str, str] = {
    "stockpile": "Stockpiles",
    "clearance": "Clearance",
    "victim_assistance": "Victim assistance",
    "transparency": "Transparency",
    "national_measures": "National measures",
    "compliance": "Compliance",
    "finance": "Costs",
}
"""What a duty is about."""

DUTIES: Mapping[str, str] = {
    "stockpile_destruction": "destruction of stockpiled cluster munitions",
    "clearance": "clearance of cluster munition remnants",
    "extension_request": "extension request",
    "declaration": "declaration of compliance",
    "initial_report": "initial transparency report",
    "annual_report": "annual transparency report",
    "retention_report": "report on retained cluster munitions",
    "contribution": "assessed contribution",
    "national_measures": "national implementation measures",
    "clarification": "reply to a request for clarification",
    "submission": "submission of a matter to the meeting",
}
"""Codes of duties, without what tells several of one kind apart."""

RECURRING = frozenset({"3.8", "7.2", "14"})
"""Articles that ask for the same again every year or for every meeting."""

DEADLINE_STATUSES: Mapping[str, str] = {
    "ahead": "ahead",
    "overdue": "overdue",
    "timely": "on time",
    "late": "late",
    "cannotTell": "nobody can tell",
    "notRecorded": "not recorded",
}
"""Status of a deadline or a report."""

OBLIGATION_STATUSES: Mapping[str, str] = {
    "unknown": "not known: no initial report tells yet",
    "none": "nothing to do",
    "outstanding": "outstanding",
    "extended": "outstanding, deadline extended",
    "completed": "completed",
    "declared": "completed and declared",
    "reopened": "reopened",
    "ended": "ended by withdrawal",
    "notRecorded": "not recorded",
}
"""Status of an obligation (model §7)."""

REQUEST_STATUSES: Mapping[str, str] = {
    "announced": "announced",
    "submitted": "submitted",
    "updated": "submitted and updated",
    "analysed": "analysed",
    "asRequested": "granted as requested",
    "shorter": "granted for less time than requested",
    "granted": "granted",
    "refused": "refused",
    "withdrawn": "withdrawn",
}
"""How far an extension request has come."""

STANDINGS: Mapping[str, str] = {
    "none": "neither signed nor acceded",
    "signatory": "signatory",
    "deposited": "instrument deposited, not yet in force",
    "party": "State Party",
    "former": "former State Party",
}
"""What a State is towards the Convention on a day."""


def duty(what: str) -> str:
    """A duty in the field's words; a code without words of its own is read as it is written."""
    stem, *which = what.split("-")
    words = DUTIES.get(stem) or stem.replace("_", " ")
    if which and which[0] in ("3", "4"):  # an article; what else tells duties apart is a year, a meeting, a name
        words, which = f"{words} under Article {which[0]}", which[1:]
    return ", ".join([words, "-".join(which).replace("_", " ")] if which else [words])


def interval(bounds: Row | None) -> str:
    """A day as well as it is known."""
    if bounds is None:
        return ABSENT
    first, last = bounds["notBefore"], bounds["notAfter"]
    if first and last:
        return str(first) if first == last else f"{first} to {last}"
    if last:
        return f"by {last}"
    return f"{first} or later" if first else ABSENT


def passage(source: Row) -> str:
    """A document and the place in it: bare numbers are paragraphs."""
    place = str(source["paragraph"])
    bare = re.fullmatch(r"[0-9][0-9 ,–()-]*", place)
    return f"{source['document']} para {place}" if bare else f"{source['document']}, {place}"


def passages(sources: Sequence[Row]) -> str:
    """Passages in one line, each once."""
    return "; ".join(dict.fromkeys(map(passage, sources)))


def deadline_of_obligation(row: Row) -> str:
    """The deadline of an obligation: no deadline and none recorded are different answers."""
    if row["deadlineRecorded"] == "notRecorded":
        return "not recorded"
    return str(row["deadline"]) if row["deadline"] else "none"
