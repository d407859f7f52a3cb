"""The tables of docs/record.md are what the record gives today."""

import pytest

from tests.record import table
from tests.record.world import World


def test_the_page_shows_the_figures_as_they_are(world: World) -> None:
    text = table.PAGE.read_text(encoding="utf-8")

    assert table.page(text, world) == text, "python -m tests.record.table"


@pytest.mark.parametrize("plan", table.TABLES)
def test_every_difference_is_explained(world: World, plan: str) -> None:
    differing = [row for row in table.rows(world, plan) if row[3] in ("differs", "bound", "needsJudgement")]

    assert [row[0] for row in differing if not row[5]] == []
