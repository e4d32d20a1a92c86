"""Clarify's bias metrics of one facet, computed from counts.

https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-measure-data-bias.html (before training)
https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-measure-post-training-bias.html (after training)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .contract import Contract
from .features import Array

WATCHED = ("DPPL", "RD", "AD")
"""The metrics with a constraint: who is flagged more often, whose disruptions are found, whose predictions are right.

The other metrics follow from these.
"""
RESAMPLES, SIGMAS = 200, 1.96
FEWEST_ROWS, FEWEST_POSITIVES = 30, 10
INFINITY = 2.0**360
"""
The value that Clarify's monitor publishes for infinity: the largest value that CloudWatch accepts.

AWS's page ("CloudWatch Metrics for Bias Drift Analysis") rounds it up to 2.348543e108. CloudWatch refuses a call with
such a value, with all other metrics in it.
"""
# AWS: cloudwatch/metric-data-limits

DESCRIPTIONS = {
    "CI": "Class Imbalance (CI)",
    "DPL": "Difference in Positive Proportions in Labels (DPL)",
    "KL": "Kullback-Leibler Divergence (KL)",
    "JS": "Jensen-Shannon Divergence (JS)",
    "LP": "L-p Norm (LP)",
    "TVD": "Total Variation Distance (TVD)",
    "KS": "Kolmogorov-Smirnov Distance (KS)",
    "CDDL": "Conditional Demographic Disparity in Labels (CDDL)",
    "DPPL": "Difference in Positive Proportions in Predicted Labels (DPPL)",
    "DI": "Disparate Impact (DI)",
    "DCAcc": "Difference in Conditional Acceptance (DCAcc)",
    "DCR": "Difference in Conditional Rejection (DCR)",
    "SD": "Specificity Difference (SD)",
    "RD": "Recall Difference (RD)",
    "DAR": "Difference in Acceptance Rates (DAR)",
    "DRR": "Difference in Rejection Rates (DRR)",
    "AD": "Accuracy Difference (AD)",
    "TE": "Treatment Equality (TE)",
    "CDDPL": "Conditional Demographic Disparity in Predicted Labels (CDDPL)",
}


class FacetCounts:
    """Rows by group, facet (0 a, 1 d), label and decision. Facet d is the group that may be disadvantaged."""

    def __init__(self) -> None:
        self.groups: dict[str, Array] = {}

    def add(self, group: str, in_facet: bool, label: int, flagged: bool) -> None:
        counts = self.groups.get(group)
        if counts is None:
            counts = self.groups[group] = np.zeros((2, 2, 2), dtype=np.int64)
        counts[int(in_facet), label, int(flagged)] += 1

    @property
    def total(self) -> Array:
        return np.asarray(sum(self.groups.values(), start=np.zeros((2, 2, 2), dtype=np.int64)))

    @property
    def comparable(self) -> bool:
        """Whether both sides have enough rows and positives: the recall of a handful of rows is chance."""
        labels = self.total.sum(axis=2)
        return bool((labels.sum(axis=1) >= FEWEST_ROWS).all() and (labels[:, 1] >= FEWEST_POSITIVES).all())


def divide(part: float, whole: float) -> float:
    """Division as Clarify does it: x / 0 is infinite, 0 / 0 is 0."""
    return float(part / whole) if whole else math.copysign(INFINITY, part) if part else 0.0


def difference(a: float, d: float) -> float:
    return 0.0 if a == d else a - d


def pre_training(total: Array) -> dict[str, float]:
    rows = total.sum(axis=(1, 2)).astype(float)
    labels = total.sum(axis=2).astype(float)
    a, d = labels[0] / rows[0], labels[1] / rows[1]
    middle = (a + d) / 2
    return {
        "CI": float((rows[0] - rows[1]) / rows.sum()),
        "DPL": float(a[1] - d[1]),
        "KL": divergence(a, d),
        "JS": 0.5 * (divergence(a, middle) + divergence(d, middle)),
        "LP": float(np.linalg.norm(a - d)),
        "TVD": float(0.5 * np.abs(a - d).sum()),
        "KS": float(np.abs(a - d).max()),
    }


def divergence(p: Array, q: Array) -> float:
    """Kullback-Leibler divergence over the outcomes that both sides have, as Clarify computes it."""
    both = (p > 0) & (q > 0)
    return float(np.sum(p[both] * np.log(p[both] / q[both])))


def post_training(total: Array) -> dict[str, float]:
    (a, d) = (total[facet].astype(float) for facet in (0, 1))

    def by_facet(part: Any, whole: Any) -> tuple[float, float]:
        return divide(part(a), whole(a)), divide(part(d), whole(d))

    flagged = by_facet(lambda x: x[:, 1].sum(), np.sum)
    recall = by_facet(lambda x: x[1, 1], lambda x: x[1].sum())
    specificity = by_facet(lambda x: x[0, 0], lambda x: x[0].sum())
    acceptance = by_facet(lambda x: x[1, 1], lambda x: x[:, 1].sum())
    rejection = by_facet(lambda x: x[0, 0], lambda x: x[:, 0].sum())
    accuracy = by_facet(np.trace, np.sum)
    conditional_acceptance = by_facet(lambda x: x[1].sum(), lambda x: x[:, 1].sum())
    conditional_rejection = by_facet(lambda x: x[0].sum(), lambda x: x[:, 0].sum())
    treatment = by_facet(lambda x: x[1, 0], lambda x: x[0, 1])
    return {
        "DPPL": difference(*flagged),
        "DI": divide(flagged[1], flagged[0]),
        "DCAcc": difference(*conditional_acceptance),
        # Clarify defines this one with the opposite sign: facet d minus facet a.
        "DCR": -difference(*conditional_rejection),
        "SD": -difference(*specificity),
        "RD": difference(*recall),
        "DAR": difference(*acceptance),
        "DRR": -difference(*rejection),
        "AD": difference(*accuracy),
        "TE": -difference(*treatment),
    }


def conditional_disparity(groups: Sequence[Array], axis: int) -> float:
    """
    CDD of labels (axis 1) or decisions (axis 2), weighted by group.

    For each group: facet d's share of the rejected minus its share of the accepted.
    """
    weighted, rows = 0.0, 0
    for counts in groups:
        outcome = counts.sum(axis=3 - axis)  # facet by outcome
        totals = outcome.sum(axis=0)
        shares = [outcome[1, at] / totals[at] if totals[at] else 0.0 for at in (0, 1)]
        weighted += int(counts.sum()) * (shares[0] - shares[1])
        rows += int(counts.sum())
    return weighted / max(rows, 1)


def report(counts: FacetCounts, contract: Contract) -> dict[str, Any]:
    """The two bias sections of analysis.json ("Analysis Results")."""
    total, groups = counts.total, list(counts.groups.values())
    before = {**pre_training(total), "CDDL": conditional_disparity(groups, 1)}
    after = {**post_training(total), "CDDPL": conditional_disparity(groups, 2)}
    return {
        "version": "1.0",
        "pre_training_bias_metrics": section(before, contract),
        "post_training_bias_metrics": section(after, contract),
    }


def section(measured: dict[str, float], contract: Contract) -> dict[str, Any]:
    return {
        "label": contract.target,
        "label_value_or_threshold": "1",
        "facets": {
            contract.facet_column: [
                {
                    "value_or_threshold": ",".join(contract.facet_values),
                    "metrics": [
                        {"name": name, "description": DESCRIPTIONS[name], "value": value}
                        for name, value in measured.items()
                    ],
                }
            ]
        },
    }


def metrics_of(document: dict[str, Any], name: str, contract: Contract) -> dict[str, float]:
    """Metric to value in one section of a report."""
    facets = document.get(name, {}).get("facets", {}).get(contract.facet_column, [])
    return {metric["name"]: float(metric["value"]) for facet in facets for metric in facet["metrics"]}


def suggest(document: dict[str, Any], contract: Contract) -> dict[str, Any]:
    """constraints.json: a report with the watched metrics only, each at its largest allowed distance from zero."""
    measured = metrics_of(document, "post_training_bias_metrics", contract)
    allowed = {name: math.copysign(abs(measured[name]) + contract.bias_tolerance, measured[name]) for name in WATCHED}
    return {"version": "1.0", "post_training_bias_metrics": section(allowed, contract)}


def violations(counts: FacetCounts, constraints: dict[str, Any], contract: Contract) -> list[dict[str, str]]:
    """
    Metrics that are further from zero than their constraint, with their whole confidence interval.

    Clarify uses the normal bootstrap interval too ("Monitor Bias Drift for Models in Production").
    """
    total = counts.total
    measured = post_training(total)
    random = np.random.default_rng(20131)
    rows = int(total.sum())
    resampled = [
        post_training(random.multinomial(rows, total.ravel() / rows).reshape(total.shape)) for _ in range(RESAMPLES)
    ]
    found = []
    for name, limit in metrics_of(constraints, "post_training_bias_metrics", contract).items():
        margin = SIGMAS * float(np.std([sample[name] for sample in resampled]))
        if abs(measured[name]) - margin > abs(limit):
            found.append(
                {
                    "facet": contract.facet_column,
                    "facet_value": ",".join(contract.facet_values),
                    "metric_name": name,
                    "constraint_check_type": "bias_drift_check",
                    "description": f"Value {measured[name]} (give or take {margin:.4f}) "
                    f"does not meet the constraint requirement {limit}",
                }
            )
    return found
