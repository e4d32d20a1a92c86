"""Confidence intervals of quality and cost, by drawing days again and again (bootstrap).

Flights of one day share its weather, so they are no independent evidence: whole days are drawn, not flights. Two
models are compared on the same draws (paired), which takes the difference between calm and stormy draws out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .contract import Contract
from .features import Array

DRAWS = 500
SEED = 20131
AT_ONCE = 50
"""Draws computed at once: as many numbers for each row are in memory."""
LEVEL = 95.0


@dataclass(frozen=True)
class Days:
    """The days of the rows, and how often each draw has each of them. The first draw is the days themselves."""

    of_row: Array
    weights: Array
    """Shape (1 + draws, days)."""

    @classmethod
    def of(cls, dates: Array, draws: int = DRAWS, seed: int = SEED) -> Days:
        names, of_row = np.unique(dates, return_inverse=True)
        drawn = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws)
        return cls(of_row, np.vstack([np.ones((1, len(names))), drawn]))

    def mean(self, values: Array) -> Array:
        """The mean of a value of each row, by draw: shape (1 + draws,)."""
        # Each day has a row: the days are those of the rows.
        sums = np.bincount(self.of_row, weights=values)
        rows = np.bincount(self.of_row)
        return np.asarray((self.weights @ sums) / (self.weights @ rows))


Draws = dict[str, Array]
"""Metric -> its value in the data themselves, then in each draw."""


def measured(labels: Array, scores: Array, flagged: Array, days: Days, contract: Contract) -> Draws:
    """auc, pr_auc and cost (per 1000 rows), each of shape (1 + draws,)."""
    return {**ranking(labels, scores, days), "cost": cost_draws(labels, flagged, days, contract)}


def cost_draws(labels: Array, flagged: Array, days: Days, contract: Contract) -> Array:
    """Cost per 1000 rows, shape (1 + draws,)."""
    missed, alarms = (labels == 1) & ~flagged, (labels == 0) & flagged
    return 1000 * days.mean(missed * contract.missed_cost + alarms * contract.false_alarm_cost)


def ranking(labels: Array, scores: Array, days: Days) -> Draws:
    """Areas under the ROC curve and the precision-recall curve, rows with the same score taken together."""
    order = np.argsort(-scores)
    first = np.flatnonzero(np.r_[True, np.diff(scores[order]) != 0])
    positive = labels[order] == 1
    auc, pr_auc = [], []
    for start in range(0, len(days.weights), AT_ONCE):
        weights = days.weights[start : start + AT_ONCE][:, days.of_row[order]]
        hits = np.add.reduceat(np.where(positive, weights, 0), first, axis=1)
        alarms = np.add.reduceat(np.where(positive, 0, weights), first, axis=1)
        above, wrong = np.cumsum(hits, axis=1), np.cumsum(alarms, axis=1)
        with np.errstate(invalid="ignore"):
            pairs = above[:, -1] * wrong[:, -1]
            auc.append((alarms * (above - hits / 2)).sum(1) / pairs)
            pr_auc.append((hits * above / np.maximum(above + wrong, 1)).sum(1) / above[:, -1])
    return {"auc": np.concatenate(auc), "pr_auc": np.concatenate(pr_auc)}


def interval(draws: Array) -> dict[str, float]:
    """The value with its interval. Draws without both classes have no area and are left out."""
    low, high = np.nanpercentile(draws[1:], [(100 - LEVEL) / 2, (100 + LEVEL) / 2])
    return {"value": float(draws[0]), "low": float(low), "high": float(high)}


def intervals(draws: Draws) -> dict[str, dict[str, float]]:
    return {name: interval(values) for name, values in draws.items()}


def differences(draws: Draws, reference: Draws) -> dict[str, dict[str, float]]:
    """Of two models on the same draws."""
    return {name: interval(values - reference[name]) for name, values in draws.items() if name in reference}


def by_row(labels: Array, values: Any) -> Array:
    """The squared error of probabilities, shape (rows,): its mean is the Brier score."""
    return np.asarray((np.asarray(values, dtype="float64") - labels) ** 2)
