"""Trials of three trees each: what is measured, chosen and written of them."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import archive
from made import made_rows, tiny_model
from workflow import select_model
from workflow.artifact import ArtifactRefused, digest
from workflow.contract import Contract
from workflow.select_model import Trial, archives, choose, latencies, measure, report, timed_rows


def trial(name: str, pr_auc: float = 0.5, nodes: int = 100, p95: float = 1.0) -> Trial:
    return Trial(name, pr_auc, 30000.0, p95 / 2, p95, 1000, 900, 10, nodes, "0" * 64)


@pytest.fixture()
def small(contract: Contract) -> Contract:
    return replace(contract, selection_tolerance=0.25, longest_latency_ms=100.0)


@pytest.fixture()
def packed(tmp_path: Path, contract: Contract) -> Path:
    tiny_model(tmp_path / "made", contract)
    return archive(tmp_path / "made", tmp_path / "ml" / "fly-1" / "output" / "model.tar.gz")


def test_a_trial_is_measured_from_its_archive(
    packed: Path, tmp_path: Path, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = made_rows(contract, 3)

    def timed(model: Any, found: pd.DataFrame, same: Contract) -> list[float]:
        assert (model.threshold, same) == (0.25, contract)
        assert found is rows
        return [float(number) for number in range(101)]

    monkeypatch.setattr(select_model, "latencies", timed)
    found = asdict(measure("fly-1", packed, rows, contract))
    nodes = found.pop("nodes")
    assert found == {
        "training_job": "fly-1",
        "pr_auc": 0.5,
        "cost_per_1000": 31000.0,
        "latency_p50_ms": 50.0,
        "latency_p95_ms": 95.0,
        "archive_bytes": packed.stat().st_size,
        "model_bytes": (tmp_path / "made" / "model.ubj").stat().st_size,
        "trees": 3,
        "sha256": digest(packed),
    }
    # Each tree splits once or more, and at most twice in depth.
    assert 3 * 3 <= nodes <= 3 * 7


@pytest.mark.parametrize("lost", ["validation_pr_auc", "validation_cost_per_1000", "metrics"])
def test_a_trial_without_a_metric_is_no_trial(packed: Path, tmp_path: Path, contract: Contract, lost: str) -> None:
    file = tmp_path / "made" / "features.json"
    document = json.loads(file.read_text())
    (document if lost == "metrics" else document["metrics"]).pop(lost)
    file.write_text(json.dumps(document))
    with pytest.raises(KeyError, match=lost):
        measure("fly-1", archive(tmp_path / "made", packed), made_rows(contract, 3), contract)


def test_an_archive_that_is_refused_is_no_trial(tmp_path: Path, contract: Contract) -> None:
    (tmp_path / "model.tar.gz").write_text("")
    with pytest.raises(ArtifactRefused):
        measure("fly-1", tmp_path / "model.tar.gz", made_rows(contract, 3), contract)


class Clock:
    """Scores a row in as many seconds as there were rows before it."""

    def __init__(self) -> None:
        self.now = 5.0
        self.rows: list[str] = []

    def score(self, row: pd.DataFrame, _: Contract) -> None:
        assert len(row) == 1
        self.now += len(self.rows)
        self.rows.append(row["flight_id"].iloc[0])


def test_single_rows_are_timed_in_turn_after_a_warm_up(contract: Contract, monkeypatch: pytest.MonkeyPatch) -> None:
    clock: Any = Clock()
    monkeypatch.setattr(select_model.time, "perf_counter", lambda: clock.now)
    monkeypatch.setattr(select_model, "WARM_UP", 2)
    monkeypatch.setattr(select_model, "PREDICTIONS", 4)
    assert latencies(clock, made_rows(contract, 4), contract) == [2000.0, 3000.0, 4000.0, 5000.0]
    assert clock.rows == [f"flight-{number}" for number in (0, 1, 2, 3, 0, 1)]


def test_the_smallest_near_the_best_is_chosen(small: Contract) -> None:
    trials = [trial("best", 0.75, 900), trial("near", 0.5, 200), trial("small", 0.49, 100)]
    assert choose(trials, small).training_job == "near"


def test_among_equally_small_ones_the_best_and_then_the_first_name_is_chosen(small: Contract) -> None:
    trials = [trial("b", 0.6), trial("c", 0.7), trial("a", 0.65)]
    assert choose(trials, small).training_job == "c"
    trials = [trial("b", 0.6), trial("c", 0.6), trial("a", 0.6)]
    assert choose(trials, small).training_job == "a"


def test_one_that_is_too_slow_sets_no_mark(small: Contract) -> None:
    trials = [trial("slow", 0.9, 10, p95=100.5), trial("limit", 0.6, 300, p95=100.0), trial("c", 0.3, 10)]
    assert choose(trials, small).training_job == "limit"
    with pytest.raises(ValueError) as caught:
        choose(trials[:1], small)
    assert str(caught.value) == "no trial of 1 predicts a row within 100 ms at the 95th percentile"


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_all_trials_without_a_metric_are_named(small: Contract, bad: float) -> None:
    with pytest.raises(ValueError) as caught:
        choose([trial("b", bad), trial("c"), trial("a", bad)], small)
    assert str(caught.value) == "the metric is no number in a, b: no trial is better than another"


def test_the_report_has_every_trial_from_the_best_on(small: Contract) -> None:
    trials = [trial("worst", 0.1, 10), trial("best", 0.75, 900), trial("near", 0.5, 200)]
    assert report(trials, small) == {
        "chosen": asdict(trials[2]),
        "best_metric": "best",
        "rule": {"tolerance": 0.25, "maximum_latency_ms": 100.0},
        "trials": [asdict(trials[1]), asdict(trials[2]), asdict(trials[0])],
    }


def test_archives_are_named_by_training_job_with_or_without_its_beginning(tmp_path: Path) -> None:
    for folder in ("fly-x1-001-abc", "-002-def", "003-ghi"):
        path = tmp_path / "deep" / folder / "output" / "model.tar.gz"
        path.parent.mkdir(parents=True)
        path.write_text("")
    (tmp_path / "deep" / "004" / "output").mkdir(parents=True)
    found = archives(tmp_path, "fly-x1")
    assert {name: path.parents[1].name for name, path in found.items()} == {
        "fly-x1-001-abc": "fly-x1-001-abc",
        "fly-x1-002-def": "-002-def",
        "fly-x1-003-ghi": "003-ghi",
    }
    for folder in (tmp_path / "deep" / "004", tmp_path / "none"):
        with pytest.raises(FileNotFoundError) as caught:
            archives(folder, "fly-x1")
        assert str(caught.value) == "the tuning job fly-x1 left no model"


def test_two_archives_of_one_training_job_are_refused(tmp_path: Path) -> None:
    for folder in ("a/fly-x1-001-abc", "b/-001-abc"):
        path = tmp_path / folder / "output" / "model.tar.gz"
        path.parent.mkdir(parents=True)
        path.write_text("")
    with pytest.raises(ValueError) as caught:
        archives(tmp_path, "fly-x1")
    assert str(caught.value) == "two archives are of the training job fly-x1-001-abc"


def test_as_many_rows_are_read_as_are_timed(tmp_path: Path, contract: Contract) -> None:
    (tmp_path / "deep").mkdir()
    made_rows(contract, 150).assign(carrier="NA").to_csv(tmp_path / "deep" / "a.csv", index=False)
    made_rows(contract, 1).to_csv(tmp_path / "deep" / "b.csv", index=False)
    found = timed_rows(tmp_path, contract)
    assert len(found) == 100
    assert set(found.columns) == {*contract.columns, contract.target}
    assert set(found["carrier"]) == {"NA"}


def test_there_must_be_a_file_and_a_row(tmp_path: Path, contract: Contract) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        timed_rows(tmp_path, contract)
    assert str(caught.value) == f"{tmp_path} holds no .csv file"
    made_rows(contract, 0).to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(ValueError) as empty:
        timed_rows(tmp_path, contract)
    assert str(empty.value) == "a.csv has no row to time a prediction with"


@pytest.fixture()
def root(tmp_path: Path, contract: Contract, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WORKFLOW_PROCESSING_ROOT", str(tmp_path / "root"))
    for name, rounds in (("001-a", 2), ("002-b", 4)):
        tiny_model(tmp_path / name, contract, rounds)
        archive(tmp_path / name, tmp_path / "root" / "input" / "models" / name / "output" / "model.tar.gz")
    (tmp_path / "root" / "input" / "validation").mkdir()
    made_rows(contract, 7).to_csv(tmp_path / "root" / "input" / "validation" / "data.csv", index=False)
    return tmp_path / "root"


def test_the_step_writes_its_table_and_marks_the_chosen_one(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    # What is next to its inputs is none of them.
    (root / "input" / "a").mkdir()
    (root / "input" / "a" / "data.csv").write_text("")
    (root / "input" / "z" / "003-c" / "output").mkdir(parents=True)
    (root / "input" / "z" / "003-c" / "output" / "model.tar.gz").write_text("")
    assert select_model.main(["--tuning-job", "fly-x1"]) == 0
    result = json.loads((root / "output" / "selection" / "selection.json").read_text())
    assert result["chosen"]["training_job"] == "fly-x1-001-a"
    lines = [
        f"{mark} {one['training_job']} pr_auc 0.5000 nodes {one['nodes']} p95 {one['latency_p95_ms']:.2f} ms"
        for mark, one in zip("* ", result["trials"], strict=True)
    ]
    assert capsys.readouterr().out.splitlines() == lines
    # A repeated step writes its table again.
    assert select_model.main(["--tuning-job", "fly-x1"]) == 0


def test_a_table_with_a_number_that_is_none_is_not_written(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = measure
    monkeypatch.setattr(select_model, "measure", lambda *some: replace(honest(*some), cost_per_1000=float(np.nan)))
    with pytest.raises(ValueError):
        select_model.main(["--tuning-job", "fly-x1"])
    assert not (root / "output" / "selection" / "selection.json").exists()


def test_the_tuning_job_must_be_named(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        select_model.main([])
    assert caught.value.code == 2
    assert "--tuning-job" in capsys.readouterr().err
