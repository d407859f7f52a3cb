"""The checked-in map from a list of the report to what it means: a fact, evidence for one, or nothing to count."""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, ValidationError

Names = Annotated[tuple[str, ...], BeforeValidator(lambda value: [value] if isinstance(value, str) else value)]


class Entry(BaseModel):
    """A part of the map; an unknown word is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class FactMeaning(Entry):
    """The row states this fact: an event class and its fields, in which `$words` are replaced.

    `with_` gives further words, `by_state` gives them State by State; `known` and `basis` override the map's.
    """

    fact: str
    fields: dict[str, Any]
    with_: dict[str, str] = Field(default_factory=dict, alias="with")
    by_state: dict[str, dict[str, str]] = Field(default_factory=dict)
    known: str | None = None
    basis: str | None = None

    def fields_for(self, state: str) -> dict[str, Any]:
        """The fields for one State. Raises KeyError for a $word that nothing replaces."""
        return {name: _filled(value, self.words(state)) for name, value in self.fields.items()}

    def words(self, state: str) -> dict[str, str]:
        """What the $words stand for."""
        return {"state": state, **self.with_, **self.by_state.get(state, {})}


class SaidMeaning(Entry):
    """The State answered one practice code; short for a PracticeReported."""

    said: str
    answer: Literal["yes", "no", "in_preparation", "not_applicable"] = "yes"
    keys: tuple[str, ...] = ()


class Evidence(Entry):
    """The row adds its passage to the facts of the same State held in these tables or under these keys.

    `where` narrows them by their fields, `kind` by their class; `first` keeps the first place that has any.
    `state`: the facts of another State are meant. `adds`: fields it tells beyond them.
    """

    held_in: Names
    kind: str | None = None
    where: dict[str, Any] = Field(default_factory=dict)
    state: str | None = None
    first: bool = False
    adds: dict[str, Any] = Field(default_factory=dict)
    otherwise: FactMeaning | None = None
    not_counted: str | None = None


class EvidenceMeaning(Entry):
    """The row speaks for a fact held elsewhere."""

    evidence: Evidence


class NotCounted(Entry):
    """The row is no fact of its own, and why."""

    not_counted: Annotated[str, Field(min_length=10)]


_KINDS: dict[str, type[Entry]] = {
    "fact": FactMeaning,
    "said": SaidMeaning,
    "evidence": EvidenceMeaning,
    "not_counted": NotCounted,
}


def _tag(value: Any) -> str | None:
    if isinstance(value, Entry):
        return next(tag for tag, kind in _KINDS.items() if type(value) is kind)
    found = [tag for tag in _KINDS if isinstance(value, dict) and tag in value]
    return found[0] if len(found) == 1 else None


Meaning = Annotated[
    Annotated[FactMeaning, Tag("fact")]
    | Annotated[SaidMeaning, Tag("said")]
    | Annotated[EvidenceMeaning, Tag("evidence")]
    | Annotated[NotCounted, Tag("not_counted")],
    Discriminator(
        _tag,
        custom_error_type="meaning",
        custom_error_message="a key has exactly one meaning: fact, said, evidence or not_counted",
    ),
]
"""What a key means: exactly one of the four."""


class StatementMap(Entry):
    """The whole map. `received`, `basis`, `year` and `period` hold for every statement that gives no other."""

    document: str
    received: str
    basis: str
    year: int
    period: str
    keys: dict[str, Meaning]
    in_the_text: dict[str, Meaning] = Field(default_factory=dict)


class BrokenMap(Exception):
    """The map cannot be used; the message names every fault."""


def load_map(path: Path) -> StatementMap:
    """The map in a YAML file. Raises BrokenMap."""
    try:
        return StatementMap.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=_Strict))
    except (yaml.YAMLError, ValidationError) as broken:
        raise BrokenMap(f"{path.name}: {broken}") from broken


class _Strict(yaml.SafeLoader):
    """YAML in which a key may stand only once (a second meaning would replace the first), and dates stay text."""

    yaml_implicit_resolvers = {  # noqa: RUF012  # PyYAML reads it from the class
        first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith(":timestamp")]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _mapping(loader: _Strict, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value if key.value != "<<"]
    if twice := sorted({str(key) for key in keys if keys.count(key) > 1}):
        raise yaml.constructor.ConstructorError(None, None, f"{', '.join(twice)} is there twice", node.start_mark)
    loader.flatten_mapping(node)
    return {loader.construct_object(k, deep=True): loader.construct_object(v, deep=True) for k, v in node.value}


_Strict.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def _filled(value: Any, words: dict[str, str]) -> Any:
    if isinstance(value, str):
        return Template(value).substitute(words)
    if isinstance(value, list):
        return [_filled(one, words) for one in value]
    return value
