from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from workflow import attribution, train
from workflow.baseline import MonthsHeldBack, create
from workflow.contract import Contract
from workflow.model import Model
from workflow.model_quality import evaluate
from workflow.serving import input_fn, output_fn, predict_fn

HOUR = "2013/09/03/14"
WEATHER = [
    "temp",
    "dewp",
    "humid",
    "wind_dir",
    "wind_speed",
    "wind_gust",
    "precip",
    "pressure",
    "visib",
]


def months(flights: pd.DataFrame, first: str, last: str) -> pd.DataFrame:
    return flights[flights["date"].str[:7].between(first, last)]


@pytest.fixture(scope="session")
def model(flights: pd.DataFrame, contract: Contract) -> Model:
    options = argparse.Namespace(
        max_depth=4,
        eta=0.2,
        min_child_weight=5.0,
        subsample=0.8,
        num_round=40,
        early_stopping_rounds=10,
        seed=1,
    )
    return train.fit(
        months(flights, "2013-01", "2013-04"),
        months(flights, "2013-05", "2013-05"),
        options,
        contract,
        None,
    )[0]


@pytest.fixture(scope="session")
def baseline(
    tmp_path_factory: pytest.TempPathFactory,
    flights: pd.DataFrame,
    model: Model,
    contract: Contract,
) -> Path:
    root = tmp_path_factory.mktemp("baseline")
    for name, first, last in (
        ("train", "2013-01", "2013-04"),
        ("validation", "2013-05", "2013-05"),
        ("test", "2013-06", "2013-06"),
    ):
        (root / name).mkdir()
        months(flights, first, last).to_csv(root / name / "data.csv", index=False)
    create(
        root / "train",
        MonthsHeldBack(root / "validation", root / "test"),
        root / "output",
        model,
        contract,
    )
    return root / "output"


@dataclass
class Run:
    message: str
    output: Path

    def read(self, *path: str) -> Any:
        return json.loads(self.output.joinpath(*path).read_text())

    def violations(self, kind: str) -> list[dict[str, str]]:
        found: list[dict[str, str]] = self.read(kind, "constraint_violations.json")["violations"]
        return found

    def metric(self, name: str) -> float | None:
        return next(
            (one["value"] for one in self.read("metrics.json") if one["name"] == name),
            None,
        )


Evaluate = Callable[..., Run]


@pytest.fixture()
def run(tmp_path: Path, model: Model, baseline: Path, contract: Contract) -> Evaluate:
    """Predicts flights as the endpoint does, captures and labels them, and evaluates the predictions."""

    def evaluate_flights(
        frame: pd.DataFrame,
        labels: pd.Series[int] | None = None,
        *,
        sent: pd.DataFrame | None = None,
        hour: str = HOUR,
        collected: str = HOUR,
        window: tuple[str, str] = ("-P7D", "2013-09-04T00:00:00Z"),
        more: str = "",
        limits: Contract = contract,
    ) -> Run:
        work = tmp_path / str(len(list(tmp_path.iterdir())))
        captures, truth = work / "captures" / hour, work / "labels" / collected
        captures.mkdir(parents=True)
        truth.mkdir(parents=True)
        body = (frame if sent is None else sent)[contract.columns].to_csv(index=False, header=False)
        predicted, _ = output_fn(predict_fn(input_fn(body, "text/csv"), model), "text/csv")
        time = f"{hour[:10].replace('/', '-')}T{hour[11:]}:30:00Z"
        lines = zip(body.splitlines(), predicted.splitlines(), frame["flight_id"], strict=True)
        (captures / "0.jsonl").write_text(
            "".join(event(request, prediction, name, time) for request, prediction, name in lines) + more
        )
        outcomes = frame["disrupted"] if labels is None else labels
        (truth / "0.jsonl").write_text(
            "".join(label(name, str(value)) for name, value in zip(frame["flight_id"], outcomes, strict=True))
        )
        environment = {
            "start_time": window[0],
            "end_time": window[1],
            "dataset_source": str(work / "captures"),
            "ground_truth_source": str(work / "labels"),
            "output_path": str(work / "output"),
            "workflow_namespace": "MlaBlueprint/Monitoring",
            "quality_constraints": str(baseline / "quality" / "constraints.json"),
            "bias_constraints": str(baseline / "bias" / "constraints.json"),
            "explainability_constraints": str(baseline / "explainability" / "constraints.json"),
        }
        (work / "scratch").mkdir()
        return Run(evaluate(environment, model, work / "scratch", limits), work / "output")

    return evaluate_flights


