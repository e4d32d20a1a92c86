from __future__ import annotations

import argparse
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import archive
from workflow import evaluate, train
from workflow.artifact import digest
from workflow.contract import Contract
from workflow.features import cheapest_threshold, cost_curve, expected_cost
from workflow.model import Model
from workflow.rule import Rule


def test_training_leaves_model_vocabularies_and_serving_code(trained: Path) -> None:
    document = json.loads((trained / "features.json").read_text())
    parts = {"framework", "vocabularies", "threshold", "thresholds", "rule", "metrics", "hyperparameters"}
    assert set(document) == parts
    assert (trained / "model.ubj").is_file()
    assert (trained / "code" / "inference.py").is_file()
    assert (trained / "code" / "workflow" / "problem.json").is_file()


def test_the_objective_is_printed_as_xgboost_logs_it_and_ends_with_the_best(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train.main(["--num_round", "40", "--eta", "0.5", "--early_stopping_rounds", "5"])
    lines = re.findall(
        r"^\[(\d+)\](?:\ttrain-aucpr:[\d.]+)?\tvalidation-aucpr:([\d.]+)$", capsys.readouterr().out, re.MULTILINE
    )
    metrics = json.loads((trained / "features.json").read_text())["metrics"]
    rounds, values = [int(number) for number, _ in lines], [float(value) for _, value in lines]
    assert rounds == [*range(len(lines) - 1), metrics["rounds"] - 1]
    assert values[-1] == max(values) == pytest.approx(metrics["validation_pr_auc"], abs=1e-5)
    assert values[-2] < values[-1]  # early stopping went on past the best round


def test_training_stops_when_validation_no_longer_gains(trained: Path) -> None:
    train.main(["--num_round", "400", "--eta", "0.5", "--early_stopping_rounds", "3"])
    assert json.loads((trained / "features.json").read_text())["metrics"]["rounds"] < 400


def test_the_threshold_follows_from_the_costs_and_the_other_is_the_cheapest_of_the_validation_rows(
    trained: Path, curated: Path, contract: Contract
) -> None:
    rows = train.read_channel("validation", contract)
    model = Model.load(trained)
    scores = model.score(rows, contract)
    labels = rows[contract.target].to_numpy()
    cheapest = expected_cost(labels, scores >= model.thresholds["validation"], contract)
    assert cheapest == min(cost for _, cost in cost_curve(labels, scores, contract))
    assert model.threshold == model.thresholds["costs"] == 60 / (60 + 180)


def test_the_problem_may_take_the_threshold_from_the_validation_rows(
    trained: Path, curated: Path, contract: Contract
) -> None:
    options = argparse.Namespace(**json.loads((trained / "features.json").read_text())["hyperparameters"])
    train_rows, validation_rows = (train.read_channel(name, contract) for name in ("train", "validation"))
    other = replace(contract, threshold_from="validation")
    model, _ = train.fit(train_rows, validation_rows, options, other, None)
    labels, scores = validation_rows[contract.target].to_numpy(), model.score(validation_rows, contract)
    assert model.threshold == model.thresholds["validation"] == cheapest_threshold(labels, scores, contract)


def test_the_evaluation_has_both_thresholds_with_their_cost(trained: Path, curated: Path, contract: Contract) -> None:
    frame = pd.read_csv(curated / "output" / "test" / "data.csv")
    loaded = Model.load(trained)
    # Another one than the costs', whatever these few rows would choose.
    model = replace(loaded, thresholds={**loaded.thresholds, "validation": 0.4})
    business = evaluate.report(frame, model, None, contract)["business"]
    assert business["threshold_from_costs"] == business["threshold"]
    assert business["cost_at_threshold_from_costs_per_1000"] == business["expected_cost_per_1000"]
    labels, scores = frame[contract.target].to_numpy(), model.score(frame, contract)
    cost = expected_cost(labels, scores >= business["threshold_from_validation"], contract)
    assert business["cost_at_threshold_from_validation_per_1000"] == cost != business["expected_cost_per_1000"]


def test_a_channel_without_files_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SM_CHANNEL_TRAIN", str(tmp_path))
    with pytest.raises(FileNotFoundError, match="channel train"):
        train.main([])


def test_the_evaluation_compares_with_the_live_model_on_the_same_rows(trained: Path, curated: Path) -> None:
    model = archive(trained, curated / "input" / "model" / "model.tar.gz")
    live = curated / "input" / "live"
    live.mkdir()
    shutil.copy(model, live)  # a second archive would differ in its time
    (curated / "input" / "test").symlink_to(curated / "output" / "test")
    assert evaluate.main([]) == 0
    result = json.loads((curated / "output" / "evaluation" / "evaluation.json").read_text())
    # As good as the live model, which costs less than doing without one: no reason to replace it.
    assert result["gate"]["cost_ratio"] == 1
    assert result["gate"]["alternative"] == "the live model"
    # The same model twice: whatever is recorded of one side is recorded of the other, from the same rows.
    measured = {name: result["live"][name] for name in ("pr_auc", "auc")}
    assert measured == {name: result["binary_classification_metrics"][name]["value"] for name in measured}
    assert (result["live"]["by_month"], result["live"]["by_airport"]) == (result["by_month"], result["by_airport"])
    assert result["live"]["model"] == result["model"]
    rows = curated / "input" / "test" / "data.csv"
    assert result["window"] == {
        "months": ["2013-04"],
        "airports": ["JFK"],
        "rows": len(pd.read_csv(rows)),
        "sha256": digest(rows),
    }
    assert "on the same" in result["summary"] and "2013-04" in result["summary"]
    assert result["model"] == {"sha256": digest(curated / "input" / "model" / "model.tar.gz")}
    assert 0.5 < result["binary_classification_metrics"]["auc"]["value"] < 1
    assert set(result["by_month"]) == {"2013-04"}
    assert set(result["by_airport"]) == {"JFK"}
    confusion = result["binary_classification_metrics"]["confusion_matrix"]
    assert (
        sum(confusion[actual][predicted] for actual in "01" for predicted in "01")
        == result["by_airport"]["JFK"]["rows"]
    )


def test_the_evaluation_needs_a_candidate(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"neither model\.tar\.gz nor the marker"):
        evaluate.load_model(tmp_path, tmp_path)


def test_a_model_that_predicts_no_numbers_gets_no_report(
    trained: Path, curated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive(trained, curated / "input" / "model" / "model.tar.gz")
    (curated / "input" / "live").mkdir()
    (curated / "input" / "live" / "no-live-model.json").write_text(evaluate.NO_LIVE_MODEL)
    (curated / "input" / "test").symlink_to(curated / "output" / "test")
    monkeypatch.setattr(Model, "score", lambda _, frame, __: np.full(len(frame), np.nan))
    with pytest.raises(ValueError, match="NaN"):
        evaluate.main([])
    assert not (curated / "output" / "evaluation").exists()


def test_rows_of_one_class_have_no_ranking_to_judge(contract: Contract) -> None:
    labels = np.zeros(10)
    found = evaluate.quality(labels, np.linspace(0, 1, 10), 2.0, contract)
    assert (found["pr_auc"], found["auc"], found["expected_cost_per_1000"]) == (0.0, 0.5, 0.0)


def test_without_a_live_model_the_policies_without_a_model_are_the_alternatives(trained: Path, curated: Path) -> None:
    archive(trained, curated / "input" / "model" / "model.tar.gz")
    (curated / "input" / "live").mkdir()
    (curated / "input" / "live" / "no-live-model.json").write_text(evaluate.NO_LIVE_MODEL)
    (curated / "input" / "test").symlink_to(curated / "output" / "test")
    evaluate.main([])
    result = json.loads((curated / "output" / "evaluation" / "evaluation.json").read_text())
    business, gate = result["business"], result["gate"]
    costs = ("cost_of_never_flagging_per_1000", "cost_of_always_flagging_per_1000", "cost_of_the_rule_per_1000")
    cheapest = min(business[name] for name in costs)
    assert business["live_cost_per_1000"] is None
    assert gate["alternative"] in ("never flagging", "always flagging", "the rule")
    assert gate["alternative_cost_per_1000"] == cheapest
    assert gate["cost_ratio"] == business["expected_cost_per_1000"] / cheapest
    assert gate["lift"] == result["binary_classification_metrics"]["pr_auc"]["value"] / gate["base_rate"]


def test_a_model_that_costs_more_than_the_rule_is_not_registered(
    trained: Path, curated: Path, contract: Contract
) -> None:
    """Days in which the rule is always right, and cheaper than both policies."""
    frame = pd.read_csv(curated / "output" / "test" / "data.csv")
    model = replace(Model.load(trained), rule=Rule("mean_delay_60", 10))
    frame[contract.target] = (frame["mean_delay_60"] >= 10).astype(int)
    result = evaluate.report(frame, model, None, contract)
    assert result["gate"]["alternative"] == "the rule"
    assert result["business"]["cost_of_the_rule_per_1000"] == result["gate"]["alternative_cost_per_1000"] == 0
    assert not passes(result["gate"])
    assert "the rule (mean_delay_60 of 10 or more) 0; no live model" in result["summary"]


def test_a_model_of_before_there_was_a_rule_is_compared_without_one(
    trained: Path, curated: Path, contract: Contract
) -> None:
    document = json.loads((trained / "features.json").read_text())
    del document["rule"]
    (trained / "features.json").write_text(json.dumps(document))
    frame = pd.read_csv(curated / "output" / "test" / "data.csv")
    result = evaluate.report(frame, Model.load(trained), None, contract)
    assert result["business"]["rule"] is result["business"]["cost_of_the_rule_per_1000"] is None
    assert result["gate"]["alternative"] != "the rule"


def passes(gate: dict[str, Any]) -> bool:
    """As the pipeline's condition, with the flights' limits."""
    return bool(gate["lift"] >= 1.3 and gate["cost_ratio"] < 1)


@pytest.mark.parametrize("month", range(1, 13))
def test_no_model_without_skill_passes_the_gate_in_any_month(
    month: int, flights: pd.DataFrame, contract: Contract
) -> None:
    """Random scores are refused, also with the best threshold for these rows, with 25 % or 33 % disrupted flights."""
    rows = flights[flights["date"].str[5:7] == f"{month:02d}"]
    labels = rows[contract.target].to_numpy()
    never = expected_cost(labels, np.zeros(len(labels), dtype=bool), contract)
    always = expected_cost(labels, np.ones(len(labels), dtype=bool), contract)
    alternatives = {"never flagging": never, "always flagging": always}
    random = np.random.default_rng(month)
    for scores in [*(random.random(len(labels)) for _ in range(20)), np.full(len(labels), 0.25)]:
        found = evaluate.quality(labels, scores, cheapest_threshold(labels, scores, contract), contract)
        assert not passes(evaluate.gate(found, alternatives))


def test_a_trained_model_passes_the_gate(trained: Path, curated: Path, contract: Contract) -> None:
    frame = pd.read_csv(curated / "output" / "test" / "data.csv")
    assert passes(evaluate.report(frame, Model.load(trained), None, contract)["gate"])


def test_a_live_model_without_an_error_is_not_beaten_by_a_worse_one() -> None:
    assert evaluate.ratio(100.0, 0.0) > 1
    assert evaluate.ratio(0.0, 0.0) == 1
    assert evaluate.ratio(90.0, 100.0) == 0.9


def test_a_model_is_worth_more_than_never_flagging(trained: Path, curated: Path, contract: Contract) -> None:
    frame = pd.read_csv(curated / "output" / "test" / "data.csv")
    business = evaluate.report(frame, Model.load(trained), None, contract)["business"]
    assert business["expected_cost_per_1000"] < business["cost_of_never_flagging_per_1000"]


def test_an_archive_without_a_model_says_what_it_lacks(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"lacks model\.ubj"):
        Model.load(tmp_path)


def test_training_is_reproducible(trained: Path, curated: Path, contract: Contract) -> None:
    options = argparse.Namespace(
        max_depth=4,
        eta=0.2,
        min_child_weight=1.0,
        subsample=0.8,
        num_round=15,
        early_stopping_rounds=5,
        seed=7,
    )
    train_rows = train.read_channel("train", contract)
    validation_rows = train.read_channel("validation", contract)
    first, _ = train.fit(train_rows, validation_rows, options, contract, None)
    second, _ = train.fit(train_rows, validation_rows, options, contract, None)
    assert (first.score(validation_rows, contract) == second.score(validation_rows, contract)).all()


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["a.tar.gz", "b.tar.gz"], "must hold one model or the marker, and holds a.tar.gz, b.tar.gz"),
        (["a.tar.gz", "none.json"], "must hold one model or the marker, and holds a.tar.gz, none.json"),
        (["a.json", "b.json"], "must hold one model or the marker, and holds a.json, b.json"),
        (["other.json"], "other.json is not the marker that there is no model"),
    ],
)
def test_an_input_that_could_be_another_model_is_refused(tmp_path: Path, names: list[str], words: str) -> None:
    for name in names:
        (tmp_path / name).write_text("{}")
    with pytest.raises(ValueError, match=re.escape(words)):
        evaluate.load_model(tmp_path, tmp_path / "to")


