"""G10: how what is measured grows with the number of events."""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import linear_regression


def slope(times: Mapping[int, float]) -> float:
    """The power of the number of events with which the seconds grow: the straight line nearest to the logarithms."""
    points = [(math.log(count), math.log(seconds)) for count, seconds in times.items()]
    return linear_regression(*zip(*points, strict=True)).slope
