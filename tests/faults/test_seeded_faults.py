"""Four slips that would make figures wrong without a sound: each turns a test red that is named for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.planting import FAILED, PASSED, Fault, copy_of_the_code, run

FAULTS = {
    "a broken upcaster": Fault(
        "shared/events/registry.py",
        right="data = upcasters[type_name, step](data)",
        wrong="upcasters[type_name, step](data)",
        reddens="tests/events/test_upcasting.py::test_every_version_is_read_as_the_same_fact",
    ),
    "facts ordered by arrival": Fault(
        "services/indicators/facts/fact.py",
        right="order=_order(known,",
        wrong="order=(f\"{stored['position']:09}\",) + _order(known,",
        reddens="tests/indicators/test_lineage.py::test_facts_stand_in_fold_order_and_not_in_the_order_of_arrival",
    ),
    "the retraction rule dropped": Fault(
        "shared/chains.py",
        right="return held and not self._is_withdrawn(root)",
        wrong="return held",
        reddens="tests/indicators/test_small_histories.py::test_the_five_answers[retraction_by_the_state]",
    ),
    "coverage ignored": Fault(
        "services/indicators/world/coverage.py",
        right="covered = first <= last and through is not None and through >= last",
        wrong="covered = True",
        reddens="tests/indicators/test_small_histories.py::test_the_five_answers[uncovered_span]",
    ),
}


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code in which the named tests pass."""
    copy = copy_of_the_code(tmp_path_factory.mktemp("code"))
    exit_code, said = run(copy, [fault.reddens for fault in FAULTS.values()])
    assert exit_code == PASSED, said
    return copy


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_the_fault_turns_its_test_red(code: Path, fault: Fault) -> None:
    sound = (code / fault.file).read_text(encoding="utf-8")
    try:
        fault.plant(code)
        exit_code, said = run(code, [fault.reddens])
    finally:
        (code / fault.file).write_text(sound, encoding="utf-8")

    assert exit_code == FAILED, said
    assert f"FAILED {fault.reddens}" in said
