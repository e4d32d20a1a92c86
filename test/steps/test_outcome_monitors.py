"""The stand-ins for AWS's outcome monitors (rehearsal/images/outcomes), as the rehearsal runs them."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from workflow.contract import Contract

ROOT = Path(__file__).resolve().parents[2]
HOUR = "2013/09/03/14"
Monitor = Callable[[Callable[[Any], float]], dict[str, Any]]


def run(command: str, **environment: object) -> None:
    script = ROOT / "rehearsal" / "images" / "outcomes" / "monitors.py"
    variables = {name: str(value) for name, value in environment.items()}
    subprocess.run(
        [sys.executable, script, ROOT / "pipelines" / "steps", command], check=True, env={**os.environ, **variables}
    )


def lines(path: Path, records: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{json.dumps(one)}\n" for one in records))


@pytest.fixture()
def monitor(tmp_path: Path, flights: pd.DataFrame, contract: Contract) -> Monitor:
    sample = flights.sample(600, random_state=1)
    config = {
        "headers": [*contract.columns, contract.target],
        "label": contract.target,
        "facet": [{"name_or_index": contract.facet_column, "value_or_threshold": list(contract.facet_values)}],
        "group_variable": contract.facet_group,
    }
    (tmp_path / "analysis_config.json").write_text(json.dumps(config))
    limit = {"name": "RD", "value": 0.2}
    facets = {contract.facet_column: [{"value_or_threshold": "all", "metrics": [limit]}]}
    constraints = {
        "binary_classification_constraints": {"auc": {"threshold": 0.6, "comparison_operator": "LessThanThreshold"}},
        "post_training_bias_metrics": {"facets": facets},
    }
    (tmp_path / "constraints.json").write_text(json.dumps(constraints))

    def answer(probability: Callable[[Any], float]) -> dict[str, Any]:
        captures, labels = [], []
        for at, row in enumerate(sample.to_dict("records")):
            text = io.StringIO()
            csv.writer(text).writerow(["" if pd.isna(row[name]) else row[name] for name in contract.columns])
            output = f"{probability(row)},a word,1\n"
            captures.append(
                {
                    "captureData": {
                        "endpointInput": {
                            "data": text.getvalue(),
                            "encoding": "CSV",
                            "observedContentType": "text/csv",
                        },
                        "endpointOutput": {"data": output, "encoding": "CSV", "observedContentType": "text/csv"},
                    },
                    "eventMetadata": {
                        "eventId": f"event-{at}",
                        "inferenceId": f"flight-{at}",
                        "inferenceTime": "2013-09-03T14:05:00Z",
                    },
                }
            )
            if at % 3:
                labels.append(
                    {
                        "groundTruthData": {"data": str(row["disrupted"]), "encoding": "CSV"},
                        "eventMetadata": {"eventId": f"flight-{at}"},
                    }
                )
        lines(tmp_path / "captures" / "endpoint" / "AllTraffic" / HOUR / "one.jsonl", captures)
        lines(tmp_path / "labels" / HOUR / "one.jsonl", labels)
        shared = {
            "baseline_constraints": tmp_path / "constraints.json",
            "analysis_config": tmp_path / "analysis_config.json",
        }
        shared |= {
            "probability_attribute": 0,
            "probability_threshold_attribute": 0.5,
            "dataset_source": tmp_path / "merged",
        }
        run(
            "merge",
            dataset_source=tmp_path / "captures",
            ground_truth_source=tmp_path / "labels",
            output_path=tmp_path / "merged",
        )
        for command in ("model-quality", "model-bias"):
            run(command, **{**shared, "output_path": tmp_path / command})
        read = {path.relative_to(tmp_path).as_posix(): path for path in tmp_path.rglob("*.json*")}
        return {name: path.read_text() for name, path in read.items()}

    return answer


def violations(found: dict[str, Any], command: str) -> list[dict[str, str]]:
    listed: list[dict[str, str]] = json.loads(found[f"{command}/constraint_violations.json"])["violations"]
    return listed


def test_merges_what_has_a_label_under_the_hour_of_its_capture(monitor: Monitor) -> None:
    found = monitor(lambda row: 0.9 if row["disrupted"] else 0.1)
    merged = [json.loads(line) for line in found[f"merged/endpoint/AllTraffic/{HOUR}/one.jsonl"].splitlines()]
    assert len(merged) == 400
    assert all(one["groundTruthData"]["encoding"] == "CSV" and one["captureData"]["endpointOutput"] for one in merged)


def test_a_model_that_is_right_breaks_no_constraint(monitor: Monitor) -> None:
    found = monitor(lambda row: 0.9 if row["disrupted"] else 0.1)
    assert violations(found, "model-quality") == []
    assert violations(found, "model-bias") == []
    metrics = {one["name"]: one["value"] for one in json.loads(found["model-quality/metrics.json"])}
    assert metrics["auc"] == pytest.approx(1.0)


def test_a_model_that_is_upside_down_breaks_the_constraint_of_quality(monitor: Monitor) -> None:
    found = monitor(lambda row: 0.1 if row["disrupted"] else 0.9)
    assert [one["metric_name"] for one in violations(found, "model-quality")] == ["auc"]


def test_a_model_that_misses_only_the_facet_breaks_the_constraint_of_bias(monitor: Monitor, contract: Contract) -> None:
    found = monitor(
        lambda row: 0.9 if row["disrupted"] and row[contract.facet_column] not in contract.facet_values else 0.1
    )
    assert [one["metric_name"] for one in violations(found, "model-bias")] == ["RD"]
    stages = {one["dimensions"]["BiasStage"] for one in json.loads(found["model-bias/metrics.json"])}
    assert stages == {"Pre-training", "Post-Training"}
