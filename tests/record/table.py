"""Writes the tables of docs/record.md: `python -m tests.record.table`. A test holds the page to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from services.cli.record import RECORD, read_record
from services.indicators.evaluation.measures import plain
from services.indicators.figures.figure import compute
from services.indicators.figures.printed import prints
from services.indicators.figures.reconciliation import reconciled
from services.indicators.plans.definition import definitions
from services.indicators.world.frame import Cycle, cycle_of
from services.indicators.world.record import printed_by_indicator
from services.indicators.world.world import Cut, cut_facts, world_of
from tests.record.world import PLANS, World

PAGE = Path(__file__).parents[2] / "docs" / "record.md"
BEGIN, END = "<!-- table {plan} at {meeting}: python -m tests.record.table -->", "<!-- end of table -->"
TABLES = {"LAP": "13MSP", "DAP": "2RC"}
"""The plans whose figures the page shows, and at which meeting."""

PRINT, RECORD_ENDS, JUDGEMENT, NO_LIST = "finding in print", "limit of the record", "awaits a judgement", "no list"
"""What a difference is. None of the differences is a mistake of ours that we know of and left."""

OF_OTHERS = ("publications of others", "accounts of the Implementation Support Unit")
"""Evidence of figures that are printed and are none of the Convention's own reports."""

WHY = {
    "LAP-1.2": (RECORD_ENDS, "paragraph 184 lists who committed resources, nobody who enhanced capacity"),
    "LAP-4.1": (NO_LIST, "paragraphs 43 to 48 name States for other things; 12 is also the length of paragraph 48"),
    "LAP-4.2": (NO_LIST, "nobody's gender is given; print counts States Parties, the plan women"),
    "LAP-4.3": (NO_LIST, "States that coordinate are named, persons are not"),
    "LAP-10.1": (PRINT, "counts new States Parties; the plan asks for the increase, and Lithuania left (63)"),
    "LAP-10.2": (None, "the summary prints 17, with the four signatories (65, 66)"),
    "LAP-10.3": (NO_LIST, "a cell with 00; no paragraph says that there was none"),
    "LAP-11.1": (None, "the plan names nobody who could confirm a use"),
    "LAP-11.3": (NO_LIST, "a cell with 00; no paragraph says that there was none"),
    "LAP-11.4": (JUDGEMENT, "five dialogues are told (68, 69, 72, 74); which were dedicated, and to whom, is not"),
    "LAP-13.1": (None, "paragraph 83 has two, which completed in 2023 and presented it now"),
    "LAP-17.4": (RECORD_ENDS, "who used up retained munitions is named (87, 88), how many is not; 21 is a total"),
    "LAP-17.5": (RECORD_ENDS, "of one submunition the number is given (88); 1,328 is a total"),
    "LAP-19.2": (JUDGEMENT, "nine reports bring updates (105); how detailed is not judged"),
    "LAP-20.1": (JUDGEMENT, "five requests (117); what their work plans hold is not judged"),
    "LAP-24.1": (NO_LIST, "eight released land (108); nobody lists who gave the extent of what remains"),
    "LAP-25.1": (NO_LIST, "a cell with 00; ten are outstanding (104), but who declared since is not said"),
    "LAP-29.1": (PRINT, "counts Bosnia and Herzegovina (128), which is not affected (104)"),
    "LAP-39.2": (PRINT, "24 gave (187) and 9 received (190 with 160): 33; 32 leaves out Bosnia and Herzegovina"),
    "LAP-40.1": (PRINT, "as LAP-39.2"),
    "LAP-43.1": (PRINT, "48 = 46 annual in time and two initial ones (208), at least six and eleven years late"),
    "LAP-43.2": (PRINT, "46 in time (209); the cell adds the two initial ones"),
    "LAP-44.1": (
        RECORD_ENDS,
        "reports before July 2024 are not listed; but 23 is more than can be: 19 are bound on the last day (85, 104), "
        "22 were on some day of the two years",
    ),
    "LAP-47.1": (
        RECORD_ENDS,
        "no list between 2020 and July 2024; a finding too: the row says 32 and 33, which is 65, beside 67 and 67 in "
        "paragraph 265",
    ),
    "LAP-47.2": (RECORD_ENDS, "four new ones are named; a finding too: 26 in the table, 25 in 239 and the summary"),
    "DAP-1.1.2": (PRINT, "counts instruments; five of them were not yet in force (COL, ISL, RWA, SVK, ZAF)"),
    "DAP-1.1.8": (RECORD_ENDS, "of parties and signatories the record holds no votes"),
    "DAP-1.1.9": (RECORD_ENDS, "as DAP-1.1.8"),
    "DAP-1.1.10": (None, "the paragraph says some 30 and names 31, with Papua New Guinea, which is unverified"),
    "DAP-1.1.11": (NO_LIST, "who took part in which meeting is not said"),
    "DAP-1.3.2": (None, "no body is named that could confirm a use"),
    "DAP-2.1.1": (RECORD_ENDS, "seventeen more rest on general knowledge; with them it is 36"),
    "DAP-2.1.2": (
        RECORD_ENDS,
        "seventeen more rest on general knowledge; the forty-first is Guinea-Bissau, still looking",
    ),
    "DAP-2.1.3": (
        PRINT,
        "counts SVK and ZAF, not party yet, and Guinea-Bissau, still looking; the thirteen are not named, they follow",
    ),
    "DAP-2.1.5": (None, "no State's quantities are held"),
    "DAP-2.1.6": (NO_LIST, "no State's quantities are held"),
    "DAP-2.1.7": (PRINT, "96 reported and have none outstanding, 104 have none outstanding; 100 is neither"),
    "DAP-3.1.4": (RECORD_ENDS, "the paragraph names some"),
    "DAP-3.1.7": (RECORD_ENDS, "the paragraph names some"),
    "DAP-3.2.1": (PRINT, "leaves out Mozambique, which completed in December 2016"),
    "DAP-4.1(c).2": (RECORD_ENDS, "eight are named with a plan; who only has an authority is not said"),
    "DAP-6.1.4": (RECORD_ENDS, "no receipt day of an initial report of the time is held"),
    "DAP-6.1.6": (RECORD_ENDS, "those that two later lists still show as overdue, or that never came"),
    "DAP-6.1.7": (RECORD_ENDS, "as DAP-6.1.6"),
    "DAP-6.1.8": (RECORD_ENDS, "those that cannot have come before, by entry into force or a list of the overdue"),
    "DAP-6.1.9": (RECORD_ENDS, "those that a list shows as overdue and that came later"),
    "DAP-6.1.14": (RECORD_ENDS, "COD and PLW are named, the years that their reports cover are not"),
    "DAP-6.1.15": (RECORD_ENDS, "SSD is named, the year that its report covers is not"),
    "DAP-7.1.12": (PRINT, "21 and seven more less six are 22; paragraph 111 has 22"),
    "LAP-48.1": (NO_LIST, "single States tell of obstacles (231 to 234), but no paragraph says which five are meant"),
}


