"""The evaluation report of eight rows whose numbers can be worked out by hand, with models that score by a column."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import archive
from made import made_rows, tiny_model
from sklearn import metrics
from workflow import evaluate
from workflow.artifact import Artifact, ArtifactRefused, digest
from workflow.contract import Contract
from workflow.rule import Rule

LABELS = [1, 0, 1, 0, 0, 1, 0, 0]
SCORES = [0.9, 0.8, 0.7, 0.2, 0.1, 0.15, 0.25, 0.05]
LIVE = [0.6, 0.1, 0.2, 0.45, 0.1, 0.8, 0.3, 0.4]
MONTHS = ["2013-04", "2013-04", "2013-03", "2013-03", "2013-03", "2013-03", "2013-04", "2013-04"]
AIRPORTS = ["LGA", "LGA", "JFK", "JFK", "LGA", "JFK", "JFK", "LGA"]


@pytest.fixture()
def costly(contract: Contract) -> Contract:
    return replace(contract, missed_cost=200.0, false_alarm_cost=60.0)


@pytest.fixture()
def frame(contract: Contract) -> pd.DataFrame:
    """`temp` is the candidate's score, `dewp` that of the live model."""
    return made_rows(contract, 8).assign(
        date=[f"{month}-17" for month in MONTHS],
        origin=AIRPORTS,
        disrupted=LABELS,
        temp=SCORES,
        dewp=LIVE,
        mean_delay_60=[10.0, 11.0, 12.0, 9.0, 0.0, np.nan, 3.0, 4.0],
    )


def model(column: str, threshold: float, **change: Any) -> Any:
    def score(frame: pd.DataFrame, contract: Contract) -> Any:
        assert isinstance(contract, Contract)
        return frame[column].to_numpy()

    usual = {
        "score": score,
        "threshold": threshold,
        "thresholds": {"costs": threshold, "validation": 0.8},
        "rule": Rule("mean_delay_60", 10),
    }
    return SimpleNamespace(**{**usual, **change})


