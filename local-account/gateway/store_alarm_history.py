"""DescribeAlarmHistory, which moto has not: the state changes that it notes of each alarm."""

import json
from itertools import pairwise
from typing import Any

from moto.cloudwatch.models import Alarm
from moto.cloudwatch.responses import CloudWatchResponse
from moto.core.responses import ActionResult
from store_metrics import when


def _changes(alarm: Alarm) -> list[dict[str, Any]]:
    """Newest first. moto notes the state that ended; the next note, or the alarm itself, has the one that began."""
    states = [(value, reason, at) for _, reason, _, value, at in alarm.history]
    states.append((alarm.state_value, alarm.state_reason, alarm.state_updated_timestamp))
    return [
        {
            "AlarmName": alarm.name,
            "AlarmType": "MetricAlarm" if alarm.rule is None else "CompositeAlarm",
            "Timestamp": at,
            "HistoryItemType": "StateUpdate",
            "HistorySummary": f"Alarm updated from {old} to {new}",
            "HistoryData": json.dumps(
                {
                    "version": "1.0",
                    "oldState": {"stateValue": old, "stateReason": old_reason},
                    "newState": {"stateValue": new, "stateReason": new_reason},
                }
            ),
        }
        for (old, old_reason, _), (new, new_reason, at) in pairwise(states)
        if old != new
    ][::-1]


def _describe_alarm_history(self: CloudWatchResponse) -> ActionResult:
    name, kind = self._get_param("AlarmName"), self._get_param("HistoryItemType")
    start, end = self._get_param("StartDate"), self._get_param("EndDate")
    items = [
        item
        for alarm in self.cloudwatch_backend.describe_alarms()
        if name in (None, alarm.name)
        for item in _changes(alarm)
        if kind in (None, "StateUpdate")
        and (start is None or when(item["Timestamp"]) >= when(start))
        and (end is None or when(item["Timestamp"]) <= when(end))
    ]
    items.sort(key=lambda item: when(item["Timestamp"]), reverse=self._get_param("ScanBy") != "TimestampAscending")
    return ActionResult({"AlarmHistoryItems": items})


def install() -> None:
    CloudWatchResponse.describe_alarm_history = _describe_alarm_history  # type: ignore[attr-defined]
