"""A bad row is named with its table, line, field and reason, and stops nothing else."""

from pathlib import Path

import pytest

from services.cli.record import Record, read_record
from tests.record.world import change, copy_of_the_record

WRONG = [
    ("statements.csv", "state", "XYZ", "reporter"),
    ("statements.csv", "state", "", "state"),
    ("statements.csv", "key", "gp.no_such_list", "key"),
    ("membership.csv", "date", "2011-02-30", "date"),
    ("membership.csv", "act", "departure", "act"),
    ("requests.csv", "months_asked", "many", "months_asked"),
    ("requests.csv", "received", "2019-13", "received"),
    ("decisions.csv", "meeting", "99MSP", "meeting"),
    ("votes.csv", "vote", "perhaps", "vote"),
    ("coverage.csv", "through", "", "through"),
    ("declarations.csv", "before_entry_into_force", "maybe", "before_entry_into_force"),
    ("published_figures.csv", "document", "NO-SUCH-DOCUMENT", "document"),
    ("documents.csv", "kind", "rumour", "kind"),
    ("obligations.csv", "passages", "somewhere", "passages"),
]


@pytest.mark.parametrize(("table", "column", "value", "field"), WRONG)
def test_a_bad_cell_is_named_and_the_other_rows_go_on(
    tmp_path: Path, record: Record, table: str, column: str, value: str, field: str
) -> None:
    folder = copy_of_the_record(tmp_path)
    first = iter([True])
    changed = change(folder, table, lambda row: {**row, column: value} if next(first, False) else row)

    read = read_record(folder)

    named = [failure for failure in read.failures if failure.label == f"{table} row 2"]
    assert changed == 1
    assert [failure.field.split(".")[0] for failure in named] == [field]
    assert len(read.commands) >= len(record.commands) - 8  # the fact, and what only spoke for it


def test_a_row_with_a_cell_too_many_is_named(tmp_path: Path) -> None:
    folder = copy_of_the_record(tmp_path)
    with (folder / "votes.csv").open("a", encoding="utf-8") as file:
        file.write("2019,DZA,yes\n")

    assert [str(failure) for failure in read_record(folder).failures] == [
        "votes.csv row 205, row: has 3 cells, the header 7"
    ]


def test_evidence_without_its_fact_is_named(tmp_path: Path) -> None:
    folder = copy_of_the_record(tmp_path)
    change(folder, "requests.csv", lambda row: None if row["request"] == "SOM-4-1" else row)

    failures = [str(failure) for failure in read_record(folder).failures]

    assert len(failures) == 4
    assert all("requests.csv, which has none of SOM" in failure for failure in failures)


def test_two_rows_that_contradict_each_other_are_named(tmp_path: Path) -> None:
    folder = copy_of_the_record(tmp_path)
    with (folder / "votes.csv").open("a", encoding="utf-8") as file:
        file.write("2019,DZA,no,2019-12-12,A/RES/74/62,,UNGA-VOTES#A/RES/74/62\n")

    (failure,) = read_record(folder).failures

    assert (failure.label, failure.field) == ("votes.csv row 205", "vote")
    assert "contradicts 'yes' in votes.csv row" in failure.reason
