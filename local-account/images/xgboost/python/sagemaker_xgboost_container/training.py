"""What the image's `train` command runs in script mode, by AWS's toolkit: the submitted code is unpacked, installed with pip, and run as a module.

Follows src/sagemaker_xgboost_container/training.py of aws/sagemaker-xgboost-container. The image's algorithm mode is not stood in for.
"""

from __future__ import annotations

import logging
import sys

from sagemaker_containers.beta.framework import modules, training_env

logger = logging.getLogger(__name__)


# AWS: sagemaker-containers/failed-script-leaves-its-command
def main() -> None:
    environment = training_env()
    if environment.user_entry_point is None:
        raise NotImplementedError("the hyperparameter sagemaker_program is missing: the local account does not have the image's algorithm mode")
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
