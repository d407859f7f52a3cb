"""Where in a plan file a fault lies, and what would be right: the words of a refused catalogue."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

Step = str | int


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where (an indicator or another entry), in words, and the word at fault."""

    where: str
    words: str
    word: str | None = None


class PlanText:
    """A plan file as text: it finds the line of a path, of an indicator, of a word inside it."""

    def __init__(self, text: str) -> None:
        self._root = yaml.compose(text, Loader=yaml.SafeLoader)

    def line(self, path: Sequence[Step]) -> int | None:
        """The line of the deepest part of a path that is written; steps that name no key are passed over."""
        return None if self._root is None else _deepest(self._root, tuple(path))[1]

    def line_of(self, fault: Fault) -> int | None:
        """The line of the word at fault inside the entry it is about, else of the entry."""
        entry = self._entry(fault.where)
        if entry is None:
            return self.line(())
        return (fault.word is not None and _line_of_word(entry, fault.word)) or _line(entry)

    def _entry(self, where: str) -> yaml.Node | None:
        """The mapping of an indicator by its id, or of a population named `population x`."""
        kind, _, name = where.rpartition(" ")
        if kind == "population":
            return _get(_get(self._root, "populations"), name)
        listed = _get(self._root, "indicators")
        entries = listed.value if isinstance(listed, yaml.SequenceNode) else []
        return next((one for one in entries if (id_ := _get(one, "id")) is not None and id_.value == where), None)


def _get(node: yaml.Node | None, key: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return next((value for name, value in pairs if name.value == key), None)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _line_of_word(node: yaml.Node, word: str) -> int | None:
    if isinstance(node, yaml.ScalarNode):
        return _line(node) if node.value == word else None
    parts = [one for pair in node.value for one in pair] if isinstance(node, yaml.MappingNode) else node.value
    return next((line for part in parts if (line := _line_of_word(part, word)) is not None), None)


def _deepest(node: yaml.Node, path: tuple[Step, ...]) -> tuple[int, int]:
    """How many steps of the path are written below the node, and the line where the last of them is."""
    best = (0, _line(node))
    if not path:
        return best
    step, rest = path[0], path[1:]
    for key, line, value in _below(node):
        if key == step:
            deeper, deepest = _deepest(value, rest)
            best = max(best, (deeper + 1, deepest if deeper else line))
    return max(best, _deepest(node, rest))


def _below(node: yaml.Node) -> Iterable[tuple[Step, int, yaml.Node]]:
    """The keys or places of a node, the line of each, and what stands there."""
    if isinstance(node, yaml.MappingNode):
        return [(key.value, _line(key), value) for key, value in node.value]
    return [(at, _line(one), one) for at, one in enumerate(node.value)] if isinstance(node, yaml.SequenceNode) else ()


def closest(word: str, known: Iterable[str], otherwise: str) -> str:
    """A hint at what would be right: the known word nearest to it, or what to do instead."""
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}? Otherwise {otherwise}" if near else otherwise


def right(error: Mapping[str, Any], fields: Mapping[str, Iterable[str]]) -> str | None:
    """What would be right, where the words of a validation error do not say it; `fields` are the keys of each node."""
    steps = [step for step in error["loc"] if isinstance(step, str)]
    if error["type"] == "missing":
        return f"write `{steps[-1]}: ...`"
    if error["type"] == "extra_forbidden":
        known = next((fields[step] for step in reversed(steps[:-1]) if step in fields), fields["indicators"])
        return closest(steps[-1], known, f"leave it out; keys here are {', '.join(sorted(known))}")
    return None