def test_only_the_marker_says_that_there_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "1234.json").write_text('{"live_model":null}')
    assert evaluate.load_model(tmp_path, tmp_path / "to") is None


def test_a_test_set_without_rows_gives_no_report(flights: pd.DataFrame, contract: Contract) -> None:
    with pytest.raises(ValueError, match="the test set has no rows: nothing can be said about the candidate"):
        evaluate.report(flights.head(0), None, None, contract)  # type: ignore[arg-type]


NUMBERS = {"base_rate": 0.25, "pr_auc": 0.5, "expected_cost_per_1000": 80.0}


def test_the_gate_compares_with_chance_and_with_the_cheapest_alternative() -> None:
    assert evaluate.gate(NUMBERS, {"never flagging": 200.0, "the rule": 100.0, "always flagging": 300.0}) == {
        "base_rate": 0.25,
        "lift": 2.0,
        "alternative": "the rule",
        "alternative_cost_per_1000": 100.0,
        "cost_ratio": 0.8,
    }
    assert evaluate.gate({**NUMBERS, "base_rate": 0.0}, {"the rule": 0.0}) == {
        "base_rate": 0.0,
        "lift": 1.0,
        "alternative": "the rule",
        "alternative_cost_per_1000": 0.0,
        "cost_ratio": 81.0,
    }


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
@pytest.mark.parametrize("name", [*NUMBERS, "the live model"])
def test_the_gate_has_no_answer_about_what_is_no_number(name: str, bad: float) -> None:
    """NaN is neither above nor below: as the first alternative it would stay the cheapest."""
    candidate = {key: bad if key == name else value for key, value in NUMBERS.items()}
    alternatives = {"the live model": bad if name == "the live model" else 100.0, "never flagging": 50.0}
    with pytest.raises(ValueError) as caught:
        evaluate.gate(candidate, alternatives)
    assert str(caught.value) == f"the quality gate compares numbers, and these are none: {name}"


def test_the_gate_needs_an_alternative_and_all_numbers() -> None:
    with pytest.raises(ValueError):
        evaluate.gate(NUMBERS, {})
    for name in NUMBERS:
        with pytest.raises(KeyError, match=name):
            evaluate.gate({key: value for key, value in NUMBERS.items() if key != name}, {"the rule": 1.0})
