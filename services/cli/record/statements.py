"""The rows of the Progress Report's lists, turned into facts by the map of their meanings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.cli.record.drafts import KINDS, Draft, Drafts
from services.cli.record.meaning import Evidence, EvidenceMeaning, FactMeaning, Meaning, SaidMeaning, StatementMap
from services.cli.record.rows import BadRow, Failure, Row, dated, known

_BOUNDS = re.compile(r"(\d{4}-\d{2}-\d{2})?\.\.(\d{4}-\d{2}-\d{2})?")


def state_facts(
    drafts: Drafts, rows: Iterable[Row], meanings: Mapping[str, Meaning], map_: StatementMap
) -> list[Failure]:
    """First every fact that a row states itself; the rows that failed are answered."""
    failures = []
    for row in rows:
        try:
            match meanings.get(row.need("key")):
                case FactMeaning() as meaning:
                    drafts.state(_fact(row, meaning, map_))
                case SaidMeaning() as meaning:
                    drafts.state(_fact(row, _practice(meaning, map_), map_))
                case None:
                    raise BadRow("key", f"{row.need('key')!r} has no meaning in statement_map.yaml")
        except BadRow as bad:
            failures.append(row.failure(bad))
    return failures


def add_evidence(
    drafts: Drafts, rows: Iterable[Row], meanings: Mapping[str, Meaning], map_: StatementMap
) -> list[Failure]:
    """Then what speaks for facts held elsewhere; a row that finds nothing to speak for has failed."""
    failures = []
    for row in rows:
        meaning = meanings.get(row.cells.get("key", ""))
        try:
            if isinstance(meaning, EvidenceMeaning):
                _cite(drafts, row, meaning.evidence, map_)
        except BadRow as bad:
            failures.append(row.failure(bad))
    return failures


def _cite(drafts: Drafts, row: Row, evidence: Evidence, map_: StatementMap) -> None:
    key, state = row.need("key"), row.need("state")
    found = list(_targets(drafts, evidence, evidence.state or state))
    for draft in found:
        draft.add(evidence.adds)
        draft.cite(row, key, state, _passage(row, map_))
    if not found and evidence.otherwise:
        drafts.state(_fact(row, evidence.otherwise, map_))
    elif not found and evidence.not_counted is None:
        raise BadRow("state", f"{key} speaks for a fact in {' or '.join(evidence.held_in)}, which has none of {state}")


def _targets(drafts: Drafts, evidence: Evidence, state: str) -> Iterator[Draft]:
    for place in evidence.held_in:
        matching = [draft for draft in drafts.held_in(place, state) if _matches(draft, evidence)]
        yield from matching
        if matching and evidence.first:
            return


def _matches(draft: Draft, evidence: Evidence) -> bool:
    same_kind = evidence.kind in (None, draft.kind)
    return same_kind and all(draft.fields.get(name) == value for name, value in evidence.where.items())


def _practice(said: SaidMeaning, map_: StatementMap) -> FactMeaning:
    first, _, last = map_.period.partition("..")
    fields = {"reporter": "$state", "code": said.said, "answer": said.answer, "period_from": first, "period_to": last}
    return FactMeaning(fact="PracticeReported", fields=fields | ({"keys": list(said.keys)} if said.keys else {}))


def _fact(row: Row, meaning: FactMeaning, map_: StatementMap) -> Draft:
    state = row.need("state")
    try:
        fields = meaning.fields_for(state)
    except KeyError as missing:
        raise BadRow("state", f"the map gives no {missing} for {state}") from None
    if meaning.fact not in KINDS:
        raise BadRow("key", f"its meaning is a {meaning.fact}, which is no event")
    if "received" in KINDS[meaning.fact].model_fields:
        fields.setdefault("received", map_.received)
    basis = meaning.basis or map_.basis
    return Draft(
        meaning.fact,
        {name: _with_bounds(value, basis) for name, value in fields.items()},
        _passage(row, map_),
        known=known(meaning.known) if meaning.known else None,
        origins=[(row, row.need("key"), state)],
    )


def _with_bounds(value: Any, basis: str) -> Any:
    return dated(value, basis) if isinstance(value, str) and _BOUNDS.fullmatch(value) else value


def _passage(row: Row, map_: StatementMap) -> list[dict[str, str]]:
    return [{"document": map_.document, "paragraph": row.need("paragraph")}]
