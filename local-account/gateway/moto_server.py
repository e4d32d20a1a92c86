"""Runs moto's server for the local account: on a free port, on its virtual time, and no longer than its parent.

Prints one line when it listens: ``listening`` and its port and versions as JSON. Standard input is a lifeline: when it closes, the parent is gone and
so is this process, however the parent ended. A line of it is a command: ``save <file>`` or ``restore <file>``, answered
by ``done`` or ``failed <reason>``. Each forwarded request brings the virtual time in a header, so that what
moto stamps (object times, log ingestion, alarm states) agrees with the rest of the local account.
"""

import datetime
import functools
import json
import os
import platform
import signal
import sys
import threading
import time
from importlib.metadata import version
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

import store_alarm_history  # noqa: E402
import store_metric_reads  # noqa: E402
import store_metrics  # noqa: E402
import store_pages  # noqa: E402
import store_state  # noqa: E402
from moto.backends import get_backend  # noqa: E402
from moto.cloudwatch.responses import CloudWatchResponse  # noqa: E402
from moto.core.common_models import BaseModel  # noqa: E402
from moto.core.responses import ActionResult  # noqa: E402
from moto.iam.access_control import PermissionResult  # noqa: E402
from moto.moto_server.werkzeug_app import (  # noqa: E402
    DomainDispatcherApplication,
    create_backend_app,
)
from moto.s3.models import FakeBucket  # noqa: E402
from waitress import create_server  # noqa: E402
from werkzeug.wrappers import Request  # noqa: E402

# moto notes every object that it has made, for a dashboard, also those that are deleted: its memory would only grow.
BaseModel.__new__ = staticmethod(lambda cls, *_, **__: super(BaseModel, cls).__new__(cls))  # type: ignore[method-assign]

# Requests are authorized before they come here; moto evaluates bucket policies without their conditions.
FakeBucket.get_permission = lambda self, action, resource: PermissionResult.NEUTRAL  # type: ignore[method-assign]

# What is put is an object, also when its type is that of a form: no AWS service takes forms by PUT.
Request.want_form_data_parsed = property(lambda self: self.method != "PUT" and bool(self.environ.get("CONTENT_TYPE")))  # type: ignore[assignment]

_describe_alarms = CloudWatchResponse.describe_alarms


def _describe_alarms_in_state(response: CloudWatchResponse) -> ActionResult:
    answer = _describe_alarms(response)
    state = response._get_param("StateValue")
    if state is None:
        return answer
    return ActionResult(
        {kind: [alarm for alarm in alarms if alarm.state_value == state] for kind, alarms in answer.result.items()}
    )


# moto ignores the requested state when names are given.
CloudWatchResponse.describe_alarms = _describe_alarms_in_state  # type: ignore[method-assign]

# After the functions above, whose answers they cut into pages.
store_alarm_history.install()
store_metric_reads.install()
store_metrics.install()
store_pages.install()


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
        self.at_work = 0
        self.changed = threading.Condition()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        _virtual_time.offset = float(environ.pop("HTTP_X_LOCAL_ACCOUNT_NOW")) / 1000 - time.time()
        environ["RAW_URI"] = environ["REQUEST_URI"]
        with self.changed:
            self.at_work += 1
        try:
            return self.application(environ, start_response)
        finally:
            with self.changed:
                self.at_work -= 1
                self.changed.notify_all()

    def alone(self, task: Any) -> None:
        """Runs the task while no request is at work; new ones wait."""
        with self.changed:
            self.changed.wait_for(lambda: self.at_work == 0)
            task()


def _obey_parent(store: Store) -> None:
    for line in sys.stdin:
        command, _, file = line.rstrip("\n").partition(" ")
        task = {"save": store_state.save, "restore": store_state.restore}[command]
        try:
            store.alone(functools.partial(task, file))
            answer = "done"
        except Exception as error:  # the parent says it
            answer = f"failed {type(error).__name__}: {error}".replace("\n", " ")
        print(answer, flush=True)
    os._exit(0)


SERVICES = ("iam", "s3", "ssm", "kms", "sns", "sqs", "cloudwatch", "logs", "glue", "athena")
"""The services that nearly every deployment calls."""


def _load_services() -> None:
    """moto loads a service at its first request, and some take a second: load them before."""
    for service in SERVICES:
        get_backend(service)


def main() -> None:
    # Ctrl-C reaches every process of the terminal. This one ends with its standard input, without a traceback.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Flask's own server closes the connection after each answer; this one keeps it.
    store = Store()
    server = create_server(
        store,
        host="127.0.0.1",
        port=0,
        threads=8,
        connection_limit=1000,
        channel_timeout=24 * 3600,
        max_request_body_size=LARGEST_REQUEST,
        ident=None,
    )
    threading.Thread(target=_obey_parent, args=(store,), daemon=True).start()
    threading.Thread(target=_load_services, daemon=True).start()
    os.environ["MOTO_PORT"] = str(server.effective_port)
    versions = {"moto": version("moto"), "Python": platform.python_version()}
    print(f"listening {json.dumps({'port': server.effective_port, 'versions': versions})}", flush=True)
    server.run()


if __name__ == "__main__":
    main()
