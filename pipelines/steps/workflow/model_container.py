"""Second container of an inference pipeline: model inputs, as the first one writes them, to answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .feature_container import REFUSED
from .features import Array
from .model import Model
from .serving import CSV, Answer, bad_request, contract, model_fn, output_fn, refusal

__all__ = ["input_fn", "model_fn", "output_fn", "predict_fn"]


@dataclass(frozen=True)
class Inputs:
    rows: Array
    refused: dict[int, str]


def input_fn(body: bytes | str, content_type: str) -> Inputs:
    if (content_type or "").split(";")[0].strip().lower() != CSV:
        raise refusal(415, f"Content-Type {content_type!r} is not supported; the container before sends {CSV}")
    lines = (body.decode() if isinstance(body, bytes | bytearray) else body).splitlines()
    refused = {number: line.removeprefix(REFUSED) for number, line in enumerate(lines) if line.startswith(REFUSED)}
    width = len(contract().features)
    rows = [[float(cell or "nan") for cell in line.split(",")] for number, line in enumerate(lines) if number not in refused]
    if any(len(row) != width for row in rows):
        raise bad_request(f"a row has not {width} inputs")
    return Inputs(np.array(rows, dtype=np.float32).reshape(len(rows), width), refused)


def predict_fn(inputs: Inputs, model: Model) -> list[Answer]:
    names = contract()
    scores = model.score_inputs(inputs.rows) if len(inputs.rows) else np.empty(0)
    answers: list[Answer] = [(float(score), names.positive if score >= model.threshold else names.negative) for score in scores]
    for number, reason in inputs.refused.items():
        answers.insert(number, (None, reason))
    return answers
