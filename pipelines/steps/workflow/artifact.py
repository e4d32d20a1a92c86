"""Checks and unpacks a model archive: every entry is checked before any of it is written, loaded or run.

tarfile's own data_filter is not enough: it rewrites what should be refused (absolute names, setuid bits), it follows
links that it considers harmless, and some Python releases had holes in it (CVE-2025-4517, CVE-2025-4330). A model
needs no links at all.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

MODEL_FILE = "model.ubj"
DOCUMENT_FILE = "features.json"
CODE_FILE = "code/inference.py"
REQUIRED = (MODEL_FILE, DOCUMENT_FILE, CODE_FILE)

ALLOWED = re.compile(r"[a-z0-9_-]+\.(ubj|json)|code/([a-z0-9_]+/)*[a-z0-9_]+\.(py|json)", re.IGNORECASE | re.ASCII)
RUNS_WHEN_LOADED = re.compile(r"\.(pkl|pickle|joblib|cloudpickle|dill|pt|pth|bin)(\.[a-z0-9]+)?$", re.IGNORECASE)

MAXIMUM_MEMBERS = 500
MAXIMUM_BYTES = 1024 * 1024 * 1024
"""Unpacked size: several hundred times this project's models, and small enough for the smallest instance."""
MAXIMUM_RATIO = 50
"""Unpacked size divided by packed size. Boosters and code shrink to about a quarter; a gzip bomb comes near 1000."""
FREE_OF_RATIO = 1024 * 1024
PIECE = 1024 * 1024
"""Bytes in memory at once."""


class ArtifactRefused(ValueError):
    """The archive is not one that this workflow's training makes."""


@dataclass(frozen=True)
class Artifact:
    """An archive that passed all checks."""

    sha256: str
    files: tuple[str, ...]
    unpacked_bytes: int


class Bounded(io.RawIOBase):
    """Output of a decompressor, up to a limit. It stops a gzip bomb while it unpacks."""

    def __init__(self, source: gzip.GzipFile, limit: int, name: str) -> None:
        self.source, self.left, self.limit, self.name = source, limit, limit, name

    def read(self, size: int = -1) -> bytes:
        # One byte more than is left shows that there is more.
        content = self.source.read(min(size, self.left + 1) if size >= 0 else self.left + 1)
        self.left -= len(content)
        if self.left < 0:
            raise ArtifactRefused(
                f"{self.name} unpacks to more than {self.limit} bytes: a model of this workflow is far smaller"
            )
        return content


def digest(archive: Path) -> str:
    """Hex SHA-256 of the file, read in pieces."""
    found = hashlib.sha256()
    with archive.open("rb") as file:
        while piece := file.read(PIECE):
            found.update(piece)
    return found.hexdigest()


@contextmanager
def opened(archive: Path) -> Iterator[tarfile.TarFile]:
    """The archive as a stream: each entry is read once, in order."""
    limit = min(MAXIMUM_BYTES, max(FREE_OF_RATIO, MAXIMUM_RATIO * archive.stat().st_size))
    try:
        with (
            gzip.open(archive) as unzipped,
            tarfile.open(fileobj=Bounded(unzipped, limit, archive.name), mode="r|") as tar,
        ):
            yield tar
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise ArtifactRefused(f"{archive.name} is not a tar.gz archive: {error}") from error


def check(member: tarfile.TarInfo, name: str) -> None:
    """Refuses an entry with a bad header."""
    if member.issym() or member.islnk():
        refuse(name, "is a link; a model has none")
    if member.type not in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE) or member.issparse():
        refuse(name, "is neither a plain file nor a folder (a device, a pipe or a sparse file)")
    if member.mode & 0o7000:
        refuse(name, "has a setuid, setgid or sticky bit")
    if name.startswith("/"):
        refuse(name, "has an absolute name")
    if ".." in name.split("/"):
        refuse(name, "leads out of the archive's folder")
    if member.isdir():
        return
    if RUNS_WHEN_LOADED.search(name):
        refuse(name, "is of a format that runs code when it is loaded; save the model as UBJSON or JSON")
    if not ALLOWED.fullmatch(plain(name)):
        refuse(
            name, "is not on the list: the model (.ubj, .json), its documents (.json), and Python and JSON below code/"
        )


def plain(name: str) -> str:
    return name.removeprefix("./")


def refuse(name: str, why: str) -> None:
    raise ArtifactRefused(f"refused entry {name!r}: it {why}")


def files_of(tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
    """Name and content of each file whose header passed the checks."""
    seen: set[str] = set()
    for count, member in enumerate(tar, 1):
        if count > MAXIMUM_MEMBERS:
            raise ArtifactRefused(f"the archive has more than {MAXIMUM_MEMBERS} entries")
        check(member, member.name)
        if member.isdir():
            continue
        name = plain(member.name)
        # Case is ignored, because on some file systems the second of two such names replaces the first.
        if name.lower() in seen:
            refuse(name, "is in the archive twice")
        seen.add(name.lower())
        content = tar.extractfile(member)
        if content is None:
            raise ArtifactRefused(f"{name!r} has no content")
        yield name, content


def inspect(archive: Path) -> Artifact:
    """Checks the whole archive without writing anything."""
    files: list[str] = []
    size = 0
    with opened(archive) as tar:
        for name, content in files_of(tar):
            start = content.read(1)
            # UBJSON and JSON objects both begin with a brace; a pickle with such a name does not.
            if not name.endswith(".py") and start != b"{":
                refuse(name, "is not what its name says: it does not begin as a JSON or UBJSON object")
            size += len(start)
            while piece := content.read(PIECE):
                size += len(piece)
            files.append(name)
    for name in REQUIRED:
        if name not in files:
            raise ArtifactRefused(f"the model archive lacks {name}")
    return Artifact(digest(archive), tuple(files), size)


def unpack(archive: Path, folder: Path) -> Artifact:
    """Checks the whole archive, then writes its files. Owner, mode and time of the entries are not kept."""
    artifact = inspect(archive)
    with opened(archive) as tar:
        for name, content in files_of(tar):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                while piece := content.read(PIECE):
                    file.write(piece)
    return artifact
