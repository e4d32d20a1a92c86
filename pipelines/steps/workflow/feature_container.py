"""First container of an inference pipeline: a request's rows to model inputs, by the same code as training, where there is no XGBoost."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pandas as pd

from .artifact import DOCUMENT_FILE
from .features import Encoder
from .reading import shown
from .replies import CSV, negotiated, refusal, replying, transforming
from .serving import contract, input_fn, one_value

REFUSED = "!"
"""Begins the line of a batch row that was refused; what follows is why."""


def model_fn(model_dir: str) -> Encoder:
    return Encoder.from_document(json.loads((Path(model_dir) / DOCUMENT_FILE).read_text())["vocabularies"])


def predict_fn(frame: pd.DataFrame, encoder: Encoder) -> list[str]:
    """A line for each row: model inputs as CSV, empty where one is missing."""
    inputs = encoder.transform(frame, contract()) if len(frame) else frame
    # Nine digits give a float32 back bit by bit: both containers together score as one does.
    lines = [
        ",".join("" if math.isnan(number) else f"{number:.9g}" for number in row) for row in inputs.to_numpy().tolist()
    ]
    for number, reason in frame.attrs.get("refused", {}).items():
        lines.insert(number, REFUSED + one_value(reason))
    return lines


def output_fn(lines: list[str], accept: str) -> tuple[str, str]:
    """Only CSV: the model's container sets SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT, as JSON is the default between containers."""
    if negotiated(accept, (CSV,)) is None:
        raise refusal(406, f"Accept {shown(accept)} is not supported; ask for {CSV}")
    return "".join(f"{line}\n" for line in lines), CSV


reply = replying(input_fn, predict_fn, output_fn)
transform_fn = transforming(reply)
