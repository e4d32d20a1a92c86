from __future__ import annotations

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
    assert not Rule.of([counts(empty, contract)], contract).flags(empty).any()
