"""What AWS's toolkit calls for the XGBoost image's `train` command: the submitted script, or without one XGBoost's
built-in algorithm.
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


def main() -> None:
    job = training_env()
    if job.user_entry_point:
        run_script(job)
    else:
        run_built_in_algorithm(job)
    sys.exit(0)


# AWS: sagemaker-containers/failed-script-leaves-its-command
def run_script(job: Any) -> None:
    logger.info("Training with the script %s.", job.user_entry_point)
    # What the script writes as it fails is in the log and nowhere else.
    modules.run_module(
        uri=job.module_dir,
        name=job.module_name,
        args=job.to_cmd_args(),
        env_vars=job.to_env_vars(),
        capture_error=False,
    )


# AWS: sagemaker-containers/xgboost-built-in-algorithm
def run_built_in_algorithm(job: Any) -> None:
    from sagemaker_xgboost_container import algorithm, errors

    logger.info("Training with the built-in algorithm: no sagemaker_program in the hyperparameters.")
    hyperparameters = json.loads(Path(os.environ["SM_INPUT_TRAINING_CONFIG_FILE"]).read_text())
    try:
        algorithm.train(job, hyperparameters)
    except errors.UserError as error:
        # FailureReason is cut after 1,024 characters: without the steps to the error, its words are in it.
        raise errors.UserError(str(error)) from None
