"""Writes everything that moto holds into a file, and takes it back into a process that holds nothing.

moto's backends are plain Python objects, so the file is a pickle. What a pickle cannot hold (locks, private keys,
a factory without a name) is written as what it stands for. The contents of S3's objects come before the pickle, in
the same file, so that they are never whole in memory; its last eight bytes say where the pickle begins. Anything else
that cannot be written or read back is an error with the name of its service: a state is whole, or there is none.
"""

import io
import pickle
import threading
from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any, BinaryIO

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from moto.backends import get_backend
from moto.core.base_backend import BackendDict
from moto.s3.models import FakeKey
from store_objects import CHUNK, Content

_LOCKS = {type(threading.Lock()): "lock", type(threading.RLock()): "rlock", threading.Condition: "condition"}


def new_lock(kind: str) -> Any:
    return {"lock": threading.Lock, "rlock": threading.RLock, "condition": threading.Condition}[kind]()


def read_key(pem: bytes) -> Any:
    return serialization.load_pem_private_key(pem, password=None)


def nested_dictionary() -> Any:
    """The factory of Systems Manager's tags, which has no name there."""
    return defaultdict(dict)


def new_collection(kind: type) -> Any:
    """Without its constructor, which may ask for more than pickle knows."""
    return kind.__new__(kind)


def fill(made: Any, state: tuple[dict[str, Any], Any, Any]) -> None:
    """Past its own methods: a bucket's dictionary adds a version where another one replaces a value."""
    attributes, content, factory = state
    vars(made).update(attributes)
    if isinstance(made, defaultdict):
        made.default_factory = factory
    if isinstance(made, list):
        list.extend(made, content)
    else:
        put = OrderedDict.__setitem__ if isinstance(made, OrderedDict) else dict.__setitem__
        for key, value in content:
            put(made, key, value)


def _content(value: Any) -> list[Any]:
    return list(list.__iter__(value)) if isinstance(value, list) else list(dict.items(value))


def bound_method(owner: Any, name: str) -> Any:
    """A method that a backend keeps as a value."""
    if not type(owner).__module__.startswith("moto."):
        raise _foreign(type(owner).__module__, name)
    return getattr(owner, name)


def _nested_dictionary() -> Any:
    return nested_dictionary


_OURS = {"new_lock", "read_key", "new_collection", "fill", "bound_method", "nested_dictionary", "_nested_dictionary"}
_PLAIN = {
    "builtins": {"set", "frozenset", "bytearray", "object", "list", "dict", "tuple", "str", "int", "float", "bytes"},
    "collections": {"OrderedDict", "defaultdict", "deque", "Counter"},
    "copyreg": {"_reconstructor"},
    "requests.structures": {"CaseInsensitiveDict"},
    "datetime": {"datetime", "date", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "ipaddress": {"IPv4Address", "IPv4Network", "IPv6Address", "IPv6Network"},
    "re": {"_compile"},
    "uuid": {"UUID"},
}


def _require(found: Any, module: str, name: str) -> None:
    """Only moto's own classes, and those of plain data: a pickle can name any function there is."""
    if (module == __name__ and name in _OURS) or name in _PLAIN.get(module, ()):
        return
    if not (module.startswith("moto.") and isinstance(found, type)):
        raise _foreign(module, name)


def _foreign(module: str, name: str) -> pickle.PickleError:
    return pickle.PickleError(f"{module}.{name} is not part of a store's state")


class _Saved:
    """A content in a file of state."""

    def __init__(self, file: BinaryIO, start: int, size: int) -> None:
        self.file, self.start, self.size = file, start, size

    def __iter__(self) -> Iterator[bytes]:
        self.file.seek(self.start)
        left = self.size
        while left > 0:
            chunk = self.file.read(min(CHUNK, left))
            if not chunk:
                raise EOFError("an object's content ends too early")
            left -= len(chunk)
            yield chunk


def _object_state(self: FakeKey) -> dict[str, Any]:
    state = {name: value for name, value in vars(self).items() if name not in ("_value_buffer", "lock")}
    # Of a deleted object, only the description is left.
    return state | {"value": "" if self.disposed else Content(self)}


FakeKey.__getstate__ = _object_state  # type: ignore[method-assign]


class _Writer(pickle.Pickler):
    def __init__(self, stream: BinaryIO, contents: BinaryIO | None) -> None:
        super().__init__(stream, pickle.HIGHEST_PROTOCOL)
        self.contents = contents

    def persistent_id(self, value: Any) -> Any:
        if not isinstance(value, Content):
            return None
        if self.contents is None:
            return 0, 0
        start = self.contents.tell()
        self.contents.writelines(value)
        return start, len(value)

    def reducer_override(self, value: Any) -> Any:
        kind = _LOCKS.get(type(value))
        if kind is not None:
            return new_lock, (kind,)
        if isinstance(value, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            pem = value.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            return read_key, (pem,)
        if getattr(value, "__qualname__", "") == "SimpleSystemManagerBackend.__init__.<locals>.<lambda>":
            return _nested_dictionary, ()
        if isinstance(value, dict | list) and type(value).__module__.startswith("moto."):
            state = (vars(value), _content(value), getattr(value, "default_factory", None))
            return new_collection, (type(value),), state, None, None, fill
        if isinstance(value, MethodType) and not isinstance(value.__self__, type):
            return bound_method, (value.__self__, value.__name__)
        if isinstance(value, type | FunctionType | BuiltinFunctionType):
            _require(value, value.__module__, value.__qualname__)
        return NotImplemented


class _Reader(pickle.Unpickler):
    def __init__(self, stream: BinaryIO, contents: BinaryIO) -> None:
        super().__init__(stream)
        self.contents = contents

    def persistent_load(self, place: Any) -> _Saved:
        return _Saved(self.contents, *place)

    def find_class(self, module: str, name: str) -> Any:
        if module.startswith("moto.") or module in {__name__, *_PLAIN}:
            found = super().find_class(module, name)
            _require(found, module, name)
            return found
        raise _foreign(module, name)


def save(file: str) -> None:
    """The caller sees to it that no request is at work."""
    state = {
        backends.service_name: {account: dict(dict.items(regions)) for account, regions in dict.items(backends)}
        for backends in BackendDict._instances
    }
    with open(file, "wb") as stream:
        try:
            described = io.BytesIO()
            _Writer(described, stream).dump(state)
            start = stream.tell()
            stream.write(described.getbuffer())
            stream.write(start.to_bytes(8, "big"))
        except Exception:
            _name_the_culprit(state)
            raise


def _name_the_culprit(state: dict[str, Any]) -> None:
    for service, backends in state.items():
        try:
            _Writer(io.BytesIO(), None).dump(backends)
        except Exception as error:
            raise ValueError(f"the state of {service} cannot be saved: {error}") from error


def restore(file: str) -> None:
    with open(file, "rb") as stream, open(file, "rb") as contents:
        stream.seek(-8, io.SEEK_END)
        stream.seek(int.from_bytes(stream.read(8), "big"))
        state = _Reader(stream, contents).load()
    for service, accounts in state.items():
        backends = get_backend(service)
        for account, regions in accounts.items():
            for region, backend in regions.items():
                backends[account][region] = backend
