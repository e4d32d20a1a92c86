"""The airport's state for the flights of a delivered month, and the leak test of the joined values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .airport_state import Minutes, StateRules, prediction_moments, state_at
from .contract import Contract

DAY = 1440
CHECKED_ROWS = 100
"""Rows of each chunk that the leak test computes a second time."""


@dataclass(frozen=True)
class Timeline:
    """An airport's flights in the order of their schedule: what was planned, and how late each left."""

    scheduled: Minutes
    delay: npt.NDArray[np.float64]
    """Minutes; NaN for a flight that never left. Shape (flights,)."""
    since: int
    """First minute from which every flight is known. A window that begins earlier has no state."""

    @classmethod
    def of(cls, frames: Iterable[pd.DataFrame], month: str, before: Timeline | None, contract: Contract) -> Timeline:
        """The flights of one month, after those of the month before it that its windows reach."""
        start = month_start(month)
        scheduled = [np.empty(0, dtype="int64")] if before is None else [before.scheduled]
        delay = [np.empty(0)] if before is None else [before.delay]
        for frame in frames:
            scheduled.append(schedule(frame, contract))
            delay.append(frame[contract.delay].to_numpy())
        minutes, late = np.concatenate(scheduled), np.concatenate(delay)
        order = np.argsort(minutes, kind="stable")
        return cls(minutes[order], late[order], start if before is None else before.since)

    def tail(self, month: str, rules: StateRules) -> Timeline:
        """What the windows of the month after `month` reach."""
        reach = month_start(after(month)) - rules.lead - rules.grid - max(rules.windows)
        kept = self.scheduled > reach
        return Timeline(self.scheduled[kept], self.delay[kept], max(self.since, reach))

    def state(self, moments: Minutes, rules: StateRules) -> dict[str, npt.NDArray[np.float64]]:
        """column -> values, shape (moments,). NaN where the window begins before the first known flight."""
        columns = state_at(moments, self.scheduled, self.delay, rules)
        for window in rules.windows:
            for name in rules.names(window):
                columns[name][moments - window < self.since] = np.nan
        return columns

    def join(self, frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
        """The rows with the state that each one's prediction can know (FEAT-02: safe time features)."""
        moments = prediction_moments(schedule(frame, contract), contract.state)
        return frame.assign(**self.state(moments, contract.state))

    def leak(self, frame: pd.DataFrame, contract: Contract) -> str | None:
        """
        The first value of the joined rows that its prediction could not have known; None if there is none.

        Some rows are computed a second time, from a past in which nothing after their moment has happened.
        """
        rules = contract.state
        checked = frame.iloc[:: max(len(frame) // CHECKED_ROWS, 1)]
        found = {name: checked[name].to_numpy() for name in rules.columns}
        for row, moment in enumerate(prediction_moments(schedule(checked, contract), rules)):
            known = self.known_at(int(moment)).state(np.array([moment]), rules)
            for name, values in found.items():
                if not np.array_equal(values[row : row + 1], known[name], equal_nan=True):
                    record = checked[contract.record_id].iloc[row]
                    honest = f"from what was known at its prediction, it is {known[name][0]}"
                    return f"{record}: {name} is {values[row]}; {honest}"
        return None

    def known_at(self, moment: int) -> Timeline:
        """The timeline as it was then: no later flight, and no delay of a flight that had not left."""
        planned = np.searchsorted(self.scheduled, moment, side="right")
        scheduled, delay = self.scheduled[:planned], self.delay[:planned]
        return Timeline(scheduled, np.where(scheduled + delay <= moment, delay, np.nan), self.since)


def schedule(frame: pd.DataFrame, contract: Contract) -> Minutes:
    """Scheduled departures in minutes since 1970, shape (rows,)."""
    clock = frame[contract.schedule_clock].to_numpy().astype("int64")
    minutes: Minutes = days(frame[contract.schedule_date].to_numpy()) * DAY + clock // 100 * 60 + clock % 100
    return minutes


def days(dates: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    return dates.astype("datetime64[D]").astype("int64")


def month_start(month: str) -> int:
    return int(days(np.array([f"{month}-01"]))[0]) * DAY


def after(month: str) -> str:
    return str(np.datetime64(month) + 1)


def partitions(files: Iterable[tuple[str, str, Any]]) -> Iterator[tuple[str, str, list[Any]]]:
    """(month, source, its files) from (month, source, file) in that order."""
    group: tuple[str, str, list[Any]] | None = None
    for month, source, path in files:
        if group is None or group[:2] != (month, source):
            if group is not None:
                yield group
            group = (month, source, [])
        group[2].append(path)
    if group is not None:
        yield group
