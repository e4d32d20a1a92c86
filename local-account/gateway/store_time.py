"""Virtual time where moto asks the computer's clock itself, instead of its own function that the server replaces."""

import datetime
import functools
from typing import Any

import moto.core.utils
from moto.athena.models import AthenaBackend, PreparedStatement, WorkGroup
from moto.cloudwatch.models import Dashboard
from moto.core.responses import ActionResult
from moto.ecr.models import Image
from moto.s3.models import FakeBucket, FakeMultipart
from moto.s3.responses import S3Response


def _stamp(kind: type, attribute: str, read: Any) -> None:
    """An instance has the virtual time of its creation in this attribute."""
    create = kind.__init__  # type: ignore[misc]

    @functools.wraps(create)
    def created(self: Any, *given: Any, **named: Any) -> None:
        create(self, *given, **named)
        setattr(self, attribute, read())

    kind.__init__ = created  # type: ignore[misc]


def _now() -> datetime.datetime:
    return moto.core.utils.utcnow()


def _aware() -> datetime.datetime:
    return _now().replace(tzinfo=datetime.timezone.utc)


def _seconds() -> int:
    return int(moto.core.utils.unix_time())


def _with_creation(self: AthenaBackend, group: dict[str, Any]) -> dict[str, Any]:
    """moto gives the time of the call."""
    return group | {"CreationTime": getattr(self.work_groups[group["Name"]], "local_creation_time", 0)}


def _date_uploads() -> None:
    """moto says of every upload that it began in 2010."""
    serialized = S3Response.serialized

    def dated(self: S3Response, answer: ActionResult) -> Any:
        if isinstance(answer.result, dict) and self.data.get("Action") == "ListMultipartUploads":
            uploads = self.backend.list_multipart_uploads(self.bucket_name)
            for one in answer.result.get("Uploads", ()):
                one["Initiated"] = uploads[one["UploadId"]].local_initiated
        return serialized(self, answer)

    S3Response.serialized = dated  # type: ignore[method-assign]


def install() -> None:
    _stamp(FakeBucket, "creation_date", _aware)
    _stamp(FakeMultipart, "local_initiated", _now)
    _date_uploads()
    _stamp(Dashboard, "last_modified", _now)
    _stamp(Image, "image_pushed_at", _seconds)
    _stamp(PreparedStatement, "last_modified_time", _now)
    _stamp(WorkGroup, "local_creation_time", _seconds)
    get, listed = AthenaBackend.get_work_group, AthenaBackend.list_work_groups

    def get_work_group(self: AthenaBackend, name: str) -> dict[str, Any] | None:
        found = get(self, name)
        return found and _with_creation(self, found)

    AthenaBackend.get_work_group = get_work_group  # type: ignore[method-assign]
    AthenaBackend.list_work_groups = lambda self: [_with_creation(self, one) for one in listed(self)]  # type: ignore[method-assign]
