from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn import metrics
from workflow.contract import Contract
from workflow.features import expected_cost
from workflow.intervals import AT_ONCE, Days, by_row, differences, interval, intervals, measured


def month(days: int = 30, flights: int = 40) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Dates, outcomes and scores in which a day's weather matters; scores have few values, so many are equal."""
    generator = np.random.default_rng(7)
    weather = np.repeat(generator.normal(size=days), flights)
    labels = (weather + generator.normal(size=days * flights) > 0.8).astype(int)
    scores = np.round(1 / (1 + np.exp(-weather - generator.normal(size=days * flights))), 1)
    return np.repeat([f"2013-06-{day + 1:02d}" for day in range(days)], flights), labels, scores


def test_the_value_is_that_of_the_rows_themselves(contract: Contract) -> None:
    dates, labels, scores = month()
    found = intervals(measured(labels, scores, scores >= 0.5, Days.of(dates, draws=50), contract))
    assert found["auc"]["value"] == pytest.approx(metrics.roc_auc_score(labels, scores))
    assert found["pr_auc"]["value"] == pytest.approx(metrics.average_precision_score(labels, scores))
    assert found["cost"]["value"] == pytest.approx(expected_cost(labels, scores >= 0.5, contract))
    assert all(one["low"] < one["value"] < one["high"] for one in found.values())


def test_a_draw_is_the_rows_of_the_days_that_it_has(contract: Contract) -> None:
    dates, labels, scores = month()
    days = Days.of(dates, draws=3)
    drawn = measured(labels, scores, scores >= 0.5, days, contract)
    for number in range(1, 4):
        rows = np.repeat(np.arange(len(labels)), days.weights[number][days.of_row].astype(int))
        assert drawn["auc"][number] == pytest.approx(metrics.roc_auc_score(labels[rows], scores[rows]))
        average = metrics.average_precision_score(labels[rows], scores[rows])
        assert drawn["pr_auc"][number] == pytest.approx(average)


def test_days_vary_more_than_flights_would(contract: Contract) -> None:
    """The same rows as if each were a day of its own: an interval that pretends to more evidence than there is."""
    dates, labels, scores = month()

    def width(names: np.ndarray) -> float:
        found = interval(measured(labels, scores, scores >= 0.5, Days.of(names, draws=200), contract)["cost"])
        return found["high"] - found["low"]

    assert width(dates) > 1.5 * width(np.arange(len(labels)).astype(str))


def test_two_models_on_the_same_draws_differ_by_less_than_each_varies(contract: Contract) -> None:
    dates, labels, scores = month()
    days = Days.of(dates, draws=200)
    one, other = (measured(labels, scores, scores >= threshold, days, contract) for threshold in (0.5, 0.6))
    apart = differences(one, other)["cost"]
    assert apart["value"] == pytest.approx(one["cost"][0] - other["cost"][0])
    assert apart["high"] - apart["low"] < interval(one["cost"])["high"] - interval(one["cost"])["low"]
    assert differences(one, one)["cost"] == {"value": 0, "low": 0, "high": 0}


def test_the_same_seed_gives_the_same_interval(contract: Contract) -> None:
    dates, labels, scores = month()
    first, second = (
        intervals(measured(labels, scores, scores >= 0.5, Days.of(dates, draws=50), contract)) for _ in range(2)
    )
    assert first == second


def test_the_first_draw_is_the_days_themselves_and_each_has_as_many_days() -> None:
    days = Days.of(np.array(["b", "a", "b", "c"]), draws=7)
    assert days.of_row.tolist() == [1, 0, 1, 2]
    assert days.weights.shape == (8, 3)
    assert days.weights.dtype == "float64"
    assert days.weights[0].tolist() == [1, 1, 1]
    assert set(days.weights.sum(axis=1)) == {3}


def test_draws_are_as_many_as_asked_however_many_are_computed_at_once(contract: Contract) -> None:
    dates, labels, scores = month(days=3, flights=10)
    count = 2 * AT_ONCE + 7
    found = measured(labels, scores, scores >= 0.5, Days.of(dates, draws=count), contract)
    assert {name: len(values) for name, values in found.items()} == {
        "auc": count + 1,
        "pr_auc": count + 1,
        "cost": count + 1,
    }


@pytest.mark.parametrize("outcome", [0, 1])
def test_scores_that_are_all_different_are_ranked_to_the_last(contract: Contract, outcome: int) -> None:
    generator = np.random.default_rng(3)
    scores = generator.random(200)
    labels = (generator.random(200) < 0.4).astype(int)
    labels[[np.argmax(scores), np.argmin(scores)]] = [1 - outcome, outcome]
    found = measured(labels, scores, scores >= 0.5, Days.of(np.arange(200).astype(str), draws=1), contract)
    assert found["auc"][0] == pytest.approx(metrics.roc_auc_score(labels, scores))
    assert found["pr_auc"][0] == pytest.approx(metrics.average_precision_score(labels, scores))


def test_a_draw_without_both_outcomes_has_no_area_and_is_left_out(contract: Contract) -> None:
    # One day on time, one day late: half of the draws have one of them twice.
    dates, labels = np.repeat(["a", "b"], 5), np.repeat([0, 1], 5)
    scores = np.array([0.1, 0.2, 0.3, 0.4, 0.7, 0.6, 0.7, 0.8, 0.9, 0.5])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = measured(labels, scores, scores >= 0.5, Days.of(dates, draws=30), contract)
    assert 0 < np.isnan(found["auc"]).sum() < 30
    assert interval(found["auc"])["low"] == pytest.approx(found["auc"][0])


def test_an_interval_holds_95_of_100_draws_and_not_the_value_itself() -> None:
    # 1000 is the value, and the draws are 0 to 800.
    assert interval(np.r_[1000.0, np.arange(801.0)]) == {"value": 1000, "low": 20, "high": 780}
    assert interval(np.array([5.0, 2.0, 4.0]))["low"] == pytest.approx(2.05)


def test_no_numbers_give_no_interval(contract: Contract) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = interval(np.full(3, np.nan))
    assert all(np.isnan(value) for value in found.values())


def test_the_squared_error_is_computed_with_all_its_digits() -> None:
    found = by_row(np.array([0, 1], dtype="int8"), np.array([0.1, 0.4], dtype="float32"))
    assert found.dtype == "float64"
    assert found.tolist() == pytest.approx([0.01, 0.36])
    assert by_row(np.array([1]), [0.0]).tolist() == [1]
