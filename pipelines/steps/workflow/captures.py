"""Reads the analyzer's rows: a CSV with a header, or captured requests and predictions in SageMaker's JSON lines."""

from __future__ import annotations

import base64
import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import reading
from .contract import OUTPUTS

Row = dict[str, str]
"""Column to text; a missing value is an empty text."""


SMOKE_TEST = "smoke-test-"
"""Prefix of inference ids in a release's smoke test (lambda/smoke-test). These are recorded flights, not traffic."""

MALFORMED = (AttributeError, IndexError, KeyError, TypeError, ValueError, RecursionError, csv.Error)


@dataclass
class CaptureErrors:
    """Counts of unreadable captures and of smoke tests. The job's final message reports them."""

    unreadable: int = 0
    wrong_width: int = 0
    smoke_tests: int = 0


@dataclass(frozen=True)
class Exchange:
    """One captured request with its predictions, one for each row."""

    identifier: str
    """The caller's inference id, or SageMaker's event id. Ground truth is merged by it."""
    time: str
    rows: list[Row]
    predictions: list[Row]


def csv_dataset(folder: Path) -> Iterator[Row]:
    for path in sorted(folder.rglob("*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            yield from csv.DictReader(file)


def capture_files(folder: Path) -> Iterator[Path]:
    yield from sorted(folder.rglob("*.jsonl"))


def captured_requests(
    folder: Path, columns: list[str], errors: CaptureErrors, *, outputs: bool = False
) -> Iterator[Row]:
    """The rows of captured requests, optionally with predictions, line by line: memory does not grow with traffic."""
    for event in events(capture_files(folder), errors):
        rows = input_rows(event, columns, errors)
        found = output_rows(event) if outputs and rows else []
        if len(found) == len(rows):
            yield from ({**row, **prediction} for row, prediction in zip(rows, found, strict=True))
        else:
            yield from rows


def exchanges(files: Iterable[Path], columns: list[str], errors: CaptureErrors) -> Iterator[Exchange]:
    """Captured requests with a prediction for every row. The others were refused and have no prediction to evaluate."""
    for event in events(files, errors):
        rows, predictions = input_rows(event, columns, errors), output_rows(event)
        if rows and len(rows) == len(predictions):
            metadata = event["eventMetadata"]
            identifier = str(metadata.get("inferenceId") or metadata.get("eventId", ""))
            yield Exchange(identifier, str(metadata.get("inferenceTime", "")), rows, predictions)


def events(files: Iterable[Path], errors: CaptureErrors) -> Iterator[dict[str, Any]]:
    for path in files:
        with path.open(encoding="utf-8-sig") as file:
            for line in file:
                if not line.strip():
                    continue
                try:
                    event = json.loads(line)
                    smoke_test = str(event.get("eventMetadata", {}).get("inferenceId", "")).startswith(SMOKE_TEST)
                except MALFORMED:
                    errors.unreadable += 1
                    continue
                if smoke_test:
                    errors.smoke_tests += 1
                else:
                    yield event


def payload(record: dict[str, Any]) -> tuple[str, bool]:
    """A captured side as text, read as serving reads it (docs/reference/reading.md), and whether it is JSON."""
    data = base64.b64decode(record["data"]) if record["encoding"] == "BASE64" else record["data"]
    return reading.decoded(data), record["encoding"] == "JSON" or "json" in record.get("observedContentType", "")


def input_rows(event: dict[str, Any], columns: list[str], errors: CaptureErrors) -> list[Row]:
    try:
        data, is_json = payload(event["captureData"]["endpointInput"])
        if is_json:
            return [
                {name: text(instance[name]) for name in instance}
                for instance in reading.json_document(data)["instances"]
            ]
        rows = reading.csv_rows(data)
    except MALFORMED:
        errors.unreadable += 1
        return []
    errors.wrong_width += sum(len(row) != len(columns) for row in rows)
    return [dict(zip(columns, row, strict=True)) for row in rows if len(row) == len(columns)]


def output_rows(event: dict[str, Any]) -> list[Row]:
    """The predictions of an event. Empty when they cannot be read."""
    try:
        data, is_json = payload(event["captureData"]["endpointOutput"])
        if is_json:
            return [
                {output.name: text(one[output.name]) for output in OUTPUTS}
                for one in reading.json_document(data)["predictions"]
            ]
        # The model's version follows them.
        return [{output.name: row[at] for at, output in enumerate(OUTPUTS)} for row in reading.csv_rows(data)]
    except MALFORMED:
        return []


def text(value: Any) -> str:
    return "" if value is None else str(value)
