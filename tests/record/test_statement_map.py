"""Every list of the Progress Report and of the review of 2020 means exactly one thing, and the map says which."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from services.cli.record import RECORD
from services.cli.record.commands import MAP, REPORTS, STATEMENTS, drafts_of
from services.cli.record.drafts import KINDS
from services.cli.record.meaning import (
    BrokenMap,
    EvidenceMeaning,
    FactMeaning,
    Meaning,
    NotCounted,
    SaidMeaning,
    load_map,
)
from services.cli.record.registers import REGISTERS
from services.cli.record.rows import read_table
from tests.record.world import PLANS, copy_of_the_record, rows_of

MAPS = {name: load_map(RECORD / name) for name in REPORTS}
LISTS = "dubrovnik_lists.csv"


def test_the_report_has_855_rows_under_150_keys() -> None:
    rows = [(row["paragraph"], row["key"], row["state"]) for row in rows_of(RECORD, STATEMENTS)]

    assert (len(rows), len(set(rows)), len({key for _, key, _ in rows})) == (855, 855, 150)


def test_the_review_of_2020_has_440_rows_under_38_keys() -> None:
    rows = [(row["paragraph"], row["key"], row["state"]) for row in rows_of(RECORD, LISTS)]

    assert (len(rows), len(set(rows)), len({key for _, key, _ in rows})) == (440, 440, 38)


TABLES = [
    (table, meanings)
    for name, (lists, in_the_text) in REPORTS.items()
    for table, meanings in ((lists, MAPS[name].keys), (in_the_text, MAPS[name].in_the_text))
]


@pytest.mark.parametrize(("table", "meanings"), TABLES, ids=[table for table, _ in TABLES])
def test_no_key_is_unmapped_and_no_unknown_key_is_mapped(table: str, meanings: Mapping[str, Meaning]) -> None:
    assert {row["key"] for row in rows_of(RECORD, table)} == set(meanings)


@pytest.mark.parametrize(("table", "meanings"), TABLES, ids=[table for table, _ in TABLES])
def test_every_row_is_one_fact_or_evidence_or_has_a_reason(table: str, meanings: Mapping[str, Meaning]) -> None:
    names = (*REGISTERS, *(one for pair in REPORTS.values() for one in pair))
    tables = {name: read_table(RECORD / name)[0] for name in names}
    drafts, failures = drafts_of(tables, MAPS)
    stated = Counter(row.number for draft in drafts for row, _, _ in draft.origins if row.file == table)

    for row in tables[table]:
        meaning, landed = meanings[row.cells["key"]], stated[row.number]
        match meaning:
            case FactMeaning() | SaidMeaning():
                assert landed == 1, row.label
            case EvidenceMeaning(evidence=evidence):
                assert landed >= 1 or evidence.not_counted, row.label
            case NotCounted():
                assert landed == 0, row.label
    assert failures == []


def test_a_fact_names_an_event_and_a_predicate_that_exist() -> None:
    meanings = [meaning for _, table in TABLES for meaning in table.values()]
    said = {one.said for one in meanings if isinstance(one, SaidMeaning)}

    assert {one.fact for one in meanings if isinstance(one, FactMeaning)} <= set(KINDS)
    assert said <= {code for plan in PLANS.values() for code in plan.codes}


def test_evidence_names_a_table_or_a_key_that_states_facts() -> None:
    stating = {key for _, table in TABLES for key, one in table.items() if isinstance(one, FactMeaning | SaidMeaning)}
    evidence = [one.evidence for _, table in TABLES for one in table.values() if isinstance(one, EvidenceMeaning)]
    places = stating | set(REGISTERS)

    held_in = {place for one in evidence for place in one.held_in}

    assert held_in <= places


def test_a_key_with_two_meanings_is_refused(tmp_path: Path) -> None:
    folder = copy_of_the_record(tmp_path)
    text = (folder / MAP).read_text(encoding="utf-8")
    (folder / MAP).write_text(text.replace("keys:\n", "keys:\n  re.not_needed: {said: workplan.annual}\n", 1), "utf-8")

    with pytest.raises(BrokenMap, match=r"re\.not_needed is there twice"):
        load_map(folder / MAP)


def test_a_meaning_that_is_both_fact_and_reason_is_refused(tmp_path: Path) -> None:
    folder = copy_of_the_record(tmp_path)
    text = (folder / MAP).read_text(encoding="utf-8")
    both = "re.not_needed: {said: risk_education.tailored, not_counted: because of this, "
    (folder / MAP).write_text(text.replace("re.not_needed: {said: risk_education.tailored, ", both, 1), "utf-8")

    with pytest.raises(BrokenMap, match="exactly one meaning"):
        load_map(folder / MAP)
