"""Training on two hosts: two processes with a loopback address each, as the hosts of a job have names."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from conftest import ROOT
from sklearn.metrics import average_precision_score
from workflow import train
from workflow.contract import Contract
from workflow.features import Encoder, value_counts
from workflow.model import Model

OPTIONS = ["--num_round", "40", "--eta", "0.2"]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has 127.0.0.2 without asking for it")


def on_two_hosts(parts: list[Path], folder: Path, options: list[str]) -> list[subprocess.CompletedProcess[str]]:
    """Trains with one host's training rows in each of the folders; host 0's model is in `folder`/0."""
    # Addresses of their own: the tracker's port stays taken for a while.
    network = f"127.{random.randint(1, 254)}.{random.randint(0, 255)}"
    hosts = [f"{network}.1", f"{network}.2"]
    processes = []
    for index, part in enumerate(parts):
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "pipelines" / "steps"),
            "SM_HOSTS": json.dumps(hosts),
            "SM_CURRENT_HOST": hosts[index],
            "SM_CHANNEL_TRAIN": str(part),
            "SM_MODEL_DIR": str(folder / str(index)),
            "SM_CHECKPOINT_DIR": str(folder / f"checkpoints-{index}"),
        }
        (folder / f"checkpoints-{index}").mkdir(exist_ok=True)
        command = [
            sys.executable,
            str(ROOT / "pipelines" / "steps" / "train.py"),
            *options,
        ]
        processes.append(
            subprocess.Popen(
                command,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )
    found = [(process, process.communicate(timeout=120)[0]) for process in processes]
    return [subprocess.CompletedProcess(process.args, process.returncode, output) for process, output in found]


@pytest.fixture
def parts(trained: Path, curated: Path, tmp_path: Path) -> list[Path]:
    """The training rows in two halves; every other row, as PrepareData deals them out."""
    rows = pd.read_csv(next((curated / "output" / "train").glob("*.csv")), dtype=str)
    folders = [tmp_path / "part-0", tmp_path / "part-1"]
    for index, folder in enumerate(folders):
        folder.mkdir()
        rows[index::2].to_csv(folder / f"part-{index}.csv", index=False)
    return folders


def pr_auc(folder: Path, contract: Contract) -> float:
    rows = train.read_channel("validation", contract)
    return float(average_precision_score(rows[contract.target], Model.load(folder).score(rows, contract)))


def test_two_hosts_train_one_model_as_good_as_one_host_does(
    parts: list[Path], trained: Path, contract: Contract, tmp_path: Path
) -> None:
    results = on_two_hosts(parts, tmp_path, OPTIONS)
    assert [result.returncode for result in results] == [0, 0], results
    # One host writes the model, the checkpoints and the metrics.
    assert (tmp_path / "0" / "model.ubj").is_file()
    assert not (tmp_path / "1").exists()
    assert (tmp_path / "checkpoints-0" / "checkpoint.ubj").is_file()
    assert not list((tmp_path / "checkpoints-1").iterdir())
    assert "validation-aucpr" in results[0].stdout
    assert "validation-aucpr" not in results[1].stdout

    train.main(OPTIONS)
    one, two = Model.load(trained), Model.load(tmp_path / "0")
    assert two.encoder == one.encoder
    assert pr_auc(tmp_path / "0", contract) == pytest.approx(pr_auc(trained, contract), abs=0.03)


def test_every_host_goes_on_from_the_checkpoint_of_the_first(parts: list[Path], tmp_path: Path) -> None:
    on_two_hosts(parts, tmp_path, OPTIONS)
    results = on_two_hosts(parts, tmp_path, OPTIONS)
    assert [result.returncode for result in results] == [0, 0], results
    assert "resuming after round 25" in results[0].stdout


def test_a_host_without_rows_fails_the_training_on_all_of_them(parts: list[Path], tmp_path: Path) -> None:
    next(parts[1].iterdir()).unlink()
    results = on_two_hosts(parts, tmp_path, OPTIONS)
    assert all(result.returncode != 0 for result in results)
    assert "another host: channel train" in results[0].stdout
    assert not (tmp_path / "0").exists()


def test_vocabularies_of_parts_are_those_of_the_whole(contract: Contract, trained: Path) -> None:
    rows = train.read_channel("validation", contract)
    halves = [value_counts(rows[index::2], contract) for index in range(2)]
    assert Encoder.of_counts(halves, contract) == Encoder.fit(rows, contract)
