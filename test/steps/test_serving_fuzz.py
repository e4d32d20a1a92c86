"""For any input, the serving code returns a prediction for each row or a refusal with a 4xx. It never crashes."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import example, given, settings
from hypothesis import strategies as some
from workflow.contract import load
from workflow.features import Encoder
from workflow.replies import ServingError
from workflow.serving import input_fn, output_fn, predict_fn

COLUMNS = load().columns
ROW = [
    "B6",
    "MCO",
    "2013-07-05",
    "1530",
    "1829",
    "944",
    "84",
    "70",
    "62",
    "200",
    "9",
    "",
    "0",
    "1012",
    "10",
    "2005",
    "200",
    "AIRBUS",
    "31.5",
    "0.016666666666666666",
    "0.7",
    "60",
    "",
    "0.25",
    "0.75",
    "171",
]


class Flat:
    """Encodes as the real model does, and gives each row the same score: parsing is what is tried here."""

    threshold = 0.5

    def __init__(self) -> None:
        self.encoder = Encoder({name: {"B6": 2} for name in load().of_type("category")})

    def score(self, frame: pd.DataFrame, contract: Any) -> Any:
        return np.full(len(self.encoder.transform(frame, contract)), 0.25)


def status_of(body: bytes | str, content_type: str, accept: str = "text/csv") -> int:
    """The status that the server would send. Any exception that is no refusal fails the test."""
    try:
        frame = input_fn(body, content_type)
        content, _ = output_fn(predict_fn(frame, Flat()), accept)  # type: ignore[arg-type]
    except ServingError as error:
        assert 400 <= error.status_code < 500
        assert error.message
        json.dumps({"error": error.message}).encode()  # as the server writes it
        return int(error.status_code)
    content.encode()
    assert len(frame) > 0
    return 200


values = some.one_of(
    some.none(),
    some.booleans(),
    some.integers(),
    some.floats(),
    some.text(max_size=30),
    some.sampled_from(ROW),
    some.sampled_from(
        ["NaN", "inf", "-0", "1e400", "1_0", "0x1F", "\ud800", "\x00", "２", "=1+1", "2013-02-30", "9999-12-31", " 1"]
    ),
    some.lists(some.integers(), max_size=3),
    some.dictionaries(some.text(max_size=3), some.integers(), max_size=2),
)
numbers_as_sent: Callable[[Any], bytes] = lambda document: json.dumps(document).encode()  # noqa: E731  (NaN and Infinity go through, as clients send them)


@settings(max_examples=200, deadline=None)
@given(
    some.binary(max_size=400),
    some.sampled_from(["text/csv", "application/json", "text/csv; charset=utf-16", "", "x" * 500]),
)
@example(b"\xef\xbb\xbf", "text/csv")
@example(b'"', "text/csv")
@example(b'{"instances": [{"carrier": "\\ud800"}]}', "application/json")
@example(b"1" * 5000, "application/json")
def test_any_bytes_get_a_response(body: bytes, content_type: str) -> None:
    status_of(body, content_type)


@settings(max_examples=100, deadline=None)
@given(some.text(some.characters(), max_size=300))
def test_any_text_gets_a_response(body: str) -> None:
    """AWS's server hands text over, which may hold what no bytes of UTF-8 do."""
    status_of(body, "text/csv")
    status_of(body, "application/json")


@settings(max_examples=200, deadline=None)
@given(some.lists(some.tuples(some.integers(0, len(ROW) - 1), values), min_size=1, max_size=3))
def test_a_good_row_with_any_values_in_it_gets_a_response(changes: list[tuple[int, Any]]) -> None:
    row: list[Any] = list(ROW)
    for place, value in changes:
        row[place] = value
    status_of(numbers_as_sent({"instances": [dict(zip(COLUMNS, row, strict=True))]}), "application/json")
    status_of(",".join("" if value is None else str(value) for value in row), "text/csv")


@settings(max_examples=100, deadline=None)
@given(
    some.recursive(
        values,
        lambda inner: (
            some.lists(inner, max_size=4) | some.dictionaries(some.sampled_from([*COLUMNS, "instances", "x"]), inner)
        ),
    )
)
def test_any_document_gets_a_response(document: Any) -> None:
    status_of(numbers_as_sent(document), "application/json")
    status_of(numbers_as_sent({"instances": document}), "application/json")


@settings(max_examples=100, deadline=None)
@given(some.text(max_size=100))
def test_any_accept_gets_a_response(accept: str) -> None:
    status_of(",".join(ROW), "text/csv", accept)


def test_the_row_that_the_others_start_from_is_good() -> None:
    assert status_of(",".join(ROW), "text/csv") == 200


@settings(max_examples=100, deadline=None)
@given(
    some.lists(
        some.one_of(some.just(",".join(ROW)), some.text(some.characters(exclude_characters="\n"), max_size=60)),
        min_size=1,
        max_size=6,
    )
)
def test_each_line_of_a_batch_has_one_prediction(lines: list[str]) -> None:
    """A transform job joins predictions to rows by position: one too many or too few shifts all that follow."""
    os.environ["SAGEMAKER_BATCH"] = "true"
    try:
        content, _ = output_fn(predict_fn(input_fn("\n".join(lines) + "\n", "text/csv"), Flat()), "text/csv")  # type: ignore[arg-type]
    finally:
        del os.environ["SAGEMAKER_BATCH"]
    assert content.count("\n") == len(lines)
    assert all(prediction.count(",") == 2 for prediction in content.removesuffix("\n").split("\n"))
    for line, prediction in zip(lines, content.split("\n"), strict=False):
        assert prediction.startswith("0.25") or line != ",".join(ROW)
