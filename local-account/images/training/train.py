"""The `train` command of AWS's framework images: the toolkit's own, told what a container would show it.

    train.py PYTHON PROCESSORS

PYTHON is what the toolkit calls the container's interpreter, with which it starts pip and the user's script.
"""

from __future__ import annotations

import multiprocessing
import sys
import tarfile


def main() -> None:
    _, python, processors = sys.argv
    sys.argv[1:] = []
    sys.executable = python
    multiprocessing.cpu_count = lambda: int(processors)
    # The toolkit unpacks whatever stands in the archive; in a container that is the container's own loss.
    tarfile.TarFile.extraction_filter = staticmethod(tarfile.data_filter)

    from sagemaker_containers.cli.train import main as train

    train()


if __name__ == "__main__":
    main()
