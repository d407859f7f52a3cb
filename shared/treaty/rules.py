"""The numbered rules of the Convention, in our words, and what of them no computer can evaluate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its number, its articles, what it says. `open` is the part that no function evaluates, and why.

    A rule without a function has to have an `open` part; a test holds the two together.
    """

    number: str
    articles: tuple[str, ...]
    says: str
    open: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """Words or facts of the Convention that need a judgement or a witness; we record what was judged, by whom, when."""

    words: str
    articles: tuple[str, ...]
    why: str


RULES: Final = (
    Rule("CR-01", ("17.1",), "the Convention enters into force after the 30th instrument"),
    Rule("CR-02", ("17.2",), "it enters into force for a State half a year after the month of its deposit"),
    Rule("CR-03", ("15", "16"), "who may sign, and until when; signatories ratify, others accede"),
    Rule("CR-04", ("18",), "Article 1 may be applied provisionally from the deposit on"),
    Rule("CR-05", ("19",), "there are no reservations"),
    Rule("CR-06", ("20.2",), "whom a notice of withdrawal goes to, and that it gives reasons"),
    Rule("CR-07", ("20.3",), "a withdrawal takes effect after six months, or with the end of an armed conflict"),
    Rule("CR-10", ("3.2",), "stockpiles are destroyed within eight years"),
    Rule(
        "CR-11",
        ("3.3",),
        "a first extension of up to four years, by a request with six sections",
        "whether the State cannot meet its deadline, and whether the length is strictly necessary, is a judgement",
    ),
    Rule(
        "CR-12",
        ("3.3",),
        "further extensions of up to four years each, in exceptional circumstances",
        "whether circumstances are exceptional is a judgement; that a text states them is checked",
    ),
    Rule("CR-13", ("3.5",), "a request comes nine months before the meeting that considers it"),
    Rule("CR-14", ("3.5",), "a meeting decides by majority, and may grant less than was asked"),
    Rule(
        "CR-15",
        ("3.6",),
        "munitions are retained or acquired for named purposes only",
        "the smallest number absolutely necessary is a judgement; the number itself is reported",
    ),
    Rule("CR-16", ("3.7",), "munitions are transferred to States Parties only, for named purposes"),
    Rule("CR-17", ("3.8",), "retention, acquisition and transfer are reported for each calendar year"),
    Rule("CR-20", ("4.1 a",), "areas contaminated at entry into force are cleared within ten years"),
    Rule("CR-21", ("4.1 b",), "areas contaminated later, within ten years of the end of hostilities"),
    Rule("CR-22", ("4.1 c",), "a State that has finished declares it to the next meeting"),
    Rule("CR-23", ("4.5",), "a request comes before expiry and nine months before its meeting, with nine sections"),
    Rule(
        "CR-24",
        ("4.5",),
        "an extension of up to five years",
        "whether the length is strictly necessary is a judgement",
    ),
    Rule("CR-25", ("4.8",), "renewals of up to five years each, by a new request that tells of the time before"),
    Rule("CR-26", ("4.7",), "a meeting decides by majority, and may grant less than was asked"),
    Rule(
        "CR-27",
        ("4.4",),
        "a State that used cluster munitions before helps to clear them",
        "it is encouraged, not bound: no date and no measure; a State attests what it did",
    ),
    Rule("CR-30", ("7.1",), "the initial report is due after 180 days"),
    Rule("CR-31", ("7.2",), "an annual report is due on 30 April, from whoever is party that day"),
    Rule("CR-32", ("7.2", "7.1"), "an annual report is expected once the initial one is in"),
    Rule(
        "CR-33",
        ("7.3",),
        "the Secretary-General sends the reports on",
        "it binds the Secretary-General, not a State, and sets no date",
    ),
    Rule("CR-40", ("8.2",), "a State Party may ask another to clarify a matter"),
    Rule("CR-41", ("8.2",), "the answer is due within 28 days"),
    Rule("CR-42", ("8.3",), "what is not answered, or not well enough, may go to the next meeting"),
    Rule(
        "CR-43",
        ("8.4",),
        "good offices may be asked for meanwhile",
        "a right without date or condition, and no act of the Secretary-General is recorded",
    ),
    Rule(
        "CR-44",
        ("8.5",),
        "the meeting decides whether to go on, and what to suggest",
        "what to suggest, and whether circumstances are beyond the State's control, is the meeting's judgement; "
        "the vote that it takes is not stated",
    ),
    Rule(
        "CR-45",
        ("8.6",),
        "the meeting may adopt other procedures",
        "none has been adopted, so that there is nothing to evaluate yet",
    ),
    Rule("CR-50", ("11.2",), "the first meeting within a year, then one each year"),
    Rule("CR-51", ("12.1",), "the first review conference after five years, the next not sooner than five after it"),
    Rule("CR-52", ("11.3", "12.3"), "States not party and organisations may observe"),
    Rule("CR-53", ("13.1",), "an amendment conference is called if a majority says so within 90 days"),
    Rule("CR-54", ("13.3",), "it follows a meeting, unless a majority asks for an earlier one"),
    Rule("CR-55", ("13.4", "13.5"), "amendments are adopted by two thirds and bind those that accept them"),
    Rule(
        "CR-56",
        ("14.1",),
        "who takes part in meetings shares their cost",
        "the amounts follow the scale of the United Nations, which no source of ours holds; invoices are recorded",
    ),
    Rule(
        "CR-57",
        ("10",),
        "disputes are settled by consultation, a meeting's good offices, or the Court",
        "a right without date or condition; no dispute is recorded",
    ),
)
"""Numbers are those by which obligations, deadlines and refusals cite a rule; gaps in them mean nothing."""

JUDGED: Final = (
    Judged("as soon as possible", ("3.2", "4.1"), "the last day is computed; whether sooner was possible is not"),
    Judged("strictly necessary", ("3.3", "4.5"), "the months are compared with the most allowed, not with the need"),
    Judged("minimum number absolutely necessary", ("3.6",), "the number is reported; the need for it is argued"),
    Judged("every effort", ("4.2 a", "5.1"), "no measure is given; what was done is recorded"),
    Judged("in a position to do so", ("6.2",), "no register says who is; a State says so itself"),
    Judged("exceptional circumstances", ("3.3", "3.4 b"), "that a text states them is checked, not that they suffice"),
    Judged("use, production, transfer, stockpiling", ("1",), "a witness tells of them; no rule derives them"),
    Judged("what a cluster munition is", ("2",), "a technical finding about a weapon"),
    Judged("best efforts to discourage use", ("21",), "acts are recorded; no measure is given"),
    Judged("reported at once (Action 14 of the Lausanne plan)", ("7.1 g",), "the day of the find is seldom told"),
)
"""Beyond numbered rules: words and facts that are never computed here; where needed, a judgement is an event."""


def rule(number: str) -> Rule:
    """The rule of a number such as CR-20; KeyError for none."""
    return _BY_NUMBER[number]


_BY_NUMBER: Final = {one.number: one for one in RULES}
