"""compare: what each decision about the features is worth, against the pipeline's own way with all else equal.

Not a step of the pipeline: `npm run mlops -- compare-features` starts it. All rows of the chosen months are in memory.
"""

from __future__ import annotations

import argparse
import os
import time
import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import xgboost
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression

from . import preparations
from .analyze import write
from .calibration import gap, isotonic, platt, reliability
from .contract import Contract, load, processing_path
from .features import Array, cheapest_threshold, threshold_from_costs
from .intervals import DRAWS, SEED, Days, Draws, by_row, cost_draws, differences, intervals, measured
from .month_state import partitions
from .preparations import Frames, Inputs
from .prepare import Prepared, curated_files, differs

PARAMETERS: dict[str, Any] = {
    "objective": "binary:logistic",
    "tree_method": "hist",
    "max_depth": 5,
    "eta": 0.1,
    "min_child_weight": 20,
    "subsample": 0.8,
    "seed": SEED,
}
"""The same for every choice, and a fixed number of rounds: else the search would be compared, not the features."""
ROUNDS = 80
LINEAR_ITERATIONS = 200


class Comparison:
    """The choices so far; the first is the pipeline's own way, and the others are compared with it."""

    def __init__(self, frames: Frames, contract: Contract, draws: int) -> None:
        self.contract = contract
        self.validation = frames.validation[contract.target].to_numpy()
        self.test = frames.test[contract.target].to_numpy()
        self.days = Days.of(frames.test[contract.split_column].to_numpy(), draws)
        self.reference: Draws | None = None
        self.choices: list[dict[str, Any]] = []

    def add(
        self, decision: str, choice: str, validation: Array, test: Array, threshold: float | None = None, **more: Any
    ) -> None:
        """`threshold`: if it is not the one that follows from the costs. The validation month's is always there too."""
        if threshold is None:
            threshold = threshold_from_costs(self.contract)
        validated = cheapest_threshold(self.validation, validation, self.contract)
        draws = measured(self.test, test, test >= threshold, self.days, self.contract)
        draws["cost_validated"] = cost_draws(self.test, test >= validated, self.days, self.contract)
        draws["brier"] = self.days.mean(by_row(self.test, test))
        if self.reference is None:
            self.reference = draws
        found = {
            "decision": decision,
            "choice": choice,
            "threshold": threshold,
            "threshold_validated": validated,
            **intervals(draws),
            "difference": differences(draws, self.reference),
            **more,
        }
        self.choices.append(found)
        words = f"{decision}: {choice}: auc {found['auc']['value']:.4f}, cost {found['cost']['value']:.0f}"
        print(words, flush=True)


class Trainer:
    """Trains on one preparation after the other, with the same parameters and rows."""

    def __init__(self, frames: Frames, contract: Contract, rounds: int) -> None:
        self.labels = frames.train[contract.target].to_numpy()
        self.rounds = rounds

    def booster(self, inputs: Inputs, **parameters: Any) -> xgboost.Booster:
        threads = int(os.environ.get("SM_NUM_CPUS", "0")) or os.cpu_count() or 1
        matrix = self.matrix(inputs, inputs.train)
        matrix.set_label(self.labels)
        return xgboost.train({**PARAMETERS, "nthread": threads, **parameters}, matrix, num_boost_round=self.rounds)

    def scores(self, inputs: Inputs, **parameters: Any) -> tuple[Array, Array]:
        """Of validation and test rows."""
        booster = self.booster(inputs, **parameters)
        return self.predict(booster, inputs)

    def predict(self, booster: xgboost.Booster, inputs: Inputs) -> tuple[Array, Array]:
        validation, test = (booster.predict(self.matrix(inputs, part)) for part in (inputs.validation, inputs.test))
        return np.asarray(validation), np.asarray(test)

    def linear(self, inputs: Inputs) -> tuple[Array, Array]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # unscaled inputs do not converge: that is the point
            fitted = LogisticRegression(max_iter=LINEAR_ITERATIONS).fit(inputs.train, self.labels)
        validation, test = (fitted.predict_proba(part)[:, 1] for part in (inputs.validation, inputs.test))
        return np.asarray(validation), np.asarray(test)

    def matrix(self, inputs: Inputs, part: Array) -> xgboost.DMatrix:
        return xgboost.DMatrix(part, feature_names=list(inputs.names), feature_types=list(inputs.types))


