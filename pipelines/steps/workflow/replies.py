"""HTTP replies of a container: the format of the response, and the status of a refusal.

The framework images turn every exception of the script's functions into status 500 (sagemaker-containers,
`_functions.py`). Only a response object can have another status, and only `transform_fn` can return one for every kind
of bad request.
"""

from __future__ import annotations

import functools
import json
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

CSV, JSON = "text/csv", "application/json"


class ServingError(Exception):
    """A request without a prediction: the status, and the reason in words for the sender."""

    def __init__(self, status_code: int, message: str) -> None:
        super().__init__(message)
        self.status_code, self.message = status_code, message


class Reply(NamedTuple):
    status: int
    body: str
    content_type: str


def refusal(status: int, message: str) -> ServingError:
    return ServingError(status, message)


def bad_request(message: str) -> ServingError:
    return refusal(400, message)


def log(level: str, event: str, **fields: Any) -> None:
    """One JSON object per line; metric filters read the level. Never log values of a request: they may be personal."""
    print(json.dumps({"level": level, "event": event, **fields}), file=sys.stderr, flush=True)


def logged(stage: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Logs refusals and failures of a stage, without the text of an exception, which may repeat the request."""

    @functools.wraps(stage)
    def run(*arguments: Arguments.args, **keywords: Arguments.kwargs) -> Result:
        try:
            return stage(*arguments, **keywords)
        except ServingError as refused:
            log("WARN", "request refused", stage=stage.__name__, status=refused.status_code)
            raise
        except Exception as error:
            frames = [
                f"{Path(frame.filename).name}:{frame.lineno} {frame.name}"
                for frame in traceback.extract_tb(error.__traceback__)
            ]
            log("ERROR", "request failed", stage=stage.__name__, error=type(error).__name__, at=frames[-5:])
            raise refusal(
                500, f"{stage.__name__} failed with {type(error).__name__}; the endpoint's log says where"
            ) from None

    return run


def replying(
    input_fn: Callable[[bytes | str, str], Any],
    predict_fn: Callable[[Any, Any], Any],
    output_fn: Callable[[Any, str], tuple[str, str]],
) -> Callable[[Any, bytes | str, str, str], Reply]:
    """The three stages of a request as one function that never raises: a refusal is a reply too."""
    read, predict, write = logged(input_fn), logged(predict_fn), logged(output_fn)

    def reply(model: Any, body: bytes | str, content_type: str, accept: str) -> Reply:
        try:
            text, kind = write(predict(read(body, content_type), model), accept)
        except ServingError as error:
            return Reply(error.status_code, json.dumps({"error": error.message}), JSON)
        return Reply(200, text, kind)

    return reply


# AWS: sagemaker-containers/exceptions-are-500
def transforming(reply: Callable[[Any, bytes | str, str, str], Reply]) -> Callable[[Any, bytes | str, str, str], Any]:
    """`transform_fn` for the framework images: the reply as their response object."""

    def transform_fn(model: Any, body: bytes | str, content_type: str, accept: str) -> Any:
        from sagemaker_containers.beta.framework import worker  # here: only the framework images have it

        status, text, kind = reply(model, body, content_type, accept)
        return worker.Response(response=text, status=status, mimetype=kind)

    return transform_fn


def media_type(header: str | None) -> str:
    """The media type without parameters such as charset."""
    return (header or "").split(";")[0].strip().lower()


def negotiated(accept: str | None, offers: Sequence[str]) -> str | None:
    """
    The offer that an Accept header prefers (RFC 9110, 12.5.1), or None. Of equals, the header's first.

    The images pass the header on unchanged, except for a missing one and a plain `*/*`.
    """
    ranges = [part for part in (accept or "").split(",") if part.strip()] or ["*/*"]
    best: tuple[float, int] | None = None
    chosen = None
    for offer in offers:
        # The most specific range decides: "text/csv;q=0, */*" accepts anything but CSV.
        fits = [
            (fit(part, offer), -position, quality(part)) for position, part in enumerate(ranges) if fit(part, offer)
        ]
        if fits:
            _, order, preference = max(fits)
            if preference > 0 and (best is None or (preference, order) > best):
                best, chosen = (preference, order), offer
    return chosen


def fit(part: str, offer: str) -> int:
    """How specifically a media range matches: 3 the type, 2 its family, 1 anything, 0 no match."""
    wanted = media_type(part)
    return 3 if wanted == offer else 2 if wanted == f"{offer.split('/')[0]}/*" else 1 if wanted in ("*/*", "*") else 0


def quality(part: str) -> float:
    for parameter in part.split(";")[1:]:
        name, _, text = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                return min(max(float(text.strip()), 0.0), 1.0)
            except ValueError:
                return 0.0
    return 1.0
