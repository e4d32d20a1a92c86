"""First container of an inference pipeline: turns rows into model inputs by the same code as training.

Its image has no XGBoost.
"""

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
"""First character of the line of a refused batch row; the reason follows."""


def model_fn(model_dir: str) -> Encoder:
    return Encoder.from_document(json.loads((Path(model_dir) / DOCUMENT_FILE).read_text())["vocabularies"])


def predict_fn(frame: pd.DataFrame, encoder: Encoder) -> list[str]:
    """One line for each row: model inputs as CSV, empty where a value is missing."""
    inputs = encoder.transform(frame, contract()) if len(frame) else frame
    # Nine digits restore a float32 exactly, so both containers together score as one does.
    lines = [
        ",".join("" if math.isnan(number) else f"{number:.9g}" for number in row) for row in inputs.to_numpy().tolist()
    ]
    for number, reason in frame.attrs.get("refused", {}).items():
        lines.insert(number, REFUSED + one_value(reason))
    return lines


def output_fn(lines: list[str], accept: str) -> tuple[str, str]:
    """Only CSV. SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT asks for it, because JSON is the default between containers."""
    if negotiated(accept, (CSV,)) is None:
        raise refusal(406, f"Accept {shown(accept)} is not supported; ask for {CSV}")
    return "".join(f"{line}\n" for line in lines), CSV


reply = replying(input_fn, predict_fn, output_fn)
transform_fn = transforming(reply)
