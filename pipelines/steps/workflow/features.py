"""Turns raw columns into model inputs. Training, evaluation and serving all call `Encoder.transform`.

So they cannot prepare data differently (FEAT-04: how online and offline features diverge).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .contract import Contract, Feature
from .reading import KINDS

Array = npt.NDArray[Any]
Counts = dict[str, dict[str, int]]
"""Category -> value -> number of rows."""

RARE = 0
"""Code of values that are too rare in training to learn from."""
UNSEEN = 1
"""Code of values that the training data does not have."""
FIRST = 2


@dataclass(frozen=True)
class Encoder:
    """Vocabularies from training rows only: category value -> code."""

    vocabularies: dict[str, dict[str, int]]

    @classmethod
    def fit(cls, frame: pd.DataFrame, contract: Contract) -> Encoder:
        return cls.of_counts([value_counts(frame, contract)], contract)

    @classmethod
    def of_counts(cls, parts: Sequence[Counts], contract: Contract) -> Encoder:
        """From the counts of all hosts: the vocabularies that one host with all rows would have."""
        vocabularies: dict[str, dict[str, int]] = {}
        for name in contract.of_type("category"):
            counts = sum((Counter(part[name]) for part in parts), Counter[str]())
            frequent = sorted(value for value, count in counts.items() if count >= contract.rare_category_rows)
            rare = sorted(value for value, count in counts.items() if count < contract.rare_category_rows)
            vocabularies[name] = {value: FIRST + code for code, value in enumerate(frequent)} | dict.fromkeys(
                rare, RARE
            )
        return cls(vocabularies)

    @classmethod
    def from_document(cls, document: dict[str, dict[str, int]]) -> Encoder:
        return cls({name: {value: int(code) for value, code in codes.items()} for name, codes in document.items()})

    def transform(self, frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
        """
        Columns of the contract in, model inputs out: float32, NaN where a value is missing, shape (rows, inputs).

        Date becomes the weekday (0 Monday to 6), clock becomes minutes of the day, a category its code.
        """
        # Column by column into one array: for a single row, pandas operations would take longer than the model.
        inputs = np.empty((len(frame), len(contract.features)), dtype="float32")
        names = []
        for column, feature in enumerate(contract.features):
            names.append("weekday" if feature.type == "date" else feature.name)
            inputs[:, column] = self.encoded(frame[feature.name].to_numpy(), feature)
        return pd.DataFrame(inputs, index=frame.index, columns=names)

    def encoded(self, values: Array, feature: Feature) -> Array:
        """One column, shape (rows,)."""
        if feature.type == "category":
            vocabulary = self.vocabularies[feature.name]
            codes = np.array([vocabulary.get(value, UNSEEN) for value in values], dtype="float32")
            codes[pd.isna(values)] = np.nan
            return codes
        if feature.type == "date":
            weekdays = {day: weekday(day) for day in set(values)}
            return np.array([weekdays[day] for day in values])
        numbers = values.astype("float64")
        return (numbers // 100) * 60 + numbers % 100 if feature.type == "clock" else numbers

    def feature_types(self, contract: Contract) -> list[str]:
        """XGBoost's types of the inputs: c for codes, q for quantities."""
        return ["c" if feature.type == "category" else "q" for feature in contract.features]


def value_counts(frame: pd.DataFrame, contract: Contract) -> Counts:
    """How often each value of each category occurs."""
    return {
        name: {str(value): int(count) for value, count in frame[name].value_counts().items()}
        for name in contract.of_type("category")
    }


def weekday(day: Any) -> float:
    return np.nan if pd.isna(day) else datetime.strptime(day, "%Y-%m-%d").weekday()


def read_columns(contract: Contract) -> dict[Any, Any]:
    """pandas types of the raw columns."""
    return {feature.name: KINDS[feature.type] for feature in contract.features}


def expected_cost(labels: Array, flagged: Array, contract: Contract) -> float:
    """Cost of wrong decisions per 1000 rows: missed positives and false alarms at their prices."""
    if labels.shape != flagged.shape:
        # NumPy would repeat one decision for all rows, or compare each row with each decision.
        raise ValueError(f"{flagged.shape} decisions for {labels.shape} outcomes")
    missed = int(np.sum((labels == 1) & ~flagged))
    false_alarms = int(np.sum((labels == 0) & flagged))
    return 1000 * (missed * contract.missed_cost + false_alarms * contract.false_alarm_cost) / max(len(labels), 1)


def cost_curve(labels: Array, scores: Array, contract: Contract) -> list[tuple[float, float]]:
    """(threshold, cost per 1000 rows) at a hundred thresholds."""
    # Not steps of 0.01 added up: the last digit of the sum differs from the threshold that is written down.
    thresholds = [number / 100 for number in range(1, 100)]
    return [(threshold, expected_cost(labels, scores >= threshold, contract)) for threshold in thresholds]


def threshold_from_costs(contract: Contract) -> float:
    """The probability from which a false alarm costs less than a miss (EVAL-05: how the threshold is chosen)."""
    return contract.false_alarm_cost / (contract.false_alarm_cost + contract.missed_cost)


def cheapest_threshold(labels: Array, scores: Array, contract: Contract) -> float:
    return min(cost_curve(labels, scores, contract), key=lambda point: point[1])[0]
