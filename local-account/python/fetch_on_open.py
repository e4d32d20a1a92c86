"""Files that are there at once and get their content when a program opens them: a channel in FastFile mode.

    fetch_on_open.py

Holds a lease on each file (fcntl, F_SETLEASE): Linux tells the holder when another process opens the file, and lets
that process wait until the lease is given back. Standard input has one line of JSON with the folder and the files
([name, size]); then a line for each file that was asked for: {"index": 0, "content": "path of its content"}, or without
content where it could not be fetched. Standard output has `ready COUNT`, and then the index of each file that a program
opens. COUNT may be smaller than the number of files: the rest must be fetched by whoever asked. Ends with standard
input.
"""

from __future__ import annotations

import fcntl
import json
import os
import resource
import selectors
import shutil
import signal
import sys
import time
from typing import Any

RESERVED = 32
"""Descriptors that are not for leases."""


def say(text: object) -> None:
    print(text, flush=True)


class Leases:
    def __init__(self, folder: str, files: list[tuple[str, int]]) -> None:
        self.held: dict[int, int] = {}
        self.asked: dict[int, float] = {}
        """When a program began to wait for a file."""
        for index, (name, size) in enumerate(files):
            descriptor = self.create(os.path.join(folder, name), size)
            if descriptor is None:
                break
            self.held[index] = descriptor

    def create(self, path: str, size: int) -> int | None:
        """A file of the right size without content, or None where this system gives no lease on it."""
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            os.ftruncate(descriptor, size)
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_WRLCK)
            os.fchmod(descriptor, 0o444)
        except OSError:
            os.close(descriptor)
            os.unlink(path)
            return None
        return descriptor

    def opened(self) -> list[int]:
        """Files that a process waits for and that nobody has asked for yet. Signals merge, so all are looked at."""
        found = [
            index
            for index, descriptor in self.held.items()
            if index not in self.asked and fcntl.fcntl(descriptor, fcntl.F_GETLEASE) != fcntl.F_WRLCK
        ]
        self.asked.update(dict.fromkeys(found, time.monotonic()))
        return found

    def give(self, index: int, content: str | None) -> bool:
        """False when it took too long: the system has let the program read an unfinished file."""
        descriptor = self.held.pop(index)
        if content is None:
            os.ftruncate(descriptor, 0)
        else:
            with open(content, "rb") as source, os.fdopen(os.dup(descriptor), "wb") as target:
                shutil.copyfileobj(source, target, 1 << 20)
            os.unlink(content)
        in_time = time.monotonic() - self.asked[index] < longest_wait()
        os.close(descriptor)  # gives the lease back
        return in_time


def longest_wait() -> float:
    """Seconds after which Linux no longer waits for a lease to be given back."""
    with open("/proc/sys/fs/lease-break-time") as file:
        return float(file.read()) - 1


def main() -> None:
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    signal.signal(signal.SIGIO, lambda *_: None)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    request: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    leases = Leases(request["folder"], request["files"][: max(most - RESERVED, 0)])
    say(f"ready {len(leases.held)}")
    lines = selectors.DefaultSelector()
    lines.register(reader, selectors.EVENT_READ)
    lines.register(0, selectors.EVENT_READ)
    rest = b""
    while True:
        for key, _ in lines.select():
            if key.fd == reader:
                os.read(reader, 65536)
                continue
            data = os.read(0, 65536)
            if not data:
                return
            *whole, rest = (rest + data).split(b"\n")
            for line in whole:
                answer = json.loads(line)
                if not leases.give(answer["index"], answer.get("content")):
                    say(f"late {answer['index']}")
        for index in leases.opened():
            say(index)


if __name__ == "__main__":
    main()
