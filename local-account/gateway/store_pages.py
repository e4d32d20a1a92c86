"""Pages for the lists of moto that ignore their limit.

moto returns some lists whole, whatever page the caller wants, and cuts one (ListBuckets) without a token to go on with.
Here each of them gets pages as botocore's paginator of the operation says.
"""

import base64
import binascii
import functools
import importlib
import json
import re
from collections.abc import Callable
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import get_pagination_model
from moto.s3.models import FakeMultipart, S3Backend
from moto.s3.responses import S3Response

USUAL: dict[str, dict[str, int]] = {
    "ecr": {"DescribeRepositories": 100, "ListImages": 100, "DescribeImages": 100},
    "kms": {"ListKeys": 100, "ListAliases": 50, "ListResourceTags": 50, "ListGrants": 50},
    "glue": {"GetDatabases": 100, "GetTables": 100, "GetPartitions": 1000},
    "logs": {"DescribeMetricFilters": 50, "DescribeResourcePolicies": 50},
    "ssm": {"DescribeParameters": 50},
    "sqs": {"ListDeadLetterSourceQueues": 1000},
    "cloudwatch": {"DescribeAlarms": 100, "DescribeAlarmHistory": 100},
    "iam": {"ListRolePolicies": 100, "ListPolicyVersions": 100},
}
"""Operations that moto does not page, with the size of a page where the caller names none."""

WIRE_NAMES = {
    "MaxBuckets": "max-buckets",
    "ContinuationToken": "continuation-token",
    "MaxUploads": "max-uploads",
    "KeyMarker": "key-marker",
    "UploadIdMarker": "upload-id-marker",
}
"""How S3 writes the members of the lists that are paged here."""


class InvalidToken(ServiceException):
    def __init__(self, token: str, code: str) -> None:
        super().__init__(f"Invalid token: {token}")
        self.code = code


INVALID_TOKEN = {
    "ecr": "InvalidParameterException",
    "kms": "InvalidMarkerException",
    "glue": "InvalidInputException",
    "logs": "InvalidParameterException",
    "ssm": "InvalidNextToken",
    "sqs": "InvalidParameterValue",
    "cloudwatch": "InvalidNextToken",
    "iam": "ValidationError",
    "s3": "InvalidArgument",
}
"""What each service calls a token that it did not give."""


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


class _Keyed:
    """An item of one of the lists that an operation answers with."""

    def __init__(self, key: str, item: Any) -> None:
        self.key = key
        self.item = item


def _identity(item: Any) -> str:
    """What of an item stays the same while it changes: its ARNs, ids and names."""
    if isinstance(item, _Keyed):
        return _identity(item.item)
    if not isinstance(item, dict):
        item = {
            key: getattr(item, key) for key in ("arn", "name", "id") if isinstance(getattr(item, key, None), str)
        } or str(item)
    if isinstance(item, dict):
        names = {
            key: value
            for key, value in item.items()
            if isinstance(value, str) and re.search(r"(arn|id|name|tag|key|values)$", key, re.I)
        }
        return json.dumps(names or item, default=str, sort_keys=True)
    return str(item)


def _cut(items: list[Any], token: str | None, size: int, service: str) -> tuple[list[Any], str | None]:
    start = 0
    if token:
        try:
            start, wanted = json.loads(base64.urlsafe_b64decode(token))
        except (binascii.Error, ValueError, TypeError):
            raise InvalidToken(token, INVALID_TOKEN[service]) from None
        if start >= len(items) or _identity(items[start]) != wanted:
            # Something was added or deleted between the pages.
            places = [place for place, item in enumerate(items) if _identity(item) == wanted]
            start = places[0] if places else min(start, len(items))
    end = start + size
    if end >= len(items):
        return items[start:], None
    return items[start:end], base64.urlsafe_b64encode(json.dumps([end, _identity(items[end])]).encode()).decode()


def _page(result: dict[str, Any], paginator: dict[str, Any], token: str | None, size: int, service: str) -> None:
    keys = paginator["result_key"]
    keys = [keys] if isinstance(keys, str) else keys
    items = [(key, item) for key in keys for item in result.get(key) or []]
    # The token names an item, wherever it stands.
    page, following = _cut([_Keyed(key, item) for key, item in items], token, size, service)
    for key in keys:
        if key in result:
            result[key] = [one.item for one in page if one.key == key]
    result[paginator["output_token"]] = following
    if "more_results" in paginator:
        result[paginator["more_results"]] = following is not None


