"""Rows, records and a model made in milliseconds, for tests of what a step does with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import xgboost
from pyarrow import parquet
from workflow.contract import Contract
from workflow.features import Encoder
from workflow.model import Model
from workflow.rule import Rule


def made_rows(contract: Contract, count: int) -> pd.DataFrame:
    """Every column that a prepared file has, and the delay: row by row another value."""
    numbers = np.arange(count)
    columns = {
        contract.record_id: [f"flight-{number}" for number in numbers],
        contract.source_column: ["JFK"] * count,
        contract.delay: numbers.astype("float64"),
        contract.target: numbers % 2,
    }
    for place, feature in enumerate(contract.features):
        columns[feature.name] = {
            "category": ["ab"[number % 2] for number in numbers],
            "date": [f"2013-04-{1 + number % 28:02d}" for number in numbers],
            "clock": 600.0 + numbers % 60,
            "number": numbers + place / 4,
        }[feature.type]
    return pd.DataFrame(columns)


def tiny_model(folder: Path, contract: Contract, rounds: int = 3) -> Model:
    """A model of forty made rows, saved as training saves one."""
    frame = made_rows(contract, 40)
    encoder = Encoder.fit(frame, replace(contract, rare_category_rows=2))
    matrix = xgboost.DMatrix(
        encoder.transform(frame, contract), frame[contract.target], feature_types=encoder.feature_types(contract)
    )
    parameters = {"objective": "binary:logistic", "nthread": 1, "max_depth": 2, "min_child_weight": 0}
    booster = xgboost.train(parameters, matrix, num_boost_round=rounds)
    model = Model(booster, encoder, 0.25, {"costs": 0.25, "validation": 0.4}, Rule(contract.rule_feature, 7))
    details = {"metrics": {"validation_pr_auc": 0.5, "validation_cost_per_1000": 31000.0}}
    model.save(folder, details)
    (folder / "code").mkdir()
    (folder / "code" / "inference.py").write_text("")
    return model


def stored(folder: Path, contract: Contract, *records: dict[str, Any], name: str = "a/b") -> Path:
    """A file of the offline store, with one record for each of these, all else equal."""
    usual = {
        "airport": "JFK",
        "event_time": "2013-03-01T04:00:00Z",
        "write_time": "2013-03-01T04:01:00",
        "is_deleted": False,
        **{column: place + 0.5 for place, column in enumerate(contract.state.columns)},
    }
    table = pd.DataFrame([usual | record for record in records])
    table["write_time"] = pd.to_datetime(table["write_time"])
    path = folder / f"{name}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    parquet.write_table(pa.Table.from_pandas(table.assign(more=1), preserve_index=False), path)
    return path
