"""Where a case spends its time: printed when it misses its goal."""

from __future__ import annotations

import pstats
from collections import Counter
from collections.abc import Awaitable, Callable
from cProfile import Profile
from pathlib import Path
from typing import Any

MOST = 14
"""Functions shown of a profile."""


async def profile_of(title: str, case: Callable[[], Awaitable[object]]) -> str:
    """One more run of the case, and the functions that took most of it themselves; others' tasks count as well."""
    profiler = Profile()
    profiler.enable()
    try:
        await case()
    finally:
        profiler.disable()
    return f"profile of {title}\n{own_time(profiler)}"


def own_time(profiler: Profile, runs: int = 1) -> str:
    """The functions that spent most time of their own, in microseconds of each of so many runs."""
    own = sorted(((row[2], row[3], place) for place, row in _functions(profiler).items()), reverse=True)[:MOST]
    return "\n".join(
        f"    {of_itself / runs * 1e6:10.1f} us of its own {whole / runs * 1e6:11.1f} us in all"
        f"  {name} ({Path(file).name}:{line})"
        for of_itself, whole, (file, line, name) in own
    )


def shares(profiler: Profile, most: int = 8) -> str:
    """Where the time of what was profiled goes: the files of this project, each with what it calls outside of it."""
    own: Counter[str] = Counter()
    for (file, _, _), (_, _, took, _, callers) in _functions(profiler).items():
        if _is_ours(file):
            own[_short(file)] += took
        else:
            for (caller, _, _), (_, _, spent, _) in callers.items():
                own[_short(caller) if _is_ours(caller) else "others"] += spent
    whole = sum(own.values())
    return "\n".join(f"    {took / whole:4.0%}  {name}" for name, took in own.most_common(most))


def _functions(profiler: Profile) -> dict[tuple[str, int, str], tuple[Any, ...]]:
    """(file, line, name) -> calls without recursion, calls, seconds of its own, seconds in all, callers."""
    return pstats.Stats(profiler).stats  # type: ignore[attr-defined, no-any-return]  # untyped in typeshed


def _is_ours(file: str) -> bool:
    return any(f"/{folder}/" in file for folder in ("services", "shared", "bench")) and "site-packages" not in file


def _short(file: str) -> str:
    path = Path(file)
    return f"{path.parent.name}/{path.name}"
