from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics
from workflow.binary_quality import (
    Evaluated,
    auc,
    business,
    metrics_document,
    suggest,
    values,
    violations,
)
from workflow.contract import Contract


def evaluated(labels: list[int], flagged: list[int], scores: list[float]) -> Evaluated:
    result = Evaluated()
    result.add(np.array(labels), np.array(flagged), np.array(scores))
    return result


@pytest.fixture()
def scattered() -> tuple[Evaluated, np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(3)
    labels = random.integers(0, 2, 3000)
    # Two decimals: many ties, where rankings go wrong.
    scores = np.round(np.clip(random.normal(0.4 + 0.15 * labels, 0.2), 0, 1), 2)
    flagged = (scores >= 0.5).astype(int)
    return (
        evaluated(labels.tolist(), flagged.tolist(), scores.tolist()),
        labels,
        flagged,
        scores,
    )


def test_the_example_of_awss_page_comes_out_as_there() -> None:
    """Three negatives, two of them flagged, and one positive that was found (AWS's page "Model quality metrics")."""
    found = values(evaluated([0, 0, 0, 1], [0, 1, 1, 1], [0.1, 0.6, 0.7, 0.9]).cells())
    assert found == pytest.approx(
        {
            "recall": 1.0,
            "precision": 1 / 3,
            "accuracy": 0.5,
            "recall_best_constant_classifier": 1.0,
            "precision_best_constant_classifier": 0.25,
            "accuracy_best_constant_classifier": 0.25,
            "true_positive_rate": 1.0,
            "true_negative_rate": 1 / 3,
            "false_positive_rate": 2 / 3,
            "false_negative_rate": 0.0,
            "auc": 1.0,
            "au_prc": 1.0,
            "f0_5": 0.3846153846153846,
            "f1": 0.5,
            "f2": 0.7142857142857143,
            "f0_5_best_constant_classifier": 0.29411764705882354,
            "f1_best_constant_classifier": 0.4,
            "f2_best_constant_classifier": 0.625,
        }
    )


def test_scikit_learn_finds_the_same(
    scattered: tuple[Evaluated, np.ndarray, np.ndarray, np.ndarray],
) -> None:
    counted, labels, flagged, scores = scattered
    found = values(counted.cells())
    assert found["auc"] == pytest.approx(metrics.roc_auc_score(labels, scores))
    assert found["au_prc"] == pytest.approx(metrics.average_precision_score(labels, scores))
    assert found["precision"] == pytest.approx(metrics.precision_score(labels, flagged))
    assert found["recall"] == pytest.approx(metrics.recall_score(labels, flagged))
    assert found["accuracy"] == pytest.approx(metrics.accuracy_score(labels, flagged))
    assert found["f2"] == pytest.approx(metrics.fbeta_score(labels, flagged, beta=2))


def test_a_half_of_the_pairs_is_right_where_all_scores_are_the_same() -> None:
    assert auc(np.array([3]), np.array([5])) == 0.5
    assert auc(np.array([3]), np.array([0])) == 0.5


def test_counting_in_parts_changes_nothing(
    scattered: tuple[Evaluated, np.ndarray, np.ndarray, np.ndarray],
) -> None:
    whole, labels, flagged, scores = scattered
    parts = Evaluated()
    for rows in np.array_split(np.arange(len(labels)), 7):
        parts.add(labels[rows], flagged[rows], scores[rows])
    assert values(parts.cells()) == values(whole.cells())


def test_the_document_has_the_matrix_both_curves_and_a_deviation_from_200_rows_on(
    scattered: tuple[Evaluated, np.ndarray, np.ndarray, np.ndarray],
) -> None:
    counted, labels, flagged, _ = scattered
    document = metrics_document(counted)
    tn, fp, fn, tp = metrics.confusion_matrix(labels, flagged).ravel()
    assert document["confusion_matrix"] == {
        "0": {"0": tn, "1": fp},
        "1": {"0": fn, "1": tp},
    }
    curve = document["receiver_operating_characteristic_curve"]
    assert (curve["false_positive_rates"][0], curve["true_positive_rates"][-1]) == (
        0.0,
        1.0,
    )
    assert 0 < document["auc"]["standard_deviation"] < 0.02
    few = metrics_document(evaluated([0, 1], [0, 1], [0.2, 0.8]))
    assert few["auc"] == {"value": 1.0, "standard_deviation": "NaN"}


def test_money_is_counted_by_the_decisions_that_were_made(contract: Contract) -> None:
    """Ten flights: two missed at 180, three false alarms at 60. Four were disrupted: never costs 720, always 360."""
    money = business(
        evaluated([1, 1, 1, 1, 0, 0, 0, 0, 0, 0], [0, 0, 1, 1, 1, 1, 1, 0, 0, 0], [0.5] * 10),
        contract,
    )
    assert (contract.missed_cost, contract.false_alarm_cost) == (180, 60)
    assert money == {
        "cost_per_1000": 54_000.0,
        "cost_of_never_flagging_per_1000": 72_000.0,
        "cost_of_always_flagging_per_1000": 36_000.0,
        "cost_ratio": 1.5,
    }


def test_the_baseline_itself_breaks_no_constraint_that_it_suggests(
    scattered: tuple[Evaluated, np.ndarray, np.ndarray, np.ndarray], contract: Contract
) -> None:
    counted = scattered[0]
    constraints = suggest(counted, contract)
    assert violations(values(counted.cells()), constraints["binary_classification_constraints"]) == []


def test_a_violation_says_what_was_measured_and_what_was_allowed() -> None:
    constraints = {"auc": {"threshold": 0.6, "comparison_operator": "LessThanThreshold"}}
    assert violations({"auc": 0.55}, constraints) == [
        {
            "constraint_check_type": "LessThanThreshold",
            "description": "Metric auc with 0.55 was LessThanThreshold '0.6'",
            "metric_name": "auc",
        }
    ]
    with pytest.raises(ValueError, match="EqualsThreshold"):
        violations(
            {"auc": 0.55},
            {"auc": {"threshold": 0.6, "comparison_operator": "EqualsThreshold"}},
        )
