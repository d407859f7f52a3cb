"""Bad input: each a 4xx problem that names the field and what would be right, and the ledger's head stays."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from tests.running import PASSAGES, Running

STATEMENT: dict[str, Any] = {
    "reporter": "LAO",
    "code": "workplan.annual",
    "answer": "yes",
    "received": "2025-04-15",
    "period_from": "2024-01-01",
    "period_to": "2024-12-31",
}
REPORT: dict[str, Any] = {"state": "LAO", "kind": "annual", "covers_years": [2024], "received": "2025-04-15"}
DECISION: dict[str, Any] = {
    "request_id": "AFG-4-7",
    "state": "AFG",
    "meeting": "12MSP",
    "outcome": "as_requested",
    "months": 12,
}


@dataclass(frozen=True)
class Bad:
    """One bad request: what is sent, and what the answer must say."""

    name: str
    status: int
    type: str
    field: str
    body: bytes
    path: str = "/reports/commands/RecordStatement"
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "application/json"),)
    method: str = "POST"


def body_of(fact: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"fact": fact, "passages": PASSAGES} | more).encode()


def statement(**changed: Any) -> bytes:
    return body_of(STATEMENT | changed)


def without(name: str) -> bytes:
    return body_of({key: value for key, value in STATEMENT.items() if key != name})


def raw(fragment: str) -> bytes:
    """The statement with `fragment` as the JSON value of its detail, written as it is."""
    return statement(detail="@").replace(b'"@"', fragment.encode("utf-8", "surrogatepass"))


def to(command: str, body: bytes, status: int, type_: str, field: str, name: str) -> Bad:
    return Bad(name, status, type_, field, body, path=f"/{command.split('.')[0]}/commands/{command.split('.')[1]}")


NOBODY = "0197ba00-0000-7000-8000-000000000000"
WHY = {"role": "registrar", "reason": "a slip of ours"}


def retract(changed: dict[str, Any], status: int, type_: str, field: str, name: str) -> Bad:
    body = {"target": NOBODY, "passages": PASSAGES} | WHY | changed
    return Bad(name, status, type_, field, json.dumps(body).encode(), path="/reports/commands/Retract")


PLAIN = (("Content-Type", "text/plain"),)
JSON = ("Content-Type", "application/json")

CORPUS = [
    # the acceptance list
    Bad("unknown State", 422, "state-unknown", "/fact/reporter", statement(reporter="XXX")),
    Bad("statement without passage", 422, "invalid", "/passages", json.dumps({"fact": STATEMENT}).encode()),
    Bad("misspelt practice code", 422, "code-unknown", "/fact/code", statement(code="workplan.anual")),
    Bad(
        "passage of blanks",
        422,
        "invalid",
        "/passages/0/paragraph",
        json.dumps({"fact": STATEMENT, "passages": [{"document": "D", "paragraph": " "}]}).encode(),
    ),
    Bad("statement with no passages", 422, "invalid", "/passages", body_of(STATEMENT, passages=[])),
    to(
        "reports.SubmitReport",
        body_of(REPORT | {"covers_years": [2024, 2027]}),
        422,
        "future",
        "/fact/covers_years/1",
        "report for a future year",
    ),
    Bad("duplicate keys", 400, "json", "/fact/code", statement().replace(b'"code"', b'"code": "a", "code"')),
    Bad("NaN", 400, "json", "/fact/detail", raw("NaN")),
    Bad("a lone surrogate", 400, "json", "/fact/detail", raw('"\\ud800"')),
    Bad("2 MB body", 413, "too-large", "/", statement(detail="x" * 2_000_000)),
    Bad("unknown field", 422, "invalid", "/fact/colour", statement(colour="blue")),
    to(
        "meetings.DecideExtension",
        body_of(DECISION, known={"time": "2024-09-13"}),
        409,
        "request-unknown",
        "/fact/request_id",
        "decision on an unknown request",
    ),
    # numbers and texts that other parsers let pass
    Bad("Infinity", 400, "json", "/fact/detail", raw("Infinity")),
    Bad("-Infinity", 400, "json", "/fact/detail", raw("-Infinity")),
    Bad("1e400", 400, "json", "/fact/detail", raw("1e400")),
    Bad("-1e400", 400, "json", "/fact/detail", raw("-1e400")),
    Bad("2^53", 400, "json", "/fact/detail", raw("9007199254740992")),
    Bad("5,000 digits", 400, "json", "/fact/detail", raw("9" * 5_000)),
    Bad("a low surrogate alone", 400, "json", "/fact/detail", raw('"\\udc00"')),
    Bad("surrogates the wrong way round", 400, "json", "/fact/detail", raw('"\\udc00\\ud800"')),
    Bad("a surrogate in a name", 400, "json", "/fact/\N{REPLACEMENT CHARACTER}", statement(**{"\ud800": 1})),
    Bad("NUL", 400, "json", "/fact/detail", statement(detail="a\0b")),
    Bad("a control character", 400, "json", "/fact/detail", statement(detail="a\x1bb")),
    Bad("a raw line break in a text", 400, "json", "/", raw('"a\nb"')),
    Bad("text turned right to left", 400, "json", "/fact/detail", statement(detail="a\u202eb")),
    Bad("a text of 9,000 characters", 400, "json", "/fact/detail", statement(detail="x" * 9_000)),
    # shape of the text
    Bad("nested 33 deep", 400, "json", "/fact/detail" + "/0" * 31, raw("[" * 33 + "]" * 33)),
    Bad("nested 100,000 deep", 400, "json", "/", b"[" * 100_000 + b"]" * 100_000),
    Bad("100,000 open brackets", 400, "json", "/", b"[" * 100_000),
    Bad("truncated", 400, "json", "/", statement()[:-9]),
    Bad("empty", 400, "json", "/", b""),
    Bad("two values", 400, "json", "/", statement() + statement()),
    Bad("a trailing comma", 400, "json", "/", statement()[:-1] + b",}"),
    Bad("single quotes", 400, "json", "/", b"{'fact': 1}"),
    Bad("a comment", 400, "json", "/", b"// hello\n" + statement()),
    Bad("a byte order mark", 400, "json", "/", b"\xef\xbb\xbf" + statement()),
    Bad("UTF-16", 400, "json", "/", statement().decode().encode("utf-16")),
    Bad("Latin-1", 400, "json", "/", statement(detail="@").replace(b"@", b"\xe9")),
    Bad("overlong UTF-8", 400, "json", "/", statement(detail="@").replace(b"@", b"\xc0\xaf")),
    Bad("a surrogate in UTF-8", 400, "json", "/", statement(detail="@").replace(b"@", b"\xed\xa0\x80")),
    Bad("duplicate keys at the top", 400, "json", "/fact", b'{"fact": 1, "fact": 1}'),
    Bad("duplicate keys in a passage", 400, "json", "/passages/0/document", statement().replace(
        b'"document"', b'"document": "x", "document"')),
    Bad("duplicate keys spelled differently", 400, "json", "/fact/code", statement().replace(
        b'"code"', b'"c\\u006fde": "a", "code"')),
    # how it is sent
    Bad("text/plain", 415, "content-type", "header:Content-Type", statement(), headers=PLAIN),
    Bad("no content type", 415, "content-type", "header:Content-Type", statement(), headers=()),
    Bad("a form", 415, "content-type", "header:Content-Type", b"a=b", headers=(
        ("Content-Type", "application/x-www-form-urlencoded"),)),
    Bad("another charset", 415, "content-type", "header:Content-Type", statement(), headers=(
        ("Content-Type", "application/json; charset=latin-1"),)),
    Bad("compressed", 415, "content-type", "header:Content-Encoding", statement(), headers=(
        JSON, ("Content-Encoding", "gzip"))),
    Bad("an empty key", 400, "idempotency-key", "header:Idempotency-Key", statement(), headers=(
        JSON, ("Idempotency-Key", ""))),
    Bad("a key of 300 characters", 400, "idempotency-key", "header:Idempotency-Key", statement(), headers=(
        JSON, ("Idempotency-Key", "k" * 300))),
    Bad("two keys", 400, "idempotency-key", "header:Idempotency-Key", statement(), headers=(
        JSON, ("Idempotency-Key", "a"), ("Idempotency-Key", "b"))),
    # shape of the body
    Bad("a list", 422, "invalid", "/", b"[]"),
    Bad("null", 422, "invalid", "/", b"null"),
    Bad("a number", 422, "invalid", "/", b"1"),
    Bad("no fact", 422, "invalid", "/fact", json.dumps({"passages": PASSAGES}).encode()),
    Bad("a fact that is null", 422, "invalid", "/fact", json.dumps({"fact": None, "passages": PASSAGES}).encode()),
    Bad("an unknown member", 422, "invalid", "/colour", body_of(STATEMENT, colour=1)),
    Bad("an unknown member with a slash", 422, "invalid", "/a~1b~0c", body_of(STATEMENT, **{"a/b~c": 1})),
    Bad("the name inside instead of outside", 422, "invalid", "/on_behalf_of", body_of(STATEMENT, on_behalf_of="LAO")),
    # fields
    *(Bad(f"no {name}", 422, "invalid", f"/fact/{name}", without(name)) for name in STATEMENT),
    Bad("a State in lower case", 422, "invalid", "/fact/reporter", statement(reporter="lao")),
    Bad("a State by name", 422, "invalid", "/fact/reporter", statement(reporter="Laos")),
    Bad("a State as a number", 422, "invalid", "/fact/reporter", statement(reporter=418)),
    Bad("a State in a list", 422, "invalid", "/fact/reporter", statement(reporter=["LAO"])),
    Bad("an answer not foreseen", 422, "invalid", "/fact/answer", statement(answer="maybe")),
    Bad("a code with a space", 422, "invalid", "/fact/code", statement(code="work plan")),
    Bad("a code ending in a line break", 422, "invalid", "/fact/code", statement(code="workplan\n")),
    Bad("a code of 100 characters", 422, "invalid", "/fact/code", statement(code="x" * 100)),
    Bad("31 February", 422, "invalid", "/fact/period_from", statement(period_from="2024-02-31")),
    Bad("a date with a time", 422, "invalid", "/fact/period_from", statement(period_from="2024-02-01T00:00:00")),
    Bad("seconds since 1970", 422, "invalid", "/fact/period_from", statement(period_from=1706745600)),
    Bad("seconds since 1970 as text", 422, "invalid", "/fact/period_from", statement(period_from="1706745600")),
    Bad("a date in other digits", 422, "invalid", "/fact/received", statement(received="２０２４-12")),
    Bad("a date ending in a line break", 422, "invalid", "/fact/received", statement(received="2024-12-05\n")),
    Bad("a German date", 422, "invalid", "/fact/received", statement(received="05.12.2024")),
    Bad("an interval without bounds", 422, "invalid", "/fact/received", statement(received={})),
    Bad("an interval the wrong way round", 422, "invalid", "/fact/received", statement(
        received={"notBefore": "2025-02-01", "notAfter": "2025-01-01"})),
    Bad("an interval with an unknown bound", 422, "invalid", "/fact/received/until", statement(
        received={"notAfter": "2025-01-01", "until": "2025-01-01"})),
    Bad("a key not foreseen", 422, "invalid", "/fact/keys/1", statement(keys=["age", "height"])),
    Bad("keys as text", 422, "invalid", "/fact/keys", statement(keys="age")),
    Bad("a period that ends before it begins", 422, "invalid", "/fact/period_to", statement(period_to="2023-12-31")),
    Bad("a period not begun", 422, "future", "/fact/period_from", statement(
        period_from="2027-01-01", period_to="2027-12-31")),
    Bad("received in the future", 422, "future", "/fact/received", statement(received="2026-06-02")),
    Bad("received in a future month", 422, "future", "/fact/received", statement(received="2026-07")),
    Bad("a passage without a paragraph", 422, "invalid", "/passages/0/paragraph", body_of(
        STATEMENT, passages=[{"document": "D"}])),
    Bad("a passage with its text", 422, "invalid", "/passages/0/text", body_of(
        STATEMENT, passages=[{"document": "D", "paragraph": "1", "text": "as it says"}])),
    Bad("an empty document", 422, "invalid", "/passages/0/document", body_of(
        STATEMENT, passages=[{"document": "", "paragraph": "1"}])),
    Bad("201 passages", 422, "invalid", "/passages", body_of(STATEMENT, passages=PASSAGES * 201)),
    # times
    Bad("known in the future", 422, "future", "/known/time", body_of(STATEMENT, known={"time": "2026-06-02"})),
    Bad("known to a month", 422, "invalid", "/known/time", body_of(STATEMENT, known={"time": "2026-05"})),
    Bad("known with another precision", 422, "invalid", "/known/precision", body_of(
        STATEMENT, known={"time": "2026-05-01", "precision": "year"})),
    Bad("known from an open interval", 422, "invalid", "/known", statement(received={"notBefore": "2025-01-01"})),
    Bad("effective the wrong way round", 422, "invalid", "/effective/to", body_of(
        STATEMENT, effective={"from": "2025-01-01", "to": "2024-01-01"})),
    to("meetings.DecideExtension", body_of(DECISION), 422, "invalid", "/known", "a decision without a day"),
    to("meetings.ScheduleMeeting", body_of({"meeting": "16MSP", "kind": "MSP", "opens": "2028-09-01"}),
       422, "invalid", "/known", "a meeting ahead without the day it was set"),
    # identity
    to("reports.SubmitReport", body_of(REPORT | {"covers_years": []}), 422, "invalid", "/fact/covers_years",
       "an annual report on no year"),
    to("reports.SubmitReport", body_of(REPORT | {"covers_years": [1999]}), 422, "invalid", "/fact/covers_years/0",
       "a report on a year before the Convention"),
    to("reports.RegisterSource", body_of({"source_id": "x" * 300, "title": "t", "kind": "art7", "issuer": "LAO",
       "received": "2025-01-01"}), 422, "invalid", "/fact", "an id of 300 characters"),
    to("reports.SubmitExtensionRequest", body_of({"request_id": "AFG-4-1", "state": "LAO", "article": 4,
       "for_meeting": "13MSP", "received": "2024-12-01"}), 422, "identity", "/fact/request_id",
       "a request under another State's id"),
    to("reports.SubmitExtensionRequest", body_of({"request_id": "AFG-4-1", "state": "AFG", "article": True,
       "for_meeting": "13MSP", "received": "2024-12-01"}), 422, "invalid", "/fact/article", "true as an article"),
    to("reports.SubmitExtensionRequest", body_of({"request_id": "AFG-4-1", "state": "AFG", "article": "4",
       "for_meeting": "13MSP", "received": "2024-12-01"}), 422, "invalid", "/fact/article", "an article as text"),
    to("meetings.RecordIsuContribution", body_of({"state": "LAO", "budget_year": 2025, "amount": 100.5},
       known={"time": "2025-01-01"}), 422, "invalid", "/fact/amount", "an amount as a number"),
    to("meetings.RecordIsuContribution", body_of({"state": "LAO", "budget_year": 99999},
       known={"time": "2025-01-01"}), 422, "invalid", "/fact/budget_year", "the year 99999"),
    # amendments
    Bad("a correction of an unknown event", 409, "target-unknown", "/corrects", body_of(
        STATEMENT, corrects=NOBODY, **WHY)),
    Bad("a revision of an unknown event", 409, "target-unknown", "/revises", body_of(
        STATEMENT, revises=NOBODY, role="state", reason="it wrote again")),
    Bad("a target in other words", 422, "invalid", "/corrects", body_of(STATEMENT, corrects="the one of May", **WHY)),
    Bad("a correction by nobody", 422, "invalid", "/role", body_of(STATEMENT, corrects=NOBODY, reason="a slip")),
    Bad("a correction without a reason", 422, "invalid", "/reason", body_of(
        STATEMENT, corrects=NOBODY, role="registrar")),
    Bad("a correction for a reason of blanks", 422, "invalid", "/reason", body_of(
        STATEMENT, corrects=NOBODY, role="registrar", reason=" ")),
    Bad("a correction by an unknown role", 422, "invalid", "/role", body_of(
        STATEMENT, corrects=NOBODY, role="clerk", reason="a slip")),
    Bad("a revision by the registrar", 422, "invalid", "/role", body_of(STATEMENT, revises=NOBODY, **WHY)),
    Bad("a correction that revises", 422, "invalid", "/revises", body_of(
        STATEMENT, corrects=NOBODY, revises=NOBODY, **WHY)),
    Bad("a reason for a new fact", 422, "invalid", "/reason", body_of(STATEMENT, reason="it was said")),
    Bad("a role for a new fact", 422, "invalid", "/role", body_of(STATEMENT, role="registrar")),
    Bad("who and why inside the fact", 422, "invalid", "/fact/amendment", statement(amendment=WHY)),
    retract({}, 409, "target-unknown", "/target", "a retraction of an unknown event"),
    retract({"target": "the one of May"}, 422, "invalid", "/target", "a retraction of something in words"),
    retract({"reason": None}, 422, "invalid", "/reason", "a retraction without a reason"),
    retract({"passages": []}, 422, "invalid", "/passages", "a retraction without a passage"),
    retract({"role": "meeting"}, 422, "invalid", "/role", "a retraction by a meeting"),
    retract({"fact": STATEMENT}, 422, "invalid", "/fact", "a retraction with a fact"),
    retract({"received": "soon"}, 422, "invalid", "/received", "a retraction received soon"),
    # addresses
    Bad("an unknown command", 404, "not-found", "path", statement(), path="/reports/commands/Destroy"),
    Bad("a clock event", 404, "not-found", "path", statement(), path="/meetings/commands/(clock)"),
    Bad("another service's command", 404, "not-found", "path", statement(), path="/meetings/commands/RecordStatement"),
    Bad("a trailing slash", 404, "not-found", "path", statement(), path="/reports/commands/RecordStatement/"),
    Bad("GET on a command", 405, "method-not-allowed", "method", b"", method="GET"),
    Bad("DELETE on a command", 405, "method-not-allowed", "method", b"", method="DELETE"),
    Bad("an unknown projection", 404, "projection-unknown", "path", b"", path="/reports/projections/x/rebuild"),
    Bad("a limit of 0", 422, "invalid", "query:limit", b"", path="/reports/statements?limit=0", method="GET"),
    Bad("a limit of a googol", 422, "invalid", "query:limit", b"", path=f"/reports/statements?limit=1{'0' * 100}",
        method="GET"),
    Bad("a cursor in words", 422, "invalid", "query:after", b"", path="/reports/statements?after=next", method="GET"),
    Bad("an unknown State in a query", 422, "invalid", "query:state", b"", path="/reports/requests?state=XXX",
        method="GET"),
    Bad("NUL in a query", 422, "invalid", "query:code", b"", path="/reports/statements?code=%00", method="GET"),
    Bad("a year in words", 422, "invalid", "query:year", b"", path="/reports/article7?year=last", method="GET"),
    Bad("a day that is none", 422, "invalid", "query:on", b"", path="/meetings/states?on=2025-02-30", method="GET"),
    Bad("an unknown State in a path", 422, "invalid", "path:iso3", b"", path="/meetings/states/XXX", method="GET"),
    Bad("an unknown meeting", 404, "meeting-unknown", "path", b"", path="/meetings/meetings/99MSP", method="GET"),
]  # fmt: skip


@pytest.mark.parametrize("bad", CORPUS, ids=[bad.name for bad in CORPUS])
def test_bad_input_is_a_problem_that_names_the_field_and_stores_nothing(services: Running, bad: Bad) -> None:
    service = bad.path.split("/")[1]
    before = services.head(service)

    answer = services.ask(service, bad.method, bad.path, content=bad.body, headers=list(bad.headers))

    assert answer.status_code == bad.status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["type"], problem["status"]) == (f"https://stocktake.invalid/problems/{bad.type}", bad.status)
    assert problem["title"]
    assert problem["field"] == bad.field
    assert services.head(service) == before


def test_the_corpus_names_each_input_once() -> None:
    names = [bad.name for bad in CORPUS]

    assert len(set(names)) == len(names) >= 40


def test_a_chunked_body_is_measured_as_it_comes(services: Running) -> None:
    before = services.head("reports")

    answer = services.ask(
        "reports",
        "POST",
        "/reports/commands/RecordStatement",
        content=iter([b"[" + b" " * 65_536] + [b" " * 65_536] * 40),
        headers={"Content-Type": "application/json"},
    )

    assert answer.status_code == 413
    assert answer.json()["field"] == "/"
    assert services.head("reports") == before


def test_what_was_sent_is_not_repeated_in_the_answer(services: Running) -> None:
    secret = "correct-horse-battery"
    for body in (statement(answer=secret), statement(received=secret), statement(code=secret + " "), secret.encode()):
        answer = services.ask(
            "reports", "POST", "/reports/commands/RecordStatement", content=body, headers={"Content-Type": JSON[1]}
        )

        assert answer.status_code in (400, 422)
        assert secret not in answer.text


def test_no_other_origin_is_invited(services: Running) -> None:
    answer = services.ask(
        "reports",
        "OPTIONS",
        "/reports/commands/RecordStatement",
        headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"},
    )

    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.startswith("access-control")]
