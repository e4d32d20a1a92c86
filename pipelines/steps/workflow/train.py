"""A trial of TuneModel: XGBoost with early stopping, checkpoints for spot instances, threshold by cost."""

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
from .features import Encoder, cheapest_threshold, expected_cost, threshold_from_costs
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
    """The checkpoint to continue from, unless it has other hyperparameters or other data."""
    path = folder / "checkpoint.ubj" if folder else None
    if path is None or not path.is_file():
        return None
    booster = xgboost.Booster(model_file=str(path))
    if booster.attr(TRIAL) != trial:
        print(f"{path} belongs to another trial ({booster.attr(TRIAL)}): starting from the beginning", flush=True)
        return None
    print(f"resuming after round {booster.num_boosted_rounds()}", flush=True)
    return booster


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
    """Trains on `train`; stops early on `validation`, which gives one of two thresholds. Returns model and metrics."""
    encoder = Encoder.fit(train, contract)
    types = encoder.feature_types(contract)

    def matrix(frame: pd.DataFrame) -> xgboost.DMatrix:
        inputs = encoder.transform(frame, contract)
        return xgboost.DMatrix(
            inputs.to_numpy(), label=frame[contract.target], feature_names=list(inputs.columns), feature_types=types
        )

    train_matrix, validation_matrix = matrix(train), matrix(validation)
    trial = json.dumps({**vars(options), "rows": len(train)}, sort_keys=True)
    start = resume(checkpoints, trial)
    done = start.num_boosted_rounds() if start else 0
    stopping = xgboost.callback.EarlyStopping(
        rounds=options.early_stopping_rounds, metric_name=METRIC, data_name="validation", save_best=True
    )
    callbacks: list[xgboost.callback.TrainingCallback] = [Report(), stopping]
    if checkpoints:
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
    # The validation month chooses for months like itself; the costs choose for every month, if the probabilities are
    # right. The ProblemSpec has the measured reason for one of them (EVAL-05: how the threshold is chosen).
    thresholds = {
        "costs": threshold_from_costs(contract),
        "validation": cheapest_threshold(labels, scores, contract),
    }
    threshold = thresholds[contract.threshold_from]
    metrics = {
        "validation_pr_auc": float(stopping.best_score if hasattr(stopping, "best_score") else booster.best_score),
        "validation_cost_per_1000": expected_cost(labels, scores >= threshold, contract),
        "rounds": float(booster.num_boosted_rounds()),
    }
    return Model(booster, encoder, threshold, thresholds), metrics


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
    contract = load()
    checkpoint = os.environ.get("SM_CHECKPOINT_DIR", "/opt/ml/checkpoints")
    model, metrics = fit(
        read_channel("train", contract),
        read_channel("validation", contract),
        options,
        contract,
        Path(checkpoint) if Path(checkpoint).is_dir() else None,
    )
    folder = Path(os.environ.get("SM_MODEL_DIR", "/opt/ml/model"))
    model.save(folder, {"metrics": metrics, "hyperparameters": vars(options)})
    copy_serving_code(folder / "code")
    settle(folder)
    cost = metrics["validation_cost_per_1000"]
    print(f"threshold {model.threshold:.2f}, rounds {metrics['rounds']:.0f}, cost {cost:.0f} per 1000", flush=True)
    # Early stopping continued after the best round. A tuning job uses the last value that it reads, so repeat the best.
    report(int(metrics["rounds"]) - 1, validation=metrics["validation_pr_auc"])
    return 0
