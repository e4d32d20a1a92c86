"""The image's WSGI application in script mode: the user's functions in AWS's own transformer and worker.

Follows src/sagemaker_sklearn_container/serving.py of aws/sagemaker-scikit-learn-container. Multi-model endpoints do
not exist here.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from sagemaker_containers.beta.framework import content_types, encoders, env, modules, transformer, worker

logging.basicConfig(format="%(asctime)s %(levelname)s - %(name)s - %(message)s", level=logging.INFO)

STAGES = ("input_fn", "predict_fn", "output_fn")


def default_input_fn(body: Any, content_type: str) -> Any:
    """JSON and CSV become 32-bit numbers; NumPy's own format says what it has."""
    data = encoders.decode(body, content_type)
    return data if content_type == content_types.NPY else data.astype("float32")


def default_predict_fn(data: Any, model: Any) -> Any:
    return model.predict(data)


def default_output_fn(prediction: Any, accept: str) -> worker.Response:
    return worker.Response(encoders.encode(prediction, accept), mimetype=accept)


DEFAULTS = {"input_fn": default_input_fn, "predict_fn": default_predict_fn, "output_fn": default_output_fn}


class UserError(Exception):
    """What the image raises where the script is at fault."""


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


def imported(serving: env.ServingEnv) -> ModuleType:
    """Installed before the server started; where it is not, installed now."""
    try:
        return importlib.import_module(serving.module_name)
    except ImportError:
        module: ModuleType = modules.import_module(serving.module_dir, serving.module_name)
        return module


app: worker.Worker | None = None


# AWS: sagemaker-containers/model-loads-at-first-request
def main(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """What Gunicorn calls. A worker loads the script and the model with the first request that reaches it, `/ping`
    included.
    """
    global app
    if app is None:
        serving = env.ServingEnv()
        module = imported(serving)
        prepared = transformer_of(module)
        prepared.initialize()
        parameters = getattr(module, "execution_parameters_fn", None)
        app = worker.Worker(
            transform_fn=prepared.transform, module_name=serving.module_name, execution_parameters_fn=parameters
        )
    return app(environ, start_response)
