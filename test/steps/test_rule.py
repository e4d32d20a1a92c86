from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from workflow.contract import Contract
from workflow.features import expected_cost
from workflow.rule import Rule, counts


@pytest.fixture()
def rows(contract: Contract) -> pd.DataFrame:
    generator = np.random.default_rng(5)
    delay = generator.normal(8, 12, 2_000)
    late = generator.random(2_000) < 1 / (1 + np.exp(-(delay - 14) / 5))
    delay[::50] = np.nan
    return pd.DataFrame({"mean_delay_60": delay, contract.target: late.astype(int)})


def test_the_number_is_the_one_that_costs_least(rows: pd.DataFrame, contract: Contract) -> None:
    rule = Rule.of([counts(rows, contract)], contract)
    labels = rows[contract.target].to_numpy()
    cost = {
        number: expected_cost(labels, Rule("mean_delay_60", number).flags(rows), contract) for number in range(-40, 60)
    }
    assert cost[rule.at_least] == min(cost.values())
    assert 0 < rule.at_least < 20


def test_parts_of_the_rows_give_the_rule_of_all(rows: pd.DataFrame, contract: Contract) -> None:
    whole = Rule.of([counts(rows, contract)], contract)
    parts = Rule.of([counts(rows[:300], contract), counts(rows[300:], contract)], contract)
    assert parts == whole
    assert Rule.from_document(whole.document) == whole


def test_a_row_without_a_value_is_not_flagged(rows: pd.DataFrame) -> None:
    flags = Rule("mean_delay_60", -1000).flags(rows)
    np.testing.assert_array_equal(flags, rows["mean_delay_60"].notna())


def test_no_row_with_a_value_gives_a_rule_all_the_same(rows: pd.DataFrame, contract: Contract) -> None:
    empty = rows.assign(mean_delay_60=np.nan)
    rule = Rule.of([counts(empty, contract)], contract)
    assert rule.at_least == 0
    assert not rule.flags(empty).any()


def test_values_are_counted_by_their_whole_part(contract: Contract) -> None:
    # As pandas reads a column in which a value is missing: as objects, too.
    values = pd.Series([-0.5, -1.0, 0.9, 0.0, None, 7.0], dtype="object")
    frame = pd.DataFrame({contract.rule_feature: values, contract.target: [1, 0, 1, 0, 1, 0]})
    assert counts(frame, contract) == {-1: [1, 1], 0: [1, 1], 7: [1, 0]}
    without = frame.assign(**{contract.target: 0})
    assert counts(without, contract) == {-1: [2, 0], 0: [2, 0], 7: [1, 0]}
    assert Rule(contract.rule_feature, 0).flags(frame).tolist() == [False, False, True, True, False, True]


def test_each_number_costs_its_misses_and_its_false_alarms(contract: Contract) -> None:
    costs = replace(contract, missed_cost=3.0, false_alarm_cost=1.0)
    # From 1: 5 false alarms; from 2: 2 misses and 2 false alarms; from 3: 3 misses and 1 false alarm.
    parts = [{1: [1, 1], 2: [1, 1]}, {1: [2, 1], 3: [1, 9]}]
    assert Rule.of(parts, costs) == Rule(contract.rule_feature, 1)
    assert Rule.of([*parts, {1: [4, 0]}], costs).at_least == 2
    assert Rule.of([{1: [0, 5]}, {1: [1, 0], 2: [1, 1]}], costs).at_least == 1
    assert Rule.of([*parts, {1: [4, 0], 2: [3, 0]}], costs).at_least == 3


def test_a_rule_is_written_in_words() -> None:
    assert str(Rule("mean_delay_60", 10)) == "mean_delay_60 of 10 or more"


@pytest.mark.parametrize("document", [{}, {"feature": "mean_delay_60"}, {"feature": "x", "at_least": float("nan")}])
def test_a_document_that_is_no_rule_is_an_error(document: dict[str, Any]) -> None:
    with pytest.raises((KeyError, ValueError)):
        Rule.from_document(document)
