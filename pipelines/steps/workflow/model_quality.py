"""The scheduled model quality run: quality, cost, bias and attributions, measured on outcomes.

Reads the window's captures once and merges each with its ground truth by inference id. Predictions without a label are
counted, and a later run evaluates them while they are in the window. Writes what SageMaker's ModelQuality, ModelBias
and ModelExplainability monitors write (MON-05: watching the output).
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from . import attribution, bias, binary_quality
from .analyze import leave_message, write
from .attribution import Sample
from .baseline import as_frame, quality_statistics
from .bias import FacetCounts
from .binary_quality import Evaluated
from .captures import CaptureErrors, Exchange, Row, capture_files, exchanges
from .contract import Contract, load
from .evaluate import load_model
from .features import read_columns
from .ground_truth import GroundTruth, ground_truth
from .model import Model
from .window import Window, hour_of, instant

LATE = timedelta(days=1)
"""A run that reads the last day only would miss a label that arrives later than this."""
CHUNK = 10_000

MODEL, BIAS = "aws/sagemaker/Endpoints/model-metrics", "aws/sagemaker/Endpoints/bias-metrics"
EXPLAINABILITY = "aws/sagemaker/Endpoints/explainability-metrics"


@dataclass
class Merge:
    """Result of matching predictions with labels."""

    predictions: int = 0
    matched: int = 0
    missing: int = 0
    """Predictions without a label so far."""
    late: int = 0
    several_rows: int = 0
    """Rows of requests with several rows. An inference id names a request, so such rows have no label of their own."""
    labels_without_prediction: int = 0
    unreadable_labels: int = 0
    unreadable_captures: int = 0


@dataclass
class ModelQuality:
    merge: Merge = field(default_factory=Merge)
    evaluated: Evaluated = field(default_factory=Evaluated)
    facets: FacetCounts = field(default_factory=FacetCounts)
    sample: Sample = field(default_factory=Sample)


class Pending:
    """Buffers evaluated predictions and adds them to the counts in chunks."""

    def __init__(self, into: Evaluated) -> None:
        self.into = into
        self.rows: list[tuple[int, bool, float]] = []

    def add(self, label: int, flagged: bool, score: float) -> None:
        self.rows.append((label, flagged, score))
        if len(self.rows) >= CHUNK:
            self.flush()

    def flush(self) -> None:
        if self.rows:
            labels, flagged, scores = zip(*self.rows, strict=True)
            self.into.add(list(labels), list(flagged), list(scores))  # type: ignore[arg-type]
            self.rows.clear()


def collect(stream: Iterable[Exchange], window: Window, truth: GroundTruth, contract: Contract) -> ModelQuality:
    result = ModelQuality()
    merge, pending = result.merge, Pending(result.evaluated)
    for exchange in stream:
        sent = instant(exchange.time)
        if not window.start <= sent < window.end:
            continue
        for row in exchange.rows:
            result.sample.add(typed(row, contract))
        merge.predictions += len(exchange.rows)
        if len(exchange.rows) > 1:
            merge.several_rows += len(exchange.rows)
            continue
        label = truth.find(exchange.identifier)
        if label is None:
            merge.missing += 1
            continue
        merge.matched += 1
        merge.late += label[1] - sent > LATE
        row, prediction = exchange.rows[0], exchange.predictions[0]
        flagged = prediction["decision"] == contract.positive
        pending.add(label[0], flagged, float(prediction["probability"]))
        result.facets.add(
            row[contract.facet_group], row[contract.facet_column] in contract.facet_values, label[0], flagged
        )
    pending.flush()
    merge.labels_without_prediction, merge.unreadable_labels = truth.without_prediction, truth.unreadable
    return result


def typed(row: Row, contract: Contract) -> dict[str, Any]:
    """A captured row as training reads it: empty text is missing. The endpoint accepted it, so values are valid."""
    kinds = read_columns(contract)
    return {
        name: None if row.get(name, "") == "" else row[name] if kinds[name] == "str" else float(row[name])
        for name in contract.columns
    }


class Report:
    """Metrics and violations. A function publishes them, because the isolated container cannot."""

    def __init__(self, output: Path, workflow: str) -> None:
        """`workflow` is the namespace of the workflow's own metrics."""
        self.output = output
        self.workflow = workflow
        self.metrics: list[dict[str, Any]] = []
        self.violations: dict[str, int] = {}

    def metric(self, namespace: str, name: str, value: float, unit: str = "None", **dimensions: str) -> None:
        self.metrics.append(
            {"namespace": namespace, "name": name, "value": float(value), "unit": unit, "dimensions": dimensions}
        )

    def violate(self, kind: str, found: list[dict[str, str]]) -> None:
        """A run without violations publishes zero, so that the alarm returns to OK."""
        self.violations[kind] = len(found)
        self.metric(self.workflow, f"{kind}Violations", len(found), "Count")


def evaluate_quality(report: Report, result: ModelQuality, constraints: dict[str, Any], contract: Contract) -> None:
    statistics = quality_statistics(result.evaluated, contract)
    folder = report.output / "quality"
    write(folder, "statistics.json", statistics)
    write(folder, "constraints.json", constraints)
    measured = binary_quality.values(result.evaluated.cells())
    money = binary_quality.business(result.evaluated, contract)
    for name, value in measured.items():
        report.metric(MODEL, name, value)
    report.metric(report.workflow, "CostPer1000", money["cost_per_1000"])
    report.metric(report.workflow, "CostOfNeverFlaggingPer1000", money["cost_of_never_flagging_per_1000"])
    report.metric(report.workflow, "CostOfAlwaysFlaggingPer1000", money["cost_of_always_flagging_per_1000"])
    report.metric(report.workflow, "CostRatio", money["cost_ratio"])
    quality = binary_quality.violations(measured, constraints["binary_classification_constraints"])
    cost = binary_quality.violations(money, constraints["business_constraints"])
    write(folder, "constraint_violations.json", {"violations": [*quality, *cost]})
    report.violate("Quality", quality)
    report.violate("Cost", cost)


