"""Statistics of one period's values, as "CloudWatch statistics definitions" has them.

A percentile is the nearest rank; trimming removes floor(n * share) values of an end, as scipy.stats.trim_mean and
winsorize do. CloudWatch does not publish its own algorithm. metric-statistics.ts computes the same for alarms;
one table of cases tests both.
"""

import math
import re
from dataclasses import dataclass
from typing import NamedTuple

NUMBER = r"\d+(?:\.\d{1,10})?"
_ONE = re.compile(rf"^(p|tm|wm|tc|ts)({NUMBER})$")
_RANGE = re.compile(rf"^(PR|TM|WM|TC|TS)\(({NUMBER}%?)?:({NUMBER}%?)?\)$")


@dataclass(frozen=True)
class Samples:
    """What was put at one time: equal values, or a statistic set of values that nobody knows any more."""

    count: float
    sum: float
    least: float
    most: float

    @property
    def raw(self) -> bool:
        return self.least == self.most and math.isclose(self.sum, self.least * self.count, rel_tol=1e-9)


class Bounds(NamedTuple):
    kind: str
    low: float | None
    high: float | None
    percent: bool


def _bounds(stat: str) -> Bounds:
    if stat == "IQM":
        return Bounds("TM", 25, 75, True)
    one = _ONE.match(stat)
    if one:
        return Bounds(one[1].upper(), None, float(one[2]), True)
    two = _RANGE.match(stat)
    if not two:
        raise ValueError(f"{stat} is no statistic of CloudWatch")
    low, high = (None if end is None else float(end.rstrip("%")) for end in (two[2], two[3]))
    return Bounds(two[1], low, high, "%" in stat)


def statistic(stat: str, samples: list[Samples]) -> float | None:
    """The statistic of one period; None for no data point."""
    if not samples:
        return None
    total, count = math.fsum(one.sum for one in samples), sum(one.count for one in samples)
    simple = {
        "Sum": total,
        "SampleCount": count,
        "Average": total / count if count else None,
        "Minimum": min(one.least for one in samples),
        "Maximum": max(one.most for one in samples),
    }
    if stat in simple:
        return simple[stat]
    # Of a statistic set, the values are unknown, and of negative values CloudWatch has none of these statistics.
    if any(not one.raw or one.least < 0 for one in samples):
        return None
    values = sorted(value for one in samples for value in [one.least] * round(one.count))
    return _extended(_bounds(stat), values) if values else None


def _extended(bounds: Bounds, values: list[float]) -> float | None:
    kind, low, high, percent = bounds
    if kind == "P":
        return values[max(0, _up(len(values), high) - 1)]
    if percent:
        first = 0 if low is None else min(len(values), _down(len(values), low))
        last = len(values) if high is None else _up(len(values), high)
        chosen = values[first:last]
        least, most = (chosen[0], chosen[-1]) if chosen else (values[0], values[-1])
    else:
        least = -math.inf if low is None else low
        most = math.inf if high is None else high
        # "includes values equal to the higher boundary, but does not include values equal to the lower boundary"
        chosen = [value for value in values if least < value <= most]
    if kind == "WM":
        return math.fsum(min(max(value, least), most) for value in values) / len(values)
    if kind == "PR":
        return 100 * len(chosen) / len(values)
    if kind == "TC":
        return len(chosen)
    if kind == "TS":
        return math.fsum(chosen)
    return math.fsum(chosen) / len(chosen) if chosen else None


def _up(count: int, percent: float | None) -> int:
    # Rounded first: 0.07 * 100 is a little more than 7.
    return math.ceil(round(count * (percent or 0) / 100, 6))


def _down(count: int, percent: float) -> int:
    return math.floor(round(count * percent / 100, 6))
