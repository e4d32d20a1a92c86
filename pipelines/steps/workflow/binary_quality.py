"""Model Monitor's quality metrics of a binary classifier, computed from counts, so memory does not grow with rows.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-model-quality-metrics.html
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .contract import Contract
from .features import Array

RESOLUTION = 1_000_000
"""Scores have six decimals, so counting by them loses nothing."""
SAMPLES, SHARE, ENOUGH = 5, 0.8, 200
"""Standard deviation of five random samples of 80 % each, only for 200 rows and more."""
CURVE_POINTS = 50
BOUNDS = {
    "LessThanThreshold": lambda value, limit: value < limit,
    "GreaterThanThreshold": lambda value, limit: value > limit,
}


class Evaluated:
    """Predictions with their outcomes, counted by label (0, 1), decision (0, 1) and score."""

    def __init__(self) -> None:
        self.counts = np.zeros((2, 2, RESOLUTION + 1), dtype=np.int32)

    def add(self, labels: Array, flagged: Array, scores: Array) -> None:
        at = np.clip(np.round(np.asarray(scores, dtype="float64") * RESOLUTION), 0, RESOLUTION).astype(np.int64)
        np.add.at(self.counts, (np.asarray(labels, dtype=np.int64), np.asarray(flagged, dtype=np.int64), at), 1)

    @property
    def rows(self) -> int:
        return int(self.counts.sum())

    @property
    def table(self) -> Array:
        """Rows by label and decision."""
        return np.asarray(self.counts.sum(axis=2))

    def cells(self) -> Array:
        """The counts of the scores that occur, ascending: shape (2, 2, scores)."""
        return np.asarray(self.counts[:, :, self.counts.any(axis=(0, 1))], dtype=np.int64)


def ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else 0.0


def f_score(precision: float, recall: float, beta: float) -> float:
    return ratio((1 + beta**2) * precision * recall, beta**2 * precision + recall)


def auc(positives: Array, negatives: Array) -> float:
    """Share of pairs in the right order; ties count half. 0.5 where there is no pair."""
    below = np.cumsum(negatives) - negatives
    pairs = float(positives.sum()) * float(negatives.sum())
    return float(np.sum(positives * (below + 0.5 * negatives)) / pairs) if pairs else 0.5


def precision_recall(positives: Array, negatives: Array) -> tuple[Array, Array]:
    """Precision and recall at each score, the highest first."""
    hits, flagged = np.cumsum(positives[::-1]), np.cumsum((positives + negatives)[::-1])
    return np.asarray(hits / np.maximum(flagged, 1)), np.asarray(hits / max(int(positives.sum()), 1))


def average_precision(positives: Array, negatives: Array) -> float:
    precision, recall = precision_recall(positives, negatives)
    return float(np.sum(np.diff(recall, prepend=0.0) * precision))


def values(cells: Array) -> dict[str, float]:
    """Every metric that is a single number, with Model Monitor's names."""
    (tn, fp), (fn, tp) = cells.sum(axis=2).tolist()
    positives, negatives = cells[1].sum(axis=0), cells[0].sum(axis=0)
    total, actual = tn + fp + fn + tp, fn + tp
    recall, precision = ratio(tp, actual), ratio(tp, tp + fp)
    # The constant classifier predicts positive for every row, as in the example on AWS's page.
    constant = ratio(actual, total)
    return {
        "recall": recall,
        "precision": precision,
        "accuracy": ratio(tp + tn, total),
        "recall_best_constant_classifier": 1.0 if actual else 0.0,
        "precision_best_constant_classifier": constant,
        "accuracy_best_constant_classifier": constant,
        "true_positive_rate": recall,
        "true_negative_rate": ratio(tn, tn + fp),
        "false_positive_rate": ratio(fp, tn + fp),
        "false_negative_rate": ratio(fn, actual),
        "auc": auc(positives, negatives),
        "au_prc": average_precision(positives, negatives),
        "f0_5": f_score(precision, recall, 0.5),
        "f1": f_score(precision, recall, 1),
        "f2": f_score(precision, recall, 2),
        "f0_5_best_constant_classifier": f_score(constant, 1.0, 0.5),
        "f1_best_constant_classifier": f_score(constant, 1.0, 1),
        "f2_best_constant_classifier": f_score(constant, 1.0, 2),
    }


