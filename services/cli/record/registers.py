"""What the tables of the record other than statements.csv say: one function per table, one fact per row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.cli.record.drafts import Draft
from services.cli.record.rows import BadRow, Row, known

ADOPTED = "2008-05-30"
"""The day the Convention was adopted: nothing was reported under it before."""

Tables = Mapping[str, Sequence[Row]]
Reader = Callable[[Row, Tables], Draft]


def _draft(row: Row, kind: str, fields: dict[str, Any], **more: Any) -> Draft:
    passages = more.pop("passages", None) or row.passages()
    given = {name: value for name, value in fields.items() if value not in (None, [])}
    return Draft(kind, given, passages, origins=[(row, row.file, row.cells.get("state"))], **more)


def _marked(row: Row, fields: dict[str, Any], essential: set[str]) -> dict[str, Any]:
    """Cells resting on general knowledge: an essential one marks the whole fact, any other is left out.

    A fact already marked keeps them all: it is a lead, and shown as one.
    """
    unverified = set(row.words("unverified"))
    if unverified & essential:
        return {**fields, "confidence": "unverified"}
    return {name: value for name, value in fields.items() if name not in unverified}


def document(row: Row, _: Tables) -> Draft:
    """A source of facts; it cites itself."""
    fields = {"source_id": row.need("document"), "date": row.text("date")} | {
        name: row.need(name) for name in ("kind", "issuer", "title")
    }
    held = row.need("known")
    when = known(held if held == row.text("date") else f"by {held}")
    return _draft(row, "SourceRegistered", fields, known=when, passages=[_itself(fields["source_id"])])


def _itself(document_id: str | None) -> dict[str, str]:
    return {"document": document_id or "", "paragraph": "title"}


def meeting(row: Row, _: Tables) -> Draft:
    """A meeting with its days, known by the day the table gives."""
    names = ("meeting", "kind", "title", "opens", "closes", "place", "presidency", "part_of")
    fields = {name: row.text(name) for name in names}
    return _draft(row, "MeetingScheduled", fields, known=known(f"by {row.need('known_by')}"))


def form(row: Row, _: Tables) -> Draft:
    """A version of the reporting form, adopted by a meeting."""
    return _draft(
        row, "ReportingFormAdopted", {name: row.need(name) for name in ("form_version", "meeting", "adopted")}
    )


def membership(row: Row, _: Tables) -> Draft:
    """An act of the depositary's register."""
    state, day = row.need("state"), row.need("date")
    match row.need("act"):
        case "signature":
            return _draft(row, "SignatureRecorded", {"state": state, "date": day})
        case "deposit":
            provisional = row.truth("provisional_application") or False
            fields = {"instrument": row.need("instrument"), "provisional_application": provisional}
            return _draft(row, "InstrumentDeposited", {"state": state, "deposited": day, **fields})
        case "withdrawal":
            return _draft(row, "WithdrawalNotified", {"state": state, "received": day})
        case other:
            raise BadRow("act", f"{other!r} is none of signature, deposit, withdrawal")


def initial_report(row: Row, _: Tables) -> Draft:
    """An initial Article 7 report that is known to be in."""
    fields = {"state": row.need("state"), "kind": "initial", "received": row.dated("received", "basis")}
    return _draft(row, "ReportSubmitted", fields)


def request(row: Row, _: Tables) -> Draft:
    """A request to extend a deadline."""
    fields = {
        "request_id": row.need("request"),
        "state": row.need("state"),
        "article": row.whole("article"),
        "received": row.dated("received", "basis"),
        "months_asked": row.whole("months_asked"),
        "requested_until": row.dated("requested_until"),
        "for_meeting": row.need("for_meeting"),
    }
    return _draft(row, "ExtensionRequested", _marked(row, fields, {"for_meeting"}))


def decision(row: Row, tables: Tables) -> Draft:
    """A decision on a request, known on the closing day of the meeting that took it (model §4)."""
    fields = {
        "request_id": row.need("request"),
        "state": row.need("state"),
        "meeting": row.need("meeting"),
        "outcome": row.need("outcome"),
        "months": row.whole("months"),
        "new_deadline": row.dated("new_deadline"),
    }
    unproven = set(row.words("unverified"))
    if unproven & {"outcome", "meeting"}:
        fields["confidence"] = "unverified"
    else:  # the decision is proven; what is not is kept as a lead and named
        fields["unverified"] = sorted(unproven)
    when = known(_closing_day(row.need("meeting"), tables))
    return _draft(row, "ExtensionDecided", fields, known=when)


def _closing_day(name: str, tables: Tables) -> str:
    for row in tables.get("meetings.csv", ()):
        if row.cells.get("meeting") == name and row.cells.get("closes"):
            return row.cells["closes"]
    raise BadRow("meeting", f"{name!r} has no closing day in meetings.csv")


