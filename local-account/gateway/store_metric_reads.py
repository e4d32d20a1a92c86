"""GetMetricData and GetMetricStatistics as CloudWatch documents them.

moto knows no percentiles, takes a metric for every other one of its name, and compares each period with all data.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import moto.core.utils
from moto.cloudwatch.exceptions import InvalidParameterValue, ValidationError
from moto.cloudwatch.models import CloudWatchBackend, MetricAggregatedDatum
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult
from store_metrics import when
from store_statistics import Samples, statistic

Series = dict[datetime.datetime, list[Samples]]


def _rounded(start: datetime.datetime, period: int) -> datetime.datetime:
    """The start of a request: whole minutes, five minutes or hours, by its age ("GetMetricData", StartTime)."""
    age = (moto.core.utils.utcnow() - start).days
    grain = 3600 if age >= 63 else 300 if age >= 15 else period if period < 60 else 60
    seconds = int((start - datetime.datetime.min).total_seconds())
    return datetime.datetime.min + datetime.timedelta(seconds=seconds - seconds % grain)


def _samples(datum: Any) -> Samples:
    if isinstance(datum, MetricAggregatedDatum):
        return Samples(datum.sample_count, datum.sum, datum.min, datum.max)
    return Samples(1, datum.value, datum.value, datum.value)


def _data(backend: CloudWatchBackend, metric: dict[str, Any]) -> list[Any]:
    """A metric is its namespace, its name and all its dimensions."""
    dimensions = {(one["Name"], one["Value"]) for one in metric.get("Dimensions") or []}
    return [
        datum
        for datum in backend.get_all_metrics()
        if datum.name == metric["MetricName"]
        and datum.namespace == metric["Namespace"]
        and {(one.name, one.value) for one in datum.dimensions} == dimensions
    ]


def _periods(data: Iterable[Any], start: datetime.datetime, end: datetime.datetime, period: int) -> Series:
    found: Series = defaultdict(list)
    for datum in data:
        at = when(datum.timestamp)
        if start <= at < end:
            begin = start + datetime.timedelta(seconds=(at - start).total_seconds() // period * period)
            found[begin].append(_samples(datum))
    return dict(sorted(found.items()))


def _get_metric_data(
    self: CloudWatchBackend,
    queries: list[dict[str, Any]],
    start_time: datetime.datetime,
    end_time: datetime.datetime,
    scan_by: str = "TimestampAscending",
) -> list[dict[str, Any]]:
    start_time, end_time = when(start_time), when(end_time)
    if start_time > end_time:
        raise ValidationError("The parameter EndTime must be greater than StartTime.")
    if start_time == end_time:
        raise ValidationError("The parameter StartTime must not equal parameter EndTime.")
    results = []
    # Expressions do not come here: the gateway refuses them.
    for query in queries:
        if not query.get("ReturnData", True):
            continue
        wanted = query["MetricStat"]
        metric, stat, period, unit = wanted["Metric"], wanted["Stat"], int(wanted["Period"]), wanted.get("Unit")
        data = [one for one in _data(self, metric) if unit is None or (one.unit or "None") == unit]
        periods = _periods(data, _rounded(start_time, period), end_time, period)
        points = [(at, value) for at, group in periods.items() if (value := statistic(stat, group)) is not None]
        if scan_by == "TimestampDescending":
            points.reverse()
        results.append(
            {
                "id": query["Id"],
                "label": query.get("Label") or f"{metric['MetricName']} {stat}",
                "timestamps": [at for at, _ in points],
                "values": [value for _, value in points],
                "status_code": "Complete",
            }
        )
    return results


def _get_metric_statistics(self: CloudWatchResponse) -> ActionResult:
    name, unit = self._get_param("MetricName"), self._get_param("Unit")
    start, end = when(self._get_param("StartTime")), when(self._get_param("EndTime"))
    period = self._get_int_param("Period")
    if start >= end:
        raise InvalidParameterValue("The parameter StartTime must be less than the parameter EndTime.")
    simple, extended = self._get_param("Statistics", []), self._get_param("ExtendedStatistics", [])
    metric = {
        "Namespace": self._get_param("Namespace"),
        "MetricName": name,
        "Dimensions": self._get_param("Dimensions", []),
    }
    by_unit: dict[str, list[Any]] = defaultdict(list)
    for datum in _data(self.cloudwatch_backend, metric):
        by_unit[datum.unit or "None"].append(datum)
    points = []
    for one, data in by_unit.items():
        if unit not in (None, one):
            continue
        for at, group in _periods(data, _rounded(start, period), end, period).items():
            values = {stat: statistic(stat, group) for stat in extended}
            more = {stat: value for stat, value in values.items() if value is not None}
            if extended and not more:
                continue
            point: dict[str, Any] = {stat: statistic(stat, group) for stat in simple}
            points.append({"Timestamp": at, "Unit": one, **point, **({"ExtendedStatistics": more} if more else {})})
    return ActionResult({"Label": name, "Datapoints": points})


_put_metric_alarm = CloudWatchBackend.put_metric_alarm


def _put_any_alarm(self: CloudWatchBackend, *args: Any, extended_statistic: str | None = None, **kwargs: Any) -> Any:
    """moto takes percentiles only; the gateway has checked the statistic."""
    alarm = _put_metric_alarm(self, *args, extended_statistic=None if extended_statistic is None else "p50", **kwargs)
    alarm.extended_statistic = extended_statistic
    return alarm


def install() -> None:
    CloudWatchBackend.get_metric_data = _get_metric_data  # type: ignore[method-assign]
    CloudWatchBackend.put_metric_alarm = _put_any_alarm  # type: ignore[method-assign]
    CloudWatchResponse.get_metric_statistics = _get_metric_statistics  # type: ignore[method-assign]