def deviations(cells: Array) -> dict[str, float]:
    """Standard deviation of each metric; nothing for too few rows."""
    if cells.sum() < ENOUGH:
        return {}
    random = np.random.default_rng(20131)
    samples = [values(random.binomial(cells, SHARE)) for _ in range(SAMPLES)]
    return {name: float(np.std([sample[name] for sample in samples])) for name in samples[0]}


def curve_points(length: int) -> Array:
    return np.asarray(np.unique(np.linspace(0, max(length - 1, 0), CURVE_POINTS).astype(int)))


def metrics_document(evaluated: Evaluated) -> dict[str, Any]:
    """The section `binary_classification_metrics` of statistics.json."""
    cells = evaluated.cells()
    (tn, fp), (fn, tp) = evaluated.table.tolist()
    positives, negatives = cells[1].sum(axis=0), cells[0].sum(axis=0)
    precision, recall = precision_recall(positives, negatives)
    false_positives = np.cumsum(negatives[::-1]) / max(int(negatives.sum()), 1)
    points = curve_points(len(recall))
    spread = deviations(cells)
    return {
        "confusion_matrix": {"0": {"0": tn, "1": fp}, "1": {"0": fn, "1": tp}},
        "receiver_operating_characteristic_curve": {
            "false_positive_rates": [0.0, *(float(false_positives[i]) for i in points)],
            "true_positive_rates": [0.0, *(float(recall[i]) for i in points)],
        },
        "precision_recall_curve": {
            "precisions": [1.0, *(float(precision[i]) for i in points)],
            "recalls": [0.0, *(float(recall[i]) for i in points)],
        },
        **{
            name: {"value": value, "standard_deviation": spread.get(name, "NaN")}
            for name, value in values(cells).items()
        },
    }


def business(evaluated: Evaluated, contract: Contract) -> dict[str, float]:
    """Cost of 1000 decisions, and of the two policies that need no model (MON-06: which business number is watched)."""
    (tn, fp), (fn, tp) = evaluated.table.tolist()
    total = max(tn + fp + fn + tp, 1)
    cost = 1000 * (fn * contract.missed_cost + fp * contract.false_alarm_cost) / total
    never = 1000 * (fn + tp) * contract.missed_cost / total
    always = 1000 * (tn + fp) * contract.false_alarm_cost / total
    return {
        "cost_per_1000": cost,
        "cost_of_never_flagging_per_1000": never,
        "cost_of_always_flagging_per_1000": always,
        # Below 1, the model saves money. An amount alone depends more on the weather than on the model.
        "cost_ratio": ratio(cost, min(never, always)),
    }


def suggest(evaluated: Evaluated, contract: Contract) -> dict[str, Any]:
    """
    constraints.json: the values of the held-back month, minus a margin.

    Model Monitor suggests the baseline's own value for every metric, which half of all months would violate by chance.
    Here ranking and cost have one constraint each. Precision, recall and F depend on the share of disrupted flights.
    """
    measured, money = values(evaluated.cells()), business(evaluated, contract)
    highest = min(contract.cost_ratio, money["cost_ratio"] * contract.cost_growth)
    return {
        "version": 0.0,
        "binary_classification_constraints": {
            "auc": {"threshold": measured["auc"] - contract.auc_margin, "comparison_operator": "LessThanThreshold"}
        },
        "business_constraints": {"cost_ratio": {"threshold": highest, "comparison_operator": "GreaterThanThreshold"}},
    }


def violations(measured: dict[str, float], constraints: dict[str, Any]) -> list[dict[str, str]]:
    """Entries of constraint_violations.json with Model Monitor's wording."""
    found = []
    for name, constraint in constraints.items():
        threshold, operator = float(constraint["threshold"]), str(constraint["comparison_operator"])
        if operator not in BOUNDS:
            raise ValueError(f"constraint {name}: comparison_operator {operator!r} is not one of {', '.join(BOUNDS)}")
        if BOUNDS[operator](measured[name], threshold):
            description = f"Metric {name} with {measured[name]} was {operator} '{threshold}'"
            found.append({"constraint_check_type": operator, "description": description, "metric_name": name})
    return found
