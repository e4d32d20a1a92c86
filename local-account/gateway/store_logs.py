"""Reading logs as the API reference has it: moto passes over several members of these requests.

Filter patterns are not read here; the gateway does that (filtered-logs.ts).
"""

import json
from bisect import bisect_right
from typing import Any

from moto.logs.exceptions import InvalidParameterException, ResourceNotFoundException
from moto.logs.models import LogEvent, LogGroup, LogsBackend, LogStream
from moto.logs.responses import LogsResponse

MOST_EVENTS = 10_000
MOST_GROUPS = 50


def _group(self: LogsBackend, log_group_id: str | None = None, log_group_name: str | None = None) -> LogGroup:
    """By its name, or by an identifier, which is a name or an ARN. moto takes any group for an ARN that it has not."""
    if (log_group_name is None) == (log_group_id is None):
        raise InvalidParameterException(msg="You must include either logGroupIdentifier or logGroupName, but not both.")
    given = log_group_name or log_group_id or ""
    found = self.groups.get(given) or next((one for one in self.groups.values() if one.arn == given), None)
    if found is None:
        raise ResourceNotFoundException()
    return found


def _limit(given: Any, most: int) -> int:
    limit = most if given is None else int(given)
    if limit > most:
        raise InvalidParameterException(
            constraint=f"Member must have value less than or equal to {most}", parameter="limit", value=limit
        )
    return limit


def _place(event: tuple[LogEvent, LogStream]) -> tuple[int, int]:
    return event[0].timestamp, event[0].event_id


def _streams(group: LogGroup, names: list[str] | None, prefix: str | None) -> list[LogStream]:
    if names and prefix is not None:
        raise InvalidParameterException(msg="logStreamNames and logStreamNamePrefix cannot both be specified.")
    if any(name not in group.streams for name in names or ()):
        raise ResourceNotFoundException(msg="The specified log stream does not exist.")
    return [
        stream
        for name, stream in group.streams.items()
        if (not names or name in names) and name.startswith(prefix or "")
    ]


# AWS: logs/what-is-read-of-a-group
def _filter_log_events(self: LogsResponse) -> str:
    """A token says where the last event stands and in which direction the next page is."""
    read = self._get_param
    group = self.logs_backend._find_log_group(read("logGroupIdentifier"), read("logGroupName"))
    start, end = read("startTime"), read("endTime")
    events = sorted(
        (
            (event, stream)
            for stream in _streams(group, read("logStreamNames"), read("logStreamNamePrefix"))
            for event in stream.events
            if (start is None or event.timestamp >= start) and (end is None or event.timestamp <= end)
        ),
        key=_place,
    )
    forwards = read("startFromHead") is not False
    if token := read("nextToken"):
        try:
            direction, timestamp, event_id = token.split("/")
            forwards = {"f": True, "b": False}[direction]
            last = int(timestamp), int(event_id)
        except (ValueError, KeyError):
            raise InvalidParameterException(msg="The specified nextToken is invalid.") from None
        after = bisect_right(events, last, key=_place)
        events = events[after:] if forwards else events[: after - 1]
    if not forwards:
        events.reverse()
    limit = _limit(read("limit"), MOST_EVENTS)
    page = [event.to_filter_dict() | {"logStreamName": stream.log_stream_name} for event, stream in events[:limit]]
    answer: dict[str, Any] = {"events": page, "searchedLogStreams": []}
    if limit < len(events):
        answer["nextToken"] = f"{'f' if forwards else 'b'}/{page[-1]['timestamp']}/{page[-1]['eventId']}"
    return json.dumps(answer)


def _described(backend: LogsBackend, group: LogGroup) -> dict[str, Any]:
    filters = sum(one["logGroupName"] == group.name for one in backend.filters.metric_filters)
    return group.to_describe_dict() | {"metricFilterCount": filters, "logGroupClass": "STANDARD"}


def _describe_log_groups(self: LogsResponse) -> str:
    read, backend = self._get_param, self.logs_backend
    prefix, pattern, token = read("logGroupNamePrefix"), read("logGroupNamePattern"), read("nextToken")
    identifiers = read("logGroupIdentifiers")
    if prefix is not None and pattern is not None:
        raise InvalidParameterException(
            msg="LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters."
        )
    limit = _limit(read("limit"), MOST_GROUPS)
    groups = [
        group
        for name, group in sorted(backend.groups.items())
        if name.startswith(prefix or "")
        and (pattern or "") in name
        and (not identifiers or name in identifiers or group.arn in identifiers)
        and read("logGroupClass") in (None, "STANDARD")
        and name > (token or "")
    ]
    page = [_described(backend, group) for group in groups[:limit]]
    if pattern is not None:
        page = [{key: one[key] for key in ("arn", "creationTime", "logGroupName")} for one in page]
    answer: dict[str, Any] = {"logGroups": page}
    if limit < len(groups):
        answer["nextToken"] = page[-1]["logGroupName"]
    return json.dumps(answer)


def install() -> None:
    LogsBackend._find_log_group = _group  # type: ignore[method-assign]
    LogsResponse.filter_log_events = _filter_log_events  # type: ignore[method-assign]
    LogsResponse.describe_log_groups = _describe_log_groups  # type: ignore[method-assign]
    get = LogStream.get_log_events

    def before_the_end(self: LogStream, start: Any, end: Any, *more: Any) -> Any:
        # Events at the end are not part of the answer; moto includes them.
        return get(self, start, None if end is None else end - 1, *more)

    LogStream.get_log_events = before_the_end  # type: ignore[method-assign]
