"""What the Dockerfile must hold: exact bases, sources that exist and are let in, hashed installs, a plain user."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from deploy.checks.images import unpinned


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction with its continuation lines joined: word in capitals, and what follows it."""

    word: str
    rest: str


def parse(text: str) -> list[Instruction]:
    """The instructions in order, comments left out."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\s*\n", " ", "\n".join(lines))
    pairs = (line.strip().split(maxsplit=1) for line in joined.splitlines() if line.strip())
    return [Instruction(word.upper(), " ".join(rest)) for word, *rest in pairs]


def faults_in_repository(root: Path) -> list[str]:
    """The faults of this repository's Dockerfile."""
    ignored = (root / ".dockerignore").read_text(encoding="utf-8")
    return faults((root / "deploy" / "Dockerfile").read_text(encoding="utf-8"), ignored, root)


def faults(text: str, dockerignore: str, root: Path) -> list[str]:
    """Every fault in words; `root` is the build context."""
    instructions = parse(text)
    if not instructions or instructions[0].word not in ("FROM", "ARG"):
        return ["does not begin with FROM"]
    return [
        *_bases(instructions),
        *_sources(instructions, dockerignore, root),
        *_installs(instructions),
        *_user(instructions),
        *_command(instructions),
    ]


def _bases(instructions: Sequence[Instruction]) -> Iterator[str]:
    stages: set[str] = set()
    for one in instructions:
        if one.word != "FROM":
            continue
        image, *named = one.rest.split()
        if image not in stages and (why := unpinned(image)):
            yield why
        if len(named) == 2 and named[0].upper() == "AS":
            stages.add(named[1])


def _sources(instructions: Sequence[Instruction], dockerignore: str, root: Path) -> Iterator[str]:
    for one in instructions:
        if one.word == "ADD":
            yield f"ADD {one.rest}: use COPY, which fetches and unpacks nothing"
        if one.word != "COPY" or "--from=" in one.rest:
            continue
        *sources, _ = [word for word in shlex.split(one.rest) if not word.startswith("--")]
        for source in sources:
            if not (root / source).exists():
                yield f"copies {source}, which does not exist"
            elif is_ignored(source, dockerignore):
                yield f"copies {source}, which .dockerignore keeps out"


def is_ignored(path: str, dockerignore: str) -> bool:
    """Whether the last rule of .dockerignore that matches `path` or a folder above it keeps it out."""
    parts = Path(path).parts
    above = ["/".join(parts[:end]) for end in range(1, len(parts) + 1)]
    ignored = False
    for line in dockerignore.splitlines():
        rule = line.strip()
        if rule and not rule.startswith("#"):
            pattern = rule.removeprefix("!").strip("/")
            if any(fnmatch(one, pattern) for one in above):
                ignored = not rule.startswith("!")
    return ignored


def _installs(instructions: Sequence[Instruction]) -> Iterator[str]:
    for one in instructions:
        for step in re.split(r"&&|;", one.rest if one.word == "RUN" else ""):
            if "pip install" in step and "--require-hashes" not in step and "--no-deps" not in step:
                yield f"installs without hashes: {step.strip()}"


def _user(instructions: Sequence[Instruction]) -> Iterator[str]:
    last_stage = max(at for at, one in enumerate(instructions) if one.word == "FROM")
    users = [one.rest for one in instructions[last_stage:] if one.word == "USER"]
    if not users or users[-1].split(":")[0] in ("root", "0"):
        yield "runs as root"


def _command(instructions: Sequence[Instruction]) -> Iterator[str]:
    commands = [one.rest for one in instructions if one.word == "CMD"]
    if not commands or not commands[-1].startswith("["):
        yield "its CMD is no JSON list: a shell would stand between the engine's signals and the service"