def declaration(row: Row, _: Tables) -> Draft:
    """A completion of Article 3 or 4 that was declared."""
    fields = {
        "state": row.need("state"),
        "article": row.whole("article"),
        "completed": row.dated("completed", "completed_basis"),
        "declared": row.dated("declared", "declared_basis"),
        "received": row.dated("received", "basis"),
        "meeting": row.text("meeting"),
        "before_entry_into_force": row.truth("before_entry_into_force"),
    }
    return _draft(row, "DeclarationOfCompliance", _marked(row, fields, {"completed"}))


def obligation(row: Row, _: Tables) -> Draft:
    """The standing of an obligation from a day on."""
    fields = {name: row.need(name) for name in ("state", "status", "cause")} | {
        "article": row.whole("article"),
        "effective": row.dated("effective"),
        "received": row.dated("received", "basis"),
    }
    return _draft(row, "ObligationReported", fields)


def discovery(row: Row, _: Tables) -> Draft:
    """Contamination found after completion was declared."""
    fields = {
        "state": row.need("state"),
        "reported": row.dated("reported"),
        "received": row.dated("received", "basis"),
    }
    return _draft(row, "ContaminationDiscovered", fields)


def measure(row: Row, _: Tables) -> Draft:
    """A State's implementing law as it stood on the day of a survey of all States."""
    state, as_of = row.need("state"), row.need("as_of")
    fields = {
        "measure_id": f"{state}-implementing-law",
        "state": state,
        "kind": row.need("kind"),
        "status": row.need("status"),
        "investment_ban": row.truth("investment_ban"),
        "received": {"notBefore": ADOPTED, "notAfter": as_of, "basis": "as it stood on that day"},
    }
    return _draft(row, "NationalMeasureReported", fields, effective={"from": as_of})


def vote(row: Row, _: Tables) -> Draft:
    """One State's vote on a yearly resolution."""
    fields = {"year": row.whole("year"), "date": row.dated("date"), "resolution": row.text("resolution")} | {
        name: row.need(name) for name in ("state", "vote")
    }
    return _draft(row, "UngaVoteRecorded", _marked(row, fields, {"vote"}))


def published_figure(row: Row, tables: Tables) -> Draft:
    """A figure as printed, with the States of its list where print names them."""
    place = row.need("place")
    fields = {
        "figure_id": row.need("figure"),
        "indicators": row.words("indicators"),
        "cycle": row.need("cycle"),
        "as_printed": row.need("as_printed"),
        "value": row.text("value"),
        "place": place,
        "role": row.need("role"),
        "footnote": row.text("footnote"),
        "names": _listed(row, place, tables),
    }
    printed, when = _printed(row.need("document"), tables)
    passages = [{"document": row.need("document"), "paragraph": place.removeprefix("para ")}]
    return _draft(row, "FigurePublished", fields | {"printed": printed}, passages=passages, known=when)


_LISTS = ("statements.csv", "dubrovnik_lists.csv")


def _listed(row: Row, place: str, tables: Tables) -> list[str] | None:
    key = row.text("list")
    if key is None:
        return None
    paragraph = place.removeprefix("para ")
    rows = [one.cells for name in _LISTS for one in tables.get(name, ())]
    return sorted({one["state"] for one in rows if (one.get("paragraph"), one.get("key")) == (paragraph, key)})


def _printed(document_id: str, tables: Tables) -> tuple[str, dict[str, str] | None]:
    """The day a document was printed; without one the day by which it was there, and known by then."""
    for row in tables.get("documents.csv", ()):
        if row.cells.get("document") == document_id:
            day = row.text("date")
            return (day, None) if day else (row.need("known"), known(f"by {row.need('known')}"))
    raise BadRow("document", f"{document_id!r} is not in documents.csv")


def coverage(row: Row, _: Tables) -> Draft:
    """For which questions and days the record is complete."""
    fields = {
        "coverage_id": row.need("coverage"),
        "subjects": row.words("subjects"),
        "from": row.need("from"),
        "through": row.need("through"),
        "completeness": row.need("completeness"),
        "nil": row.truth("nil") or False,
    }
    return _draft(row, "CoverageDeclared", fields)


REGISTERS: dict[str, Reader] = {
    "documents.csv": document,
    "meetings.csv": meeting,
    "forms.csv": form,
    "membership.csv": membership,
    "initial_reports.csv": initial_report,
    "requests.csv": request,
    "decisions.csv": decision,
    "declarations.csv": declaration,
    "obligations.csv": obligation,
    "discoveries.csv": discovery,
    "measures.csv": measure,
    "votes.csv": vote,
    "published_figures.csv": published_figure,
    "coverage.csv": coverage,
}
"""Which function reads which table, in the order in which they are read."""
