"""Probabilities that mean what they say: calibration on the validation rows, and how far off they were."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from .features import Array

BINS = 10
Calibrated = Callable[[Array], Array]


def isotonic(scores: Array, labels: Array) -> Calibrated:
    """Any rising curve: needs many rows, and takes on the validation month's own share of positives."""
    fitted = IsotonicRegression(out_of_bounds="clip").fit(scores, labels)
    return lambda wanted: np.asarray(fitted.predict(wanted))


def platt(scores: Array, labels: Array) -> Calibrated:
    """A sigmoid with two parameters (Platt scaling): enough for few rows."""
    fitted = LogisticRegression(C=1e6).fit(log_odds(scores), labels)
    return lambda wanted: np.asarray(fitted.predict_proba(log_odds(wanted))[:, 1])


def log_odds(scores: Array) -> Array:
    inside = np.clip(np.asarray(scores, dtype="float64"), 1e-6, 1 - 1e-6)
    return np.asarray(np.log(inside / (1 - inside)).reshape(-1, 1))


def reliability(labels: Array, probabilities: Array) -> list[dict[str, Any]]:
    """By tenths of the probability: how many rows, what was predicted, and what happened."""
    bins = np.minimum((np.asarray(probabilities) * BINS).astype(int), BINS - 1)
    return [
        {
            "from": number / BINS,
            "rows": int((bins == number).sum()),
            "predicted": float(probabilities[bins == number].mean()),
            "observed": float(labels[bins == number].mean()),
        }
        for number in range(BINS)
        if (bins == number).any()
    ]


def gap(bins: list[dict[str, Any]]) -> float:
    """Mean distance between predicted and observed, by rows (expected calibration error)."""
    wrong = sum(one["rows"] * abs(one["predicted"] - one["observed"]) for one in bins)
    return float(wrong / sum(one["rows"] for one in bins))
