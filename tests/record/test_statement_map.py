"""Every list of the Progress Report means exactly one thing, and the map says which."""

from collections import Counter
from pathlib import Path

import pytest

from services.cli.record import RECORD
from services.cli.record.commands import IN_THE_TEXT, MAP, STATEMENTS, drafts_of
from services.cli.record.drafts import KINDS
from services.cli.record.meaning import BrokenMap, EvidenceMeaning, FactMeaning, NotCounted, SaidMeaning, load_map
from services.cli.record.registers import REGISTERS
from services.cli.record.rows import read_table
from tests.record.world import PLAN, copy_of_the_record, rows_of

MAP_OF_MEANINGS = load_map(RECORD / MAP)
KEYS = MAP_OF_MEANINGS.keys
PREDICATES_OF_OTHER_PLANS = {"finance.innovative_explored"}


def test_the_report_has_855_rows_under_150_keys() -> None:
    rows = [(row["paragraph"], row["key"], row["state"]) for row in rows_of(RECORD, STATEMENTS)]

    assert (len(rows), len(set(rows)), len({key for _, key, _ in rows})) == (855, 855, 150)


@pytest.mark.parametrize(("table", "meanings"), [(STATEMENTS, KEYS), (IN_THE_TEXT, MAP_OF_MEANINGS.in_the_text)])
def test_no_key_is_unmapped_and_no_unknown_key_is_mapped(table: str, meanings: dict[str, object]) -> None:
    assert {row["key"] for row in rows_of(RECORD, table)} == set(meanings)


def test_every_row_is_one_fact_or_evidence_or_has_a_reason() -> None:
    tables = {name: read_table(RECORD / name)[0] for name in (*REGISTERS, STATEMENTS, IN_THE_TEXT)}
    drafts, failures = drafts_of(tables, MAP_OF_MEANINGS)
    stated = Counter(row.number for draft in drafts for row, _, _ in draft.origins if row.file == STATEMENTS)

    for row in tables[STATEMENTS]:
        meaning, landed = KEYS[row.cells["key"]], stated[row.number]
        match meaning:
            case FactMeaning() | SaidMeaning():
                assert landed == 1, row.label
            case EvidenceMeaning(evidence=evidence):
                assert landed >= 1 or evidence.not_counted, row.label
            case NotCounted():
                assert landed == 0, row.label
    assert failures == []


def test_a_fact_names_an_event_and_a_predicate_that_exist() -> None:
    facts = [one for one in (*KEYS.values(), *MAP_OF_MEANINGS.in_the_text.values()) if isinstance(one, FactMeaning)]
    said = [one.said for one in (*KEYS.values(), *MAP_OF_MEANINGS.in_the_text.values()) if isinstance(one, SaidMeaning)]

    assert {one.fact for one in facts} <= set(KINDS)
    assert set(said) <= set(PLAN.codes) | PREDICATES_OF_OTHER_PLANS


def test_evidence_names_a_table_or_a_key_that_states_facts() -> None:
    stating = {key for key, one in KEYS.items() if isinstance(one, FactMeaning | SaidMeaning)}
    places = stating | set(MAP_OF_MEANINGS.in_the_text) | set(REGISTERS)

    held_in = {place for one in KEYS.values() if isinstance(one, EvidenceMeaning) for place in one.evidence.held_in}

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
