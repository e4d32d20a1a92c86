"""The server of the built-in algorithm's models. Formats: the developer guide's page "Common data formats for
inference".
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import xgboost as xgb
from sagemaker_containers.beta.framework import env, worker

from sagemaker_xgboost_container.algorithm import MODEL
from sagemaker_xgboost_container.errors import UNSUPPORTED, UnsupportedTypeError, UserError
from sagemaker_xgboost_container.records import read


def predict(model: xgb.Booster, body: bytes, content_type: str | None) -> list[Any]:
    """A number for each record, or a list of them: one for each class."""
    matrix = read(body, content_type, labeled=False).matrix()
    if matrix.num_col() > model.num_features():
        raise UserError(f"The model has {model.num_features()} features, and the records have {matrix.num_col()}")
    predicted: list[Any] = model.predict(matrix, validate_features=False).tolist()
    return predicted


def encode(predicted: list[Any], accept: str) -> str:
    """Raises KeyError for a type that is not known."""
    scores = [{"score": score} for score in predicted]
    return {
        "text/csv": lambda: "\n".join(
            ",".join(map(str, score)) if isinstance(score, list) else str(score) for score in predicted
        ),
        "application/json": lambda: json.dumps({"predictions": scores}),
        "application/jsonlines": lambda: "\n".join(map(json.dumps, scores)),
    }[accept]()


def server() -> worker.Worker:
    """The application, with the model loaded."""
    model = xgb.Booster(model_file=str(Path(env.model_dir, MODEL)))

    def invocation() -> worker.Response:
        request = worker.Request()
        accept = (request.headers.get("Accept") or "*/*").split(";")[0].strip().lower()
        accept = "text/csv" if accept == "*/*" else accept
        try:
            return worker.Response(
                encode(predict(model, request.get_data(), request.headers.get("Content-Type")), accept), mimetype=accept
            )
        except KeyError:
            return worker.Response(f"Accept {accept} {UNSUPPORTED}", status=406, mimetype="text/plain")
        except UnsupportedTypeError as error:
            return worker.Response(str(error), status=415, mimetype="text/plain")
        except UserError as error:
            return worker.Response(str(error), status=400, mimetype="text/plain")

    return worker.Worker(transform_fn=invocation, module_name="xgboost")
