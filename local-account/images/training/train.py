"""The `train` command of AWS's framework images: the toolkit's own, told what a container would show it.

    train.py PYTHON PROCESSORS

PYTHON is what the toolkit calls the container's interpreter, with which it starts pip and the user's script.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tarfile


class OutsideDestinationError(Exception):
    """A member of an archive would be written outside of the folder. Named as tarfile's own."""


def _refuse_outside(archive: tarfile.TarFile, folder: str) -> None:
    """What `tarfile.data_filter` checks of places, for a Python that is older than the filter (3.10.12, 3.11.4).

    Raises OutsideDestinationError before anything is written.
    """
    root = os.path.realpath(folder)
    for member in archive.getmembers():
        places = [os.path.join(root, member.name)]
        if member.issym():
            places.append(os.path.join(root, os.path.dirname(member.name), member.linkname))
        elif member.islnk():
            places.append(os.path.join(root, member.linkname))
        for place in places:
            if os.path.commonpath([root, os.path.realpath(place)]) != root:
                raise OutsideDestinationError(f"{member.name!r} would be extracted to {place!r}, outside {root!r}")


def _keep_archives_inside() -> None:
    """The toolkit extracts whatever an archive holds. In a container only the container would be damaged."""
    if hasattr(tarfile, "data_filter"):
        tarfile.TarFile.extraction_filter = staticmethod(tarfile.data_filter)
        return
    extract_all = tarfile.TarFile.extractall

    def extractall(self: tarfile.TarFile, path: str = ".", *args: object, **kwargs: object) -> None:
        _refuse_outside(self, path)
        extract_all(self, path, *args, **kwargs)

    tarfile.TarFile.extractall = extractall


def main() -> None:
    _, python, processors = sys.argv
    sys.argv[1:] = []
    sys.executable = python
    multiprocessing.cpu_count = lambda: int(processors)
    _keep_archives_inside()

    from sagemaker_containers.cli.train import main as train

    train()


if __name__ == "__main__":
    main()
