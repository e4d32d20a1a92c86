from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from conftest import run_prepare
from pyarrow import parquet
from workflow.airport_state import prediction_moments
from workflow.contract import Contract
from workflow.month_state import schedule

ARGUMENTS = ["--airports", "JFK", "--until", "2013-05", "--snapshot", "s1"]


def offline_store(root: Path, records: list[dict[str, Any]], contract: Contract) -> None:
    """Files as SageMaker writes them: one for each hour, and three columns of its own."""
    table = pd.DataFrame(
        records, columns=["airport", "event_time", *contract.state.columns, "write_time", "is_deleted"]
    )
    table["write_time"] = pd.to_datetime(table["write_time"])
    table["api_invocation_time"] = table["write_time"]
    for number, hour in enumerate(sorted(set(table["event_time"].str[:13]))):
        folder = root / "input" / "state" / f"year={hour[:4]}" / f"month={hour[5:7]}" / f"day={hour[8:10]}"
        folder.mkdir(parents=True, exist_ok=True)
        rows = table[table["event_time"].str[:13] == hour]
        parquet.write_table(pa.Table.from_pandas(rows, preserve_index=False), folder / f"{number}.parquet")


def record(moment: str, value: float, written: str = "2013-04-02", **change: Any) -> dict[str, Any]:
    return {
        "airport": "JFK",
        "event_time": moment,
        "mean_delay_60": value,
        "write_time": written,
        "is_deleted": False,
    } | change


def moments_of(frame: pd.DataFrame, contract: Contract) -> Any:
    return prediction_moments(schedule(frame, contract), contract.state)


def text_of(moment: int) -> str:
    return pd.Timestamp(moment * 60, unit="s").strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture()
def april(curated: Path) -> Any:
    """PrepareData's test month, and what it printed about the store."""

    def prepare() -> pd.DataFrame:
        assert run_prepare(curated, ARGUMENTS) == 0
        frame = pd.read_csv(curated / "output" / "test" / "data.csv", float_precision="round_trip")
        (curated / "output" / "test" / "data.csv").unlink()
        return frame

    return prepare


def test_a_flight_learns_the_state_that_its_prediction_was_given(
    curated: Path, april: Any, contract: Contract, capsys: pytest.CaptureFixture[str]
) -> None:
    before = april()
    busy = text_of(int(pd.Series(moments_of(before, contract)).mode()[0]))
    first = int(moments_of(before, contract)[0])
    offline_store(
        curated,
        [
            record(busy, 7.25, written="2013-04-03"),
            record(busy, 99.0, written="2013-04-02"),
            record(text_of(first), 5.0, is_deleted=True),
            record(text_of(first + 7), 6.0),
            record(text_of(first), 8.0, airport="LGA"),
        ],
        contract,
    )
    after = april()
    changed = (after["mean_delay_60"] != before["mean_delay_60"]) & after["mean_delay_60"].notna()
    expected = [row for row, moment in enumerate(moments_of(before, contract)) if text_of(int(moment)) == busy]
    assert len(expected) > 0
    # The newest write of the moment counts. A deleted record, one between two moments and another airport's do not.
    assert list(after.index[changed]) == expected
    assert set(after.loc[expected, "mean_delay_60"]) == {7.25}
    # A value that the record lacks was missing for the prediction, too.
    assert after.loc[expected, "flights_180"].isna().all()
    assert f"{len(expected)} rows have the state that the stream wrote" in capsys.readouterr().out


def test_a_record_of_a_later_moment_is_never_taken(curated: Path, april: Any, contract: Contract) -> None:
    before = april()
    later = [text_of(int(moment) + 1) for moment in np.unique(moments_of(before, contract))[:50]]
    offline_store(curated, [record(moment, -1.5) for moment in later], contract)
    pd.testing.assert_frame_equal(april(), before)
