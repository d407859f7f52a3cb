"""Where a case spends its time: printed when it misses its goal."""

from __future__ import annotations

import cProfile
import pstats
from collections.abc import Awaitable, Callable
from io import StringIO

LINES = 12


async def profile_of(title: str, case: Callable[[], Awaitable[object]]) -> str:
    """One more run of the case, and the functions that took most of it themselves; others' tasks count as well."""
    profile = cProfile.Profile()
    profile.enable()
    try:
        await case()
    finally:
        profile.disable()
    text = StringIO()
    pstats.Stats(profile, stream=text).strip_dirs().sort_stats("tottime").print_stats(LINES)
    lines = [line for line in text.getvalue().splitlines() if line.strip()]
    return "\n".join([f"profile of {title}", *lines[-LINES - 1 :]])
