"""The image's WSGI application: the user's functions in AWS's own transformer and worker, or without a script the
built-in algorithm.

Follows src/sagemaker_xgboost_container/serving.py of aws/sagemaker-xgboost-container. Multi-model endpoints do not
exist here.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from sagemaker_containers.beta.framework import encoders, env, transformer, worker

logging.basicConfig(format="%(asctime)s %(levelname)s - %(name)s - %(message)s", level=logging.INFO)

STAGES = ("input_fn", "predict_fn", "output_fn")


def default_input_fn(body: Any, content_type: str) -> Any:
    from sagemaker_xgboost_container.records import read

    return read(body.encode() if isinstance(body, str) else body, content_type, labeled=False).matrix()


def default_predict_fn(data: Any, model: Any) -> Any:
    return model.predict(data, validate_features=False)


def default_output_fn(prediction: Any, accept: str) -> worker.Response:
    return worker.Response(encoders.encode(prediction, accept), mimetype=accept)


# AWS: sagemaker-containers/xgboost-built-in-algorithm
DEFAULTS = {"input_fn": default_input_fn, "predict_fn": default_predict_fn, "output_fn": default_output_fn}


class UserError(Exception):
    """The image's error for a faulty script."""


# AWS: sagemaker-containers/transform-fn-stands-alone
def transformer_of(module: ModuleType) -> transformer.Transformer:
    stages = {name: getattr(module, name, None) for name in STAGES}
    transform_fn = getattr(module, "transform_fn", None)
    if transform_fn is not None:
        if any(stages.values()):
            raise UserError("Cannot use transform_fn implementation with input_fn, predict_fn, and/or output_fn")
        stages = {"transform_fn": transform_fn}
    else:
        stages = {name: function or DEFAULTS[name] for name, function in stages.items()}
    return transformer.Transformer(model_fn=getattr(module, "model_fn", transformer.default_model_fn), **stages)


app: Callable[..., Iterable[bytes]] | None = None


# AWS: sagemaker-containers/model-loads-at-first-request
def main(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Gunicorn's application. A worker loads the script and the model with its first request, `/ping` included."""
    global app
    if app is None:
        name = env.ServingEnv().module_name
        if name is None:
            from sagemaker_xgboost_container import predictions

            app = predictions.server()
            return app(environ, start_response)
        prepared = transformer_of(importlib.import_module(name))
        prepared.initialize()
        app = worker.Worker(transform_fn=prepared.transform, module_name=name)
    return app(environ, start_response)
