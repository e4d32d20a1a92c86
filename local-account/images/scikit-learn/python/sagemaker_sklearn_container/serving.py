"""The application of the scikit-learn image: a script, with scikit-learn's own steps for those that it lacks.
Multi-model endpoints do not exist here.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

from sagemaker_containers.beta.framework import content_types, encoders, env, modules
from scripted_model import ScriptedModel, response_of


def numbers_of(body: Any, content_type: str) -> Any:
    """JSON and CSV become 32-bit numbers; NumPy's own format says what it has."""
    data = encoders.decode(body, content_type)
    return data if content_type == content_types.NPY else data.astype("float32")


def predictions_for(data: Any, model: Any) -> Any:
    return model.predict(data)


def imported(serving: env.ServingEnv) -> ModuleType:
    """Installed before the server started; where it is not, installed now."""
    try:
        return importlib.import_module(serving.module_name)
    except ImportError:
        module: ModuleType = modules.import_module(serving.module_dir, serving.module_name)
        return module


main = ScriptedModel(
    {"input_fn": numbers_of, "predict_fn": predictions_for, "output_fn": response_of},
    imported,
    asks_for_parameters=True,
)
