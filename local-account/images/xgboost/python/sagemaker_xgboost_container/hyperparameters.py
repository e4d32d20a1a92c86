"""The hyperparameters of the built-in algorithm: names, types and ranges of the developer guide's page "XGBoost
hyperparameters".

A job's hyperparameters are strings. What the page does not have is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sagemaker_xgboost_container.errors import UNSUPPORTED, UserError

ANY = "(-inf,inf)"
SHARE = "[0,1]"
NOT_NEGATIVE = "[0,inf)"

INTEGERS = {
    "early_stopping_rounds": "[1,inf)",
    "max_bin": ANY,
    "max_delta_step": NOT_NEGATIVE,
    "max_depth": NOT_NEGATIVE,
    "max_leaves": ANY,
    "nthread": ANY,
    "num_class": ANY,
    "num_round": "[1,inf)",
    "seed": ANY,
    "verbosity": "[0,3]",
}
FLOATS = {
    "alpha": ANY,
    "base_score": ANY,
    "colsample_bylevel": SHARE,
    "colsample_bynode": "(0,1]",
    "colsample_bytree": SHARE,
    "eta": SHARE,
    "gamma": NOT_NEGATIVE,
    "lambda": ANY,
    "lambda_bias": SHARE,
    "min_child_weight": NOT_NEGATIVE,
    "rate_drop": SHARE,
    "scale_pos_weight": ANY,
    "sketch_eps": SHARE,
    "skip_drop": SHARE,
    "subsample": SHARE,
    "tweedie_variance_power": "(1,2)",
}
FLAG = ("0", "1")
SWITCH = ("true", "false")
CHOICES = {
    "booster": ("gbtree", "gblinear", "dart"),
    "csv_weights": FLAG,
    "deterministic_histogram": SWITCH,
    "grow_policy": ("depthwise", "lossguide"),
    "normalize_type": ("tree", "forest"),
    "one_drop": FLAG,
    "process_type": ("default", "update"),
    "refresh_leaf": FLAG,
    "sample_type": ("uniform", "weighted"),
    "single_precision_histogram": SWITCH,
    "tree_method": ("auto", "exact", "approx", "hist", "gpu_hist"),
    "use_dask_gpu_training": SWITCH,
}
# XGBoost itself checks these.
TEXTS = ("eval_metric", "interaction_constraints", "monotone_constraints", "objective", "updater")

NOT_HERE = {("csv_weights", "1"), ("tree_method", "gpu_hist"), ("use_dask_gpu_training", "true")}
"""Values that the page has and that do nothing here."""

INTERNAL = ("sagemaker_", "_tuning_objective_metric")
"""How the names start that SageMaker and its SDK add, and that are not the algorithm's."""


@dataclass(frozen=True)
class Settings:
    rounds: int
    early_stopping_rounds: int | None
    parameters: dict[str, Any]
    """What XGBoost gets."""


def settings_of(given: Mapping[str, str]) -> Settings:
    """Raises UserError for the first hyperparameter that is missing, unknown, wrong or not supported here."""
    values = {name: _value(name, text) for name, text in given.items() if not name.startswith(INTERNAL)}
    if "num_round" not in values:
        raise UserError("Missing required hyperparameter: num_round")
    if values.get("objective") in ("multi:softmax", "multi:softprob") and "num_class" not in values:
        raise UserError(f"Missing required hyperparameter: num_class, which objective {values['objective']} needs")
    rounds = values.pop("num_round")
    early_stopping_rounds = values.pop("early_stopping_rounds", None)
    for name in ("csv_weights", "use_dask_gpu_training"):
        values.pop(name, None)
    if "eval_metric" in values:
        values["eval_metric"] = [metric.strip() for metric in values["eval_metric"].split(",")]
    return Settings(rounds, early_stopping_rounds, values)


def _value(name: str, text: str) -> Any:
    if (name, text) in NOT_HERE:
        raise UserError(f"Hyperparameter {name}={text} {UNSUPPORTED}")
    if name in INTEGERS:
        return _number(name, text, int, INTEGERS[name])
    if name in FLOATS:
        return _number(name, text, float, FLOATS[name])
    if name in CHOICES:
        if text not in CHOICES[name]:
            raise UserError(f"Hyperparameter {name}: expected one of {', '.join(CHOICES[name])}, found {text}")
        return text
    if name in TEXTS:
        return text
    raise UserError(f"Hyperparameter {name} {UNSUPPORTED}: it is not on AWS's page of XGBoost hyperparameters")


def _number(name: str, text: str, kind: Callable[[str], float], interval: str) -> float:
    try:
        value = kind(text)
    except ValueError:
        raise UserError(f"Hyperparameter {name}: expected {kind.__name__}, found {text}") from None
    low, high = (float(end) for end in interval[1:-1].split(","))
    inside = (low < value or (interval[0] == "[" and low == value)) and (
        value < high or (interval[-1] == "]" and value == high)
    )
    if not inside:
        raise UserError(f"Hyperparameter {name}: expected a value in {interval}, found {text}")
    return value
