"""Objects of S3 whose content is never whole in memory, however long it is: uploads in parts, downloads, snapshots.

moto keeps the content of an object in a file, and reads all of it for each of these.
"""

import binascii
import codecs
import hashlib
import tempfile
from collections.abc import Iterator
from typing import Any

from moto.moto_server.utilities import RegexConverter
from moto.s3.exceptions import EntityTooSmall, InvalidPart, InvalidPartOrder, MalformedXML, S3ClientError
from moto.s3.models import FakeKey, FakeMultipart, MultipartChecksumBuilder
from moto.s3.responses import S3Response

CHUNK = 4 * 1024**2
LONG = 2 * CHUNK
"""From this size on, a content goes to the client in chunks."""
SMALLEST_PART = 5 * 1024**2


class Content:
    """A range of what an object holds."""

    def __init__(self, key: FakeKey, start: int = 0, end: int | None = None) -> None:
        self.key = key
        self.start = start
        self.end = key.contentsize if end is None else min(end, key.contentsize)

    def __deepcopy__(self, _: Any) -> "Content":
        """moto copies objects that it lists."""
        return self

    def __len__(self) -> int:
        return max(self.end - self.start, 0)

    def __getitem__(self, wanted: slice) -> "Content":
        start, end, _ = wanted.indices(len(self))
        return Content(self.key, self.start + start, self.start + end)

    def __iter__(self) -> Iterator[bytes]:
        for place in range(self.start, self.end, CHUNK):
            with self.key.lock:
                self.key._value_buffer.seek(place)
                chunk = self.key._value_buffer.read(min(CHUNK, self.end - place))
            yield chunk


def _chunks(parts: list[FakeKey]) -> Iterator[bytes]:
    return (chunk for part in parts for chunk in Content(part))


class Joined:
    """The contents of the parts of an upload, one after the other; moto closes the parts at the end of the upload."""

    def __init__(self, parts: list[FakeKey]) -> None:
        self.file = tempfile.SpooledTemporaryFile(SMALLEST_PART)  # noqa: SIM115  # the object closes it
        self.size = sum(self.file.write(chunk) for chunk in _chunks(parts))


_set_value = FakeKey.value.fset  # type: ignore[attr-defined]


def _take(self: FakeKey, value: Any) -> None:
    if isinstance(value, bytes | str):
        _set_value(self, value)
    elif isinstance(value, Joined):
        self._value_buffer.close()
        self._value_buffer, self.contentsize = value.file, value.size
    else:
        _set_value(self, b"")
        self.contentsize = sum(self._value_buffer.write(chunk) for chunk in value)


class TooSmall(EntityTooSmall):
    def __init__(self) -> None:
        S3ClientError.__init__(self, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")


def _checksum(builder: MultipartChecksumBuilder, parts: list[FakeKey]) -> tuple[str, str, int] | None:
    if builder.checksum_type == "COMPOSITE":
        for part in parts:
            builder.addPart(part.value)
        return builder.build()
    # moto has no other checksum of a whole object than this one, and SHA.
    if builder.checksum_algorithm.startswith("SHA"):
        digest = hashlib.new(builder.checksum_algorithm.lower(), usedforsecurity=False)
        for chunk in _chunks(parts):
            digest.update(chunk)
        hashed = digest.digest()
    else:
        number = 0
        for chunk in _chunks(parts):
            number = binascii.crc32(chunk, number)
        hashed = number.to_bytes(4, "big")
    return builder.checksum_type, binascii.b2a_base64(hashed, newline=False).decode(), 1


# AWS: s3/limits-of-objects
def _complete(self: FakeMultipart, body: Iterator[tuple[int, str]]) -> tuple[Any, str, tuple[str, str, int] | None]:
    parts: list[FakeKey] = []
    md5s = bytearray()
    for number, etag in body:
        part = self.parts.get(number)
        if part is None or part.etag.strip('"') != etag.strip('"'):
            raise InvalidPart()
        if parts and parts[-1].name >= number:  # type: ignore[operator]
            raise InvalidPartOrder()
        if parts and parts[-1].contentsize < SMALLEST_PART:
            raise TooSmall()
        md5s.extend(codecs.decode(part.etag.strip('"'), "hex"))  # type: ignore[arg-type]
        parts.append(part)
    if not parts:
        raise MalformedXML
    builder = MultipartChecksumBuilder(
        self.metadata.get("x-amz-checksum-algorithm"), self.metadata.get("x-amz-checksum-type")
    )
    etag = hashlib.md5(md5s, usedforsecurity=False).hexdigest()
    return Joined(parts), f"{etag}-{len(parts)}", _checksum(builder, parts)


def _take_keys_of_several_lines() -> None:
    """A dot in moto's paths is no line break, so that a key with one has no path."""
    create = RegexConverter.__init__

    def created(self: RegexConverter, url_map: Any, *items: Any) -> None:
        create(self, url_map, *items)
        self.regex = f"(?s:{self.regex})"

    RegexConverter.__init__ = created  # type: ignore[method-assign]


def install() -> None:
    _take_keys_of_several_lines()
    read = FakeKey.value.fget  # type: ignore[attr-defined]
    FakeKey.value = property(read, _take)  # type: ignore[method-assign,assignment]
    FakeMultipart.complete = _complete  # type: ignore[method-assign]
    get_object = S3Response.get_object

    def in_chunks(self: S3Response) -> Any:
        key, not_modified = self._get_key()
        if not_modified or key.contentsize < LONG:
            return get_object(self)
        # Without reading what it would throw away.
        self._get_key = lambda *_: (_Unread(key), not_modified)  # type: ignore[method-assign]
        try:
            status, headers, _ = get_object(self)
        finally:
            del self._get_key
        return status, headers | {"content-length": str(key.contentsize)}, Content(key)

    S3Response.get_object = in_chunks  # type: ignore[method-assign]


class _Unread:
    """An object, but for its content."""

    value = b""

    def __init__(self, key: FakeKey) -> None:
        self._key = key

    def __getattr__(self, name: str) -> Any:
        return getattr(self._key, name)
