"""The words in which people ask about sets of States, as data: phrases with slots, and the set each stands for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Self

import yaml
from pydantic import Field, TypeAdapter, ValidationError, model_validator

from services.indicators.grammar.expression import Population, SetNode, walk
from services.indicators.grammar.window import Node
from services.indicators.plans.definition import BrokenCatalogue, Words
from shared.yaml_files import content_of

VOCABULARY: Final = Path(__file__).parent.parent / "catalogues" / "across" / "vocabulary.yaml"

SET: Final[TypeAdapter[Any]] = TypeAdapter(SetNode)
"""Reads a set of States as plans write it."""

PASSED_OVER: Final = frozenset(
    ("a", "an", "are", "did", "do", "does", "has", "have", "state", "states", "that", "the", "their", "they", "those",
     "was", "were", "who")
)  # fmt: skip
"""Words that make a sentence of a phrase and change no set."""

_SLOT = re.compile(r"\{([a-z ]+)\}")
_YEAR = r"(?P<year>(?:19|20)\d\d)"


class UnboundSlot(Exception):
    """A phrase leaves open what it is about, and nothing before it says so; the message is the slot."""


class Term(Node):
    """Phrases of one meaning. `set` may hold `{theme}`, `{year}` and `{next year}` in place of words."""

    say: Annotated[tuple[Words, ...], Field(min_length=1)]
    means: Words
    set: dict[str, Any]


class Vocabulary(Node):
    """Every term, and the words that may fill a slot with what they stand for."""

    slots: dict[str, dict[str, str]]
    terms: tuple[Term, ...]

    @model_validator(mode="after")
    def _each_term_is_a_set(self) -> Self:
        phrases = [plain_phrase(say) for term in self.terms for say in term.say]
        if twice := sorted({one for one in phrases if phrases.count(one) > 1}):
            raise ValueError(f"said twice: {', '.join(twice)}")
        examples = {name: next(iter(words.values())) for name, words in self.slots.items()} | {"year": "2024"}
        for term in self.terms:
            SET.validate_python(filled(term.set, examples))
        return self

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], Term]]:
        return [(self._pattern(say), term) for term in self.terms for say in term.say]

    def _pattern(self, say: str) -> re.Pattern[str]:
        """The phrase with its slots as groups."""
        pattern = re.escape(plain_phrase(say)).replace(re.escape("{year}"), _YEAR)
        for name, words in self.slots.items():
            known = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
            pattern = pattern.replace(re.escape(f"{{{name}}}"), f"(?P<{name}>{known})")
        return re.compile(pattern)

    def set_of(self, phrase: str, carried: dict[str, str]) -> Any:
        """The set that a phrase stands for, None for one that is not known.

        What fills a slot is written into `carried`, and a slot that the phrase leaves open is filled from there.
        Raises UnboundSlot.
        """
        for pattern, term in self._patterns:
            if match := pattern.fullmatch(phrase):
                for name, word in match.groupdict().items():
                    carried[name] = self.slots[name][word] if name in self.slots else word
                return SET.validate_python(filled(term.set, carried))
        return None

    @property
    def phrases(self) -> list[str]:
        """Every phrase, its slots in braces."""
        return [say for term in self.terms for say in term.say]


def plain_phrase(text: str) -> str:
    """A phrase in lower case, without hyphens and without words that change nothing, unless these are all it has."""
    words = text.lower().replace("-", " ").split()
    kept = [word for word in words if word not in PASSED_OVER]
    return " ".join(kept or words)


def filled(value: Any, slots: Mapping[str, str]) -> Any:
    """A set as data with its slots filled; a slot alone that holds a year becomes a number. Raises UnboundSlot."""
    if isinstance(value, dict):
        return {key: filled(one, slots) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, slots) for one in value]
    if not isinstance(value, str):
        return value
    text = _SLOT.sub(lambda match: _slot(match.group(1), slots), value)
    return int(text) if value == "{year}" else text


def _slot(name: str, slots: Mapping[str, str]) -> str:
    source = "year" if name == "next year" else name
    if source not in slots:
        raise UnboundSlot(source)
    return str(int(slots[source]) + 1) if name == "next year" else slots[source]


def load_vocabulary(path: Path = VOCABULARY) -> Vocabulary:
    """The vocabulary in a YAML file. Raises BrokenCatalogue."""
    try:
        return Vocabulary.model_validate(content_of(path))
    except (yaml.YAMLError, ValidationError, UnboundSlot) as broken:
        raise BrokenCatalogue(f"{path.name}: {broken}") from broken


def check_vocabulary(vocabulary: Vocabulary, populations: Iterable[str]) -> None:
    """Every population that a term names is built in or declared by a loaded plan. Raises BrokenCatalogue."""
    known = set(populations)
    named = {node.population for term in vocabulary.terms for node in _nodes(term) if isinstance(node, Population)}
    if unknown := sorted(named - known):
        raise BrokenCatalogue(f"vocabulary: no plan declares the population {', '.join(unknown)}")


def _nodes(term: Term) -> Iterable[Node]:
    example = {"theme": "clearance", "year": "2024"}
    return walk(SET.validate_python(filled(term.set, example)))
