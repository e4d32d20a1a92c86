from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import archive
from workflow import select_model, train
from workflow.artifact import digest
from workflow.contract import Contract
from workflow.select_model import Trial, choose


def trial(name: str, pr_auc: float, nodes: int, p95: float = 1.0) -> Trial:
    return Trial(name, pr_auc, 30000.0, p95 / 2, p95, 1000, 900, 10, nodes, "0" * 64)


def rule(contract: Contract, tolerance: float = 0.01, limit: float = 100.0) -> Contract:
    return replace(contract, selection_tolerance=tolerance, longest_latency_ms=limit)


def test_the_smallest_of_the_equally_good_trials_is_chosen(contract: Contract) -> None:
    trials = [trial("best", 0.5, 4000), trial("small", 0.491, 800), trial("worse", 0.489, 100)]
    assert choose(trials, rule(contract)).training_job == "small"
    assert choose(trials, rule(contract, tolerance=0.0)).training_job == "best"


def test_a_trial_that_is_too_slow_is_no_choice_and_sets_no_mark(contract: Contract) -> None:
    trials = [trial("slow", 0.6, 9000, p95=101.0), trial("fast", 0.5, 4000)]
    assert choose(trials, rule(contract)).training_job == "fast"
    with pytest.raises(ValueError, match=r"no trial of 2 predicts a row within 0\.5 ms"):
        choose(trials, rule(contract, limit=0.5))


def test_equal_trials_have_one_order(contract: Contract) -> None:
    trials = [trial("b", 0.5, 800), trial("a", 0.5, 800), trial("c", 0.495, 800)]
    assert choose(trials, rule(contract)).training_job == "a"


@pytest.mark.parametrize("folder", ["fly-x1-{}", "-{}"])
def test_the_table_has_every_trial_that_left_a_model(
    trained: Path, curated: Path, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (curated / "input" / "validation").symlink_to(curated / "output" / "validation")
    models = curated / "input" / "models"
    archive(trained, models / folder.format("001-abc") / "output" / "model.tar.gz")
    assert train.main(["--num_round", "40", "--eta", "0.2", "--max_depth", "2"]) == 0
    small = archive(trained, models / folder.format("002-def") / "output" / "model.tar.gz")
    (models / folder.format("003-ghi")).mkdir()  # stopped
    assert select_model.main(["--tuning-job", "fly-x1"]) == 0
    result = json.loads((curated / "output" / "selection" / "selection.json").read_text())
    assert {one["training_job"] for one in result["trials"]} == {"fly-x1-001-abc", "fly-x1-002-def"}
    second = next(one for one in result["trials"] if one["training_job"] == "fly-x1-002-def")
    assert second["sha256"] == digest(small)
    metrics = json.loads((trained / "features.json").read_text())["metrics"]
    assert (second["pr_auc"], second["trees"]) == (metrics["validation_pr_auc"], metrics["rounds"])
    assert 0 < second["latency_p50_ms"] <= second["latency_p95_ms"]
    # A binary tree of depth 2 has at most 7 nodes.
    assert second["trees"] < second["nodes"] <= 7 * second["trees"]
    assert f"* {result['chosen']['training_job']}" in capsys.readouterr().out


def test_a_tuning_job_without_a_model_is_named(curated: Path) -> None:
    (curated / "input" / "models").mkdir(parents=True)
    with pytest.raises(FileNotFoundError, match="fly-x1 left no model"):
        select_model.archives(curated / "input" / "models", "fly-x1")


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_metric_that_is_no_number_leaves_nothing_to_choose(contract: Contract, bad: float, place: int) -> None:
    """NaN first would stay the best, and last it would be passed over: the order of the trials would decide."""
    trials = [trial("a", 0.5, 800), trial("b", 0.6, 900)]
    trials.insert(place, trial("broken", bad, 100))
    with pytest.raises(ValueError, match=r"^the metric is no number in broken: no trial is better than another$"):
        choose(trials, rule(contract))


def test_a_latency_that_is_no_number_is_not_fast_enough(contract: Contract) -> None:
    slow = trial("a", 0.9, 100, p95=float("nan"))
    assert choose([slow, trial("b", 0.5, 800)], rule(contract)).training_job == "b"
    with pytest.raises(ValueError, match="no trial of 0 predicts a row"):
        choose([], rule(contract))


def test_a_limit_may_be_reached(contract: Contract) -> None:
    trials = [trial("best", 0.75, 900, p95=100.0), trial("near", 0.5, 100, p95=100.0)]
    assert choose(trials, rule(contract, tolerance=0.25)).training_job == "near"


def test_there_must_be_rows_to_time(tmp_path: Path, contract: Contract) -> None:
    with pytest.raises(FileNotFoundError, match=r"holds no .csv file"):
        select_model.timed_rows(tmp_path, contract)
    (tmp_path / "data.csv").write_text(",".join([*contract.columns, contract.target]) + "\n")
    with pytest.raises(ValueError, match=r"data\.csv has no row to time a prediction with"):
        select_model.timed_rows(tmp_path, contract)
