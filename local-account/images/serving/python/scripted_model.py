"""A user's script as a WSGI application, by AWS's own transformer and worker (package sagemaker-containers).

What both framework images do with a script, in words of ours: a script has its own functions, and the image's for those
that it lacks.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from types import ModuleType
from typing import Any

from sagemaker_containers.beta.framework import encoders, env, transformer, worker

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# The images' lines in the log look like this.
logging.basicConfig(format="%(asctime)s %(levelname)s - %(name)s - %(message)s", level=logging.INFO)


class UserError(Exception):
    """The script is at fault. The images raise an error of this name."""


def response_of(prediction: Any, accept: str) -> worker.Response:
    """The toolkit's encoding of a prediction, for both images."""
    return worker.Response(encoders.encode(prediction, accept), mimetype=accept)


class ScriptedModel:
    """What Gunicorn calls with each request."""

    def __init__(
        self,
        functions: Mapping[str, Callable[..., Any]],
        find: Callable[[env.ServingEnv], ModuleType],
        *,
        without_script: Callable[[], Application] | None = None,
        asks_for_parameters: bool = False,
    ) -> None:
        """
        :param functions: the image's own, by the names that they have in a script
        :param find: imports the script
        :param without_script: makes the application where no script was submitted
        :param asks_for_parameters: whether `/execution-parameters` calls the script's function
        """
        self.functions = functions
        self.find = find
        self.without_script = without_script
        self.asks_for_parameters = asks_for_parameters

    # AWS: sagemaker-containers/model-loads-at-first-request
    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        return self.application(environ, start_response)

    @cached_property
    def application(self) -> Application:
        """Made with a worker's first request, `/ping` included; after a failure, with the next one again."""
        serving = env.ServingEnv()
        if serving.module_name is None and self.without_script is not None:
            return self.without_script()
        script = self.find(serving)
        model = self.model_of(script)
        model.initialize()
        parameters = getattr(script, "execution_parameters_fn", None) if self.asks_for_parameters else None
        return worker.Worker(model.transform, module_name=serving.module_name, execution_parameters_fn=parameters)

    # AWS: sagemaker-containers/transform-fn-stands-alone
    def model_of(self, script: ModuleType) -> transformer.Transformer:
        own = {name: step for name in self.functions if (step := getattr(script, name, None)) is not None}
        whole = getattr(script, "transform_fn", None)
        if whole is None:
            steps = {**self.functions, **own}
        elif own:
            raise UserError("Cannot use transform_fn implementation with input_fn, predict_fn, and/or output_fn")
        else:
            steps = {"transform_fn": whole}
        return transformer.Transformer(model_fn=getattr(script, "model_fn", transformer.default_model_fn), **steps)
