"""The application of the XGBoost image: a script with XGBoost's own steps for those that it lacks, or without a script
the built-in algorithm. Multi-model endpoints do not exist here.
"""

from __future__ import annotations

import importlib
from typing import Any

from scripted_model import Application, ScriptedModel, response_of


def matrix_of(body: Any, content_type: str) -> Any:
    from sagemaker_xgboost_container.records import read

    return read(body.encode() if isinstance(body, str) else body, content_type, labeled=False).matrix()


def predictions_for(matrix: Any, model: Any) -> Any:
    # Records have no column names, so there is nothing to compare with the model's.
    return model.predict(matrix, validate_features=False)


def built_in_algorithm() -> Application:
    from sagemaker_xgboost_container import predictions

    return predictions.server()


# AWS: sagemaker-containers/xgboost-built-in-algorithm
main = ScriptedModel(
    {"input_fn": matrix_of, "predict_fn": predictions_for, "output_fn": response_of},
    lambda serving: importlib.import_module(serving.module_name),
    without_script=built_in_algorithm,
)
