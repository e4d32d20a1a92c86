"""Inputs of a model and prices of its errors, with rows that fit on a page."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from made import made_rows
from workflow.contract import Contract
from workflow.features import (
    RARE,
    UNSEEN,
    Encoder,
    cheapest_threshold,
    cost_curve,
    expected_cost,
    read_columns,
    threshold_from_costs,
    value_counts,
)


@pytest.fixture()
def small(contract: Contract) -> Contract:
    """One feature of each type."""
    names = ("carrier", "manufacturer", "date", "sched_dep_time", "temp")
    kept = {feature.name: feature for feature in contract.features}
    return replace(
        contract,
        features=tuple(kept[name] for name in names),
        rare_category_rows=2,
        missed_cost=180.0,
        false_alarm_cost=60.0,
    )


def rows(**change: object) -> pd.DataFrame:
    usual: dict[str, object] = {
        "carrier": ["UA", "DL", "UA", "DL", "AA"],
        "manufacturer": ["BOEING", None, None, "BOEING", "AIRBUS"],
        "date": ["2013-07-01", "2013-07-02", "2013-07-06", "2013-07-07", None],
        "sched_dep_time": [0.0, 759.0, 1530.0, 2400.0, np.nan],
        "temp": [-3.5, 0.1, 759.0, 1e6, np.nan],
    }
    return pd.DataFrame(usual | change, index=[3, 1, 4, 5, 9])


def test_a_value_with_enough_rows_has_its_own_code(small: Contract) -> None:
    encoder = Encoder.fit(rows(), small)
    assert encoder.vocabularies == {
        "carrier": {"DL": 2, "UA": 3, "AA": RARE},
        "manufacturer": {"BOEING": 2, "AIRBUS": RARE},
    }
    assert value_counts(rows(), small) == {
        "carrier": {"UA": 2, "DL": 2, "AA": 1},
        "manufacturer": {"BOEING": 2, "AIRBUS": 1},
    }


def test_hosts_count_together(small: Contract) -> None:
    parts = [value_counts(rows().iloc[:2], small), value_counts(rows().iloc[2:], small)]
    assert Encoder.of_counts(parts, small) == Encoder.fit(rows(), small)
    assert Encoder.of_counts([], small).vocabularies == {"carrier": {}, "manufacturer": {}}


def test_every_type_becomes_a_number(small: Contract) -> None:
    encoder = Encoder.fit(rows(), small)
    found = encoder.transform(rows(carrier=["UA", "ZZ", "AA", "", "DL"]), small)
    expected = {
        "carrier": [3, UNSEEN, RARE, UNSEEN, 2],
        "manufacturer": [2, np.nan, np.nan, 2, RARE],
        "weekday": [0, 1, 5, 6, np.nan],
        "sched_dep_time": [0, 479, 930, 1440, np.nan],
        "temp": [-3.5, 0.1, 759, 1e6, np.nan],
    }
    pd.testing.assert_frame_equal(found, pd.DataFrame(expected, index=[3, 1, 4, 5, 9], dtype="float32"))
    assert encoder.feature_types(small) == ["c", "c", "q", "q", "q"]


def test_numbers_may_be_of_another_type(small: Contract) -> None:
    """As JSON gives them: objects, some of them None."""
    encoder = Encoder.fit(rows(), small)
    found = encoder.transform(rows(temp=pd.Series([1, None, 2.5, "3", 4], dtype="object").to_numpy()), small)
    np.testing.assert_array_equal(found["temp"].to_numpy(), np.array([1, np.nan, 2.5, 3, 4], dtype="float32"))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"date": ["01.07.2013"] * 5}, ValueError),
        ({"temp": ["warm"] * 5}, ValueError),
    ],
)
def test_a_value_that_cannot_be_encoded_is_an_error(
    small: Contract, change: dict[str, object], error: type[Exception]
) -> None:
    encoder = Encoder.fit(rows(), small)
    with pytest.raises(error):
        encoder.transform(rows(**change), small)


def test_a_column_or_vocabulary_that_is_missing_is_an_error(small: Contract) -> None:
    encoder = Encoder.fit(rows(), small)
    with pytest.raises(KeyError, match="temp"):
        encoder.transform(rows().drop(columns="temp"), small)
    with pytest.raises(KeyError, match="carrier"):
        Encoder({}).transform(rows(), small)


def test_a_vocabulary_is_read_back(small: Contract) -> None:
    found = Encoder.from_document({"carrier": {"UA": 3.0}})  # type: ignore[dict-item]
    assert found.vocabularies == {"carrier": {"UA": 3}}
    assert isinstance(found.vocabularies["carrier"]["UA"], int)


def test_no_rows_are_no_inputs(small: Contract) -> None:
    assert Encoder.fit(rows(), small).transform(rows().head(0), small).shape == (0, 5)


def test_the_columns_are_read_by_type(contract: Contract) -> None:
    found = read_columns(contract)
    assert [found[name] for name in ("carrier", "date", "sched_dep_time", "temp")] == [
        "str",
        "str",
        "float64",
        "float64",
    ]
    assert list(found) == contract.columns == [name for name in made_rows(contract, 1) if name in found]


def test_misses_and_false_alarms_cost_what_they_cost(small: Contract) -> None:
    labels = np.array([1, 1, 1, 0, 0, 0, 0, 0])
    flagged = np.array([True, False, False, True, False, False, False, False])
    assert expected_cost(labels, flagged, small) == 1000 * (2 * 180 + 60) / 8
    assert expected_cost(labels[:1], ~flagged[:1], small) == 180_000
    assert expected_cost(labels[:0], flagged[:0], small) == 0


def test_the_cost_curve_has_the_hundredths_between_0_and_1(small: Contract) -> None:
    curve = cost_curve(np.array([1, 0]), np.array([0.5, 0.25]), small)
    assert [threshold for threshold, _ in curve] == [number / 100 for number in range(1, 100)]
    # A score that reaches the threshold is flagged.
    costs = dict(curve)
    wanted = {0.01: 30000, 0.25: 30000, 0.26: 0, 0.5: 0, 0.51: 90000, 0.99: 90000}
    assert {threshold: costs[threshold] for threshold in wanted} == wanted


def test_a_threshold_means_what_it_says_to_the_last_digit(small: Contract) -> None:
    """Added up in steps of 0.01, some are a digit larger, and a score that is equal would not reach them."""
    for number in range(1, 100):
        costs = dict(cost_curve(np.array([1]), np.array([number / 100]), small))
        assert costs[number / 100] == 0


@pytest.mark.parametrize("flagged", [[True], [[True, True], [False, False]], [[True], [False]], True])
def test_each_row_has_one_decision(small: Contract, flagged: object) -> None:
    with pytest.raises(ValueError, match="decisions for"):
        expected_cost(np.array([1, 0]), np.array(flagged), small)


def test_of_thresholds_that_cost_the_same_the_lowest_is_taken(small: Contract) -> None:
    labels, scores = np.array([1, 0]), np.array([0.505, 0.255])
    assert cheapest_threshold(labels, scores, small) == 0.26


@pytest.mark.parametrize(("missed", "alarm", "expected"), [(180.0, 60.0, 0.25), (1.0, 3.0, 0.75)])
def test_the_threshold_of_the_costs(small: Contract, missed: float, alarm: float, expected: float) -> None:
    assert threshold_from_costs(replace(small, missed_cost=missed, false_alarm_cost=alarm)) == expected
