"""Puts packages into this interpreter's environment as they lie in their archives, without running their setup and
without a compiler.

    install_source.py FOLDER

FOLDER has the archives that pip fetched and checked against their hashes. Their Python files are all that the
containers use: MarkupSafe has a Python form of its compiled part, and `gethostname` of sagemaker-containers serves
training by MPI only.
"""

from __future__ import annotations

import shutil
import sys
import sysconfig
import tarfile
import tempfile
import zipfile
from pathlib import Path

# Where the module is in its source archive; in a wheel it is at the top.
MODULES = {
    "inotify_simple": "inotify_simple",
    "markupsafe": "src/markupsafe",
    "pip": "src/pip",
    "retrying": "retrying.py",
    "sagemaker_containers": "src/sagemaker_containers",
}


def install(archive: Path, target: Path) -> None:
    name = archive.name.split("-")[0].lower()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        if archive.suffix == ".whl":
            zipfile.ZipFile(archive).extractall(folder)
            module = folder / Path(MODULES[name]).name
        else:
            with tarfile.open(archive) as opened:
                opened.extractall(folder)
            module = next(folder.iterdir()) / MODULES[name]
        if module.is_dir():
            shutil.copytree(module, target / name)
        else:
            shutil.copy(module, target)


def adapt(target: Path) -> None:
    """The images run the toolkit on a Python that it was not written for, and change the same line."""
    mapping = target / "sagemaker_containers" / "_mapping.py"
    mapping.write_text(mapping.read_text("utf-8").replace("collections.Mapping", "collections.abc.Mapping"), "utf-8")
    (target / "gethostname.py").write_text(
        '"""Empty: the compiled module serves MPI, which does not run here."""\n', "utf-8"
    )


def main() -> None:
    target = Path(sysconfig.get_paths()["purelib"])
    for archive in sorted(Path(sys.argv[1]).iterdir()):
        # The scikit-learn image's pip; the environment's own is the XGBoost image's.
        install(archive, Path(sys.prefix) / "scikit-learn" if archive.name.startswith("pip-") else target)
    adapt(target)


if __name__ == "__main__":
    main()
