"""Starts the model server of AWS's framework images as their `serve` command does, without nginx in front of it.

    model_server.py MODULE:APPLICATION

AWS's toolkit installs the user's module with pip; then Gunicorn runs with the arguments of the toolkit's
`server.start`. That function itself binds port 8080 of every network interface, so it is not called. The port goes to
file descriptor 3. The server ends with standard input, so that it never outlives the local account.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from gunicorn.app.wsgiapp import WSGIApplication

MEASURED = "X-Local-Account-Microseconds"
READY = 3
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def install() -> int:
    """Installs the user's module in a separate process, as on AWS: its imports do not exist in the workers."""
    child = os.fork()
    if child == 0:
        try:
            from sagemaker_containers.beta.framework import env, modules

            serving = env.ServingEnv()
            if serving.module_name:
                modules.import_module(serving.module_dir, serving.module_name)
        except BaseException as error:
            sys.excepthook(type(error), error, error.__traceback__)
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


# AWS: sagemaker-containers/exceptions-are-500
def arguments(application: str) -> list[str]:
    """The arguments of the toolkit's `server.start`, so that every response, errors included, is the toolkit's own."""
    from sagemaker_containers.beta.framework import env

    serving = env.ServingEnv()
    workers = serving.model_server_workers
    return [
        *("--timeout", str(serving.model_server_timeout)),
        *("-k", "gevent"),
        *("--pythonpath", ",".join([*sys.path, env.code_dir])),
        *("-b", "127.0.0.1:0"),
        *("--worker-connections", str(1000 * workers)),
        *("-w", str(workers)),
        *("--log-level", "info"),
        # By default Gunicorn changes to the folder where it was imported: the prepared interpreter's, not the
        # container's.
        *("--chdir", os.getcwd()),
        application,
    ]


class Waited:
    """How long this thread waited for a processor: a busy computer adds such time, a dedicated instance does not."""

    def __init__(self) -> None:
        self.file: int | None = None

    def nanoseconds(self) -> int:
        try:
            if self.file is None:
                self.file = os.open(f"/proc/self/task/{threading.get_native_id()}/schedstat", os.O_RDONLY)
            return int(os.pread(self.file, 100, 0).split()[1])
        except (OSError, IndexError):  # not on every system
            return 0


def measured(application: Application) -> Application:
    """Adds a header with the model's time, without the time in which other programs had the processor."""
    waited = Waited()

    def run(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        began, queued = time.perf_counter_ns(), waited.nanoseconds()

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            took = time.perf_counter_ns() - began - (waited.nanoseconds() - queued)
            return start_response(status, [*headers, (MEASURED, str(max(took // 1000, 1)))], *rest)

        return application(environ, start)

    return run


class ModelServer(WSGIApplication):
    def load_config(self) -> None:
        super().load_config()
        self.cfg.set("when_ready", tell_port)

    def load_wsgiapp(self) -> Application:
        return measured(super().load_wsgiapp())


def tell_port(server: Any) -> None:
    os.write(READY, f"{server.LISTENERS[0].sock.getsockname()[1]}\n".encode())
    os.close(READY)


def end_with_parent() -> None:
    while os.read(0, 4096):
        pass
    os.kill(os.getpid(), signal.SIGQUIT)


def main() -> None:
    application = sys.argv[1]
    failed = install()
    if failed:
        sys.exit(failed)
    threading.Thread(target=end_with_parent, daemon=True).start()
    sys.argv[1:] = arguments(application)
    ModelServer("%(prog)s [OPTIONS] [APP_MODULE]").run()


if __name__ == "__main__":
    main()
