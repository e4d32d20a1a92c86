"""A rule that a person could follow without a model: flag when one feature reaches a number.

What the model must beat (FRAME-05: when rules are better than a model).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from .contract import Contract
from .features import Array

Counts = dict[int, list[int]]
"""Whole part of the feature -> rows without and with the outcome."""


def counts(frame: pd.DataFrame, contract: Contract) -> Counts:
    whole = np.floor(frame[contract.rule_feature].to_numpy(dtype="float64"))
    # Rows without a value are in no row of the table.
    found = pd.crosstab(whole, frame[contract.target].to_numpy()).reindex(columns=[0, 1], fill_value=0)
    return {int(value): [int(without), int(late)] for value, without, late in found.itertuples(name=None)}


@dataclass(frozen=True)
class Rule:
    feature: str
    at_least: int
    """A whole number, since a person must remember it."""

    @classmethod
    def of(cls, parts: Iterable[Counts], contract: Contract) -> Rule:
        """
        The number that would have cost least on these rows, which hold no test month: a rule that knew the test would
        be no fair alternative.
        """
        rows: dict[int, Array] = {}
        for part in parts:
            for value, row in part.items():
                rows[value] = np.add(rows.get(value, 0), row)
        if not rows:
            return cls(contract.rule_feature, 0)
        values = sorted(rows)
        table = np.array([rows[value] for value in values])
        # Flagging from a value on: the positives below are missed, the negatives from there on are false alarms.
        missed = np.cumsum(table[:, 1]) - table[:, 1]
        alarms = np.cumsum(table[::-1, 0])[::-1]
        cost = missed * contract.missed_cost + alarms * contract.false_alarm_cost
        return cls(contract.rule_feature, values[int(np.argmin(cost))])

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> Rule:
        return cls(str(document["feature"]), int(document["at_least"]))

    @property
    def document(self) -> dict[str, Any]:
        return {"feature": self.feature, "at_least": self.at_least}

    def flags(self, frame: pd.DataFrame) -> Array:
        """A row without a value is not flagged."""
        return np.asarray(frame[self.feature].to_numpy(dtype="float64") >= self.at_least)

    def __str__(self) -> str:
        return f"{self.feature} of {self.at_least} or more"
