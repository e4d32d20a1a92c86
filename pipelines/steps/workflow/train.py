"""A trial of TuneModel: XGBoost with early stopping, checkpoints for spot instances, threshold by cost.

With several hosts, each has a part of the training rows and all validation rows (TRAIN-03: what changes with a large
data set). All of them grow the same trees and stop at the same round.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xgboost

from .checkpoint import CHECKPOINT_EVERY, Checkpoint, listen_for_stop, stop_requested
from .contract import Contract, load
from .features import Encoder, cheapest_threshold, expected_cost, threshold_from_costs, value_counts
from .hosts import from_leader, gather, is_alone, leads, raise_on_all, together
from .model import Model
from .reading import frame_options
from .rule import Rule, counts

METRIC = "aucpr"
"""Area under the precision-recall curve. AWS's XGBoost image defines the tuning objective `validation:aucpr`."""
HISTOGRAM = ("grow_quantile_histmaker", "grow_quantile_histmaker,prune")
"""
Tree method `hist`, spelled in two ways that grow the same trees. XGBoost draws one random number more in an updater's
first round than in later ones, so a resumed training would sample other rows. A round that changes the spelling begins
with a new updater, whether the training was interrupted before it or not. Several hosts keep the first spelling, since
XGBoost cannot send the second one's trees with categories: there, a resumed training samples other rows.
"""
STOPPED = 128 + signal.SIGTERM
"""Exit code of a training that a signal ended. Not 0: it has not done all of its rounds."""


def read_channel(name: str, contract: Contract) -> pd.DataFrame:
    folder = Path(os.environ[f"SM_CHANNEL_{name.upper()}"])
    files = sorted(folder.rglob("*.csv"))
    if not files:
        raise FileNotFoundError(f"channel {name} ({folder}) holds no .csv file")
    options = frame_options(contract, [*contract.columns, contract.target])
    frames: list[pd.DataFrame] = [pd.read_csv(path, **options) for path in files]
    return pd.concat(frames, ignore_index=True)


def report(round_: int, **values: float) -> None:
    """`[12]<tab>train-aucpr:0.51234<tab>validation-aucpr:0.41270`"""
    print("\t".join([f"[{round_}]", *(f"{name}-{METRIC}:{value:.5f}" for name, value in values.items())]), flush=True)


def boost(
    parameters: dict[str, Any],
    train: xgboost.DMatrix,
    validation: xgboost.DMatrix,
    options: argparse.Namespace,
    checkpoint: Checkpoint,
) -> tuple[xgboost.Booster, list[float]]:
    """
    Adds rounds until validation no longer gains, and keeps the best of them. Returns the objective of each round, too.

    `xgboost.train` counts rounds from 0 again after a checkpoint, and forgets the best one. An interrupted training
    would then end with another model.
    """
    warnings.filterwarnings("ignore", message=".*manually specified the `updater` parameter")
    booster, history = from_leader(checkpoint.load() if leads() else (None, []))
    if booster is None:
        booster = xgboost.Booster(parameters, [train, validation])
    else:
        booster.set_param(parameters)
    for round_ in range(len(history), options.num_round):
        # A signal does not reach all hosts in the same round; they stop together.
        stopping = any(gather(stop_requested()))
        if has_stopped_gaining(history, options.early_stopping_rounds) or stopping:
            break
        booster.set_param("updater", HISTOGRAM[round_ % 2 if is_alone() else 0])
        booster.update(train, iteration=round_)
        values = evaluated(booster, {"train": train, "validation": validation}, round_)
        history.append(values["validation"])
        if leads():
            report(round_, **values)
            if len(history) % CHECKPOINT_EVERY == 0 or stop_requested():
                checkpoint.save(booster, history)
    if not history:
        raise SystemExit(STOPPED)  # a signal came before the first round: there is nothing to keep
    return booster[: best_round(history) + 1], history


def evaluated(booster: xgboost.Booster, matrices: dict[str, xgboost.DMatrix], round_: int) -> dict[str, float]:
    line = booster.eval_set([(matrix, name) for name, matrix in matrices.items()], round_)
    values = [part.rpartition(":")[2] for part in line.split("\t")[1:]]
    return {name: float(value) for name, value in zip(matrices, values, strict=True)}


def best_round(history: Sequence[float]) -> int:
    return max(range(len(history)), key=history.__getitem__)


def has_stopped_gaining(history: Sequence[float], patience: int) -> bool:
    """Whether `patience` rounds passed since the best one (TUNE-05: what early stopping does)."""
    return len(history) > 0 and len(history) - 1 - best_round(history) >= patience


