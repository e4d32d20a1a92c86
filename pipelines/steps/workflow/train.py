"""A trial of TuneModel: XGBoost with early stopping, checkpoints for spot instances, threshold by expected cost.

With several hosts, each has a part of the training rows and all validation rows (TRAIN-03: what changes with a large
data set). All of them grow the same trees and stop at the same round.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xgboost

from .contract import Contract, load
from .features import Encoder, cheapest_threshold, expected_cost, value_counts
from .hosts import from_leader, gather, leads, raise_on_all, together
from .model import Model
from .reading import frame_options

CHECKPOINT_EVERY = 25
METRIC = "aucpr"
"""Area under the precision-recall curve. AWS's XGBoost image defines the tuning objective `validation:aucpr`."""
TRIAL = "trial"
"""Attribute of a checkpoint: hyperparameters and number of rows that it was trained with."""


def read_channel(name: str, contract: Contract) -> pd.DataFrame:
    folder = Path(os.environ[f"SM_CHANNEL_{name.upper()}"])
    files = sorted(folder.rglob("*.csv"))
    if not files:
        raise FileNotFoundError(f"channel {name} ({folder}) holds no .csv file")
    options = frame_options(contract, [*contract.columns, contract.target])
    frames: list[pd.DataFrame] = [pd.read_csv(path, **options) for path in files]
    return pd.concat(frames, ignore_index=True)


class Checkpoint(xgboost.callback.TrainingCallback):
    """Saves the booster often: an interrupted spot instance loses minutes (COST-01: training that costs too much)."""

    def __init__(self, folder: Path, trial: str) -> None:
        super().__init__()
        self.folder = folder
        self.trial = trial

    def after_iteration(self, model: xgboost.Booster, epoch: int, evals_log: object) -> bool:
        if (epoch + 1) % CHECKPOINT_EVERY == 0:
            partial = self.folder / "partial.ubj"
            model.set_attr(**{TRIAL: self.trial})
            model.save_model(partial)
            os.replace(partial, self.folder / "checkpoint.ubj")  # never a half-written checkpoint
        return False


def resume(folder: Path | None, trial: str) -> xgboost.Booster | None:
    """The checkpoint to continue from: the leader's, on every host."""
    raw = from_leader(checkpoint(folder, trial) if leads() else None)
    if raw is None:
        return None
    booster = xgboost.Booster(model_file=raw)
    print(f"resuming after round {booster.num_boosted_rounds()}", flush=True)
    return booster


def checkpoint(folder: Path | None, trial: str) -> bytearray | None:
    """The checkpoint in a folder, unless it has other hyperparameters or other data."""
    path = folder / "checkpoint.ubj" if folder else None
    if path is None or not path.is_file():
        return None
    booster = xgboost.Booster(model_file=str(path))
    if booster.attr(TRIAL) != trial:
        print(f"{path} belongs to another trial ({booster.attr(TRIAL)}): starting from the beginning", flush=True)
        return None
    return bytearray(path.read_bytes())


class Report(xgboost.callback.TrainingCallback):
    """One line per round in XGBoost's own format, from which SageMaker reads the metrics."""

    def after_iteration(self, model: xgboost.Booster, epoch: int, evals_log: Any) -> bool:
        report(epoch, **{name: metrics[METRIC][-1] for name, metrics in evals_log.items()})
        return False


def report(round_: int, **values: float) -> None:
    """`[12]<tab>train-aucpr:0.51234<tab>validation-aucpr:0.41270`"""
    print("\t".join([f"[{round_}]", *(f"{name}-{METRIC}:{value:.5f}" for name, value in values.items())]), flush=True)


def fit(
    train: pd.DataFrame,
    validation: pd.DataFrame,
    options: argparse.Namespace,
    contract: Contract,
    checkpoints: Path | None,
) -> tuple[Model, dict[str, float]]:
    """Trains on `train`; stops early and chooses the threshold on `validation`. Returns model and metrics.

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
    start = resume(checkpoints, trial)
    done = start.num_boosted_rounds() if start else 0
    stopping = xgboost.callback.EarlyStopping(
        rounds=options.early_stopping_rounds, metric_name=METRIC, data_name="validation", save_best=True
    )
    callbacks: list[xgboost.callback.TrainingCallback] = [Report(), stopping] if leads() else [stopping]
    if checkpoints and leads():
        checkpoints.mkdir(parents=True, exist_ok=True)
        callbacks.append(Checkpoint(checkpoints, trial))
    booster = xgboost.train(
        {
            "objective": "binary:logistic",
            "eval_metric": METRIC,
            "tree_method": "hist",
            "max_depth": options.max_depth,
            "eta": options.eta,
            "min_child_weight": options.min_child_weight,
            "subsample": options.subsample,
            "seed": options.seed,
            "nthread": int(os.environ.get("SM_NUM_CPUS", "0")) or os.cpu_count() or 1,
        },
        train_matrix,
        num_boost_round=max(options.num_round - done, 1),
        evals=[(train_matrix, "train"), (validation_matrix, "validation")],
        callbacks=callbacks,
        verbose_eval=False,
        xgb_model=start,
    )
    scores = np.asarray(booster.predict(validation_matrix))
    labels = validation[contract.target].to_numpy()
    threshold = cheapest_threshold(labels, scores, contract)
    metrics = {
        "validation_pr_auc": float(stopping.best_score if hasattr(stopping, "best_score") else booster.best_score),
        "validation_cost_per_1000": expected_cost(labels, scores >= threshold, contract),
        "rounds": float(booster.num_boosted_rounds()),
    }
    return Model(booster, encoder, threshold), metrics


def copy_serving_code(target: Path) -> None:
    """Copies the serving code into the model archive, so the endpoint runs the same code as training."""
    source = Path(__file__).resolve().parent
    shutil.copytree(source, target / "workflow", dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
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
    hosts = json.loads(os.environ.get("SM_HOSTS", "[]"))
    with together(hosts, os.environ.get("SM_CURRENT_HOST", "")):
        run(options)
    return 0


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
