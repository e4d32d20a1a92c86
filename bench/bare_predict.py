"""One request, parsed and scored by the serving code alone in one process: the reference for an invocation.

python bench/bare_predict.py MODEL_FOLDER REQUESTS < request.csv      prints milliseconds for each request
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

model_folder, count = Path(sys.argv[1]), int(sys.argv[2])
sys.path.insert(0, str(model_folder / "code"))

from workflow.serving import model_fn, reply  # noqa: E402

body = sys.stdin.buffer.read()
model = model_fn(str(model_folder))


def predict_once() -> None:
    reply(model, body, "text/csv", "text/csv")


for _ in range(20):
    predict_once()
started = time.perf_counter()
for _ in range(count):
    predict_once()
print(1000 * (time.perf_counter() - started) / count)
