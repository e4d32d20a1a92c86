"""Raw contract columns to model inputs. Training, evaluation and serving call `Encoder.transform`, so they cannot differ (FEAT-04)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from .contract import Contract

Array = npt.NDArray[Any]

RARE = 0
"""Code of values too rare in training to learn from."""
UNSEEN = 1
"""Code of values that training never saw."""
FIRST = 2


@dataclass(frozen=True)
class Encoder:
    """Vocabularies learned from training rows only: category value -> code."""

    vocabularies: dict[str, dict[str, int]]

    @classmethod
    def fit(cls, frame: pd.DataFrame, contract: Contract) -> Encoder:
        vocabularies: dict[str, dict[str, int]] = {}
        for name in contract.of_type("category"):
            counts = frame[name].value_counts()
            frequent = sorted(str(value) for value in counts.index[counts >= contract.rare_category_rows])
            rare = sorted(str(value) for value in counts.index[counts < contract.rare_category_rows])
            vocabularies[name] = {value: FIRST + code for code, value in enumerate(frequent)} | dict.fromkeys(rare, RARE)
        return cls(vocabularies)

    @classmethod
    def from_document(cls, document: dict[str, dict[str, int]]) -> Encoder:
        return cls({name: {value: int(code) for value, code in codes.items()} for name, codes in document.items()})

    def transform(self, frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
        """
        Columns of the contract in, model inputs out: float32, NaN where a value is missing, shape (rows, inputs).

        Date becomes the weekday (0 Monday to 6), clock becomes minutes of the day, a category its code.
        """
        columns: dict[str, Any] = {}
        for feature in contract.features:
            values = frame[feature.name]
            if feature.type == "category":
                codes = values.map(self.vocabularies[feature.name])
                columns[feature.name] = codes.where(codes.notna() | values.isna(), UNSEEN).astype("float32")
            elif feature.type == "clock":
                clock = values.astype("float64")
                columns[feature.name] = ((clock // 100) * 60 + clock % 100).astype("float32")
            elif feature.type == "date":
                columns["weekday"] = pd.to_datetime(values, format="%Y-%m-%d").dt.dayofweek.astype("float32")
            else:
                columns[feature.name] = values.astype("float32")
        return pd.DataFrame(columns, index=frame.index)

    def feature_types(self, contract: Contract) -> list[str]:
        """XGBoost's types of the inputs: c for codes, q for quantities."""
        return ["c" if feature.type == "category" else "q" for feature in contract.features]


def read_columns(contract: Contract) -> dict[Any, Any]:
    """pandas types of the raw columns."""
    kinds = {"category": "str", "date": "str", "clock": "float64", "number": "float64"}
    return {feature.name: kinds[feature.type] for feature in contract.features}


def expected_cost(labels: Array, flagged: Array, contract: Contract) -> float:
    """Money lost per 1000 rows: missed positives and false alarms at their prices."""
    missed = int(np.sum((labels == 1) & ~flagged))
    false_alarms = int(np.sum((labels == 0) & flagged))
    return 1000 * (missed * contract.missed_cost + false_alarms * contract.false_alarm_cost) / max(len(labels), 1)


def cost_curve(labels: Array, scores: Array, contract: Contract) -> list[tuple[float, float]]:
    """(threshold, cost per 1000 rows) at a hundred thresholds."""
    return [(round(t, 2), expected_cost(labels, scores >= t, contract)) for t in np.arange(0.01, 1.0, 0.01)]


def cheapest_threshold(labels: Array, scores: Array, contract: Contract) -> float:
    return min(cost_curve(labels, scores, contract), key=lambda point: point[1])[0]
