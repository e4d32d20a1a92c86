"""Runs moto's server for the rehearsal: on a free port, on the rehearsal's virtual time, and no longer than its parent.

Prints one line, ``port <n>``, when it listens. Standard input is a lifeline: when it closes, the parent is gone and
so is this process, however the parent ended. Each forwarded request brings the virtual time in a header, so that what
moto stamps (object times, log ingestion, alarm states) agrees with the rest of the rehearsal.
"""

import datetime
import os
import sys
import threading
import time

import moto.core.utils

_offset = 0.0


def _virtual_utcnow() -> datetime.datetime:
    now = datetime.datetime.fromtimestamp(time.time() + _offset, tz=datetime.timezone.utc)
    return now.replace(tzinfo=None)


# Before moto's services are imported: they take the function by name.
moto.core.utils.utcnow = _virtual_utcnow

from moto.iam.access_control import PermissionResult  # noqa: E402
from moto.moto_server.werkzeug_app import (  # noqa: E402
    DomainDispatcherApplication,
    create_backend_app,
)
from moto.s3.models import FakeBucket  # noqa: E402
from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: E402


# Whether a caller may is decided before a request comes here; moto judges bucket policies without their conditions.
FakeBucket.get_permission = lambda self, action, resource: PermissionResult.NEUTRAL  # type: ignore[method-assign]


class QuietHandler(WSGIRequestHandler):
    """Keeps connections open between requests and prints nothing per request."""

    protocol_version = "HTTP/1.1"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


class VirtualTime:
    """Takes over the virtual time that a request carries."""

    def __init__(self, application: DomainDispatcherApplication) -> None:
        self.application = application

    def __call__(self, environ, start_response):  # type: ignore[no-untyped-def]
        global _offset
        now = environ.pop("HTTP_X_REHEARSAL_NOW", None)
        if now is not None:
            _offset = float(now) / 1000 - time.time()
        return self.application(environ, start_response)


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


def main() -> None:
    application = VirtualTime(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=QuietHandler)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.environ["MOTO_PORT"] = str(server.server_port)
    print(f"port {server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