def test_the_report_of_eight_rows(frame: pd.DataFrame, costly: Contract, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate, "CURVE_POINTS", 3)
    found = evaluate.report(frame, model("temp", 0.25), model("dewp", 0.5), costly)
    assert found["gate"] == {
        "base_rate": 0.375,
        "lift": pytest.approx(13 / 18 / 0.375),
        "alternative": "the live model",
        "alternative_cost_per_1000": 25000.0,
        "cost_ratio": 1.6,
    }
    assert found["window"] == {"months": ["2013-03", "2013-04"], "airports": ["JFK", "LGA"], "rows": 8}
    precision, recall, _ = metrics.precision_recall_curve(LABELS, SCORES)
    points = [0, (len(recall) - 1) // 2, len(recall) - 1]
    numbers = {"pr_auc": 13 / 18, "auc": 11 / 15, "accuracy": 5 / 8, "precision": 0.5, "recall": 2 / 3, "f1": 4 / 7}
    assert found["binary_classification_metrics"] == {
        **{name: {"value": pytest.approx(value), "standard_deviation": "NaN"} for name, value in numbers.items()},
        "confusion_matrix": {"0": {"0": 3, "1": 2}, "1": {"0": 1, "1": 2}},
        "precision_recall_curve": {
            "precisions": [precision[point] for point in points],
            "recalls": [recall[point] for point in points],
        },
    }
    business = found["business"]
    curve = business.pop("cost_curve")
    assert business == {
        "currency": "USD",
        "threshold": 0.25,
        "expected_cost_per_1000": 40000.0,
        "threshold_from_costs": 0.25,
        "cost_at_threshold_from_costs_per_1000": 40000.0,
        "threshold_from_validation": 0.8,
        "cost_at_threshold_from_validation_per_1000": 57500.0,
        "cost_of_never_flagging_per_1000": 75000.0,
        "cost_of_always_flagging_per_1000": 37500.0,
        "cost_of_the_rule_per_1000": 32500.0,
        "rule": {"feature": "mean_delay_60", "at_least": 10},
        "live_cost_per_1000": 25000.0,
    }
    assert len(curve) == 99
    assert curve[24] == {"threshold": 0.25, "cost": 40000.0}
    assert found["summary"] == (
        "candidate: pr_auc 0.7222 (1.93 times the share of positives), auc 0.7333, 40000 USD per 1000; "
        "without a model: never flagging 75000, always flagging 37500, the rule (mean_delay_60 of 10 or more) 32500; "
        "live: pr_auc 0.8333 (2.22 times the share of positives), auc 0.8000, 25000 USD per 1000; "
        "on the same 8 rows of JFK LGA, 2013-03 2013-04"
    )


def test_each_month_and_airport_is_evaluated_for_both_models(frame: pd.DataFrame, costly: Contract) -> None:
    found = evaluate.report(frame, model("temp", 0.25), model("dewp", 0.5), costly)
    live = found["live"]
    whole = {name: live[name] for name in ("rows", "base_rate", "pr_auc", "auc", "expected_cost_per_1000")}
    assert whole == {
        "rows": 8,
        "base_rate": 0.375,
        "pr_auc": pytest.approx(2.5 / 3),
        "auc": pytest.approx(0.8),
        "expected_cost_per_1000": 25000.0,
    }
    assert live["threshold"] == 0.5
    assert {*live} == {*whole, "threshold", "by_month", "by_airport"}
    for by, groups in (("by_month", MONTHS), ("by_airport", AIRPORTS)):
        for part, scores, threshold in ((found, SCORES, 0.25), (live, LIVE, 0.5)):
            assert {*part[by]} == set(groups)
            for name, row in part[by].items():
                of = np.array(groups) == name
                expected = evaluate.quality(np.array(LABELS)[of], np.array(scores)[of], threshold, costly)
                assert row == expected
    assert found["by_month"]["2013-04"] != live["by_month"]["2013-04"]


def test_without_a_live_model_and_a_rule_the_policies_are_left(frame: pd.DataFrame, costly: Contract) -> None:
    found = evaluate.report(frame, model("temp", 0.25, rule=None, thresholds={}), None, costly)
    assert found["live"] is None
    assert (found["gate"]["alternative"], found["gate"]["cost_ratio"]) == ("always flagging", 40 / 37.5)
    nothing = [name for name, value in found["business"].items() if value is None]
    assert nothing == [
        "threshold_from_costs",
        "cost_at_threshold_from_costs_per_1000",
        "threshold_from_validation",
        "cost_at_threshold_from_validation_per_1000",
        "cost_of_the_rule_per_1000",
        "rule",
        "live_cost_per_1000",
    ]
    assert found["summary"] == (
        "candidate: pr_auc 0.7222 (1.93 times the share of positives), auc 0.7333, 40000 USD per 1000; "
        "without a model: never flagging 75000, always flagging 37500; no live model; "
        "on the same 8 rows of JFK LGA, 2013-03 2013-04"
    )


@pytest.mark.parametrize(
    ("labels", "flagged", "expected"),
    [
        # Nothing flagged, then nothing to find: shares of nothing are 0.
        (LABELS, False, {"precision": 0.0, "recall": 0.0, "f1": 0.0, "accuracy": 5 / 8}),
        ([0] * 8, True, {"precision": 0.0, "recall": 0.0, "f1": 0.0, "accuracy": 0.0}),
        ([0] * 8, False, {"precision": 0.0, "recall": 0.0, "f1": 0.0, "accuracy": 1.0}),
        ([1] * 8, True, {"precision": 1.0, "recall": 1.0, "f1": 1.0, "accuracy": 1.0}),
        ([0] * 7 + [1], True, {"precision": 1 / 8, "recall": 1.0, "f1": 2 / 9, "accuracy": 1 / 8}),
    ],
)
@pytest.mark.filterwarnings("ignore:No positive class found")
def test_shares_of_nothing_are_zero(
    frame: pd.DataFrame, costly: Contract, labels: list[int], flagged: bool, expected: dict[str, float]
) -> None:
    candidate = model("temp", 0.0 if flagged else 1.0)
    found = evaluate.report(frame.assign(disrupted=labels), candidate, None, costly)["binary_classification_metrics"]
    assert {name: found[name]["value"] for name in expected} == expected


@pytest.mark.parametrize(
    ("labels", "expected"),
    [([1, 1], {"pr_auc": 1.0, "auc": 0.5}), ([0, 0], {"pr_auc": 0.0, "auc": 0.5}), ([1, 0], {"pr_auc": 1, "auc": 1})],
)
@pytest.mark.filterwarnings("error")
def test_rows_of_one_class_have_no_ranking(labels: list[int], expected: dict[str, float], costly: Contract) -> None:
    found = evaluate.quality(np.array(labels), np.array([0.9, 0.25]), 0.25, costly)
    assert {name: found[name] for name in expected} == expected
    assert (found["rows"], found["base_rate"]) == (2, sum(labels) / 2)
    assert found["expected_cost_per_1000"] == (2 - sum(labels)) * 30000


def test_a_live_model_that_scores_no_numbers_stops_the_evaluation(frame: pd.DataFrame, costly: Contract) -> None:
    with pytest.raises(ValueError):
        evaluate.report(frame.assign(dewp=np.nan), model("temp", 0.25), model("dewp", 0.5), costly)


@pytest.mark.parametrize("label", [2, -1])
def test_an_outcome_that_is_neither_yes_nor_no_stops_the_evaluation(
    label: int, frame: pd.DataFrame, costly: Contract
) -> None:
    """It would be no error of any model, so it would make each of them cheaper."""
    with pytest.raises(ValueError, match=r"^the test set has outcomes that are neither 0 nor 1$"):
        evaluate.report(frame.assign(disrupted=[*LABELS[:-1], label]), model("temp", 0.25), None, costly)


def test_all_that_is_no_number_is_named() -> None:
    candidate = {"base_rate": 0.25, "pr_auc": float("nan"), "expected_cost_per_1000": 80.0}
    with pytest.raises(ValueError) as caught:
        evaluate.gate(candidate, {"never flagging": float("inf")})
    assert str(caught.value) == "the quality gate compares numbers, and these are none: never flagging, pr_auc"


@pytest.mark.parametrize(
    ("cost", "alternative", "expected"),
    [(90.0, 100.0, 0.9), (0.0, 0.0, 1.0), (2.0, 0.0, 3.0), (2.0, 0.5, 4.0)],
)
def test_an_alternative_without_errors_is_never_beaten(cost: float, alternative: float, expected: float) -> None:
    assert evaluate.ratio(cost, alternative) == expected


def test_without_positives_there_is_no_lift_and_of_equal_alternatives_the_first_is_named() -> None:
    found = evaluate.gate({"base_rate": 0.0, "pr_auc": 0.0, "expected_cost_per_1000": 1.0}, {"a": 1.0, "b": 1.0})
    assert (found["lift"], found["alternative"]) == (1.0, "a")


def test_a_test_set_without_rows_says_nothing(frame: pd.DataFrame, costly: Contract) -> None:
    with pytest.raises(ValueError) as caught:
        evaluate.report(frame.head(0), model("temp", 0.25), None, costly)
    assert str(caught.value) == "the test set has no rows: nothing can be said about the candidate"


def test_a_model_is_read_from_its_archive_wherever_it_is_in_the_folder(tmp_path: Path, contract: Contract) -> None:
    kept = tiny_model(tmp_path / "made", contract)
    path = archive(tmp_path / "made", tmp_path / "input" / "v1" / "model.tar.gz")
    loaded = evaluate.load_model(tmp_path / "input", tmp_path / "to")
    assert loaded is not None
    found, artifact = loaded
    assert (found.threshold, found.rule) == (kept.threshold, kept.rule)
    assert artifact.sha256 == digest(path)
    rows = made_rows(contract, 5)
    np.testing.assert_array_equal(found.score(rows, contract), kept.score(rows, contract))
    assert (tmp_path / "to" / "model.ubj").is_file()


def test_an_archive_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.tar.gz").write_text('{"live_model":null}')
    with pytest.raises(ArtifactRefused):
        evaluate.load_model(tmp_path, tmp_path / "to")


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["b.tar.gz", "a.tar.gz"], "must hold one model or the marker, and holds a.tar.gz, b.tar.gz"),
        (["b.json", "deep/a.tar.gz"], "must hold one model or the marker, and holds a.tar.gz, b.json"),
        (["b.json", "a.json"], "must hold one model or the marker, and holds a.json, b.json"),
    ],
)
def test_one_of_several_is_never_chosen(tmp_path: Path, names: list[str], words: str) -> None:
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(evaluate.NO_LIVE_MODEL)
    with pytest.raises(ValueError) as caught:
        evaluate.load_model(tmp_path, tmp_path / "to")
    assert str(caught.value) == f"{tmp_path} {words}"


