"""The scheduled drift analysis: the Model Monitor image's environment contract and file formats.

Without a baseline in the environment it writes statistics and suggested constraints; with one it also writes the
violations. Violations are a result, not a failure: the exit code is 0, and the message counts them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from . import constraints as rules
from .captures import CaptureErrors, captured_requests, csv_dataset
from .contract import OUTPUTS, Contract, load, processing_path
from .statistics import accumulate


def write(folder: Path, name: str, document: Any) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(json.dumps(document, indent=1, allow_nan=False))


def metrics(drift: Mapping[str, float], completeness: Mapping[str, float]) -> list[dict[str, Any]]:
    """Metrics with Model Monitor's names. A function publishes them, because the isolated container cannot."""
    return [
        *({"name": f"feature_baseline_drift_{name}", "value": value, "unit": "None"} for name, value in drift.items()),
        *({"name": f"feature_non_null_{name}", "value": value, "unit": "None"} for name, value in completeness.items()),
    ]


def analyze(environment: Mapping[str, str], contract: Contract) -> str:
    """Runs one analysis and returns its message. Raises KeyError or FileNotFoundError if something is missing."""
    source, output = Path(environment["dataset_source"]), Path(environment["output_path"])
    dataset_format = json.loads(environment["dataset_format"])
    known = "baseline_constraints" in environment
    if not known and "baseline_statistics" in environment:
        # Without a word it would write a new baseline, and find no violation.
        raise KeyError("baseline_constraints is missing in the environment, and baseline_statistics is there")
    constraints = json.loads(Path(environment["baseline_constraints"]).read_text()) if known else {"features": []}
    # Predictions are columns like the others if the baseline has them (MON-05: watching the output).
    constrained = {constraint["name"] for constraint in constraints["features"]}
    outputs = [feature for feature in OUTPUTS if feature.name in constrained]
    errors = CaptureErrors()
    if "csv" in dataset_format:
        rows = csv_dataset(source)
    elif "sagemakerCaptureJson" in dataset_format:
        rows = captured_requests(source, contract.columns, errors, outputs=bool(outputs))
    else:
        raise ValueError(f"dataset_format {sorted(dataset_format)} is not supported: use csv or sagemakerCaptureJson")
    dataset = accumulate(rows, [*outputs, *contract.features])
    write(output, "statistics.json", dataset.document())

    if not known:
        if not dataset.rows:
            raise FileNotFoundError(f"no rows under {source}: an empty baseline would accept everything")
        write(output, "constraints.json", rules.suggest(dataset, contract))
        return f"CompletedSuccessfully: baseline of {dataset.rows} rows"

    baseline = json.loads(Path(environment["baseline_statistics"]).read_text())
    drift = rules.distances(dataset, baseline)
    found = rules.violations(dataset, constraints, drift, contract.minimum_rows)
    bad = errors.unreadable + errors.wrong_width
    if bad:
        description = f"{errors.unreadable} captures could not be read, {errors.wrong_width} rows had another width"
        print(f"{bad} captured rows were not analyzed: {description}")
        # The minimum applies here, too: one unreadable line among few says nothing about the traffic.
        if dataset.rows + bad >= contract.minimum_rows:
            found.append({"feature_name": "", "constraint_check_type": "data_type_check", "description": description})
    if errors.smoke_tests:
        print(f"{errors.smoke_tests} captures of smoke tests were left out: they are not traffic")
    completeness = {
        name: accumulator.present / max(accumulator.present + accumulator.missing, 1)
        for name, accumulator in dataset.accumulators.items()
    }
    write(output, "constraints.json", constraints)
    write(output, "constraint_violations.json", {"violations": found})
    write(output, "metrics.json", metrics(drift, completeness))
    kind = "CompletedWithViolations" if found else "CompletedSuccessfully"
    too_few = (
        f"; not evaluated: {contract.minimum_rows} rows are needed" if dataset.rows < contract.minimum_rows else ""
    )
    return f"{kind}: {dataset.rows} rows, {len(found)} violations{too_few}"


def leave_message(message: str) -> None:
    """SageMaker shows this file's content as the job's ExitMessage."""
    print(message)
    target = processing_path().parent / "output" / "message"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(message)


def main(_: Sequence[str]) -> int:
    leave_message(analyze(os.environ, load()))
    return 0
