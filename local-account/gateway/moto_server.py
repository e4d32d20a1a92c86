"""Runs moto's server for the local account: on a free port, on its virtual time, and no longer than its parent.

Prints one line, ``port <n>``, when it listens. Standard input is a lifeline: when it closes, the parent is gone and
so is this process, however the parent ended. Each forwarded request brings the virtual time in a header, so that what
moto stamps (object times, log ingestion, alarm states) agrees with the rest of the local account.
"""

import datetime
import functools
import os
import sys
import threading
import time
from typing import Any

import moto.core.utils


class _VirtualTime(threading.local):
    """Each thread serves one request at a time, and each request has its own time."""

    offset = 0.0
    """Seconds ahead of this machine's clock."""


_virtual_time = _VirtualTime()


def _virtual_utcnow() -> datetime.datetime:
    now = datetime.datetime.fromtimestamp(time.time() + _virtual_time.offset, tz=datetime.timezone.utc)
    return now.replace(tzinfo=None)


# Before moto's services are imported: they take the function by name.
moto.core.utils.utcnow = _virtual_utcnow

from moto.backends import get_backend  # noqa: E402
from moto.cloudwatch.responses import CloudWatchResponse  # noqa: E402
from moto.core.responses import ActionResult  # noqa: E402
from moto.iam.access_control import PermissionResult  # noqa: E402
from moto.moto_server.werkzeug_app import (  # noqa: E402
    DomainDispatcherApplication,
    create_backend_app,
)
from moto.s3.models import FakeBucket  # noqa: E402
from waitress import create_server  # noqa: E402


# Requests are authorized before they come here; moto evaluates bucket policies without their conditions.
FakeBucket.get_permission = lambda self, action, resource: PermissionResult.NEUTRAL  # type: ignore[method-assign]

_describe_alarms = CloudWatchResponse.describe_alarms


def _describe_alarms_in_state(response: CloudWatchResponse) -> ActionResult:
    answer = _describe_alarms(response)
    state = response._get_param("StateValue")
    if state is None:
        return answer
    return ActionResult({kind: [alarm for alarm in alarms if alarm.state_value == state] for kind, alarms in answer.result.items()})


# moto ignores the requested state when names are given.
CloudWatchResponse.describe_alarms = _describe_alarms_in_state  # type: ignore[method-assign]


LARGEST_REQUEST = 5 * 1024**3
"""S3's limit of one PUT, in bytes."""


class Dispatcher(DomainDispatcherApplication):
    """Caches the service of a host; moto searches its own folders at each request."""

    def __init__(self) -> None:
        super().__init__(create_backend_app)
        self.get_backend_for_host = functools.cache(super().get_backend_for_host)  # type: ignore[method-assign]


class Store:
    """Sets the virtual time of a request, and keeps its path as it was encoded."""

    def __init__(self) -> None:
        self.application = Dispatcher()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        _virtual_time.offset = float(environ.pop("HTTP_X_LOCAL_ACCOUNT_NOW")) / 1000 - time.time()
        environ["RAW_URI"] = environ["REQUEST_URI"]
        return self.application(environ, start_response)


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


SERVICES = ("iam", "s3", "ssm", "kms", "sns", "sqs", "cloudwatch", "logs", "glue", "athena")
"""The services that nearly every deployment calls."""


def _load_services() -> None:
    """moto loads a service at its first request, and some take a second: load them before."""
    for service in SERVICES:
        get_backend(service)


def main() -> None:
    # Flask's own server closes the connection after each answer; this one keeps it.
    server = create_server(
        Store(),
        host="127.0.0.1",
        port=0,
        threads=8,
        connection_limit=1000,
        channel_timeout=24 * 3600,
        max_request_body_size=LARGEST_REQUEST,
        ident=None,
    )
    threading.Thread(target=_end_with_parent, daemon=True).start()
    threading.Thread(target=_load_services, daemon=True).start()
    os.environ["MOTO_PORT"] = str(server.effective_port)
    print(f"port {server.effective_port}", flush=True)
    server.run()


if __name__ == "__main__":
    main()
