"""EvaluateModel: candidate and alternatives on the same held-back rows, by metric and by cost.

EVAL-04: candidates compared on the same rows.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn import metrics

from .analyze import write
from .artifact import Artifact, digest, unpack
from .binary_quality import ratio as share
from .contract import Contract, load, processing_path
from .features import Array, cost_curve, expected_cost
from .model import Model
from .reading import frame_options
from .rule import Rule
from .smoke_test import ROWS, SmokeTest

CURVE_POINTS = 50
NO_LIVE_MODEL = '{"live_model":null}'
"""The marker that synthesis uploads, under a name made of its digest (lib/training/step-code.ts)."""


def load_model(folder: Path, target: Path) -> tuple[Model, Artifact] | None:
    """
    The model of an input folder, from its checked and unpacked archive.

    None if the folder has the marker that there is no live model yet.
    """
    archives = sorted(folder.rglob("*.tar.gz"))
    markers = sorted(folder.rglob("*.json"))
    found = [*archives, *markers]
    if len(found) > 1:
        # Whichever was taken, the report could be about another one than the one that is registered.
        raise ValueError(
            f"{folder} must hold one model or the marker, and holds {', '.join(one.name for one in found)}"
        )
    if archives:
        artifact = unpack(archives[0], target)
        return Model.load(target), artifact
    if markers:
        if markers[0].read_text() != NO_LIVE_MODEL:
            raise ValueError(f"{markers[0].name} is not the marker that there is no model")
        return None
    raise FileNotFoundError(f"{folder} holds neither model.tar.gz nor the marker that there is no model")


def quality(labels: Array, scores: Array, threshold: float, contract: Contract) -> dict[str, float]:
    """pr_auc, auc and cost per 1000 rows. Rows of one class give the base rate and 0.5 instead of NaN."""
    mixed = 0 < labels.sum() < len(labels)
    return {
        "rows": len(labels),
        "base_rate": float(labels.mean()),
        "pr_auc": float(metrics.average_precision_score(labels, scores)) if mixed else float(labels.mean()),
        "auc": float(metrics.roc_auc_score(labels, scores)) if mixed else 0.5,
        "expected_cost_per_1000": expected_cost(labels, scores >= threshold, contract),
    }


def report(frame: pd.DataFrame, candidate: Model, live: Model | None, contract: Contract) -> dict[str, Any]:
    """The evaluation report: SageMaker's binary_classification_metrics, and the costs for the quality gate."""
    if frame.empty:
        raise ValueError("the test set has no rows: nothing can be said about the candidate")
    labels = frame[contract.target].to_numpy()
    if not np.isin(labels, (0, 1)).all():
        # No decision about such a row counts as wrong, so it would make every model cheaper.
        raise ValueError("the test set has outcomes that are neither 0 nor 1")
    scores = candidate.score(frame, contract)
    flagged = scores >= candidate.threshold
    tn, fp, fn, tp = (int(value) for value in metrics.confusion_matrix(labels, flagged, labels=[0, 1]).ravel())
    overall = quality(labels, scores, candidate.threshold, contract)
    precision, recall, _ = metrics.precision_recall_curve(labels, scores)
    points = np.unique(np.linspace(0, len(recall) - 1, CURVE_POINTS).astype(int))
    cost = overall["expected_cost_per_1000"]
    months, airports = frame[contract.split_column].str[:7], frame[contract.source_column]

    def slices(model: Model, found: Array, key: pd.Series[str]) -> dict[str, dict[str, float]]:
        groups = frame.groupby(key).indices.items()
        return {str(name): quality(labels[rows], found[rows], model.threshold, contract) for name, rows in groups}

    def evaluated(model: Model) -> tuple[dict[str, float], dict[str, Any]]:
        """Of all rows, and the same with its parts."""
        found = model.score(frame, contract)
        whole = quality(labels, found, model.threshold, contract)
        parts = {"by_month": slices(model, found, months), "by_airport": slices(model, found, airports)}
        return whole, {**whole, "threshold": model.threshold, **parts}

    # The same rows as for the candidate: neither model has learned from their newest month (EVAL-04: candidates
    # compared on the same rows).
    live_overall, live_side = (None, None) if live is None else evaluated(live)
    live_cost = None if live_overall is None else live_overall["expected_cost_per_1000"]

    never = expected_cost(labels, np.zeros(len(labels), dtype=bool), contract)
    always = expected_cost(labels, np.ones(len(labels), dtype=bool), contract)
    rule = candidate.rule
    rule_cost = None if rule is None else expected_cost(labels, rule.flags(frame), contract)
    alternatives = {"never flagging": never, "always flagging": always}
    alternatives |= {} if rule_cost is None else {"the rule": rule_cost}
    alternatives |= {} if live_cost is None else {"the live model": live_cost}

    def metric(value: float) -> dict[str, Any]:
        return {"value": float(value), "standard_deviation": "NaN"}

    return {
        "summary": summary(overall, live_overall, alternatives, rule, months, airports, contract),
        "gate": gate(overall, alternatives),
        # The rows on which both were evaluated.
        "window": {
            "months": sorted(months.unique()),
            "airports": sorted(airports.unique()),
            "rows": len(frame),
        },
        "binary_classification_metrics": {
            "pr_auc": metric(overall["pr_auc"]),
            "auc": metric(overall["auc"]),
            "accuracy": metric((tp + tn) / len(labels)),
            "precision": metric(share(tp, tp + fp)),
            "recall": metric(share(tp, tp + fn)),
            "f1": metric(share(2 * tp, 2 * tp + fp + fn)),
            "confusion_matrix": {"0": {"0": tn, "1": fp}, "1": {"0": fn, "1": tp}},
            "precision_recall_curve": {
                "precisions": [float(precision[i]) for i in points],
                "recalls": [float(recall[i]) for i in points],
            },
        },
        "business": {
            "currency": contract.currency,
            "threshold": candidate.threshold,
            "expected_cost_per_1000": cost,
            **at_thresholds(labels, scores, candidate.thresholds, contract),
            "cost_of_never_flagging_per_1000": never,
            "cost_of_always_flagging_per_1000": always,
            "cost_of_the_rule_per_1000": rule_cost,
            "rule": None if rule is None else rule.document,
            "live_cost_per_1000": live_cost,
            "cost_curve": [
                {"threshold": threshold, "cost": value} for threshold, value in cost_curve(labels, scores, contract)
            ],
        },
        "by_month": slices(candidate, scores, months),
        "by_airport": slices(candidate, scores, airports),
        "live": live_side,
    }


