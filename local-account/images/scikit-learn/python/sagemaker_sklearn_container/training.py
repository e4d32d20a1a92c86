"""What AWS's toolkit calls for the scikit-learn image's `train` command: the submitted script.

The image has the toolkit's successor (sagemaker-training), whose entry_point.run does the same for a script: unpack
the code, install it if it is a package, and run it as a program of its own.
"""

from __future__ import annotations

import logging
import sys

from sagemaker_containers.beta.framework import entry_point, runner, training_env

logger = logging.getLogger(__name__)


def main() -> None:
    job = training_env()
    script = job.user_entry_point
    if not script:
        raise ValueError(
            "the hyperparameter sagemaker_program is missing: the scikit-learn image has no algorithm of its own"
        )
    logger.info("Training with the script %s.", script)
    program = runner.ProcessRunnerType
    entry_point.run(job.module_dir, script, job.to_cmd_args(), job.to_env_vars(), runner=program)
    sys.exit(0)