def event(request: str, prediction: str, name: str, time: str) -> str:
    def side(mode: str, data: str) -> dict[str, str]:
        return {
            "observedContentType": "text/csv",
            "mode": mode,
            "data": data,
            "encoding": "CSV",
        }

    metadata = {
        "eventId": f"event-of-{name}",
        "inferenceId": name,
        "inferenceTime": time,
    }
    data = {
        "endpointInput": side("INPUT", request),
        "endpointOutput": side("OUTPUT", prediction),
    }
    return json.dumps({"captureData": data, "eventMetadata": metadata, "eventVersion": "0"}) + "\n"


def label(name: str, value: str) -> str:
    truth = {
        "groundTruthData": {"data": value, "encoding": "CSV"},
        "eventMetadata": {"eventId": name},
        "eventVersion": "0",
    }
    return json.dumps(truth) + "\n"


@pytest.fixture(scope="session")
def august(flights: pd.DataFrame) -> pd.DataFrame:
    return months(flights, "2013-08", "2013-08")


def test_a_usual_month_breaks_nothing(run: Evaluate, august: pd.DataFrame) -> None:
    result = run(august)
    assert result.message.startswith(
        f"CompletedSuccessfully: {len(august)} predictions, {len(august)} with a label (0 late), 0 without"
    )
    assert [result.violations(kind) for kind in ("quality", "bias", "explainability")] == [[], [], []]
    assert [result.metric(f"{kind}Violations") for kind in ("Quality", "Cost", "Bias", "Attribution")] == [0, 0, 0, 0]


def test_labels_that_contradict_break_quality_and_cost(run: Evaluate, august: pd.DataFrame) -> None:
    """A source turned the sign of its delays: what was late is early."""
    result = run(august, 1 - august["disrupted"])
    assert {one["metric_name"] for one in result.violations("quality")} == {
        "auc",
        "cost_ratio",
    }
    assert result.message.startswith("CompletedWithViolations")
    assert (result.metric("QualityViolations"), result.metric("CostViolations")) == (
        1,
        1,
    )


def test_a_strike_at_the_regional_carriers_is_bias_drift(
    run: Evaluate, flights: pd.DataFrame, contract: Contract
) -> None:
    """Their morning flights are all canceled and the model cannot know: it serves their passengers worse."""
    summer = months(flights, "2013-07", "2013-09")
    summer = summer[summer["sched_dep_time"] < 1200]
    regional = summer["carrier"].isin(contract.facet_values)
    result = run(summer, summer["disrupted"].where(~regional, 1))
    assert ("AD", "bias_drift_check") in {
        (one["metric_name"], one["constraint_check_type"]) for one in result.violations("bias")
    }


def test_live_feeds_that_stopped_move_the_attributions(run: Evaluate, august: pd.DataFrame, contract: Contract) -> None:
    """Its limit here is narrower than the real one: the few flights of this test say little about their airport."""
    feeds = dict.fromkeys([*WEATHER, *contract.state.columns], np.nan)
    limits = replace(contract, attribution_ndcg=0.95)
    assert run(august, limits=limits).violations("explainability") == []
    result = run(august, sent=august.assign(**feeds), limits=limits)
    score = result.metric("AttributionNdcg")
    assert score is not None and score < 0.95
    assert [one["constraint_check_type"] for one in result.violations("explainability")] == [
        "feature_attribution_drift_check"
    ]


def test_predictions_without_a_label_are_counted_and_not_evaluated(run: Evaluate, august: pd.DataFrame) -> None:
    known = august["disrupted"].astype("object").where(august["disrupted"].index % 2 == 0, "later")
    result = run(august, known)
    merge = result.read("merge.json")
    assert merge["matched"] + merge["missing"] == merge["predictions"] == len(august)
    assert merge["missing"] == merge["unreadable_labels"] == int((known == "later").sum())
    assert result.metric("PredictionsWithoutLabel") == merge["missing"]
    assert result.read("quality", "statistics.json")["dataset"]["item_count"] == merge["matched"]


def test_a_label_that_came_later_than_a_day_counts_within_the_window(run: Evaluate, august: pd.DataFrame) -> None:
    result = run(august, collected="2013/09/05/10", window=("-P7D", "2013-09-06T00:00:00Z"))
    assert result.read("merge.json")["late"] == len(august)
    assert result.metric("QualityViolations") == 0


def test_predictions_before_the_window_are_not_read(run: Evaluate, august: pd.DataFrame) -> None:
    result = run(august, window=("2013-09-03T15:00:00Z", "2013-09-04T00:00:00Z"))
    assert result.read("merge.json")["predictions"] == 0
    assert result.metric("QualityViolations") is None
    assert "not evaluated: quality and cost (0 labels" in result.message