def at_thresholds(
    labels: Array, scores: Array, thresholds: dict[str, float], contract: Contract
) -> dict[str, float | None]:
    """Both thresholds, and what each would have cost on these rows: in a storm they differ most."""
    found: dict[str, float | None] = {}
    for name in ("costs", "validation"):
        threshold = thresholds.get(name)
        found[f"threshold_from_{name}"] = threshold
        found[f"cost_at_threshold_from_{name}_per_1000"] = (
            None if threshold is None else expected_cost(labels, scores >= threshold, contract)
        )
    return found


def gate(candidate: dict[str, float], alternatives: dict[str, float]) -> dict[str, Any]:
    """
    What the pipeline's condition compares: skill with chance, and cost with the cheapest alternative.

    Random scores reach the month's share of positives, so with a fixed minimum a model without skill would pass in a
    bad month.
    """
    wrong = [name for name, value in {**alternatives, **candidate}.items() if not np.isfinite(value)]
    if wrong:
        raise ValueError(f"the quality gate compares numbers, and these are none: {', '.join(wrong)}")
    name, cost = min(alternatives.items(), key=lambda item: item[1])
    base_rate = candidate["base_rate"]
    return {
        "base_rate": base_rate,
        # Without positives there is no ranking to evaluate.
        "lift": candidate["pr_auc"] / base_rate if base_rate > 0 else 1.0,
        "alternative": name,
        "alternative_cost_per_1000": cost,
        "cost_ratio": ratio(candidate["expected_cost_per_1000"], cost),
    }


def ratio(cost: float, alternative: float) -> float:
    """The candidate's cost divided by an alternative's. An alternative without errors cannot be beaten."""
    return cost / alternative if alternative > 0 else 1.0 + cost


def summary(
    candidate: dict[str, float],
    live: dict[str, float] | None,
    alternatives: dict[str, float],
    rule: Rule | None,
    months: pd.Series[str],
    airports: pd.Series[str],
    contract: Contract,
) -> str:
    """All sides in one sentence, which explains why a pipeline registered nothing."""

    def side(name: str, found: dict[str, float]) -> str:
        lift = gate(found, alternatives)["lift"]
        return (
            f"{name}: pr_auc {found['pr_auc']:.4f} ({lift:.2f} times the share of positives), auc {found['auc']:.4f}, "
            f"{found['expected_cost_per_1000']:.0f} {contract.currency} per 1000"
        )

    policies = ", ".join(f"{name} {alternatives[name]:.0f}" for name in ("never flagging", "always flagging"))
    if rule is not None:
        policies += f", the rule ({rule}) {alternatives['the rule']:.0f}"
    rows = f"{len(months)} rows of {' '.join(sorted(airports.unique()))}, {' '.join(sorted(months.unique()))}"
    sides = [
        side("candidate", candidate),
        f"without a model: {policies}",
        side("live", live) if live else "no live model",
    ]
    return f"{'; '.join(sides)}; on the same {rows}"


def main(_: Sequence[str]) -> int:
    contract = load()
    with tempfile.TemporaryDirectory() as scratch:
        unpacked = Path(scratch, "candidate")
        candidate = load_model(processing_path("input", "model"), unpacked)
        if candidate is None:
            raise FileNotFoundError("the candidate's model.tar.gz is missing")
        live = load_model(processing_path("input", "live"), Path(scratch, "live"))
        rows = processing_path("input", "test", "data.csv")
        frame = pd.read_csv(
            rows, **frame_options(contract, [contract.source_column, *contract.columns, contract.target])
        )
        model, artifact = candidate
        smoke_test = SmokeTest(unpacked, frame, contract)
        result = report(frame, model, live[0] if live else None, contract)
        result["smoke_test"] = smoke_test.result(model.score(frame.head(ROWS), contract), model.threshold, contract)
        # Names the archive of these numbers: the release accepts no other (lambda/verify-package).
        result["model"] = {"sha256": artifact.sha256}
        result["window"]["sha256"] = digest(rows)
        if live:
            result["live"]["model"] = {"sha256": live[1].sha256}
    write(processing_path("output", "evaluation"), "evaluation.json", result)
    print(result["summary"])
    return 0
