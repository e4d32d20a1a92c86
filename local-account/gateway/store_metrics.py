"""ListMetrics as CloudWatch does it: each metric once, whatever the number of its data points.

moto compares each data point with every metric found so far, and lists those without dimensions once a data point.
"""

import datetime
from typing import Any

import moto.core.utils
from moto.cloudwatch.models import CloudWatchBackend
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult

KEPT = datetime.timedelta(days=14)
"""ListMetrics no longer lists a metric without data for two weeks ("ListMetrics", CloudWatch API Reference)."""

RECENT = datetime.timedelta(hours=3)
"""RecentlyActive has one value, PT3H."""


def when(timestamp: Any) -> datetime.datetime:
    if isinstance(timestamp, (int, float)):
        return datetime.datetime.fromtimestamp(timestamp, tz=datetime.timezone.utc).replace(tzinfo=None)
    if isinstance(timestamp, str):
        timestamp = datetime.datetime.fromisoformat(timestamp.replace("Z", "+00:00"))
    return timestamp.astimezone(datetime.timezone.utc).replace(tzinfo=None) if timestamp.tzinfo else timestamp


def _distinct(backend: CloudWatchBackend, wanted: dict[str, Any], since: datetime.datetime) -> list[Any]:
    namespace, name = wanted["namespace"], wanted["name"]
    dimensions = [(one["Name"], one.get("Value")) for one in wanted["dimensions"]]
    found: dict[Any, Any] = {}
    for datum in backend.get_all_metrics():
        if (namespace and datum.namespace != namespace) or (name and datum.name != name):
            continue
        own = frozenset((one.name, one.value) for one in datum.dimensions)
        key = (datum.namespace, datum.name, own)
        if key in found or when(datum.timestamp) < since:
            continue
        names = {one for one, _ in own}
        # A filter without a value matches every value of that dimension.
        if all((one, value) in own if value is not None else one in names for one, value in dimensions):
            found[key] = datum
    return list(found.values())


def _list_metrics(self: CloudWatchResponse) -> ActionResult:
    backend = self.cloudwatch_backend
    token = self._get_param("NextToken")
    if token:
        following, page = backend.list_metrics(token, None, None, [])
        return ActionResult({"Metrics": page, "NextToken": following})
    recent = self._get_param("RecentlyActive") == "PT3H"
    wanted = {
        "namespace": self._get_param("Namespace"),
        "name": self._get_param("MetricName"),
        "dimensions": self._get_param("Dimensions", []),
    }
    found = _distinct(backend, wanted, moto.core.utils.utcnow() - (RECENT if recent else KEPT))
    following, page = backend._get_paginated(found)
    return ActionResult({"Metrics": page, "NextToken": following})


def install() -> None:
    CloudWatchResponse.list_metrics = _list_metrics  # type: ignore[method-assign]
