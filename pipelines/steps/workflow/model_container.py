"""Second container of an inference pipeline: turns the first container's model inputs into predictions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .feature_container import REFUSED
from .features import Array
from .model import Model
from .reading import Unreadable, decoded, shown
from .replies import CSV, bad_request, media_type, refusal, replying, transforming
from .serving import Prediction, contract, model_fn, output_fn

__all__ = ["model_fn", "transform_fn"]


@dataclass(frozen=True)
class Inputs:
    rows: Array
    refused: dict[int, str]


def input_fn(body: bytes | str, content_type: str) -> Inputs:
    if media_type(content_type) != CSV:
        raise refusal(415, f"Content-Type {shown(content_type)} is not supported; the previous container sends {CSV}")
    try:
        lines = decoded(body).splitlines()
    except Unreadable as error:
        raise bad_request(str(error)) from None
    refused = {number: line.removeprefix(REFUSED) for number, line in enumerate(lines) if line.startswith(REFUSED)}
    width = len(contract().features)
    rows = [
        [float(cell or "nan") for cell in line.split(",")] for number, line in enumerate(lines) if number not in refused
    ]
    if any(len(row) != width for row in rows):
        raise bad_request(f"a row does not have {width} inputs")
    return Inputs(np.array(rows, dtype=np.float32).reshape(len(rows), width), refused)


def predict_fn(inputs: Inputs, model: Model) -> list[Prediction]:
    names = contract()
    scores = model.score_inputs(inputs.rows) if len(inputs.rows) else np.empty(0)
    predictions: list[Prediction] = [
        (float(score), names.positive if score >= model.threshold else names.negative) for score in scores
    ]
    for number, reason in inputs.refused.items():
        predictions.insert(number, (None, reason))
    return predictions


reply = replying(input_fn, predict_fn, output_fn)
transform_fn = transforming(reply)
