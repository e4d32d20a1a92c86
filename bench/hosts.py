"""One host against two that share the training rows: quality and cost on months that neither has seen.

    PYTHONPATH=pipelines/steps python bench/hosts.py      prints one JSON object for each month and number of hosts

The hosts are processes with a loopback address each. A model is trained on the airport's months up to two before the
test month, and validated on the one between; the hyperparameters are fixed. Two seeds show what chance alone changes.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from bare_workflow import ROOT, curate, flights
from sklearn.metrics import average_precision_score, roc_auc_score
from workflow import prepare
from workflow.contract import load
from workflow.features import expected_cost
from workflow.model import Model
from workflow.reading import frame_options

TESTS = [("JFK", 6), ("JFK", 9), ("LGA", 9), ("LGA", 12)]
OPTIONS = ["--max_depth", "6", "--eta", "0.1", "--min_child_weight", "10", "--num_round", "400"]
SEEDS = [20131, 20132]


def prepared(work: Path, curated: Path, airport: str, month: int, hosts: int) -> Path:
    """The output folder of PrepareData."""
    os.environ["WORKFLOW_PROCESSING_ROOT"] = str(work)
    until = f"2013-{month + 1:02d}" if month < 12 else "2014-01"
    (work / "input" / "snapshot").mkdir(parents=True)
    (work / "input" / "curated").symlink_to(curated)
    chosen = prepare.curated_files(curated, [airport], "0000-00", until)
    objects = [{"key": path.relative_to(curated).as_posix(), "size": path.stat().st_size} for _, path in chosen]
    (work / "input" / "snapshot" / "bench.json").write_text(json.dumps({"objects": objects}))
    arguments = ["--airports", airport, "--until", until, "--snapshot", "bench", "--hosts", str(hosts)]
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        assert prepare.main(arguments) == 0
    return work / "output"


def trained(work: Path, output: Path, hosts: int, seed: int) -> Path:
    """The model's folder. Each host has one file of the training rows, as a channel sharded by S3 key gives it."""
    network = f"127.{random.randint(1, 254)}.{random.randint(0, 255)}"
    names = [f"{network}.{number + 1}" for number in range(hosts)]
    processes = []
    for number, file in enumerate(sorted((output / "train").iterdir())):
        channel = work / f"train-{number}"
        channel.mkdir()
        (channel / file.name).symlink_to(file)
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "pipelines" / "steps"),
            "SM_HOSTS": json.dumps(names),
            "SM_CURRENT_HOST": names[number],
            "SM_CHANNEL_TRAIN": str(channel),
            "SM_CHANNEL_VALIDATION": str(output / "validation"),
            "SM_MODEL_DIR": str(work / "model"),
            "SM_CHECKPOINT_DIR": str(work / "no-checkpoints"),
            "SM_NUM_CPUS": "1",
        }
        command = [sys.executable, str(ROOT / "pipelines" / "steps" / "train.py"), *OPTIONS, f"--seed={seed}"]
        processes.append(subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL))
    assert [process.wait() for process in processes] == [0] * hosts
    return work / "model"


def evaluated(model: Path, test: Path) -> dict[str, Any]:
    contract = load()
    rows = pd.read_csv(test, **frame_options(contract, [*contract.columns, contract.target]))
    labels = rows[contract.target].to_numpy()
    loaded = Model.load(model)
    scores = loaded.score(rows, contract)
    return {
        "auc": roc_auc_score(labels, scores),
        "pr_auc": average_precision_score(labels, scores),
        "cost": expected_cost(labels, np.asarray(scores >= loaded.threshold), contract),
        "rounds": loaded.booster.num_boosted_rounds(),
    }


def main() -> None:
    months = flights()
    with tempfile.TemporaryDirectory() as folder:
        curate(Path(folder) / "curated", months, dict.fromkeys(months))
        for airport, month in TESTS:
            for hosts, seed in itertools.product((1, 2), SEEDS):
                work = Path(folder) / f"{airport}-{month}-{hosts}-{seed}"
                output = prepared(work, Path(folder) / "curated", airport, month, hosts)
                quality = evaluated(trained(work, output, hosts, seed), output / "test" / "data.csv")
                what = {"airport": airport, "month": f"2013-{month:02d}", "hosts": hosts, "seed": seed}
                print(json.dumps({**what, **quality}), flush=True)


if __name__ == "__main__":
    main()