@pytest.mark.parametrize("content", ["", "{}", "null", '{"live_model": null}', '{"live_model":null}\n'])
def test_another_content_is_no_marker(tmp_path: Path, content: str) -> None:
    (tmp_path / "none.json").write_text(content)
    with pytest.raises(ValueError) as caught:
        evaluate.load_model(tmp_path, tmp_path / "to")
    assert str(caught.value) == "none.json is not the marker that there is no model"


def test_a_folder_without_both_is_named(tmp_path: Path) -> None:
    (tmp_path / "model.tar").write_text("")
    for folder in (tmp_path, tmp_path / "none"):
        with pytest.raises(FileNotFoundError) as caught:
            evaluate.load_model(folder, tmp_path / "to")
        assert str(caught.value) == f"{folder} holds neither model.tar.gz nor the marker that there is no model"


class Container:
    """The step's folders, with models that score by a column in place of those of the archives."""

    def __init__(self, root: Path, frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
        self.root, self.models = root, {"model": (model("temp", 0.25), Artifact("c" * 64, (), 1))}
        self.asked: list[Any] = []
        (root / "input" / "test").mkdir(parents=True)
        self.rows = root / "input" / "test" / "data.csv"
        frame.assign(more=1).to_csv(self.rows, index=False)
        monkeypatch.setenv("WORKFLOW_PROCESSING_ROOT", str(root))
        monkeypatch.setattr(evaluate, "load_model", self.load)
        monkeypatch.setattr(evaluate, "SmokeTest", self.smoke_test)

    def load(self, folder: Path, target: Path) -> Any:
        assert folder.parent == self.root / "input"
        assert target.parent.is_dir()
        self.asked.append(target)
        return self.models.get(folder.name)

    def smoke_test(self, folder: Path, rows: pd.DataFrame, contract: Contract) -> Any:
        assert folder == self.asked[-2] != self.asked[-1]
        assert folder.parent == self.asked[-1].parent != Path()
        assert len(rows) == 8

        def result(scores: Any, threshold: float, same: Contract) -> dict[str, Any]:
            assert (threshold, same) == (0.25, contract)
            return {"passed": True, "scores": [float(one) for one in scores]}

        return SimpleNamespace(result=result)

    @property
    def result(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.root / "output" / "evaluation" / "evaluation.json").read_text())
        return found


