from __future__ import annotations

import math

import pytest
from workflow import bias
from workflow.bias import INFINITY, FacetCounts
from workflow.contract import Contract


def counts(group: str = "ATL", **cells: int) -> FacetCounts:
    """Keys such as a_tp: facet, then what came of the prediction."""
    result = FacetCounts()
    kinds = {"tp": (1, True), "fn": (1, False), "fp": (0, True), "tn": (0, False)}
    for key, number in cells.items():
        facet, kind = key.split("_")
        for _ in range(number):
            result.add(group, facet == "d", *kinds[kind])
    return result


@pytest.fixture()
def uneven() -> FacetCounts:
    """
    Facet a: 60 rows, 20 disrupted, 15 of them found, 10 false alarms.
    Facet d: 40 rows, 20 disrupted, 10 of them found, 4 false alarms.
    """
    return counts(a_tp=15, a_fn=5, a_fp=10, a_tn=30, d_tp=10, d_fn=10, d_fp=4, d_tn=16)


def test_pre_training_metrics_as_computed_by_hand(uneven: FacetCounts) -> None:
    found = bias.pre_training(uneven.total)
    p, q = 1 / 3, 1 / 2  # shares of the disrupted
    middle = (p + q) / 2

    def divergence(x: float, y: float) -> float:
        return x * math.log(x / y) + (1 - x) * math.log((1 - x) / (1 - y))

    assert found == pytest.approx(
        {
            "CI": 0.2,
            "DPL": -1 / 6,
            "KL": divergence(p, q),
            "JS": (divergence(p, middle) + divergence(q, middle)) / 2,
            "LP": math.sqrt(2) / 6,
            "TVD": 1 / 6,
            "KS": 1 / 6,
        }
    )


def test_post_training_metrics_as_computed_by_hand(uneven: FacetCounts) -> None:
    assert bias.post_training(uneven.total) == pytest.approx(
        {
            "DPPL": 25 / 60 - 14 / 40,
            "DI": (14 / 40) / (25 / 60),
            "DCAcc": 20 / 25 - 20 / 14,
            "DCR": 20 / 26 - 40 / 35,
            "SD": 16 / 20 - 30 / 40,
            "RD": 15 / 20 - 10 / 20,
            "DAR": 15 / 25 - 10 / 14,
            "DRR": 16 / 26 - 30 / 35,
            "AD": 45 / 60 - 26 / 40,
            "TE": 10 / 4 - 5 / 10,
        }
    )


def test_what_cannot_be_divided_is_infinite_or_nothing_as_clarify_has_it() -> None:
    found = bias.post_training(counts(a_tn=5, a_fn=5, d_tp=2, d_fn=3, d_tn=5).total)
    assert (found["DI"], found["DAR"], found["TE"]) == (INFINITY, -1.0, 0.0)


def test_conditional_disparity_weighs_the_groups() -> None:
    """Simpson's paradox in numbers: within each group nobody is treated otherwise, over both groups somebody is."""
    both = counts("ATL", a_tp=8, a_tn=2, d_tp=4, d_tn=1)
    for group, cells in counts("BOS", a_tp=1, a_tn=4, d_tp=2, d_tn=8).groups.items():
        both.groups[group] = cells
    assert bias.conditional_disparity(list(both.groups.values()), 2) == pytest.approx(0.0)
    assert bias.post_training(both.total)["DPPL"] != pytest.approx(0.0)


def test_the_report_has_clarifys_sections_and_fields(uneven: FacetCounts, contract: Contract) -> None:
    document = bias.report(uneven, contract)
    section = document["post_training_bias_metrics"]
    assert (section["label"], section["label_value_or_threshold"]) == ("disrupted", "1")
    [facet] = section["facets"]["carrier"]
    assert facet["value_or_threshold"] == "9E,EV,MQ,OO,YV"
    assert {"name", "description", "value"} == set(facet["metrics"][0])
    assert "CDDL" in bias.metrics_of(document, "pre_training_bias_metrics", contract)


def test_the_baseline_itself_is_no_drift_and_the_opposite_is(uneven: FacetCounts, contract: Contract) -> None:
    constraints = bias.suggest(bias.report(uneven, contract), contract)
    assert bias.violations(uneven, constraints, contract) == []
    # The same flights many times over, so that it is no chance; nobody finds the disruptions of facet d.
    worse = counts(a_tp=300, a_fn=100, a_fp=200, a_tn=600, d_tp=10, d_fn=390, d_fp=80, d_tn=320)
    found = bias.violations(worse, constraints, contract)
    assert {(one["metric_name"], one["constraint_check_type"]) for one in found} >= {("RD", "bias_drift_check")}
    assert set(found[0]) == {
        "facet",
        "facet_value",
        "metric_name",
        "constraint_check_type",
        "description",
    }


def test_few_rows_prove_no_bias(uneven: FacetCounts, contract: Contract) -> None:
    constraints = bias.suggest(bias.report(uneven, contract), contract)
    few = counts(a_tp=3, a_fn=1, a_fp=2, a_tn=6, d_tp=1, d_fn=3, d_fp=1, d_tn=3)
    assert (
        abs(bias.post_training(few.total)["RD"])
        > bias.metrics_of(constraints, "post_training_bias_metrics", contract)["RD"]
    )
    assert bias.violations(few, constraints, contract) == []


def test_a_side_with_a_handful_of_positives_cannot_be_compared() -> None:
    assert counts(a_tp=20, a_tn=30, d_tp=10, d_tn=20).comparable
    assert not counts(a_tp=20, a_tn=30, d_tp=9, d_tn=21).comparable
    assert not counts(a_tp=20, a_tn=30).comparable


def test_a_side_with_one_outcome_only_has_finite_divergences() -> None:
    found = bias.pre_training(counts(a_tp=20, a_tn=20, d_tp=40).total)
    assert (found["KL"], found["TVD"]) == pytest.approx((0.5 * math.log(0.5), 0.5))
