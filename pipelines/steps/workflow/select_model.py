"""SelectModel: every trial's accuracy, latency and size in one table, and the one that the problem's rule takes.

The best metric alone may cost more to run than it is worth (TUNETRAP-06: metric only; BALANCE-01: accuracy against
latency).
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from .analyze import write
from .artifact import MODEL_FILE, unpack
from .contract import Contract, load, processing_path
from .model import Model
from .reading import frame_options

PREDICTIONS = 100
"""Single rows that are timed."""

WARM_UP = 10
"""Single rows before them: the first ones also load code and fill caches."""


@dataclass(frozen=True)
class Trial:
    training_job: str
    pr_auc: float
    """Of the validation rows, as its training measured it."""
    cost_per_1000: float
    latency_p50_ms: float
    """Of one row in this container, without HTTP."""
    latency_p95_ms: float
    archive_bytes: int
    model_bytes: int
    trees: int
    nodes: int
    sha256: str


def measure(name: str, archive: Path, rows: pd.DataFrame, contract: Contract) -> Trial:
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        artifact = unpack(archive, folder / "model")
        model = Model.load(folder / "model")
        found: dict[str, float] = json.loads((folder / "model" / "features.json").read_text())["metrics"]
        milliseconds = latencies(model, rows, contract)
        return Trial(
            training_job=name,
            pr_auc=found["validation_pr_auc"],
            cost_per_1000=found["validation_cost_per_1000"],
            latency_p50_ms=float(np.percentile(milliseconds, 50)),
            latency_p95_ms=float(np.percentile(milliseconds, 95)),
            archive_bytes=archive.stat().st_size,
            model_bytes=(folder / "model" / MODEL_FILE).stat().st_size,
            trees=model.booster.num_boosted_rounds(),
            nodes=sum(tree.count("\n") for tree in model.booster.get_dump()),
            sha256=artifact.sha256,
        )


def latencies(model: Model, rows: pd.DataFrame, contract: Contract) -> list[float]:
    found = []
    for number in range(WARM_UP + PREDICTIONS):
        row = rows.iloc[[number % len(rows)]]
        begin = time.perf_counter()
        model.score(row, contract)
        found.append(1000 * (time.perf_counter() - begin))
    return found[WARM_UP:]


def choose(trials: Sequence[Trial], contract: Contract) -> Trial:
    """Among the trials near the best metric and fast enough, the one with the fewest nodes: the cheapest to run.

    Nodes and not milliseconds decide, because the same trials shall always give the same model.
    """
    if unknown := sorted(trial.training_job for trial in trials if not math.isfinite(trial.pr_auc)):
        raise ValueError(f"the metric is no number in {', '.join(unknown)}: no trial is better than another")
    fast = [trial for trial in trials if trial.latency_p95_ms <= contract.longest_latency_ms]
    if not fast:
        limit = contract.longest_latency_ms
        raise ValueError(f"no trial of {len(trials)} predicts a row within {limit:g} ms at the 95th percentile")
    best = max(trial.pr_auc for trial in fast)
    near = [trial for trial in fast if trial.pr_auc >= best - contract.selection_tolerance]
    return min(near, key=lambda trial: (trial.nodes, -trial.pr_auc, trial.training_job))


def archives(folder: Path, tuning_job: str) -> dict[str, Path]:
    """The trials' archives by training job: <training job>/output/model.tar.gz. A trial that was stopped has none.

    The input is every key that begins with the tuning job's name; where SageMaker leaves that beginning off, the folder
    has only the rest of the training job's name.
    """
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("model.tar.gz")):
        rest = path.parents[1].name
        name = rest if rest.startswith(tuning_job) else f"{tuning_job}-{rest.removeprefix('-')}"
        if name in found:
            # The table would have one of them, under the name of both.
            raise ValueError(f"two archives are of the training job {name}")
        found[name] = path
    if not found:
        raise FileNotFoundError(f"the tuning job {tuning_job} left no model")
    return found


def report(trials: Sequence[Trial], contract: Contract) -> dict[str, Any]:
    chosen = choose(trials, contract)
    ranked = sorted(trials, key=lambda trial: -trial.pr_auc)
    return {
        "chosen": asdict(chosen),
        "best_metric": ranked[0].training_job,
        "rule": {"tolerance": contract.selection_tolerance, "maximum_latency_ms": contract.longest_latency_ms},
        "trials": [asdict(trial) for trial in ranked],
    }


def timed_rows(folder: Path, contract: Contract) -> pd.DataFrame:
    files = sorted(folder.rglob("*.csv"))
    if not files:
        raise FileNotFoundError(f"{folder} holds no .csv file")
    columns = [*contract.columns, contract.target]
    rows: pd.DataFrame = pd.read_csv(files[0], nrows=PREDICTIONS, **frame_options(contract, columns))
    if rows.empty:
        raise ValueError(f"{files[0].name} has no row to time a prediction with")
    return rows


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="select-model", description=__doc__)
    parser.add_argument("--tuning-job", required=True)
    options = parser.parse_args(arguments)
    contract = load()
    source = processing_path("input", "validation")
    rows = timed_rows(source, contract)
    models = archives(processing_path("input", "models"), options.tuning_job)
    result = report([measure(name, path, rows, contract) for name, path in models.items()], contract)
    write(processing_path("output", "selection"), "selection.json", result)
    for trial in result["trials"]:
        mark = "*" if trial["training_job"] == result["chosen"]["training_job"] else " "
        print(
            f"{mark} {trial['training_job']} pr_auc {trial['pr_auc']:.4f} nodes {trial['nodes']} "
            f"p95 {trial['latency_p95_ms']:.2f} ms",
            flush=True,
        )
    return 0
