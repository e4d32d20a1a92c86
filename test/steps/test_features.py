from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from workflow.contract import Contract
from workflow.features import RARE, UNSEEN, Encoder, cheapest_threshold, expected_cost


def test_rare_values_share_a_code_and_new_ones_are_marked_unseen(flights: pd.DataFrame, contract: Contract) -> None:
    encoder = Encoder.fit(flights, contract)
    rare = flights["dest"].value_counts().idxmin()
    rows = flights.head(3).copy()
    rows["dest"] = [rare, "XYZ", flights["dest"].mode()[0]]
    codes = encoder.transform(rows, contract)["dest"].tolist()
    assert codes[:2] == [RARE, UNSEEN]
    assert codes[2] > UNSEEN


def test_a_missing_category_stays_missing(flights: pd.DataFrame, contract: Contract) -> None:
    rows = flights.head(1).copy()
    rows["manufacturer"] = None
    assert np.isnan(Encoder.fit(flights, contract).transform(rows, contract)["manufacturer"].iloc[0])


def test_times_of_day_become_minutes_and_dates_weekdays(flights: pd.DataFrame, contract: Contract) -> None:
    rows = flights.head(1).assign(sched_dep_time=1530, date="2013-07-01")
    inputs = Encoder.fit(flights, contract).transform(rows, contract)
    assert inputs["sched_dep_time"].iloc[0] == 15 * 60 + 30
    assert inputs["weekday"].iloc[0] == 0
    assert "date" not in inputs


def test_a_vocabulary_survives_being_written_down(flights: pd.DataFrame, contract: Contract) -> None:
    encoder = Encoder.fit(flights, contract)
    again = Encoder.from_document(encoder.vocabularies)
    pd.testing.assert_frame_equal(encoder.transform(flights, contract), again.transform(flights, contract))


def test_each_error_costs_what_the_spec_says(contract: Contract) -> None:
    labels = np.array([1, 1, 0, 0])
    flagged = np.array([True, False, True, False])
    expected = 1000 * (contract.missed_cost + contract.false_alarm_cost) / 4
    assert expected_cost(labels, flagged, contract) == expected


def test_the_threshold_is_the_cheapest_one(contract: Contract) -> None:
    labels = np.array([0, 0, 1, 1])
    scores = np.array([0.1, 0.2, 0.7, 0.9])
    threshold = cheapest_threshold(labels, scores, contract)
    assert expected_cost(labels, scores >= threshold, contract) == 0


def test_one_row_is_encoded_as_among_many(flights: pd.DataFrame, contract: Contract) -> None:
    encoder = Encoder.fit(flights, contract)
    whole = encoder.transform(flights, contract)
    assert whole.dtypes.eq("float32").all()
    for number in range(0, len(flights), 500):
        pd.testing.assert_frame_equal(
            encoder.transform(flights.iloc[number : number + 1], contract), whole.iloc[number : number + 1]
        )


def test_no_rows_are_no_inputs_and_a_date_that_is_none_is_an_error(flights: pd.DataFrame, contract: Contract) -> None:
    encoder = Encoder.fit(flights, contract)
    assert encoder.transform(flights.head(0), contract).shape == (0, len(contract.features))
    with pytest.raises(ValueError, match="does not match format"):
        encoder.transform(flights.assign(date="31.12.2013"), contract)
