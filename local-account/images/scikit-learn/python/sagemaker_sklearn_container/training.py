"""What the image's `train` command runs: the submitted script, by AWS's toolkit.

Follows src/sagemaker_sklearn_container/training.py of aws/sagemaker-scikit-learn-container. The image has the
toolkit's successor (sagemaker-training), whose entry_point.run does the same for a script: unpack the code, install
it if it is a package, and run it as a program of its own.
"""

from __future__ import annotations

import logging
import sys

from sagemaker_containers.beta.framework import entry_point, runner, training_env

logger = logging.getLogger(__name__)


def main() -> None:
    environment = training_env()
    if environment.user_entry_point is None:
        raise ValueError(
            "the hyperparameter sagemaker_program is missing: the scikit-learn image has no algorithm of its own"
        )
    logger.info("Invoking user training script.")
    entry_point.run(
        environment.module_dir,
        environment.user_entry_point,
        environment.to_cmd_args(),
        environment.to_env_vars(),
        runner=runner.ProcessRunnerType,
    )
    sys.exit(0)