def _paged(service: str, operation: str, usual: int, method: Callable[..., Any]) -> Callable[..., Any]:
    paginator = get_pagination_model(service)[operation]

    @functools.wraps(method)
    def answer(self: BaseResponse) -> Any:
        read = self._get_param
        token, limit = read(paginator["input_token"]), read(paginator["limit_key"])

        def part(place: str | None) -> Any:
            own = {paginator["input_token"]: place, paginator["limit_key"]: None}
            self._get_param = lambda name, *more, **named: own[name] if name in own else read(name, *more, **named)  # type: ignore[method-assign]
            try:
                return method(self)
            finally:
                del self._get_param

        # Some are cut by moto at a number of its own.
        reply = part(None)
        result = json.loads(reply) if isinstance(reply, str) else reply.result
        while place := result.get(paginator["output_token"]):
            further = part(place)
            further = json.loads(further) if isinstance(further, str) else further.result
            result[paginator["result_key"]] += further[paginator["result_key"]]
            result[paginator["output_token"]] = further.get(paginator["output_token"])
        _page(result, paginator, token, int(limit or usual), service)
        return json.dumps(result) if isinstance(reply, str) else ActionResult(result)

    return answer


def _page_s3() -> None:
    list_buckets = S3Backend.list_buckets
    S3Backend.list_buckets = lambda self, prefix, bucket_region, max_buckets: list_buckets(
        self, prefix, bucket_region, None
    )  # type: ignore[method-assign]
    serialized = S3Response.serialized

    def with_pages(self: S3Response, answer: ActionResult) -> Any:
        result, action = answer.result, self.data.get("Action")
        if isinstance(result, dict) and action == "ListBuckets" and "Buckets" in result:
            limit, token = (self._get_param(WIRE_NAMES[name]) for name in ("MaxBuckets", "ContinuationToken"))
            page, following = _cut(
                sorted(result["Buckets"], key=lambda one: one["Name"]), token, int(limit or 10_000), "s3"
            )
            result |= {"Buckets": page, "ContinuationToken": following}
        elif isinstance(result, dict) and action == "ListMultipartUploads" and "Uploads" in result:
            limit = int(self._get_param(WIRE_NAMES["MaxUploads"]) or 1000)
            key, upload = (self._get_param(WIRE_NAMES[name]) or "" for name in ("KeyMarker", "UploadIdMarker"))
            uploads = sorted(result["Uploads"], key=lambda one: (one["Key"], one["UploadId"]))
            # Without an upload's id, the keys after the marker; with it, also later uploads of the same key.
            left = [
                one
                for one in uploads
                if one["Key"] > key or (one["Key"] == key and upload and one["UploadId"] > upload)
            ]
            page, more = left[:limit], len(left) > limit
            result |= {
                "Uploads": page,
                "IsTruncated": more,
                "MaxUploads": limit,
                "KeyMarker": key,
                "UploadIdMarker": upload,
            }
            if more and page:
                result |= {"NextKeyMarker": page[-1]["Key"], "NextUploadIdMarker": page[-1]["UploadId"]}
        return serialized(self, ActionResult(result))

    S3Response.serialized = with_pages  # type: ignore[method-assign]

    def parts_after(self: FakeMultipart, part_number_marker: int, max_parts: int) -> Any:
        # moto takes the marker for a position; parts may have any numbers.
        numbers = [number for number in self.partlist if number > part_number_marker]
        yield from (self.parts[number] for number in numbers[:max_parts])

    def is_truncated(self: S3Backend, bucket_name: str, multipart_id: str, next_part_number_marker: int) -> bool:
        return any(
            number > next_part_number_marker
            for number in self.get_bucket(bucket_name).multiparts[multipart_id].partlist
        )

    FakeMultipart.list_parts = parts_after  # type: ignore[method-assign]
    S3Backend.is_truncated = is_truncated  # type: ignore[method-assign]


def install() -> None:
    for service, operations in USUAL.items():
        responses = importlib.import_module(f"moto.{service}.responses")
        kinds = [kind for kind in vars(responses).values() if isinstance(kind, type) and issubclass(kind, BaseResponse)]
        for operation, usual in operations.items():
            name = _snake(operation)
            kind = next(kind for kind in kinds if name in vars(kind))
            setattr(kind, name, _paged(service, operation, usual, getattr(kind, name)))
    _page_s3()
