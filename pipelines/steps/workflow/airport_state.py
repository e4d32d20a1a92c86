"""How an airport ran at a moment: what was known then of the flights scheduled in the hours before.

A flight that has left counts with its delay, one that has not with the time since its schedule. So a flight's row never
holds what happened after its prediction (FEAT-05: where leaks hide). The values are whole minutes and counts, divided
once: the stream's consumer, which computes the same in TypeScript, gets the same bits (FEAT-04: how online and offline
features diverge).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Minutes = npt.NDArray[np.int64]
"""Minutes since 1970-01-01 00:00 in local time, shape (flights,) or (moments,)."""


@dataclass(frozen=True)
class StateRules:
    windows: tuple[int, ...]
    """Minutes before the moment within which flights are scheduled."""
    grid: int
    """Minutes between two moments at which the state is written."""
    lead: int
    """Minutes between prediction and scheduled departure."""
    late: int
    """A flight is late from this delay on, in minutes."""

    def names(self, window: int) -> list[str]:
        return [f"{part}_{window}" for part in ("mean_delay", "late_share", "gone_share", "flights")]

    @property
    def columns(self) -> list[str]:
        return [name for window in self.windows for name in self.names(window)]


def prediction_moments(scheduled: Minutes, rules: StateRules) -> Minutes:
    """The last moment of the grid that a prediction can know, for each flight: shape (flights,)."""
    return (scheduled - rules.lead) // rules.grid * rules.grid


def state_at(
    moments: Minutes, scheduled: Minutes, delay: npt.NDArray[np.float64], rules: StateRules
) -> dict[str, npt.NDArray[np.float64]]:
    """
    The state at each moment: column -> values, shape (moments,). Shares and means of no flights are NaN.

    `scheduled` is in ascending order. `delay` is the departure delay in minutes, NaN for a flight that never left.
    """
    if np.any(np.diff(scheduled) < 0):
        raise ValueError("flights are not in the order of their schedule")
    departed = scheduled + np.where(np.isnan(delay), np.inf, delay)
    columns: dict[str, npt.NDArray[np.float64]] = {}
    for window in rules.windows:
        first = np.searchsorted(scheduled, moments - window, side="right")
        last = np.searchsorted(scheduled, moments, side="right")
        count = last - first
        # One row for each moment, as wide as the fullest window.
        places = first[:, None] + np.arange(count.max(initial=0))
        within = places < last[:, None]
        places = np.minimum(places, max(len(scheduled) - 1, 0))
        gone = within & (departed[places] <= moments[:, None])
        waited = moments[:, None] - scheduled[places]
        so_far = np.where(within, np.where(gone, np.nan_to_num(delay[places]), waited), 0)
        late = within & (so_far >= rules.late)
        with np.errstate(invalid="ignore"):
            values: tuple[Any, ...] = (so_far.sum(1) / count, late.sum(1) / count, gone.sum(1) / count, count)
        for name, column in zip(rules.names(window), values, strict=True):
            columns[name] = np.asarray(column, dtype="float64")
    return columns
