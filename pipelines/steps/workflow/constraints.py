"""Constraints suggested from a baseline, and the violations of a data set against them, in Model Monitor's formats."""

from __future__ import annotations

from typing import Any

import numpy as np

from .contract import OUTPUTS, Contract
from .statistics import Accumulator, Dataset, inferred_type

# The published schema and the SageMaker SDK spell this key differently. This code writes the SDK's and reads both.
OVERRIDES = "monitoring_config_overrides"
OVERRIDES_OF_THE_SCHEMA = "monitoringConfigOverrides"

NO_COMPARISON = {"distribution_constraints": {"perform_comparison": "Disabled"}}


def suggest(dataset: Dataset, contract: Contract) -> dict[str, Any]:
    """constraints.json: requests are expected to look like the baseline."""
    if dataset.missing_columns:
        # Nothing would be known of these features, so nothing could break their constraints.
        raise ValueError(f"the rows of a baseline lack {', '.join(sorted(dataset.missing_columns))}")
    return {
        "version": 0.0,
        "features": [feature_constraint(accumulator, contract) for accumulator in dataset.accumulators.values()],
        "monitoring_config": {
            "evaluate_constraints": "Enabled",
            "emit_metrics": "Enabled",
            "datatype_check_threshold": 1.0,
            "domain_content_threshold": 1.0 - contract.unseen_category_share,
            "distribution_constraints": {
                "perform_comparison": "Enabled",
                "comparison_threshold": contract.drift_distance,
                "comparison_method": "Simple",
                "categorical_comparison_threshold": contract.drift_distance,
                "categorical_drift_method": "LInfinity",
            },
        },
    }


def feature_constraint(accumulator: Accumulator, contract: Contract) -> dict[str, Any]:
    feature = accumulator.feature
    count = accumulator.present + accumulator.missing
    constraint: dict[str, Any] = {
        "name": feature.name,
        "inferred_type": inferred_type(feature),
        # An optional field may be missing more often in some hours; a required field must never be missing.
        "completeness": 0.0 if feature.missing == "keep" else accumulator.present / count if count else 1.0,
    }
    if feature.type == "category":
        constraint["string_constraints"] = {"domains": sorted(accumulator.values)}
    elif feature.type in ("number", "clock"):
        constraint["num_constraints"] = {"is_non_negative": accumulator.minimum >= 0}
    if feature.name in contract.seasonal:
        constraint[OVERRIDES] = NO_COMPARISON
    if feature in OUTPUTS:
        constraint[OVERRIDES] = {"distribution_constraints": {"comparison_threshold": contract.output_distance}}
    return constraint


def numeric_distance(baseline: dict[str, Any], sample: list[float]) -> float:
    """Largest difference between the two cumulative distributions (Kolmogorov-Smirnov), 0 to 1."""
    first = np.sort(np.asarray(baseline["distribution"]["kll"]["sketch"]["data"][0]))
    second = np.sort(np.asarray(sample))
    if not len(first) or not len(second):
        # Values where the baseline has none are as far from it as can be. Missing values are completeness's matter.
        return 1.0 if len(second) else 0.0
    points = np.concatenate([first, second])
    a = np.searchsorted(first, points, side="right") / len(first)
    b = np.searchsorted(second, points, side="right") / len(second)
    return float(np.max(np.abs(a - b)))


def categorical_distance(baseline: dict[str, Any], values: dict[str, int]) -> float:
    """Largest difference between the shares of one value (L-infinity), 0 to 1."""
    first = {bucket["value"]: bucket["count"] for bucket in baseline["distribution"]["categorical"]["buckets"]}
    a, b = sum(first.values()), sum(values.values())
    if not a or not b:
        return 1.0 if b else 0.0
    return float(max(abs(first.get(value, 0) / a - values.get(value, 0) / b) for value in first.keys() | values.keys()))


def distances(dataset: Dataset, baseline: dict[str, Any]) -> dict[str, float]:
    """Distance from the baseline by feature, for the features that the baseline has."""
    result = {}
    for document in baseline["features"]:
        accumulator = dataset.accumulators.get(document["name"])
        if accumulator is None:
            continue
        if "string_statistics" in document:
            result[document["name"]] = categorical_distance(document["string_statistics"], accumulator.values)
        else:
            result[document["name"]] = numeric_distance(document["numerical_statistics"], accumulator.sample)
    return result


def number(limits: dict[str, Any], name: str) -> float:
    """A limit as a person or a job wrote it. One that is no number would let everything pass."""
    found = limits.get(name)
    if isinstance(found, bool) or not isinstance(found, int | float) or not np.isfinite(found):
        raise ValueError(f"{name} is {found!r} in the constraints, which is no limit")
    return float(found)


def violations(
    dataset: Dataset, constraints: dict[str, Any], drift: dict[str, float], minimum_rows: int
) -> list[dict[str, str]]:
    """
    The list in constraint_violations.json; empty for fewer than `minimum_rows` rows.

    A small sample proves nothing: a single request with a new value would have 0 % known values and start a training.
    """
    found: list[dict[str, str]] = []
    if dataset.rows < minimum_rows:
        return found

    def violate(feature: str, check: str, description: str) -> None:
        found.append({"feature_name": feature, "constraint_check_type": check, "description": description})

    if not constraints["features"]:
        raise ValueError("the constraints are of no feature: anything would pass")
    config = constraints["monitoring_config"]
    comparison = config["distribution_constraints"]
    for constraint in constraints["features"]:
        name = constraint["name"]
        accumulator = dataset.accumulators.get(name)
        if accumulator is None:
            raise ValueError(f"the constraints are of {name}, which is no column here")
        count = accumulator.present + accumulator.missing
        if not count:
            continue
        typed = 1 - accumulator.wrong_type / count
        if not typed >= number(config, "datatype_check_threshold"):
            violate(name, "data_type_check", f"{typed:.2%} of values are {constraint['inferred_type']}, expected all")
        completeness = accumulator.present / count
        if not completeness >= number(constraint, "completeness"):
            violate(name, "completeness_check", f"completeness {completeness:.4f} < {constraint['completeness']:.4f}")
        domain = constraint.get("string_constraints", {}).get("domains")
        if domain is not None and accumulator.present:
            known = sum(accumulator.values.get(value, 0) for value in domain) / accumulator.present
            if not known >= number(config, "domain_content_threshold"):
                violate(
                    name,
                    "categorical_values_check",
                    f"{known:.2%} of values are known from training, "
                    f"expected at least {config['domain_content_threshold']:.0%}",
                )
        overrides = constraint.get(OVERRIDES) or constraint.get(OVERRIDES_OF_THE_SCHEMA) or {}
        override = overrides.get("distribution_constraints", {})
        compared = override.get("perform_comparison", comparison["perform_comparison"]) == "Enabled"
        limit = number({**comparison, **override}, "comparison_threshold")
        if compared and name not in drift:
            raise ValueError(f"the baseline has no statistics of {name}: nothing to compare with")
        if compared and not drift[name] <= limit:
            violate(name, "baseline_drift_check", f"distance {drift[name]:.4f} from the baseline > {limit}")
    for name, rows in sorted(dataset.missing_columns.items()):
        violate(name, "missing_column_check", f"column is missing in {rows} of {dataset.rows} rows")
    for name, rows in sorted(dataset.extra_columns.items()):
        violate(name, "extra_column_check", f"unknown column in {rows} of {dataset.rows} rows")
    return found
