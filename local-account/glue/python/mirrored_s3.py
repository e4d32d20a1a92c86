"""S3 for Spark without Hadoop's S3 client, which PyPI does not have: s3:// paths are a folder of this computer.

Before Spark reads a path, its objects are fetched into the folder, and after it has written one, they are stored: each
call is signed with the role's keys, so that what the role may not do fails here as on AWS. Spark itself sees s3://
everywhere (Hadoop's ViewFileSystemOverloadScheme mounts the folder).
"""

from __future__ import annotations

import functools
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

SCHEME = "s3://"
MOUNT = "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme"


class NotSupported(Exception):
    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not supported by the local account")


class Mirror:
    def __init__(self, folder: Path, encryption: dict[str, str]) -> None:
        self.folder = folder
        self.encryption = encryption
        """Of the job's security configuration, for each object that the job writes."""
        self.s3 = boto3.client("s3", config=Config(s3={"addressing_style": "path"}))

    def path(self, bucket: str, key: str) -> Path:
        return self.folder / bucket / key

    def mount(self, bucket: str) -> None:
        from pyspark import SparkContext

        self.path(bucket, "").mkdir(parents=True, exist_ok=True)
        context = SparkContext._active_spark_context
        if context is None:
            raise RuntimeError("Spark has not been started")
        hadoop = context._jsc.hadoopConfiguration()
        hadoop.set("fs.s3.impl", MOUNT)
        hadoop.set(f"fs.viewfs.mounttable.{bucket}.linkFallback", self.path(bucket, "").as_uri())

    def fetch(self, uri: str) -> None:
        """An object, or all below a prefix: as Hadoop looks for a path, first as the one, then as the other."""
        bucket, key = split(uri)
        self.mount(bucket)
        if key and not key.endswith("/") and self.exists(bucket, key):
            self.get(bucket, key)
            return
        for found in self.keys(bucket, f"{key.rstrip('/')}/" if key else ""):
            if not found.endswith("/"):
                self.get(bucket, found)

    def exists(self, bucket: str, key: str) -> bool:
        try:
            self.s3.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("404", "NoSuchKey", "NotFound"):
                return False
            raise
        return True

    def get(self, bucket: str, key: str) -> None:
        target = self.path(bucket, key)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            self.s3.download_file(bucket, key, str(target))

    def keys(self, bucket: str, prefix: str) -> Iterator[str]:
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        for page in pages:
            for found in page.get("Contents", []):
                yield found["Key"]

    def clear(self, uri: str) -> None:
        """What the job read below the path must not look like its result."""
        bucket, key = split(uri)
        self.mount(bucket)
        shutil.rmtree(self.path(bucket, key.rstrip("/")), ignore_errors=True)

    def store(self, uri: str, mode: str, dynamic: bool) -> None:
        """Stores what Spark wrote, and deletes what it replaced."""
        bucket, key = split(uri)
        prefix = f"{key.rstrip('/')}/"
        root = self.path(bucket, prefix)
        files = [path for path in sorted(root.rglob("*")) if path.is_file() and path.suffix != ".crc"]
        names = [path.relative_to(root).as_posix() for path in files]
        if mode == "overwrite":
            replaced = {name.rpartition("/")[0] for name in names if "=" in name} if dynamic else {None}
            for old in list(self.keys(bucket, prefix)):
                inner = old.removeprefix(prefix)
                folder = inner.rpartition("/")[0]
                if (None in replaced or folder in replaced) and inner not in names:
                    self.s3.delete_object(Bucket=bucket, Key=old)
        for path, name in zip(files, names, strict=True):
            # Spark writes replaced partitions elsewhere first, and renames: on S3, a copy and a deletion.
            staged = f"{prefix}.spark-staging/{name}" if dynamic and "=" in name else None
            self.put(path, bucket, staged or prefix + name)
            if staged is not None:
                self.s3.copy_object(
                    Bucket=bucket, Key=prefix + name, CopySource={"Bucket": bucket, "Key": staged}, **self.encryption
                )
                self.s3.delete_object(Bucket=bucket, Key=staged)

    def put(self, path: Path, bucket: str, key: str) -> None:
        self.s3.upload_file(str(path), bucket, key, ExtraArgs=self.encryption)


def split(uri: str) -> tuple[str, str]:
    bucket, _, key = uri.removeprefix(SCHEME).partition("/")
    return bucket, key


def uris(arguments: Any) -> list[str]:
    flat = [one for argument in arguments for one in (argument if isinstance(argument, list | tuple) else [argument])]
    return [one for one in flat if isinstance(one, str) and one.startswith(SCHEME)]


def install() -> None:
    """Puts the mirror before Spark's readers and behind its writers."""
    from pyspark.sql import readwriter

    key = os.environ.get("GLUE_S3_KMS_KEY")
    mode = os.environ.get("GLUE_S3_ENCRYPTION")
    encryption = {"ServerSideEncryption": mode} if mode else {}
    if key:
        encryption["SSEKMSKeyId"] = key
    mirror = Mirror(Path(os.environ["GLUE_S3_MIRROR"]), encryption)

    for name in ("load", "json", "parquet", "text", "csv", "orc"):
        read = getattr(readwriter.DataFrameReader, name)
        setattr(readwriter.DataFrameReader, name, reading(read, mirror))
    for name in ("save", "json", "parquet", "text", "csv", "orc"):
        write = getattr(readwriter.DataFrameWriter, name)
        setattr(readwriter.DataFrameWriter, name, writing(write, mirror))
    remember(readwriter.DataFrameWriter)


def reading(read: Callable[..., Any], mirror: Mirror) -> Callable[..., Any]:
    @functools.wraps(read)
    def fetched(self: Any, *args: Any, **kwargs: Any) -> Any:
        for uri in uris([*args, *kwargs.values()]):
            mirror.fetch(uri)
        return read(self, *args, **kwargs)

    return fetched


def writing(write: Callable[..., Any], mirror: Mirror) -> Callable[..., Any]:
    @functools.wraps(write)
    def stored(self: Any, *args: Any, **kwargs: Any) -> Any:
        # `parquet` and its like call `save` in some versions of Spark: only the outer call stores.
        targets = [] if getattr(mirror, "busy", False) else uris([*args, *kwargs.values()])
        mode = kwargs.get("mode") or getattr(self, "_mirror_mode", "error")
        if targets and mode not in ("overwrite", "append"):
            raise NotSupported(f"writing to S3 in mode {mode}")
        for uri in targets:
            mirror.clear(uri)
        mirror.busy = True  # type: ignore[attr-defined]
        try:
            result = write(self, *args, **kwargs)
        finally:
            mirror.busy = False  # type: ignore[attr-defined]
        setting = "spark.sql.sources.partitionOverwriteMode"
        dynamic = self._spark.conf.get(setting, "static").lower() == "dynamic"
        for uri in targets:
            mirror.store(uri, mode, dynamic)
        return result

    return stored


def remember(writer: Any) -> None:
    """The mode is asked for by a call of its own."""
    mode = writer.mode

    @functools.wraps(mode)
    def remembered(self: Any, save_mode: str | None) -> Any:
        if save_mode is not None:
            self._mirror_mode = save_mode.lower()
        return mode(self, save_mode)

    writer.mode = remembered
