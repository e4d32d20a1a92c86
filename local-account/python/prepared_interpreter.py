"""An interpreter that has the images' libraries loaded, and forks a process for each program that it is asked to run.

    prepared_interpreter.py SOCKET LIBRARY...

Loading numpy, pandas, scikit-learn and xgboost takes about a second of a processor: more than most jobs of a small
data set need for their work. What asks is `run_prepared.py`; it hands over its own file descriptors, so that the
program writes to the pipes of whoever started it. Ends when standard input ends, with everything that it has forked.
There are no threads here: a fork would take their locks along.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import random
import runpy
import selectors
import signal
import socket
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

import container_root


@dataclass(frozen=True)
class Program:
    arguments: list[str]
    environment: dict[str, str]
    folder: str


class Forks:
    """Runs in the parent: one connection for each program that runs."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        self.connections: dict[socket.socket, int] = {}
        self.selector = selectors.DefaultSelector()
        self.wake_reader, self.wake_writer = os.pipe()
        os.set_blocking(self.wake_writer, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.wake_writer, warn_on_full_buffer=False)
        self.selector.register(listener, selectors.EVENT_READ)
        self.selector.register(self.wake_reader, selectors.EVENT_READ)
        self.selector.register(0, selectors.EVENT_READ)

    def serve(self) -> Program:
        """Answers in a forked process, with what it is to run; the parent never comes back."""
        while True:
            for key, _ in self.selector.select():
                if key.fileobj == 0:
                    if not os.read(0, 4096):
                        self.end()
                elif key.fileobj == self.wake_reader:
                    os.read(self.wake_reader, 4096)
                    self.reap()
                elif key.fileobj is self.listener:
                    program = self.accept()
                    if program is not None:
                        return program
                elif isinstance(key.fileobj, socket.socket):
                    self.listen_to(key.fileobj)

    def accept(self) -> Program | None:
        connection, _ = self.listener.accept()
        try:
            message, descriptors = receive(connection)
        except (OSError, ValueError):  # it was killed while it asked
            connection.close()
            return None
        child = os.fork()
        if child == 0:
            self.become(descriptors)
            return Program(**message)
        for descriptor in descriptors:
            os.close(descriptor)
        self.connections[connection] = child
        self.selector.register(connection, selectors.EVENT_READ)
        return None

    def become(self, descriptors: list[int]) -> None:
        """The forked process lets go of the parent's files, and takes the asker's."""
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        self.selector.close()
        for one in [self.listener, *self.connections]:
            one.close()
        os.close(self.wake_reader)
        os.close(self.wake_writer)
        for target, descriptor in enumerate(descriptors):
            os.dup2(descriptor, target, inheritable=True)
        os.closerange(len(descriptors), 256)

    def listen_to(self, connection: socket.socket) -> None:
        """A byte is a signal to pass on; the end of the connection means that the asker is gone."""
        try:
            numbers = connection.recv(16)
        except OSError:
            numbers = b""
        child = self.connections[connection]
        for number in numbers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, number)
        if not numbers:
            kill_group(child, signal.SIGKILL)
            self.selector.unregister(connection)

    def reap(self) -> None:
        for connection, child in list(self.connections.items()):
            ended, status = os.waitpid(child, os.WNOHANG)
            if not ended:
                continue
            kill_group(child, signal.SIGKILL)  # what it left behind
            del self.connections[connection]
            if connection in self.selector.get_map():
                self.selector.unregister(connection)
            with contextlib.suppress(OSError):
                connection.sendall(str(os.waitstatus_to_exitcode(status)).encode())
            connection.close()

    def end(self) -> NoReturn:
        for child in self.connections.values():
            kill_group(child, signal.SIGKILL)
        # The account may have been killed, so nobody else removes the socket and its folder.
        socket_file = Path(self.listener.getsockname())
        socket_file.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            socket_file.parent.rmdir()
        os._exit(0)


def receive(connection: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """The request is one line of JSON; the descriptors come with its first bytes."""
    text, descriptors, _, _ = socket.recv_fds(connection, 65536, 4)
    while not text.endswith(b"\n"):
        more = connection.recv(65536)
        if not more:
            raise ValueError("the request ends in the middle")
        text += more
    return json.loads(text), descriptors


def kill_group(child: int, number: int) -> None:
    try:
        os.killpg(child, number)
    except ProcessLookupError:
        with contextlib.suppress(ProcessLookupError):  # it has not come to its own group yet
            os.kill(child, number)


def run(program: Program) -> None:
    """What `python ARGUMENTS` does: a script, a folder or a zip with a `__main__.py`, a module (`-m NAME`)."""
    container_root.contain(program.environment)
    os.chdir(program.folder)
    threads = os.environ.get("OMP_NUM_THREADS")
    os.environ.clear()
    os.environ.update(program.environment)
    searched = [entry for entry in program.environment.get("PYTHONPATH", "").split(os.pathsep) if entry]
    sys.path[:] = [*searched, *sys.path[1:]]
    sys.dont_write_bytecode = bool(program.environment.get("PYTHONDONTWRITEBYTECODE"))
    # Open for as long as the process lives.
    sys.stdin = open(0, closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", buffering=1, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.excepthook = own_traceback
    # Forked processes would all draw the same numbers.
    random.seed()
    sys.modules["numpy"].random.seed()
    if program.environment.get("OMP_NUM_THREADS", threads) != threads:
        import threadpoolctl

        threadpoolctl.threadpool_limits(int(program.environment["OMP_NUM_THREADS"]))
    start(program.arguments)


def start(arguments: list[str]) -> None:
    kind = arguments[0]
    if kind == "-m":
        sys.argv = arguments[1:]
        sys.path.insert(0, os.getcwd())
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        # A folder or a zip is put in front by runpy itself.
        if kind.endswith(".py"):
            sys.path.insert(0, str(Path(kind).resolve().parent))
        runpy.run_path(kind, run_name="__main__")


def own_traceback(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Without the frames that are not there when Python runs the program itself."""
    while trace is not None and (
        trace.tb_frame.f_code.co_filename == __file__ or "runpy" in trace.tb_frame.f_code.co_filename
    ):
        trace = trace.tb_next
    sys.__excepthook__(kind, error.with_traceback(trace), trace)


def main() -> None:
    # Ctrl-C reaches every process of the terminal. This one ends with its standard input, without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    path, *libraries = sys.argv[1:]
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    listener.listen(64)
    with warnings.catch_warnings():  # what a library says of itself is of no use to anybody here
        warnings.simplefilter("ignore")
        searched = list(sys.path)
        for library in libraries:
            importlib.import_module(library)
        sys.path[:] = searched  # setuptools adds a folder of its own
    run(Forks(listener).serve())


if __name__ == "__main__":
    main()
