"""The serving code under a transform job: files are cut into payloads of at most 6 MB, each parsed and scored.

    python bench/batch_container.py FOLDER [MODEL_FOLDER]

Without a model, rows are encoded and get one score: then it is about memory. With one, prints rows a second.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "pipelines" / "steps"))
os.environ["SAGEMAKER_BATCH"] = "true"

import numpy as np
from workflow.contract import load
from workflow.features import Encoder
from workflow.serving import input_fn, model_fn, output_fn, predict_fn

PAYLOAD = 6 * 1024 * 1024


class Flat:
    threshold = 0.5

    def score(self, frame: Any, contract: Any) -> Any:
        encoder = Encoder({name: {} for name in contract.of_type("category")})
        return np.full(len(encoder.transform(frame, contract)), 0.25)


def payloads(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.csv")):
        with path.open() as file:
            while lines := file.readlines(PAYLOAD):
                yield "".join(line.split(",", 1)[1] for line in lines)


def main(arguments: list[str]) -> None:
    load()
    model: Any = model_fn(arguments[1]) if len(arguments) > 1 else Flat()
    started, rows = time.perf_counter(), 0
    for payload in payloads(Path(arguments[0])):
        response, _ = output_fn(predict_fn(input_fn(payload, "text/csv"), model), "text/csv")
        rows += response.count("\n")
    print(rows / (time.perf_counter() - started))


main(sys.argv[1:])
