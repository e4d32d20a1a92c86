"""The state of made-up flights, with windows of 60 and 180 minutes, a lead of 120 and a grid of 15."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from workflow import month_state
from workflow.contract import Contract
from workflow.month_state import Timeline, after, month_start, partitions, schedule

MARCH = 15765 * 1440
"""Minutes from 1970 to the first of March 2013."""


def frame(contract: Contract, *flights: tuple[str, int, float]) -> pd.DataFrame:
    dates, clocks, delays = zip(*flights, strict=True)
    return pd.DataFrame(
        {
            contract.record_id: [f"f{number}" for number in range(len(flights))],
            contract.schedule_date: dates,
            contract.schedule_clock: np.array(clocks, dtype="float64"),
            contract.delay: np.array(delays, dtype="float64"),
        }
    )


def timeline(contract: Contract, *flights: tuple[str, int, float], month: str = "2013-03") -> Timeline:
    return Timeline.of([frame(contract, *flights)], month, None, contract)


def test_a_month_begins_at_its_first_minute() -> None:
    assert month_start("2013-03") == MARCH
    assert (after("2013-02"), after("2013-12")) == ("2013-03", "2014-01")


def test_a_schedule_is_in_minutes(contract: Contract) -> None:
    rows = frame(
        contract,
        ("2013-03-01", 0, 0),
        ("2013-03-01", 759, 0),
        ("2013-03-02", 1530, 0),
        ("2013-03-02", 2400, 0),
    )
    assert (schedule(rows, contract) - MARCH).tolist() == [0, 479, 1440 + 930, 2880]


def test_flights_are_in_the_order_of_their_schedule_and_those_of_a_minute_as_they_came(contract: Contract) -> None:
    first = frame(contract, ("2013-03-01", 900, 1), ("2013-03-01", 800, 2), ("2013-03-01", 800, 3))
    second = frame(contract, ("2013-03-01", 830, np.nan), ("2013-03-01", 800, 4))
    found = Timeline.of([first, second], "2013-03", None, contract)
    assert (found.scheduled - MARCH).tolist() == [480, 480, 480, 510, 540]
    np.testing.assert_array_equal(found.delay, [2, 3, 4, np.nan, 1])
    assert found.since == MARCH
    assert found.scheduled.dtype == "int64"
    many = timeline(contract, *(("2013-03-01", 800 + number % 2, number) for number in range(300)))
    assert many.delay.tolist() == [*range(0, 300, 2), *range(1, 300, 2)]


def test_a_month_without_flights_has_an_empty_timeline(contract: Contract) -> None:
    found = Timeline.of([], "2013-03", None, contract)
    assert (len(found.scheduled), len(found.delay), found.since) == (0, 0, MARCH)


def test_the_next_month_begins_with_what_its_windows_reach(contract: Contract) -> None:
    """The first flight in April is predicted up to 135 minutes before, with a window of 180 minutes before that."""
    march = timeline(contract, ("2013-03-31", 1845, 1), ("2013-03-31", 1846, 2), ("2013-03-31", 2359, 3))
    tail = march.tail("2013-03", contract.state)
    april = month_start("2013-04")
    assert (tail.scheduled - april).tolist() == [-314, -1]
    assert tail.delay.tolist() == [2, 3]
    assert tail.since == april - 315
    whole = Timeline.of([frame(contract, ("2013-04-01", 5, 9))], "2013-04", tail, contract)
    assert (whole.scheduled - april).tolist() == [-314, -1, 5]
    assert whole.delay.tolist() == [2, 3, 9]
    assert whole.since == april - 315


def test_a_tail_knows_no_more_than_its_month(contract: Contract) -> None:
    later = replace(timeline(contract, ("2013-03-31", 2359, 3)), since=month_start("2013-04") - 10)
    assert later.tail("2013-03", contract.state).since == month_start("2013-04") - 10


def test_a_window_that_begins_before_the_first_known_flight_has_no_state(contract: Contract) -> None:
    past = timeline(contract, ("2013-03-01", 30, 20.0))
    found = past.state(MARCH + np.array([59, 60, 179, 180]), contract.state)
    for window, known in ((60, 1), (180, 3)):
        for name in contract.state.names(window):
            assert np.isnan(found[name][:known]).all()
        assert not np.isnan(found[f"flights_{window}"][known:]).any()
    assert found["flights_60"][1] == 1
    assert found["mean_delay_60"][1] == 20


def test_a_flight_gets_the_state_of_its_predictions_moment(contract: Contract) -> None:
    rows = frame(
        contract, ("2013-03-01", 300, 5), ("2013-03-01", 345, 10), ("2013-03-01", 600, 0), ("2013-03-01", 614, 0)
    )
    past = Timeline.of([rows], "2013-03", None, contract)
    found = past.join(rows, contract)
    # Both predictions are at 4:00.
    assert found["flights_60"].tolist()[2:] == [1, 1]
    assert found["flights_180"].tolist()[2:] == [2, 2]
    assert found["mean_delay_180"].tolist()[2:] == [7.5, 7.5]
    assert list(found.columns) == [*rows.columns, *contract.state.columns]
    assert past.leak(found, contract) is None


def test_what_a_moment_does_not_know_is_left_out(contract: Contract) -> None:
    past = timeline(
        contract,
        ("2013-03-01", 500, 60),
        ("2013-03-01", 501, 60),
        ("2013-03-01", 530, np.nan),
        ("2013-03-01", 600, 0),
        ("2013-03-01", 601, -5),
    )
    known = past.known_at(MARCH + 360)
    assert (known.scheduled - MARCH).tolist() == [300, 301, 330, 360]
    np.testing.assert_array_equal(known.delay, [60, np.nan, np.nan, 0])
    assert known.since == MARCH


def joined(contract: Contract, count: int) -> tuple[Timeline, pd.DataFrame]:
    """A flight each two minutes from six o'clock."""
    flights = [("2013-03-01", 600 + two // 60 * 100 + two % 60, 10.0) for two in range(0, 2 * count, 2)]
    rows = frame(contract, *flights)
    past = Timeline.of([rows], "2013-03", None, contract)
    return past, past.join(rows, contract)


@pytest.mark.parametrize("value", [np.nan, -1.0, 1.0])
def test_a_value_that_the_prediction_could_not_know_is_named(contract: Contract, value: float) -> None:
    past, rows = joined(contract, 3)
    rows.loc[1, "mean_delay_180"] = 99.0
    assert past.leak(rows, contract) == ("f1: mean_delay_180 is 99.0; from what was known at its prediction, it is nan")
    rows = past.join(frame(contract, ("2013-03-01", 800, 0.0), ("2013-03-01", 900, 0.0)), contract)
    # At six o'clock, the first flight has not left: it is there, and was scheduled this minute.
    assert rows.loc[0, "flights_60"] == 1
    rows.loc[0, "flights_60"] = value if value != 1.0 else 2.0
    assert past.leak(rows, contract) == (
        f"f0: flights_60 is {rows.loc[0, 'flights_60']}; from what was known at its prediction, it is 1.0"
    )


def test_a_value_that_is_missing_in_both_is_no_leak(contract: Contract) -> None:
    past, rows = joined(contract, 2)
    assert np.isnan(rows["mean_delay_60"]).all()
    assert past.leak(rows, contract) is None


@pytest.mark.parametrize(
    ("count", "checked"), [(9, set(range(9))), (19, set(range(19))), (20, set(range(0, 20, 2))), (39, {0, 3, 36})]
)
def test_rows_evenly_spaced_are_computed_a_second_time(
    contract: Contract, monkeypatch: pytest.MonkeyPatch, count: int, checked: set[int]
) -> None:
    monkeypatch.setattr(month_state, "CHECKED_ROWS", 10)
    past, rows = joined(contract, count)
    for row in range(count):
        changed = rows.copy()
        changed.loc[row, "flights_60"] = -7.0
        found = past.leak(changed, contract)
        if row in checked:
            assert found is not None and found.startswith(f"f{row}: flights_60 is -7.0")
        elif count < 39:
            assert found is None


def test_files_of_a_month_and_a_source_are_one_partition() -> None:
    files: list[tuple[str, str, Any]] = [
        ("2013-01", "JFK", 1),
        ("2013-01", "JFK", 2),
        ("2013-01", "LGA", 3),
        ("2013-02", "LGA", 4),
        ("2013-02", "LGA", 5),
    ]
    assert list(partitions(files)) == [
        ("2013-01", "JFK", [1, 2]),
        ("2013-01", "LGA", [3]),
        ("2013-02", "LGA", [4, 5]),
    ]
    assert list(partitions([])) == []
