"""Records in the formats of the built-in algorithm: CSV and LIBSVM, to train on and to predict."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import xgboost as xgb
from scipy.sparse import csr_matrix

from sagemaker_xgboost_container.errors import UNSUPPORTED, UnsupportedTypeError, UserError

CSV = ("text/csv", "csv")
LIBSVM = ("text/libsvm", "text/x-libsvm", "libsvm")


@dataclass
class Records:
    features: Any
    """A dense array, or a sparse matrix."""
    labels: Any = None
    weights: Any = None
    queries: Any = None

    def matrix(self) -> xgb.DMatrix:
        return xgb.DMatrix(self.features, label=self.labels, weight=self.weights, qid=self.queries)


def read(body: bytes, content_type: str | None, *, labeled: bool) -> Records:
    """Labels are in the first column of what is to train on, only. Without a content type, the data are LIBSVM."""
    media, *parameters = [part.strip() for part in (content_type or LIBSVM[0]).lower().split(";")]
    for parameter in parameters:
        if parameter.startswith("label_size=") and parameter != f"label_size={int(labeled)}":
            raise UnsupportedTypeError(f"Content type {content_type} {UNSUPPORTED} with this label_size")
    try:
        if media in CSV:
            return _csv(body, labeled)
        if media in LIBSVM:
            return _libsvm(body.decode().splitlines(), labeled)
    except (ValueError, OverflowError) as error:
        raise UserError(f"The data are not {media}: {error}") from error
    raise UnsupportedTypeError(f"Content type {content_type} {UNSUPPORTED}: use text/csv or text/libsvm")


def _csv(body: bytes, labeled: bool) -> Records:
    table = pd.read_csv(io.BytesIO(body), header=None, dtype=np.float32).to_numpy()
    if not labeled:
        return Records(table)
    if table.shape[1] < 2:
        raise ValueError("a label and at least one feature are needed")
    return Records(table[:, 1:], table[:, 0])


def _libsvm(lines: Iterable[str], labeled: bool) -> Records:
    """`label:weight qid:query index:value ...`: weight and query may be missing, and for predictions the label."""
    values: list[float] = []
    columns: list[int] = []
    ends, labels, weights, queries = [0], [], [], []
    weighted = False
    for line in lines:
        fields = line.split("#", 1)[0].split()
        if not fields:
            continue
        if labeled or ":" not in fields[0]:
            label, _, weight = fields.pop(0).partition(":")
            labels.append(float(label))
            weights.append(float(weight or 1))
            weighted = weighted or bool(weight)
        if fields and fields[0].startswith("qid:"):
            queries.append(int(fields.pop(0)[len("qid:") :]))
        for field in fields:
            column, _, value = field.partition(":")
            columns.append(int(column))
            values.append(float(value))
        ends.append(len(values))
    if len(ends) == 1:
        raise ValueError("no record")
    width = max(columns, default=0) + 1
    features = csr_matrix((np.array(values, np.float32), columns, ends), shape=(len(ends) - 1, width))
    if not labeled:
        return Records(features)
    return Records(features, labels, weights if weighted else None, queries or None)


def same_width(channels: Iterable[Records]) -> None:
    """LIBSVM names the columns that are not zero, so two files can differ in their last one."""
    sparse = [records.features for records in channels if isinstance(records.features, csr_matrix)]
    width = max((features.shape[1] for features in sparse), default=0)
    for features in sparse:
        features.resize(features.shape[0], width)
