"""Global SHAP values and their drift: XGBoost's own contributions (TreeSHAP, exact for trees) in Clarify's format."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pandas as pd
import xgboost

from .contract import Contract
from .features import Array
from .model import Model

ROWS = 5_000
"""Number of rows that are explained: a random sample of all rows."""
LABEL = "label0"


class Sample:
    """A uniform sample of a stream (reservoir sampling). Memory is limited by the size of the sample."""

    def __init__(self, size: int = ROWS) -> None:
        self.size, self.seen = size, 0
        self.rows: list[dict[str, Any]] = []
        self.source = random.Random(20131)

    def add(self, row: dict[str, Any]) -> None:
        self.seen += 1
        if len(self.rows) < self.size:
            self.rows.append(row)
        else:
            place = self.source.randrange(self.seen)
            if place < self.size:
                self.rows[place] = row


def contributions(model: Model, frame: pd.DataFrame, contract: Contract) -> Array:
    """Shape (rows, features + 1), in log-odds; the last column is the expected value."""
    inputs = model.encoder.transform(frame, contract)
    matrix = xgboost.DMatrix(
        inputs.to_numpy(), feature_names=list(inputs.columns), feature_types=model.encoder.feature_types(contract)
    )
    return np.asarray(model.booster.predict(matrix, pred_contribs=True))


def report(model: Model, frame: pd.DataFrame, contract: Contract) -> dict[str, Any]:
    """
    The section `explanations` of analysis.json: the mean of absolute contributions by feature.

    The key is kernel_shap, as in Clarify's reports, because tools that read them look for that key.
    """
    found = contributions(model, frame, contract)
    mean = np.abs(found[:, :-1]).mean(axis=0)
    global_values = {name: float(value) for name, value in zip(contract.columns, mean, strict=True)}
    expected = float(found[:, -1].mean())
    return {
        "version": "1.0",
        "explanations": {"kernel_shap": {LABEL: {"global_shap_values": global_values, "expected_value": expected}}},
    }


def global_values(document: dict[str, Any]) -> dict[str, float]:
    return {
        name: float(value)
        for name, value in document["explanations"]["kernel_shap"][LABEL]["global_shap_values"].items()
    }


def ndcg(baseline: dict[str, float], live: dict[str, float]) -> float:
    """
    nDCG of the live ranking against the baseline's: how much of the baseline's attribution it ranks first.

    https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-model-monitor-feature-attribution-drift.html
    """

    def gain(ranking: dict[str, float]) -> float:
        order = sorted(baseline, key=lambda name: -ranking.get(name, 0.0))
        return sum(baseline[name] / math.log2(place + 2) for place, name in enumerate(order))

    ideal = gain(baseline)
    return gain(live) / ideal if ideal else 1.0


def violations(score: float, contract: Contract) -> list[dict[str, str]]:
    if score >= contract.attribution_ndcg:
        return []
    return [
        {
            "label": LABEL,
            "metric_name": "shap",
            "constraint_check_type": "feature_attribution_drift_check",
            "description": f"Feature attribution drift {score} exceeds threshold {contract.attribution_ndcg}",
        }
    ]
