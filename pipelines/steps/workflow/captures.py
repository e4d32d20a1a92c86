"""Rows of a data set as the analyzer takes them: a CSV with a header, or captured requests in AWS's JSON lines."""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = dict[str, str]
"""Column to text; a missing value is an empty text."""


SMOKE_TEST = "smoke-test-"
"""How the inference ids of a release's smoke test begin (lambda/smoke-test): recorded flights, no traffic to judge."""


@dataclass
class CaptureErrors:
    """What could not be read or is no traffic, for the message at the end: nothing is dropped in silence."""

    unreadable: int = 0
    wrong_width: int = 0
    smoke_tests: int = 0


def csv_dataset(folder: Path) -> Iterator[Row]:
    for path in sorted(folder.rglob("*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            yield from csv.DictReader(file)


def captured_requests(folder: Path, columns: list[str], errors: CaptureErrors) -> Iterator[Row]:
    """The rows of captured inputs, a line of JSON at a time: memory does not grow with traffic."""
    for path in sorted(folder.rglob("*.jsonl")):
        with path.open(encoding="utf-8") as file:
            for line in file:
                if line.strip():
                    yield from rows_of(line, columns, errors)


def rows_of(line: str, columns: list[str], errors: CaptureErrors) -> Iterator[Row]:
    try:
        event = json.loads(line)
        if str(event.get("eventMetadata", {}).get("inferenceId", "")).startswith(SMOKE_TEST):
            errors.smoke_tests += 1
            return
        record = event["captureData"]["endpointInput"]
        data = base64.b64decode(record["data"]).decode() if record["encoding"] == "BASE64" else record["data"]
        if record["encoding"] == "JSON" or "json" in record.get("observedContentType", ""):
            for instance in json.loads(data)["instances"]:
                yield {name: text(instance[name]) for name in instance}
            return
        rows = [row for row in csv.reader(io.StringIO(data)) if row]
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError, csv.Error):
        errors.unreadable += 1
        return
    for row in rows:
        if len(row) != len(columns):
            errors.wrong_width += 1
        else:
            yield dict(zip(columns, row, strict=True))


def text(value: Any) -> str:
    return "" if value is None else str(value)
