"""The functions that the model server calls. Bad input gets a 4xx response that names row and column."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from . import contract as contracts
from . import reading
from .contract import Contract, Feature
from .reading import SHOWN, shown
from .replies import CSV, JSON, ServingError, bad_request, media_type, negotiated, refusal, replying, transforming

if TYPE_CHECKING:
    from .model import Model

Prediction = tuple[float | None, str]
HARMLESS = str.maketrans({",": ";", '"': "'", "\n": " ", "\r": " "})
LINES = 5_000
"""Lines of a batch payload that are Python objects at once. Such objects need thirty times the memory of their text."""


@lru_cache(maxsize=1)
def contract() -> Contract:
    return contracts.load()


def model_fn(model_dir: str) -> Model:
    from .model import Model  # imported here, because the container that only makes features has no XGBoost

    return Model.load(Path(model_dir))


def input_fn(body: bytes | str, content_type: str) -> pd.DataFrame:
    """Turns a request body into one row per record, with the columns of the contract."""
    kind = media_type(content_type)
    if kind not in (CSV, JSON):
        raise refusal(415, f"Content-Type {shown(content_type)} is not supported; send {CSV} or {JSON}")
    try:
        # AWS's server passes text, others pass bytes.
        text = reading.decoded(body)
    except reading.Unreadable as error:
        raise bad_request(str(error)) from None
    if kind == CSV and os.environ.get("SAGEMAKER_BATCH") == "true":
        return batch_frame(text)
    if not text.strip():
        raise bad_request("the body is empty")
    return frame_of(csv_rows(text) if kind == CSV else json_rows(text))


def frame_of(rows: list[list[Any]]) -> pd.DataFrame:
    return table([values(row, number) for number, row in enumerate(rows, 1)])


def table(rows: list[list[Any]]) -> pd.DataFrame:
    return pd.DataFrame({feature.name: [row[i] for row in rows] for i, feature in enumerate(contract().features)})


def values(row: list[Any], number: int) -> list[Any]:
    return [value(cell, feature, number) for cell, feature in zip(row, contract().features, strict=True)]


def batch_frame(text: str) -> pd.DataFrame:
    """
    The rows of a transform job. One refused request would fail the whole file because of a single bad row. Here a bad
    row gets an empty prediction and the others get theirs. The reasons are in `attrs["refused"]`, by row.
    """
    lines = text.removesuffix("\n").split("\n")
    frames: list[pd.DataFrame] = []
    refused: dict[int, str] = {}
    for first in range(0, len(lines), LINES):
        frame, bad = lines_frame(lines[first : first + LINES])
        frames.append(frame)
        refused.update({first + number: reason for number, reason in bad.items()})
    # Empty frames are left out, because they have no column types.
    whole = pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)
    whole.attrs["refused"] = refused
    return whole


def lines_frame(lines: list[str]) -> tuple[pd.DataFrame, dict[int, str]]:
    """Good rows, and the reasons why others are bad, by line."""
    try:
        rows = csv_rows("\n".join(lines))
        if len(rows) == len(lines):
            return frame_of(rows), {}
    except ServingError:
        pass
    good: list[list[Any]] = []
    refused: dict[int, str] = {}
    for number, line in enumerate(lines):
        try:
            rows = csv_rows(line)
            if not rows:
                raise bad_request("the row is empty")
            if len(rows) > 1:
                raise bad_request("the line contains a line end of another kind")
            good.append(values(rows[0], 1))
        except ServingError as error:
            refused[number] = error.message.removeprefix("row 1").lstrip(", ")
    return table(good), refused


def csv_rows(text: str) -> list[list[str]]:
    width = len(contract().features)
    try:
        rows = reading.csv_rows(text)
    except reading.Unreadable as error:
        raise bad_request(f"the body is {error}") from None
    for number, row in enumerate(rows, 1):
        if len(row) != width:
            raise bad_request(f"row {number} has {len(row)} values, expected {width}: {','.join(contract().columns)}")
    return rows


def json_rows(text: str) -> list[list[Any]]:
    try:
        document = reading.json_document(text)
    except reading.Unreadable as error:
        raise bad_request(f"the body is {error}") from None
    instances = document.get("instances") if isinstance(document, dict) else None
    if not isinstance(instances, list) or not instances:
        raise bad_request('send {"instances": [{"column": value, ...}, ...]} with at least one record')
    columns = contract().columns
    rows = []
    for number, instance in enumerate(instances, 1):
        if not isinstance(instance, dict):
            raise bad_request(f"row {number} is not an object")
        unknown = sorted(set(instance) - set(columns))
        missing = [name for name in columns if name not in instance]
        if unknown or missing:
            raise bad_request(
                f"row {number}: "
                + "; ".join(
                    part
                    for part in (
                        unknown and f"unknown columns {', '.join(unknown)[:SHOWN]}",
                        missing and f"missing columns {', '.join(missing)}",
                    )
                    if part
                )
            )
        rows.append([instance[name] for name in columns])
    return rows


def value(raw: Any, feature: Feature, row: int) -> str | float | None:
    try:
        return reading.value(raw, feature, contract().reading)
    except reading.Unreadable as error:
        raise bad_request(f"row {row}, column {feature.name}: {error}") from None


def predict_fn(frame: pd.DataFrame, model: Model) -> list[Prediction]:
    """(probability, decision) for each row; (None, reason) for a refused row."""
    scores = iter(list(model.score(frame, contract())) if len(frame) else [])
    names = contract()
    refused: dict[int, str] = frame.attrs.get("refused", {})
    predictions: list[Prediction] = []
    for number in range(len(frame) + len(refused)):
        if number in refused:
            predictions.append((None, refused[number]))
        else:
            score = next(scores)
            predictions.append((float(score), names.positive if score >= model.threshold else names.negative))
    return predictions


def one_value(reason: str) -> str:
    """A reason as a single CSV value."""
    return reason.translate(HARMLESS)[:200]


def csv_line(prediction: Prediction, version: str) -> str:
    probability, decision = prediction
    if probability is None:
        return f",{one_value(decision)},{version}\n"
    return f"{probability:.6f},{decision},{version}\n"


def output_fn(predictions: list[Prediction], accept: str) -> tuple[str, str]:
    version = os.environ.get("MODEL_VERSION", "unknown")
    wanted = negotiated(accept, (JSON, CSV))
    if wanted == CSV:
        return "".join(csv_line(one, version) for one in predictions), CSV
    if wanted == JSON:
        rows = [
            {
                "probability": None if probability is None else round(probability, 6),
                "decision": decision,
                "model_version": version,
            }
            for probability, decision in predictions
        ]
        return json.dumps({"predictions": rows}), JSON
    raise refusal(406, f"Accept {shown(accept)} is not supported; ask for {CSV} or {JSON}")


reply = replying(input_fn, predict_fn, output_fn)
transform_fn = transforming(reply)
