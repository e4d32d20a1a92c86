"""The image's WSGI application in script mode: the user's functions in AWS's own transformer and worker.

Follows src/sagemaker_xgboost_container/serving.py of aws/sagemaker-xgboost-container. The image's built-in functions, for scripts that lack some, and its
algorithm mode do not exist here.
"""

from __future__ import annotations

import importlib
import logging
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from sagemaker_containers.beta.framework import env, transformer, worker

logging.basicConfig(format="%(asctime)s %(levelname)s - %(name)s - %(message)s", level=logging.INFO)

STAGES = ("input_fn", "predict_fn", "output_fn")


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
    missing = [name for name, function in {"model_fn": getattr(module, "model_fn", None), **stages}.items() if function is None]
    if missing:
        raise NotImplementedError(f"the script has no {', '.join(missing)}; the local account does not have the image's own")
    return transformer.Transformer(model_fn=module.model_fn, **stages)


app: worker.Worker | None = None


# AWS: sagemaker-containers/model-loads-at-first-request
def main(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Gunicorn's application. A worker loads the script and the model with its first request, `/ping` included."""
    global app
    if app is None:
        name = env.ServingEnv().module_name
        if name is None:
            raise NotImplementedError("SAGEMAKER_PROGRAM is not set: the local account does not have the image's algorithm mode")
        prepared = transformer_of(importlib.import_module(name))
        prepared.initialize()
        app = worker.Worker(transform_fn=prepared.transform, module_name=name)
    return app(environ, start_response)
