"""Several hosts train one model, each on its part of the rows (TRAIN-03: what changes with a large data set).

XGBoost's own collective connects them. With one host nothing is connected, and every function here answers for it.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import xgboost
from xgboost import collective
from xgboost.tracker import RabitTracker

Part = TypeVar("Part")

PORT = 9099
PATIENCE = 15 * 60
"""Seconds for the hosts to find each other: instances do not start at the same moment."""
SLOWEST_READ = 30 * 60
"""Seconds that hosts wait for the one that reads longest."""


@contextmanager
def together(hosts: Sequence[str], current: str) -> Iterator[None]:
    """Connects the hosts of a training job. The first one, in order of names, tracks who takes part and leads."""
    if len(hosts) < 2:
        yield
        return
    ordered = sorted(hosts)
    deadline = time.monotonic() + PATIENCE
    address = address_of(ordered[0], deadline)
    tracker = None
    if current == ordered[0]:
        tracker = RabitTracker(len(ordered), address, PORT, sortby="task")
        tracker.start()
    connect(address, ordered.index(current), deadline)
    print(f"host {current}: rank {collective.get_rank()} of {collective.get_world_size()}", flush=True)
    # After an error nothing is closed in order: the process ends, and the other hosts see its connections end.
    yield
    collective.finalize()
    if tracker:
        tracker.wait_for()


def address_of(host: str, deadline: float) -> str:
    """A host's name may be unknown for a while after the start of its instance."""
    while True:
        try:
            return socket.gethostbyname(host)
        except socket.gaierror:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


def connect(address: str, rank: int, deadline: float) -> None:
    """XGBoost does not wait for a tracker that is not there yet."""
    while True:
        try:
            collective.init(
                dmlc_tracker_uri=address,
                dmlc_tracker_port=PORT,
                dmlc_task_id=f"{rank:04}",
                dmlc_timeout=SLOWEST_READ,
            )
            return
        except xgboost.core.XGBoostError:
            if time.monotonic() > deadline:
                raise
            time.sleep(1)


def is_alone() -> bool:
    return bool(collective.get_world_size() == 1)


def leads() -> bool:
    """Exactly one host writes the model, the checkpoints and the metrics."""
    return bool(collective.get_rank() == 0)


def gather(part: Part) -> list[Part]:
    """What each host has, in the order of ranks."""
    return [broadcast(part, root) for root in range(collective.get_world_size())]


def from_leader(value: Part) -> Part:
    """The leader's value, on every host."""
    return broadcast(value, 0)


def broadcast(value: Part, root: int) -> Part:
    if not collective.is_distributed():
        return value
    # In a list: XGBoost does not send None.
    return collective.broadcast([value], root)[0]


def raise_on_all(problem: Exception | None) -> None:
    """One host's error ends all of them: the others would wait for it."""
    for told in gather(str(problem) if problem else ""):
        if told:
            raise problem or RuntimeError(f"another host: {told}")