def evaluate_bias(report: Report, facets: FacetCounts, constraints: dict[str, Any], contract: Contract) -> None:
    document = bias.report(facets, contract)
    folder = report.output / "bias"
    found = bias.violations(facets, constraints, contract)
    write(folder, "analysis.json", document)
    write(folder, "constraints.json", constraints)
    write(folder, "constraint_violations.json", {"version": "1.0", "violations": found})
    facet_value = ",".join(contract.facet_values)
    for section, stage in (
        ("pre_training_bias_metrics", "Pre-training"),
        ("post_training_bias_metrics", "Post-Training"),
    ):
        for name, value in bias.metrics_of(document, section, contract).items():
            report.metric(
                BIAS,
                f"bias_metric_{name}",
                value,
                BiasStage=stage,
                Label=contract.target,
                LabelValue="1",
                Facet=contract.facet_column,
                FacetValue=facet_value,
            )
    report.violate("Bias", found)


def evaluate_attribution(
    report: Report, sample: Sample, model: Model, constraints: dict[str, Any], contract: Contract
) -> None:
    document = attribution.report(model, as_frame(sample, contract), contract)
    folder = report.output / "explainability"
    live = attribution.global_values(document)
    score = attribution.ndcg(attribution.global_values(constraints), live)
    found = attribution.violations(score, contract)
    write(folder, "analysis.json", document)
    write(folder, "constraints.json", constraints)
    write(folder, "constraint_violations.json", {"version": "1.0", "violations": found})
    shared = {"ExplainabilityMethod": "KernelShap", "Label": attribution.LABEL}
    for name, value in live.items():
        report.metric(EXPLAINABILITY, f"feature_{name}", value, **shared, ValueType="GlobalShapValues")
    expected = document["explanations"]["kernel_shap"][attribution.LABEL]["expected_value"]
    report.metric(EXPLAINABILITY, "ExpectedValue", expected, **shared, ValueType="ExpectedValue")
    report.metric(report.workflow, "AttributionNdcg", score)
    report.violate("Attribution", found)


def evaluate(environment: Mapping[str, str], model: Model, scratch: Path, contract: Contract) -> str:
    window = Window.parse(environment["start_time"], environment["end_time"])
    captures, labels = Path(environment["dataset_source"]), Path(environment["ground_truth_source"])
    report = Report(Path(environment["output_path"]), environment["workflow_namespace"])
    errors = CaptureErrors()
    files = (path for path in capture_files(captures) if window.holds(hour_of(path, captures)))
    with ground_truth(scratch / "labels.sqlite") as truth:
        truth.load(labels)
        result = collect(exchanges(files, contract.columns, errors), window, truth, contract)
    merge = result.merge
    merge.unreadable_captures = errors.unreadable + errors.wrong_width
    write(report.output, "merge.json", asdict(merge))
    report.metric(report.workflow, "PredictionsLabeled", merge.matched, "Count")
    report.metric(report.workflow, "PredictionsWithoutLabel", merge.missing + merge.several_rows, "Count")
    report.metric(report.workflow, "LabelsLate", merge.late, "Count")

    def constraints(name: str) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(Path(environment[f"{name}_constraints"]).read_text())
        return document

    skipped = []
    if result.evaluated.rows >= contract.minimum_rows:
        evaluate_quality(report, result, constraints("quality"), contract)
    else:
        skipped.append(f"quality and cost ({merge.matched} labels, {contract.minimum_rows} are needed)")
    if result.evaluated.rows >= contract.minimum_rows and result.facets.comparable:
        evaluate_bias(report, result.facets, constraints("bias"), contract)
    else:
        skipped.append("bias (too few outcomes on one side of the facet)")
    if result.sample.seen >= contract.minimum_rows:
        evaluate_attribution(report, result.sample, model, constraints("explainability"), contract)
    else:
        skipped.append(f"attributions ({result.sample.seen} rows)")
    write(report.output, "metrics.json", report.metrics)

    broken = {kind: count for kind, count in report.violations.items() if count}
    violated = ", ".join(f"{count} {kind}" for kind, count in broken.items())
    kind = "CompletedWithViolations" if broken else "CompletedSuccessfully"
    without = merge.missing + merge.several_rows
    counted = f"{merge.predictions} predictions, {merge.matched} with a label ({merge.late} late), {without} without"
    return "; ".join(
        [f"{kind}: {counted}", *([violated] if violated else []), *(f"not evaluated: {one}" for one in skipped)]
    )


def main(_: Sequence[str]) -> int:
    environment: Mapping[str, str] = os.environ
    with tempfile.TemporaryDirectory() as scratch:
        loaded = load_model(Path(environment["model_source"]), Path(scratch))
        if loaded is None:
            raise FileNotFoundError("the live model's model.tar.gz is missing")
        message = evaluate(environment, loaded[0], Path(scratch), load())
    leave_message(message)
    return 0
