"""Records of the offline store, and the rows that get them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made import stored
from pyarrow import parquet
from workflow.contract import Contract
from workflow.recorded_state import RecordedStates, recorded_states

MARCH = 15765 * 1440
"""Minutes from 1970 to the first of March 2013."""


def test_records_are_by_airport_and_in_order_of_their_moment(tmp_path: Path, contract: Contract) -> None:
    late, early = {"event_time": "2013-03-01T04:15:00Z", "flights_60": 8}, {"flights_60": np.nan}
    stored(tmp_path, contract, late, {"airport": "LGA"})
    stored(tmp_path, contract, early, name="a/c/d")
    found = recorded_states(tmp_path, contract)
    assert {*found} == {"JFK", "LGA"}
    assert (found["JFK"].moments - MARCH).tolist() == [240, 255]
    assert (found["LGA"].moments - MARCH).tolist() == [240]
    assert list(found["JFK"].values) == contract.state.columns
    np.testing.assert_array_equal(found["JFK"].values["flights_60"], [np.nan, 8])
    np.testing.assert_array_equal(found["JFK"].values["flights_180"], [7.5, 7.5])
    assert found["JFK"].moments.dtype == "int64"
    assert {values.dtype.name for values in found["JFK"].values.values()} == {"float64"}


def test_the_newest_write_counts_and_a_deleted_one_leaves_none(tmp_path: Path, contract: Contract) -> None:
    old, new = "2013-03-02T00:00:00", "2013-03-02T00:00:01"
    other = {"event_time": "2013-03-01T04:15:00Z"}
    stored(
        tmp_path,
        contract,
        {"write_time": new, "flights_60": 2},
        {"write_time": old, "flights_60": 1},
        {"write_time": new, "is_deleted": True, **other},
        {"write_time": old, **other},
        {"airport": "LGA", "write_time": old, "is_deleted": True},
        {"airport": "LGA", "write_time": new, "flights_60": 3},
    )
    found = recorded_states(tmp_path, contract)
    assert (found["JFK"].moments - MARCH).tolist() == [240]
    assert found["JFK"].values["flights_60"].tolist() == [2]
    assert found["LGA"].values["flights_60"].tolist() == [3]


def test_of_two_writes_at_once_the_last_one_read_counts(tmp_path: Path, contract: Contract) -> None:
    moments = [f"2013-03-01T04:{number % 50:02d}:00Z" for number in range(1000)]
    rows = [{"flights_60": number, "event_time": moment} for number, moment in enumerate(moments)]
    stored(tmp_path, contract, *rows[:500], name="a")
    stored(tmp_path, contract, *rows[500:], name="b")
    found = recorded_states(tmp_path, contract)["JFK"]
    assert found.values["flights_60"].tolist() == list(range(950, 1000))


def test_a_moment_with_a_zone_is_the_same_in_universal_time(tmp_path: Path, contract: Contract) -> None:
    stored(tmp_path, contract, {"event_time": "2013-03-01T06:00:59+02:00"})
    assert (recorded_states(tmp_path, contract)["JFK"].moments - MARCH).tolist() == [240]


def test_a_store_that_is_empty_or_missing_has_no_records(tmp_path: Path, contract: Contract) -> None:
    (tmp_path / "notes.txt").write_text("")
    assert recorded_states(tmp_path, contract) == recorded_states(tmp_path / "none", contract) == {}


@pytest.mark.parametrize("lost", ["airport", "event_time", "write_time", "is_deleted", "flights_60"])
def test_a_file_without_a_column_is_refused(tmp_path: Path, contract: Contract, lost: str) -> None:
    stored(tmp_path, contract, {})
    path = tmp_path / "a" / "b.parquet"
    parquet.write_table(parquet.read_table(path).drop_columns([lost]), path)
    with pytest.raises(Exception, match=lost):
        recorded_states(tmp_path, contract)


@pytest.mark.parametrize("lost", ["airport", "event_time", "write_time", "is_deleted"])
def test_a_record_without_its_name_or_its_times_is_refused(tmp_path: Path, contract: Contract, lost: str) -> None:
    """It would be left out, or be the newest, and nobody would know."""
    stored(tmp_path, contract, {}, {lost: None})
    with pytest.raises(ValueError) as caught:
        recorded_states(tmp_path, contract)
    assert str(caught.value) == f"the offline store has a record without {lost}"


def test_a_file_that_is_no_table_is_refused(tmp_path: Path, contract: Contract) -> None:
    (tmp_path / "a.parquet").write_text("")
    with pytest.raises(Exception, match="Parquet"):
        recorded_states(tmp_path, contract)


def rows(contract: Contract, *clocks: int) -> pd.DataFrame:
    """Their predictions are two hours and up to a quarter of an hour before."""
    states = {name: [place + 100.0 for place in range(len(clocks))] for name in contract.state.columns}
    return pd.DataFrame(
        {contract.schedule_date: "2013-03-01", contract.schedule_clock: [float(clock) for clock in clocks], **states}
    )


def states(contract: Contract, *minutes: int) -> RecordedStates:
    moments = MARCH + np.array(minutes, dtype="int64")
    return RecordedStates(moments, {name: np.arange(len(minutes)) + 0.5 for name in contract.state.columns})


def test_a_row_gets_the_record_of_its_own_moment_only(contract: Contract) -> None:
    frame = rows(contract, 600, 614, 615, 559, 500, 900, 830)
    found, count = states(contract, 200, 240, 256, 390).replace(frame, contract)
    assert count == 3
    for name in contract.state.columns:
        assert found[name].tolist() == [1.5, 1.5, 102, 103, 104, 105, 3.5]
    assert list(found) == list(frame)


def test_a_value_that_the_record_lacks_is_missing_in_the_row(contract: Contract) -> None:
    records = RecordedStates(np.array([MARCH + 240]), {name: np.array([np.nan]) for name in contract.state.columns})
    found, count = records.replace(rows(contract, 600, 900), contract)
    assert count == 1
    np.testing.assert_array_equal(found["flights_60"].to_numpy(), [np.nan, 101])


def test_without_records_the_rows_stay_as_they_are(contract: Contract) -> None:
    frame = rows(contract, 600, 900)
    found, count = states(contract).replace(frame, contract)
    assert count == 0
    pd.testing.assert_frame_equal(found, frame)
