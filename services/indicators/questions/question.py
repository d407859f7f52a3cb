"""Reads a question about sets of States: terms joined by and, or, not and brackets, or a set as plans write it.

    question := either ("or" either)*
    either   := each (("and" | "but" | "without") each)*       without = and not
    each     := "not" each | "(" question ")" | atom
    atom     := population(NAME) | said(CODE) | fact(KIND) | words of the vocabulary | name of a population

Bounded in length, in atoms and in depth, so that nothing that is asked costs more than a plan's own indicators. Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import ValidationError

from services.indicators.grammar.expression import KINDS, Fact, Not, Population, Said, walk
from services.indicators.grammar.faults import closest
from services.indicators.questions.vocabulary import PASSED_OVER, SET, UnboundSlot, Vocabulary, plain_phrase

LONGEST: Final = 600
"""Characters of a question."""

MOST_NODES: Final = 40
"""Populations, codes, facts and their joints."""

DEEPEST: Final = 10
"""Brackets, negations or nodes within one another."""

_TOKEN = re.compile(r"[A-Za-z0-9_.\-]+|\S")
_NAME = re.compile(r"[A-Za-z0-9_.\-]+")
_ENDS = frozenset({"and", "but", "or", "not", "without", "(", ")"})
_FUNCTIONS = frozenset({"population", "said", "fact"})


class NotUnderstood(Exception):
    """The question cannot be read; the message says what is wrong and what would be right."""


@dataclass(frozen=True)
class Known:
    """What a question may name."""

    vocabulary: Vocabulary
    populations: Collection[str]
    codes: Collection[str]


def read_question(text: str, known: Known) -> Any:
    """The set of States (a SetNode) that a question asks for. Raises NotUnderstood."""
    if len(text) > LONGEST:
        raise NotUnderstood(f"the question has {len(text)} characters; {LONGEST} are the most")
    node = _from_json(text) if text.lstrip().startswith("{") else _Reader(_TOKEN.findall(text), known).read()
    nodes = list(walk(node))
    if len(nodes) > MOST_NODES:
        raise NotUnderstood(f"the question has {len(nodes)} parts; {MOST_NODES} are the most")
    for one in nodes:
        _check_names(one, known)
    return node


def _from_json(text: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError as broken:
        raise NotUnderstood(f"it begins with a brace and is no JSON: {broken}") from broken
    if _depth(value) > 3 * DEEPEST:
        raise NotUnderstood(f"it is nested more than {3 * DEEPEST} deep")
    try:
        return SET.validate_python(value)
    except ValidationError as invalid:
        first = invalid.errors()[0]
        raise NotUnderstood(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from invalid


def _depth(value: Any) -> int:
    """How many objects and lists are open at once; read by levels, since JSON may be deep."""
    level, depth = [value], 0
    while level := [one for one in level if isinstance(one, dict | list)]:
        level = [below for one in level for below in (one.values() if isinstance(one, dict) else one)]
        depth += 1
    return depth


def _check_names(node: Any, known: Known) -> None:
    if isinstance(node, Population) and node.population not in known.populations:
        hint = closest(node.population, known.populations, f"there are: {', '.join(sorted(known.populations))}")
        raise NotUnderstood(f"no population is called {node.population!r}; {hint}")
    if isinstance(node, Said) and node.said not in known.codes:
        raise NotUnderstood(f"no plan asks for the code {node.said!r}; {closest(node.said, known.codes, CODES)}")


CODES = "`stocktake method INDICATOR` shows the codes of an indicator"


@dataclass
class _Reader:
    """Reads tokens from left to right; `carried` remembers the theme that was spoken of last."""

    tokens: list[str]
    known: Known
    at: int = 0
    depth: int = 0
    carried: dict[str, str] = field(default_factory=dict)

    def read(self) -> Any:
        node = self._either()
        if self.at < len(self.tokens):
            raise NotUnderstood(f"{self._here()!r} comes unexpected; join terms by and, or, without")
        return node

    def _here(self) -> str | None:
        return self.tokens[self.at].lower() if self.at < len(self.tokens) else None

    def _take(self, *words: str) -> str | None:
        here = self._here()
        if here in words:
            self.at += 1
            return here
        return None

    def _goes_on(self) -> bool:
        """Whether the term that begins here has another word."""
        following = self.tokens[self.at + 1].lower() if self.at + 1 < len(self.tokens) else ")"
        return following in ("not", "(") or following not in _ENDS

    def _either(self) -> Any:
        found = [self._each()]
        while self._take("or"):
            found.append(self._each())
        return found[0] if len(found) == 1 else SET.validate_python({"any": found})

    def _each(self) -> Any:
        found = [self._one()]
        while joint := self._take("and", "but", "without"):
            other = self._deeper(self._one)
            found.append(_complement(other) if joint == "without" else other)
        return found[0] if len(found) == 1 else SET.validate_python({"all": found})

    def _one(self) -> Any:
        while self._here() in PASSED_OVER and self._goes_on():
            self.at += 1  # "did not receive": the word only makes a sentence of it
        if self._take("not"):
            return _complement(self._deeper(self._one))
        if self._take("("):
            inner = self._deeper(self._either)
            if not self._take(")"):
                raise NotUnderstood("a bracket is not closed")
            return inner
        return self._function() or self._phrase()

    def _deeper(self, read: Callable[[], Any]) -> Any:
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotUnderstood(f"it is nested more than {DEEPEST} deep")
        found = read()
        self.depth -= 1
        return found

    def _function(self) -> Any:
        """`said(workplan.annual)`; None where no function is called."""
        if self._here() not in _FUNCTIONS or self.tokens[self.at + 1 : self.at + 2] != ["("]:
            return None
        name, (argument, closing) = self._here(), [*self.tokens[self.at + 2 : self.at + 4], "", ""][:2]
        if not _NAME.fullmatch(argument) or closing != ")":
            raise NotUnderstood(f"write {name}(NAME), with one name in the brackets")
        self.at += 4
        if name == "population":
            return Population(population=argument)
        if name == "said":
            return Said(said=argument)
        try:
            return Fact(fact=(argument,))
        except ValidationError as invalid:
            hint = closest(argument, KINDS, "docs/events.md lists them")
            raise NotUnderstood(f"{invalid.errors()[0]['msg']}; {hint}") from invalid

    def _phrase(self) -> Any:
        words: list[str] = []
        while (here := self._here()) is not None and here not in _ENDS:
            words.append(here)
            self.at += 1
        if not words:
            raise NotUnderstood(f"something is missing before {self._here() or 'the end'!r}")
        phrase = plain_phrase(" ".join(words))
        for name in ("_".join(words), phrase.replace(" ", "_")):
            if name in self.known.populations:
                return Population(population=name)
        try:
            found = self.known.vocabulary.set_of(phrase, self.carried)
        except UnboundSlot as slot:
            raise NotUnderstood(f"{phrase!r} does not say of which {slot}") from slot
        if found is None:
            raise NotUnderstood(f"{phrase!r} is not known; {self._hint(phrase)}")
        return found

    def _hint(self, phrase: str) -> str:
        names = sorted({*self.known.vocabulary.phrases, *(one.replace("_", " ") for one in self.known.populations)})
        return closest(phrase, names, f"say one of: {', '.join(names)}")


def _complement(node: Any) -> Any:
    return Not.model_validate({"not": node})
