"""What the image's `train` command runs, by AWS's toolkit: the submitted script in script mode, XGBoost's built-in
algorithm without one.

Follows src/sagemaker_xgboost_container/training.py of aws/sagemaker-xgboost-container.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

from sagemaker_containers.beta.framework import modules, training_env

logger = logging.getLogger(__name__)


# AWS: sagemaker-containers/failed-script-leaves-its-command
def main() -> None:
    environment = training_env()
    if environment.user_entry_point is None:
        logger.info("Training with the built-in algorithm: no sagemaker_program in the hyperparameters.")
        run_built_in_algorithm(environment)
        sys.exit(0)
    logger.info("Invoking user training script.")
    # The script's errors are not captured: they are in the log and nowhere else.
    modules.run_module(
        environment.module_dir,
        environment.to_cmd_args(),
        environment.to_env_vars(),
        environment.module_name,
        capture_error=False,
    )
    sys.exit(0)


# AWS: sagemaker-containers/xgboost-built-in-algorithm
def run_built_in_algorithm(environment: Any) -> None:
    from sagemaker_xgboost_container import algorithm, errors

    hyperparameters = json.loads(Path(os.environ["SM_INPUT_TRAINING_CONFIG_FILE"]).read_text())
    try:
        algorithm.train(environment, hyperparameters)
    except errors.UserError as error:
        # FailureReason is cut after 1,024 characters: without the steps to the error, its words are in it.
        raise errors.UserError(str(error)) from None