def rows(world: World, plan: str = "LAP") -> Iterator[tuple[str, str, str, str, str, str]]:
    """Indicator, ours, print, outcome, what a difference is, and why; without the figures that others publish."""
    cycle = next(cycle for cycle in _cycles(world) if cycle.name == TABLES[plan])
    cut = Cut("reconstructed", cycle.last, cycle.last, tuple(sorted(world.positions.items())))
    facts = world_of(cut_facts(world.facts, cut))
    published = printed_by_indicator(world.facts)
    figures = {one.indicator.id: compute(one, facts, cycle, cut) for one in definitions(PLANS[plan])}
    for indicator, figure in figures.items():
        if figure.definition.indicator.evidence in OF_OTHERS:
            continue
        printed = prints(published, indicator, cycle.name)
        outcome = reconciled(figure, printed, figures.get)["outcome"]
        default = (NO_LIST, "no paragraph names the States") if outcome == "noData" else (None, "")
        kind, why = WHY.get(indicator, default)
        value = plain(figure.first.value)
        yield indicator, "" if value is None else str(value), printed.published or "", outcome, kind or "", why


def _cycles(world: World) -> Iterator[Cycle]:
    return (cycle_of(fact) for fact in world.facts if fact.kind == "CycleDefined")


def table(world: World, plan: str) -> str:
    """The table of a plan as Markdown."""
    head = ["| indicator | ours | print | outcome | a difference is a | why |", "|---|---:|---:|---|---|---|"]
    return "\n".join([*head, *(f"| {' | '.join(row)} |" for row in rows(world, plan))])


def page(text: str, world: World) -> str:
    """The page with its tables as they are now."""
    for plan, meeting in TABLES.items():
        begin = BEGIN.format(plan=plan, meeting=meeting)
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(END)
        text = f"{before}{begin}\n\n{table(world, plan)}\n\n{END}{after}"
    return text


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), World(read_record(RECORD))), encoding="utf-8")