def compare(frames: Frames, contract: Contract, rounds: int, draws: int) -> dict[str, Any]:
    """Every decision; numbers of the test months."""
    trainer, found = Trainer(frames, contract, rounds), Comparison(frames, contract, draws)
    inputs = preparations.encoded(frames, contract)
    model = trainer.booster(inputs)
    validation, test = trainer.predict(model, inputs)
    found.add("reference", "as the pipeline prepares", validation, test)

    compare_preparations(found, trainer, frames, inputs, contract)
    compare_weights(found, trainer, inputs, (validation, test), contract)
    linear = preparations.one_hot(preparations.filled(inputs))
    found.add("scaling", "trees, scaled", *trainer.scores(preparations.scaled(inputs)))
    found.add("scaling", "logistic regression, not scaled", *trainer.linear(linear))
    found.add("scaling", "logistic regression, scaled", *trainer.linear(preparations.scaled(linear)))
    bins = compare_calibrations(found, (validation, test))

    gains = shares_of_gain(model, inputs)
    ranked = sorted(gains, key=lambda name: -gains[name])
    half = ranked[: (len(ranked) + 1) // 2]
    kept = inputs.keep([name for name in inputs.names if name in half])
    found.add("selection", f"the {len(half)} inputs that gain most", *trainer.scores(kept))
    without = replace(contract, features=tuple(one for one in contract.features if not one.derived))
    found.add("state", "without the airport's state", *trainer.scores(preparations.encoded(frames, without)))
    return {
        "choices": found.choices,
        "reliability": bins,
        "importance": [{"input": name, "share_of_gain": gains[name]} for name in ranked],
    }


def shares_of_gain(model: xgboost.Booster, inputs: Inputs) -> dict[str, float]:
    """How much of what the trees gained each input gained; 0 for one that no tree used."""
    found: dict[str, Any] = model.get_score(importance_type="total_gain")
    total = sum(float(gain) for gain in found.values())
    return {name: float(found.get(name, 0.0)) / total if total else 0.0 for name in inputs.names}


def compare_preparations(
    found: Comparison, trainer: Trainer, frames: Frames, inputs: Inputs, contract: Contract
) -> None:
    filled = preparations.filled
    found.add("missing values", "filled with the median", *trainer.scores(filled(inputs, indicators=False)))
    found.add("missing values", "median and an indicator", *trainer.scores(filled(inputs)))
    found.add("outliers", "capped at 1st and 99th percentile", *trainer.scores(preparations.capped(inputs)))
    found.add("rare categories", "each its own code", *trainer.scores(preparations.rare_kept(frames, contract)))
    found.add("encoding", "codes as numbers", *trainer.scores(preparations.numbered(inputs)))
    found.add("encoding", "one-hot", *trainer.scores(preparations.one_hot(inputs)))
    keys = {name: category(name) for name in contract.of_type("category")}
    honest, leaky = preparations.target_encoded, preparations.leaky_target_encoded
    found.add("encoding", "target, training rows only", *trainer.scores(honest(frames, inputs, keys, contract)))
    found.add("encoding", "target, leaky", *trainer.scores(leaky(frames, inputs, keys, contract)), leaky=True)
    # A category with thousands of values: what is learned of one that has few rows is mostly its own outcome.
    flight = {"flight number": series_of(contract.record_id)}
    found.add("flight number", "target, training rows only", *trainer.scores(honest(frames, inputs, flight, contract)))
    found.add("flight number", "target, leaky", *trainer.scores(leaky(frames, inputs, flight, contract)), leaky=True)


def category(name: str) -> preparations.Keys:
    return lambda frame: frame[name].fillna("")


def series_of(record_id: str) -> preparations.Keys:
    """What a record's id says without its day and time: the flight number, which is the same every day."""
    return lambda frame: frame[record_id].str.rsplit("-", n=2).str[0]


def compare_weights(
    found: Comparison, trainer: Trainer, inputs: Inputs, plain: tuple[Array, Array], contract: Contract
) -> None:
    """Weights or a threshold: two ways to say that a miss costs more (FEAT-03: imbalanced labels)."""
    balance = float((trainer.labels == 0).sum() / max((trainer.labels == 1).sum(), 1))
    costs = contract.missed_cost / contract.false_alarm_cost
    found.add("class weights", "no weights, threshold 0.5", *plain, 0.5)
    # Weights multiply the odds, and the threshold moves with them.
    found.add("class weights", "by cost, threshold 0.5", *trainer.scores(inputs, scale_pos_weight=costs), 0.5)
    moved = balance / (balance + costs)
    balanced = trainer.scores(inputs, scale_pos_weight=balance)
    found.add("class weights", "balanced, threshold 0.5", *balanced, 0.5)
    found.add("class weights", f"balanced, threshold {moved:.2f} by cost", *balanced, moved)


def compare_calibrations(found: Comparison, scores: tuple[Array, Array]) -> dict[str, dict[str, Any]]:
    """The threshold that follows from the costs is right only for probabilities that mean what they say."""
    validation, test = scores
    bins: dict[str, dict[str, Any]] = {}
    for name, calibrated in {
        "none": lambda wanted: wanted,
        "isotonic": isotonic(validation, found.validation),
        "Platt": platt(validation, found.validation),
    }.items():
        probabilities = calibrated(test)
        rows = reliability(found.test, probabilities)
        bins[name] = {"bins": rows, "gap": gap(rows)}
        if name != "none":
            found.add("calibration", f"{name}, on the validation month", calibrated(validation), probabilities)
    return bins


def read(options: argparse.Namespace, contract: Contract) -> tuple[Frames, dict[str, list[str]]]:
    """The rows of each part as PrepareData makes them, and the months of each part."""
    root = processing_path("input", "curated")
    files = curated_files(root, options.airports.split("+"), options.since, options.until)
    listed = processing_path("input", "snapshot", f"{options.snapshot}.json")
    if problem := differs(root, [path for _, path in files], listed):
        raise ValueError(f"{problem}: the data changed after the start; start again")
    # The state is computed from the flights for every month: what the stream recorded is the same, to the bit.
    prepared = Prepared(contract, {})
    parts: dict[str, list[pd.DataFrame]] = {"train": [], "validation": [], "test": []}
    months: dict[str, list[str]] = {name: [] for name in parts}
    for month, source, paths in partitions((month, path.parent.parent.name, path) for month, path in files):
        part = "train" if month < options.validate else "validation" if month == options.validate else "test"
        parts[part].extend(prepared.rows(month, source.removeprefix("airport="), paths))
        if month not in months[part]:
            months[part].append(month)
    if empty := [name for name, frames in parts.items() if not frames]:
        raise ValueError(f"no curated rows of {options.airports} to {', '.join(empty)} on")
    return Frames(*(pd.concat(frames, ignore_index=True) for frames in parts.values())), months


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="compare", description=__doc__)
    parser.add_argument("--airports", required=True, help="sources to use, with + between them")
    parser.add_argument("--from", dest="since", required=True, help="first month that trains, YYYY-MM")
    parser.add_argument("--validate", required=True, help="month that chooses thresholds; the months before it train")
    parser.add_argument("--until", required=True, help="first month that is not used; the months before it test")
    parser.add_argument("--snapshot", required=True, help="digest of the files to read, and name of the list of them")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--draws", type=int, default=DRAWS)
    options = parser.parse_args(arguments)
    contract = load()
    started = time.perf_counter()
    frames, months = read(options, contract)
    result = {
        "airports": options.airports.split("+"),
        "months": months,
        "rows": dict(zip(months, (len(part) for part in frames.parts), strict=True)),
        "positives": float(frames.test[contract.target].mean()),
        "currency": contract.currency,
        "rounds": options.rounds,
        "draws": options.draws,
        **compare(frames, contract, options.rounds, options.draws),
    }
    seconds = time.perf_counter() - started
    write(processing_path("output", "comparison"), "comparison.json", {**result, "seconds": round(seconds, 1)})
    print(f"{len(result['choices'])} choices in {seconds:.0f} seconds", flush=True)
    return 0
