"""Questions about sets of States: read into the plans' own grammar, bounded, and refused with what would be right."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.indicators.grammar.expression import BUILT_IN
from services.indicators.plans.definition import CATALOGUES, BrokenCatalogue, load_plans
from services.indicators.questions.question import DEEPEST, LONGEST, MOST_NODES, Known, NotUnderstood, read_question
from services.indicators.questions.vocabulary import Vocabulary, check_vocabulary, load_vocabulary

PLANS = load_plans(CATALOGUES)
POPULATIONS = {*BUILT_IN, *(name for plan in PLANS for name in plan.populations)}
KNOWN = Known(load_vocabulary(), POPULATIONS, {code for plan in PLANS for code in plan.codes})

AFFECTED, PARTIES = {"population": "affected"}, {"population": "parties"}
ASKED = {"fact": ["AssistanceRequested"], "where": {"themes": {"has": "clearance"}}, "in": {"received": "cycle"}}
GOT = ASKED | {"fact": ["AssistanceReceivedReported"]}


def read(text: str) -> Any:
    return read_question(text, KNOWN).model_dump(mode="json", by_alias=True, exclude_defaults=True)


@pytest.mark.parametrize(
    ("text", "is_"),
    [
        ("affected", AFFECTED),
        ("States Parties", PARTIES),
        ("population(affected)", AFFECTED),
        ("with victims", {"population": "with_victims"}),
        ("said(workplan.annual)", {"said": "workplan.annual"}),
        ("fact(ExtensionRequested)", {"fact": ["ExtensionRequested"]}),
        ("affected and parties", {"all": [AFFECTED, PARTIES]}),
        ("affected or parties", {"any": [AFFECTED, PARTIES]}),
        ("not affected", {"not": AFFECTED}),
        ("parties without affected", {"all": [PARTIES, {"not": AFFECTED}]}),
        ("parties but not affected", {"all": [PARTIES, {"not": AFFECTED}]}),
        ("affected or parties and states", {"any": [AFFECTED, {"all": [PARTIES, {"population": "states"}]}]}),
        ("(affected or parties) and states", {"all": [{"any": [AFFECTED, PARTIES]}, {"population": "states"}]}),
        ("not not affected", {"not": {"not": AFFECTED}}),
        ("States that are AFFECTED", AFFECTED),
        ("requested clearance assistance and not received", {"all": [ASKED, {"not": GOT}]}),
        ("asked for clearance support and did not receive it", {"all": [ASKED, {"not": GOT}]}),
        ('{"all": ["affected", "parties"]}', {"all": [AFFECTED, PARTIES]}),
    ],
)
def test_a_question_is_a_set_of_the_plans_grammar(text: str, is_: Any) -> None:
    assert read(text) == is_


def test_what_is_received_is_of_the_theme_spoken_of_last() -> None:
    found = read("requested clearance assistance and requested victim assistance and not received")

    assert found["all"][2]["not"]["where"] == {"themes": {"has": "victim_assistance"}}


def test_a_year_is_filled_in_as_a_number_and_into_the_days_of_its_reports() -> None:
    found = read("timely 2024 report")

    assert found["where"]["covers_years"] == {"has": 2024}
    assert found["in"] == {"received": {"from": "2024-07-01", "to": "2025-04-30"}}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "missing before 'the end'"),
        ("affected and", "missing before 'the end'"),
        ("and affected", "missing before 'and'"),
        ("(affected", "a bracket is not closed"),
        ("affected)", r"'\)' comes unexpected"),
        ("affected not parties", "'not' comes unexpected; join terms by and, or, without"),
        ("afected", "did you mean 'affected'"),
        ("requested clearanse assistance", "did you mean"),
        ("received", "does not say of which theme"),
        ("population(afected)", "did you mean 'affected'"),
        ("said(workplan.anual)", "did you mean 'workplan.annual'"),
        ("said(", r"write said\(NAME\)"),
        ("fact(ReportSubmited)", "did you mean 'ReportSubmitted'"),
        ("fact(DeadlinePassed)", "announced by the clock"),
        ("fact(FigurePublished)", "never an input"),
        ("{", "is no JSON"),
        ('{"some": ["affected"]}', "exactly one of the keys"),
        ('{"population": "afected"}', "did you mean 'affected'"),
        ('{"fact": "ReportSubmitted", "where": {"colour": "red"}}', "no attribute colour"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_would_be_right(text: str, says: str) -> None:
    with pytest.raises(NotUnderstood, match=says):
        read(text)


def nested(depth: int) -> str:
    return "(" * depth + "affected" + ")" * depth


def many(atoms: int) -> str:
    return " or ".join(["states"] * atoms)


def test_depth_parts_and_length_are_bounded() -> None:
    assert read(nested(DEEPEST)) == AFFECTED
    assert len(read(many(MOST_NODES - 1))["any"]) == MOST_NODES - 1

    for text in (nested(DEEPEST + 1), "not " * (DEEPEST + 1) + "affected"):
        with pytest.raises(NotUnderstood, match="nested more than"):
            read(text)
    with pytest.raises(NotUnderstood, match=f"{MOST_NODES} are the most"):
        read(many(MOST_NODES))
    with pytest.raises(NotUnderstood, match=f"{LONGEST} are the most"):
        read("x" * (LONGEST + 1))


def test_a_deep_set_in_json_is_refused_before_it_is_validated() -> None:
    deep: Any = "affected"
    for _ in range(60):
        deep = {"not": deep}
    with pytest.raises(NotUnderstood, match="nested more than"):
        read(json.dumps(deep, separators=(",", ":")))


def test_every_phrase_of_the_vocabulary_is_read_and_no_population_hides_one() -> None:
    for term in KNOWN.vocabulary.terms:
        for say in term.say:
            phrase = say.replace("{theme}", "risk education").replace("{year}", "2024")
            assert read(f"requested risk education assistance and {phrase}")["all"][1] is not None, phrase


@pytest.mark.parametrize(
    ("terms", "says"),
    [
        ([{"say": ["a b"], "means": "x", "set": {"fact": "Nothing"}}], "no event is called"),
        ([{"say": ["big"], "means": "x", "set": "parties"}], "dictionary"),
        ([{"say": ["big"], "means": "x", "set": {"population": "states"}}] * 2, "said twice: big"),
    ],
)
def test_a_broken_vocabulary_is_refused(terms: list[dict[str, Any]], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Vocabulary.model_validate({"slots": {}, "terms": terms})


def test_the_vocabulary_names_only_populations_that_the_plans_declare() -> None:
    check_vocabulary(KNOWN.vocabulary, POPULATIONS)

    with pytest.raises(BrokenCatalogue, match="retaining"):
        check_vocabulary(KNOWN.vocabulary, BUILT_IN)