def test_an_hour_that_the_window_cuts_counts_in_part(run: Evaluate, august: pd.DataFrame) -> None:
    """Asked at half past two."""
    assert run(august, window=("2013-09-03T14:45:00Z", "2013-09-03T15:00:00Z")).read("merge.json")["predictions"] == 0
    assert run(august, window=("2013-09-03T14:15:00Z", "2013-09-03T14:45:00Z")).read("merge.json")[
        "predictions"
    ] == len(august)


def test_a_handful_of_labels_proves_nothing(run: Evaluate, august: pd.DataFrame, contract: Contract) -> None:
    few = august.head(contract.minimum_rows - 1)
    result = run(few, 1 - few["disrupted"])
    assert result.metric("QualityViolations") is None
    assert not (result.output / "quality").exists()


def test_requests_with_several_rows_have_no_label_of_their_own(
    run: Evaluate, august: pd.DataFrame, contract: Contract
) -> None:
    request = august[contract.columns].head(3).to_csv(index=False, header=False)
    result = run(
        august,
        more=event(request, "0.1,on_time,1\n" * 3, "three-at-once", "2013-09-03T14:30:00Z"),
    )
    merge = result.read("merge.json")
    assert (merge["several_rows"], merge["matched"]) == (3, len(august))


def test_labels_of_flights_that_nobody_asked_about_are_counted(
    run: Evaluate, flights: pd.DataFrame, august: pd.DataFrame
) -> None:
    more = months(flights, "2013-09", "2013-09")
    first = run(august)
    assert first.read("merge.json")["labels_without_prediction"] == 0
    result = run(
        pd.concat([august, more]),
        window=("2013-09-03T14:00:00Z", "2013-09-03T15:00:00Z"),
        hour="2013/09/03/15",
    )
    assert result.read("merge.json")["labels_without_prediction"] == len(august) + len(more)


def test_a_corrected_label_counts_as_it_came_last(run: Evaluate, august: pd.DataFrame) -> None:
    twice = pd.concat([august, august])
    wrong_then_right = pd.concat([1 - august["disrupted"], august["disrupted"]])
    assert run(twice, wrong_then_right).violations("quality") == []


def test_metrics_carry_awss_namespaces_and_dimensions(run: Evaluate, august: pd.DataFrame) -> None:
    metrics = run(august).read("metrics.json")
    by_name = {one["name"]: one for one in metrics}
    assert by_name["auc"]["namespace"] == "aws/sagemaker/Endpoints/model-metrics"
    assert by_name["bias_metric_RD"]["dimensions"] == {
        "BiasStage": "Post-Training",
        "Label": "disrupted",
        "LabelValue": "1",
        "Facet": "carrier",
        "FacetValue": "9E,EV,MQ,OO,YV",
    }
    assert by_name["feature_carrier"]["dimensions"]["ValueType"] == "GlobalShapValues"


def test_contributions_add_up_to_the_score(model: Model, august: pd.DataFrame, contract: Contract) -> None:
    found = attribution.contributions(model, august, contract)
    assert 1 / (1 + np.exp(-found.sum(axis=1))) == pytest.approx(model.score(august, contract), abs=1e-4)


def test_ndcg_is_that_of_awss_example() -> None:
    """Three features in reversed order, as on AWS's page "Monitor Feature Attribution Drift": 0.69."""
    trained = {"SAT score": 0.70, "GPA": 0.50, "Class rank": 0.05}
    live = {"SAT score": 0.10, "GPA": 0.20, "Class rank": 0.70}
    assert attribution.ndcg(trained, live) == pytest.approx(0.69, abs=0.005)
    assert attribution.ndcg(trained, trained) == 1.0


def test_explained_rows_are_bounded_however_many_pass() -> None:
    sample = attribution.Sample(100)
    for number in range(5000):
        sample.add({"number": number})
    assert (sample.seen, len(sample.rows)) == (5000, 100)
    assert 1500 < np.mean([row["number"] for row in sample.rows]) < 3500


def test_the_baseline_puts_predictions_before_features(baseline: Path, contract: Contract) -> None:
    for name in ("statistics.json", "constraints.json"):
        features = json.loads((baseline / name).read_text())["features"]
        assert [feature["name"] for feature in features] == [
            "probability",
            "decision",
            *contract.columns,
        ]


def test_the_predictions_have_a_limit_of_their_own(baseline: Path, contract: Contract) -> None:
    probability, decision, *features = json.loads((baseline / "constraints.json").read_text())["features"]
    own = {"distribution_constraints": {"comparison_threshold": contract.output_distance}}
    assert probability["monitoring_config_overrides"] == decision["monitoring_config_overrides"] == own
    assert own not in [feature.get("monitoring_config_overrides") for feature in features]


def test_labels_outside_an_hours_folder_are_refused(run: Evaluate, august: pd.DataFrame) -> None:
    with pytest.raises(ValueError, match="yyyy/mm/dd/hh"):
        run(august, collected="september")
