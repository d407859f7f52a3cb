"""G10: how what is measured grows with the number of events, and where the time of one case goes."""

from __future__ import annotations

import math
import pstats
from collections import Counter
from collections.abc import Mapping
from cProfile import Profile
from pathlib import Path
from statistics import linear_regression
from typing import Any


def slope(times: Mapping[int, float]) -> float:
    """The power of the number of events with which the seconds grow: the straight line nearest to the logarithms."""
    points = [(math.log(count), math.log(seconds)) for count, seconds in times.items()]
    return linear_regression(*zip(*points, strict=True)).slope


def shares(profiler: Profile, most: int = 8) -> str:
    """Where the time of what was profiled goes: the files of this project, each with what it calls outside of it."""
    functions: Any = pstats.Stats(profiler).stats  # type: ignore[attr-defined]  # untyped in typeshed
    own: Counter[str] = Counter()
    for (file, _, _), (_, _, took, _, callers) in functions.items():
        if _is_ours(file):
            own[_short(file)] += took
        else:
            for (caller, _, _), (_, _, spent, _) in callers.items():
                own[_short(caller) if _is_ours(caller) else "others"] += spent
    whole = sum(own.values())
    return "\n".join(f"    {took / whole:4.0%}  {name}" for name, took in own.most_common(most))


def _is_ours(file: str) -> bool:
    return any(f"/{folder}/" in file for folder in ("services", "shared", "bench")) and "site-packages" not in file


def _short(file: str) -> str:
    path = Path(file)
    return f"{path.parent.name}/{path.name}"
