"""How long things took, in buckets that are counted: percentiles without keeping every time."""

import math
from bisect import bisect_left
from collections.abc import Mapping

FIRST = 50  # milliseconds
RATIO = 1.25
"""Between two bounds: a percentile is told in the middle of its bucket, so at most 12 % off."""
MIDDLE = math.sqrt(RATIO)
BOUNDS = tuple(round(FIRST * RATIO**step) for step in range(64))
"""Upper bounds in milliseconds, from 50 ms to 17 hours."""


def bucket(milliseconds: float) -> str:
    """Return the bucket that a time falls into: its upper bound."""
    return str(BOUNDS[min(bisect_left(BOUNDS, milliseconds), len(BOUNDS) - 1)])


def percentile(buckets: Mapping[str, int], share: float) -> float | None:
    """Return about how long a share of the times took at most, in milliseconds; None without times."""
    counted = sorted((int(bound), count) for bound, count in buckets.items() if bound.isdigit())
    total = sum(count for _, count in counted)
    passed = 0
    for bound, count in counted:
        passed += count
        if passed >= share * total and count:
            return round(bound / MIDDLE, 1)
    return None
