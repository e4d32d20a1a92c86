"""Streaming statistics of a data set in the format of Model Monitor's statistics.json.

One pass. Memory is limited to SAMPLE values per number and DOMAIN values per category.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .captures import Row
from .contract import Feature, load
from .reading import finite

SAMPLE = 4096
DOMAIN = 2000
BUCKETS = 10


def inferred_type(feature: Feature) -> str:
    if feature.type in ("category", "date"):
        return "String"
    return "Integral" if feature.integer or feature.type == "clock" else "Fractional"


def parse_number(text: str) -> float | None:
    """A number as serving reads it (docs/reference/reading.md); None if serving would refuse the text."""
    return finite(text, load().reading)


@dataclass
class Accumulator:
    """Running statistics of one feature."""

    feature: Feature
    present: int = 0
    missing: int = 0
    wrong_type: int = 0
    total: float = 0.0
    squares: float = 0.0
    minimum: float = math.inf
    maximum: float = -math.inf
    sample: list[float] = field(default_factory=list)
    values: dict[str, int] = field(default_factory=dict)
    overflow: int = 0
    source: random.Random = field(default_factory=lambda: random.Random(20131))

    def add(self, text: str) -> None:
        if text == "":
            self.missing += 1
        elif self.feature.type in ("category", "date"):
            self.present += 1
            if text in self.values or len(self.values) < DOMAIN:
                self.values[text] = self.values.get(text, 0) + 1
            else:
                self.overflow += 1
        else:
            self.add_number(parse_number(text))

    def add_number(self, number: float | None) -> None:
        self.present += 1
        if number is None:
            self.wrong_type += 1
            return
        self.total += number
        self.squares += number * number
        self.minimum, self.maximum = min(self.minimum, number), max(self.maximum, number)
        # Reservoir sampling: each number seen so far is kept with the same probability.
        if len(self.sample) < SAMPLE:
            self.sample.append(number)
        else:
            place = self.source.randrange(self.present - self.wrong_type)
            if place < SAMPLE:
                self.sample[place] = number

    def document(self) -> dict[str, Any]:
        common = {"num_present": self.present, "num_missing": self.missing}
        head = {"name": self.feature.name, "inferred_type": inferred_type(self.feature)}
        if head["inferred_type"] == "String":
            buckets = [{"value": value, "count": count} for value, count in sorted(self.values.items())]
            return {
                **head,
                "string_statistics": {
                    "common": common,
                    "distinct_count": float(len(self.values)),
                    "distribution": {"categorical": {"buckets": buckets}},
                },
            }
        count = self.present - self.wrong_type
        mean = self.total / count if count else 0.0
        return {
            **head,
            "numerical_statistics": {
                "common": common,
                "mean": mean,
                "sum": self.total,
                "std_dev": math.sqrt(max(self.squares / count - mean * mean, 0.0)) if count else 0.0,
                "min": self.minimum if count else 0.0,
                "max": self.maximum if count else 0.0,
                "distribution": {"kll": self.sketch()},
            },
        }

    def sketch(self) -> dict[str, Any]:
        """Ten buckets of equal width, and the sorted sample instead of Model Monitor's sketch."""
        counts, edges = np.histogram(self.sample, bins=BUCKETS)
        found = counts.tolist() if self.sample else []
        return {
            "buckets": [
                {"lower_bound": float(edges[i]), "upper_bound": float(edges[i + 1]), "count": float(count)}
                for i, count in enumerate(found)
            ],
            "sketch": {"parameters": {"c": 0.64, "k": float(SAMPLE)}, "data": [sorted(self.sample)]},
        }


@dataclass
class Dataset:
    """Statistics of all features, and the number of rows whose columns differ from the contract."""

    rows: int
    accumulators: dict[str, Accumulator]
    missing_columns: dict[str, int]
    extra_columns: dict[str, int]

    def document(self) -> dict[str, Any]:
        return {
            "version": 0.0,
            "dataset": {"item_count": self.rows},
            "features": [accumulator.document() for accumulator in self.accumulators.values()],
        }


def accumulate(rows: Iterable[Row], features: Iterable[Feature]) -> Dataset:
    dataset = Dataset(0, {feature.name: Accumulator(feature) for feature in features}, {}, {})
    for row in rows:
        dataset.rows += 1
        for name, accumulator in dataset.accumulators.items():
            if name in row:
                accumulator.add(row[name])
            else:
                dataset.missing_columns[name] = dataset.missing_columns.get(name, 0) + 1
        for name in row.keys() - dataset.accumulators.keys():
            dataset.extra_columns[name] = dataset.extra_columns.get(name, 0) + 1
    return dataset
