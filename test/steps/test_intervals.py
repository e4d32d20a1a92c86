from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics
from workflow.contract import Contract
from workflow.features import expected_cost
from workflow.intervals import Days, differences, interval, intervals, measured


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