@pytest.fixture()
def step(tmp_path: Path, frame: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> Container:
    return Container(tmp_path / "container", frame, monkeypatch)


def test_the_report_names_the_archives_and_the_rows_of_its_numbers(
    step: Container, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluate, "ROWS", 5)
    step.models["live"] = (model("dewp", 0.5), Artifact("d" * 64, (), 1))
    assert evaluate.main([]) == 0
    found = step.result
    assert found["model"] == {"sha256": "c" * 64}
    assert found["live"]["model"] == {"sha256": "d" * 64}
    assert (found["live"]["auc"], found["live"]["threshold"]) == (pytest.approx(0.8), 0.5)
    assert found["window"]["sha256"] == digest(step.rows)
    assert found["smoke_test"] == {"passed": True, "scores": SCORES[:5]}
    assert capsys.readouterr().out == f"{found['summary']}\n"
    text = (step.root / "output" / "evaluation" / "evaluation.json").read_text()
    assert text.startswith('{\n "summary": "')
    # A repeated step writes its report again.
    assert evaluate.main([]) == 0


def test_without_a_live_model_the_report_says_so(step: Container) -> None:
    assert evaluate.main([]) == 0
    assert step.result["live"] is None


def test_without_a_candidate_there_is_nothing_to_evaluate(step: Container) -> None:
    step.models.clear()
    with pytest.raises(FileNotFoundError) as caught:
        evaluate.main([])
    assert str(caught.value) == "the candidate's model.tar.gz is missing"
    assert not (step.root / "output").exists()


def test_a_column_that_is_missing_or_a_test_set_that_is_missing_stops_the_step(step: Container) -> None:
    frame = pd.read_csv(step.rows)
    frame.drop(columns="origin").to_csv(step.rows, index=False)
    with pytest.raises(ValueError, match="origin"):
        evaluate.main([])
    shutil.rmtree(step.rows.parent)
    with pytest.raises(FileNotFoundError):
        evaluate.main([])
    assert not (step.root / "output").exists()


def test_a_report_with_a_number_that_is_none_is_not_written(step: Container) -> None:
    candidate = model("temp", 0.25, thresholds={"costs": float("nan"), "validation": 0.5})
    step.models["model"] = (candidate, Artifact("c" * 64, (), 1))
    with pytest.raises(ValueError):
        evaluate.main([])
    assert not (step.root / "output" / "evaluation" / "evaluation.json").exists()