def fit(
    train: pd.DataFrame,
    validation: pd.DataFrame,
    options: argparse.Namespace,
    contract: Contract,
    checkpoints: Path | None,
) -> tuple[Model, dict[str, float]]:
    """Trains on `train`; stops early on `validation`, which gives one of two thresholds. Returns model and metrics.

    `train` is this host's part of the rows; `validation` is all of them on every host.
    """
    encoder = Encoder.of_counts(gather(value_counts(train, contract)), contract)
    types = encoder.feature_types(contract)

    def matrix(frame: pd.DataFrame) -> xgboost.DMatrix:
        inputs = encoder.transform(frame, contract)
        return xgboost.DMatrix(
            inputs.to_numpy(), label=frame[contract.target], feature_names=list(inputs.columns), feature_types=types
        )

    train_matrix, validation_matrix = matrix(train), matrix(validation)
    trial = json.dumps({**vars(options), "rows": sum(gather(len(train)))}, sort_keys=True)
    parameters = {
        "objective": "binary:logistic",
        "eval_metric": METRIC,
        "max_depth": options.max_depth,
        "eta": options.eta,
        "min_child_weight": options.min_child_weight,
        "subsample": options.subsample,
        "seed": options.seed,
        # What a round draws depends on its number alone.
        "seed_per_iteration": True,
        "nthread": int(os.environ.get("SM_NUM_CPUS", "0")) or os.cpu_count() or 1,
    }
    booster, history = boost(parameters, train_matrix, validation_matrix, options, Checkpoint(checkpoints, trial))
    scores = np.asarray(booster.predict(validation_matrix))
    labels = validation[contract.target].to_numpy()
    # The validation month chooses for months like itself; the costs choose for every month, if the probabilities are
    # right. The ProblemSpec has the measured reason for one of them (EVAL-05: how the threshold is chosen).
    thresholds = {
        "costs": threshold_from_costs(contract),
        "validation": cheapest_threshold(labels, scores, contract),
    }
    threshold = thresholds[contract.threshold_from]
    metrics = {
        "validation_pr_auc": max(history),
        "validation_cost_per_1000": expected_cost(labels, scores >= threshold, contract),
        "rounds": float(booster.num_boosted_rounds()),
    }
    rule = Rule.of([*gather(counts(train, contract)), counts(validation, contract)], contract)
    return Model(booster, encoder, threshold, thresholds, rule), metrics


def copy_serving_code(target: Path) -> None:
    """Copies the serving code into the model archive, so the endpoint runs the same code as training."""
    source = Path(__file__).resolve().parent
    (target / "workflow").mkdir(parents=True, exist_ok=True)
    # What the check of an archive allows below code/ (artifact.py), whatever else lies there.
    for path in sorted(source.iterdir()):
        if path.suffix in (".py", ".json"):
            shutil.copy(path, target / "workflow" / path.name)
    for program in ("inference.py", "features_inference.py", "model_inference.py"):
        shutil.copy(source.parent / program, target / program)


def settle(folder: Path) -> None:
    """Resets file times, so that the same model has the same files (SELF-10: what makes a model reproducible)."""
    for path in [*folder.rglob("*"), folder]:
        os.utime(path, (0, 0))


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="train", description=__doc__)
    parser.add_argument("--max_depth", type=int, default=6)
    parser.add_argument("--eta", type=float, default=0.1)
    parser.add_argument("--min_child_weight", type=float, default=1.0)
    parser.add_argument("--subsample", type=float, default=0.8)
    parser.add_argument("--num_round", type=int, default=400)
    parser.add_argument("--early_stopping_rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        print(f"ignored arguments: {' '.join(unknown)}", flush=True)
    listen_for_stop()
    hosts = json.loads(os.environ.get("SM_HOSTS", "[]"))
    with together(hosts, os.environ.get("SM_CURRENT_HOST", "")):
        run(options)
    return STOPPED if stop_requested() else 0


def run(options: argparse.Namespace) -> None:
    """One host's part of the training; the leader writes the model."""
    contract = load()
    channels: list[pd.DataFrame] = []
    problem: Exception | None = None
    try:
        channels = [read_channel(name, contract) for name in ("train", "validation")]
    except (OSError, ValueError) as error:
        problem = error
    raise_on_all(problem)
    train, validation = channels
    folder = os.environ.get("SM_CHECKPOINT_DIR", "/opt/ml/checkpoints")
    checkpoints = Path(folder) if Path(folder).is_dir() else None
    model, metrics = fit(train, validation, options, contract, checkpoints)
    if leads():
        write(model, metrics, options)


def write(model: Model, metrics: dict[str, float], options: argparse.Namespace) -> None:
    """The model archive's files, and the last lines of the log."""
    folder = Path(os.environ.get("SM_MODEL_DIR", "/opt/ml/model"))
    model.save(folder, {"metrics": metrics, "hyperparameters": vars(options)})
    copy_serving_code(folder / "code")
    settle(folder)
    cost = metrics["validation_cost_per_1000"]
    print(f"threshold {model.threshold:.2f}, rounds {metrics['rounds']:.0f}, cost {cost:.0f} per 1000", flush=True)
    # Early stopping continued after the best round. A tuning job uses the last value that it reads, so repeat the best.
    report(int(metrics["rounds"]) - 1, validation=metrics["validation_pr_auc"])
