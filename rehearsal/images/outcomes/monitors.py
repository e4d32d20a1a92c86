"""Stand-ins for the containers that AWS runs on outcomes: the ground-truth merger, Model Monitor's model quality, Clarify's bias monitor.

Their code is closed. The merger's and the analyzer's variables, the merged lines and the reports are published; metrics and
violations are computed by the workflow's own code, which follows the published definitions. The inputs of Clarify's container are
not published: here it gets the inputs of the analyzer.
"""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, sys.argv[1])

from workflow import bias, binary_quality
from workflow.analyze import leave_message, write
from workflow.baseline import quality_statistics
from workflow.bias import FacetCounts
from workflow.binary_quality import Evaluated
from workflow.captures import CaptureErrors, capture_files, events, input_rows, payload
from workflow.contract import load
from workflow.ground_truth import ground_truth

Environment = Mapping[str, str]


def merge(environment: Environment) -> str:
    """One line for each capture that has a label, in the hour's folder of the capture; what has none is left out."""
    captures, labels, output = (Path(environment[name]) for name in ("dataset_source", "ground_truth_source", "output_path"))
    merged = captured = 0
    with tempfile.TemporaryDirectory() as scratch, ground_truth(Path(scratch) / "labels.sqlite") as truth:
        truth.load(labels)
        for path in capture_files(captures):
            lines = []
            for event in events([path], CaptureErrors()):
                captured += 1
                metadata = event["eventMetadata"]
                label = truth.find(str(metadata.get("inferenceId") or metadata.get("eventId", "")))
                if label is not None:
                    lines.append(json.dumps({**event, "groundTruthData": {"data": str(label[0]), "encoding": "CSV"}}))
            if lines:
                target = output / path.relative_to(captures)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text("\n".join(lines) + "\n", encoding="utf-8")
            merged += len(lines)
    return f"CompletedSuccessfully: {merged} of {captured} captures have a label"


def predictions(environment: Environment) -> Iterator[tuple[dict[str, Any], int, float]]:
    """Merged lines with their label and probability. One label cannot be that of several rows: such requests are left out."""
    column = int(environment["probability_attribute"])
    for event in events(capture_files(Path(environment["dataset_source"])), CaptureErrors()):
        predicted = [row for row in csv.reader(io.StringIO(payload(event["captureData"]["endpointOutput"])[0])) if row]
        if len(predicted) == 1:
            yield event, int(event["groundTruthData"]["data"]), float(predicted[0][column])


def monitor_result(output: Path, document: dict[str, Any], metrics: list[dict[str, Any]], evaluated: int) -> str:
    write(output, "constraint_violations.json", document)
    write(output, "metrics.json", metrics)
    found = len(document["violations"])
    return f"{'CompletedWithViolations' if found else 'CompletedSuccessfully'}: {found} violations in {evaluated} labeled predictions"


def model_quality(environment: Environment) -> str:
    contract, output = load(), Path(environment["output_path"])
    threshold = float(environment["probability_threshold_attribute"])
    rows = [(label, score) for _, label, score in predictions(environment)]
    evaluated = Evaluated()
    labels, scores = [label for label, _ in rows], [score for _, score in rows]
    evaluated.add(labels, [score > threshold for score in scores], scores)  # type: ignore[arg-type]
    constraints = json.loads(Path(environment["baseline_constraints"]).read_text())["binary_classification_constraints"]
    measured = binary_quality.values(evaluated.cells())
    write(output, "statistics.json", quality_statistics(evaluated, contract))
    metrics = [{"name": name, "value": value} for name, value in measured.items()]
    return monitor_result(output, {"violations": binary_quality.violations(measured, constraints)}, metrics, evaluated.rows)


def model_bias(environment: Environment) -> str:
    contract, output = load(), Path(environment["output_path"])
    config = json.loads(Path(environment["analysis_config"]).read_text())
    threshold, [facet] = float(environment["probability_threshold_attribute"]), config["facet"]
    counts, evaluated = FacetCounts(), 0
    for event, label, score in predictions(environment):
        for row in input_rows(event, config["headers"][:-1], CaptureErrors()):
            counts.add(row[config["group_variable"]], row[facet["name_or_index"]] in facet["value_or_threshold"], label, score > threshold)
            evaluated += 1
    if not counts.comparable:
        raise ValueError(f"too few outcomes on one side of the facet {facet['name_or_index']} in {evaluated} labeled predictions")
    document = bias.report(counts, contract)
    constraints = json.loads(Path(environment["baseline_constraints"]).read_text())
    write(output, "analysis.json", document)
    facet_value = ",".join(facet["value_or_threshold"])
    shared = {"Label": config["label"], "LabelValue": "1", "Facet": facet["name_or_index"], "FacetValue": facet_value}
    metrics = [
        {"name": f"bias_metric_{name}", "value": value, "dimensions": {"BiasStage": stage, **shared}}
        for section, stage in (("pre_training_bias_metrics", "Pre-training"), ("post_training_bias_metrics", "Post-Training"))
        for name, value in bias.metrics_of(document, section, contract).items()
    ]
    return monitor_result(output, {"version": "1.0", "violations": bias.violations(counts, constraints, contract)}, metrics, evaluated)


if __name__ == "__main__":
    leave_message({"merge": merge, "model-quality": model_quality, "model-bias": model_bias}[sys.argv[2]](os.environ))
