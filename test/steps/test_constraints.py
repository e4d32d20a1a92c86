"""Which violations a data set has, decided without an analysis around it. Limits that are none are refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from workflow import constraints
from workflow.constraints import categorical_distance, distances, numeric_distance, suggest, violations
from workflow.contract import OUTPUTS, Contract, Feature
from workflow.statistics import Dataset, accumulate

FEATURES = [
    Feature("color", "category", "reject"),
    Feature("size", "number", "keep"),
    Feature("at", "clock", "reject"),
    Feature("day", "date", "reject"),
]


def rows(count: int = 100, **columns: str) -> list[dict[str, str]]:
    usual = [
        {"color": "red" if row % 2 else "blue", "size": str(row), "at": "1200", "day": "2013-01-01"}
        for row in range(count)
    ]
    return [{**row, **columns} for row in usual]


def read(rows: list[dict[str, str]]) -> Dataset:
    return accumulate(rows, FEATURES)


@pytest.fixture()
def known(contract: Contract) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(suggest(read(rows()), contract)))
    return found


def found(dataset: Dataset, limits: dict[str, Any], drift: dict[str, float] | None = None) -> list[tuple[str, ...]]:
    near = dict.fromkeys((feature.name for feature in FEATURES), 0.0)
    return [
        (one["feature_name"], one["constraint_check_type"], one["description"])
        for one in violations(dataset, limits, {**near, **(drift or {})}, 10)
    ]


def test_a_baseline_that_lacks_a_column_in_some_rows_is_refused(contract: Contract) -> None:
    lacking = accumulate([{"size": "1"}, {"color": "red", "size": "1"}, {}], FEATURES[:2])
    with pytest.raises(ValueError) as caught:
        suggest(lacking, contract)
    assert str(caught.value) == "the rows of a baseline lack color, size"


def test_constraints_that_are_suggested_have_the_problems_limits(contract: Contract, known: dict[str, Any]) -> None:
    assert {key: value for key, value in known.items() if key != "features"} == {
        "version": 0.0,
        "monitoring_config": {
            "evaluate_constraints": "Enabled",
            "emit_metrics": "Enabled",
            "datatype_check_threshold": 1.0,
            "domain_content_threshold": 1.0 - contract.unseen_category_share,
            "distribution_constraints": {
                "perform_comparison": "Enabled",
                "comparison_threshold": contract.drift_distance,
                "comparison_method": "Simple",
                "categorical_comparison_threshold": contract.drift_distance,
                "categorical_drift_method": "LInfinity",
            },
        },
    }
    assert known["features"] == [
        {
            "name": "color",
            "inferred_type": "String",
            "completeness": 1.0,
            "string_constraints": {"domains": ["blue", "red"]},
        },
        {
            "name": "size",
            "inferred_type": "Fractional",
            "completeness": 0.0,
            "num_constraints": {"is_non_negative": True},
        },
        {
            "name": "at",
            "inferred_type": "Integral",
            "completeness": 1.0,
            "num_constraints": {"is_non_negative": True},
        },
        {"name": "day", "inferred_type": "String", "completeness": 1.0},
    ]


def test_what_is_missing_in_training_may_be_missing_as_often(contract: Contract) -> None:
    some = suggest(read(rows(75) + rows(25, color="", size="-1")), contract)["features"]
    assert [one["completeness"] for one in some] == [0.75, 0.0, 1.0, 1.0]
    assert some[1]["num_constraints"] == {"is_non_negative": False}
    assert suggest(read([]), contract)["features"][0]["completeness"] == 1.0
    assert suggest(read(rows(1, size="0")), contract)["features"][1]["num_constraints"] == {"is_non_negative": True}


def test_seasons_are_not_compared_and_predictions_have_a_limit_of_their_own(contract: Contract) -> None:
    season = next(feature for feature in contract.features if feature.name in contract.seasonal)
    made = suggest(accumulate([], [season, *OUTPUTS]), contract)["features"]
    overrides = [one["monitoring_config_overrides"] for one in made]
    assert overrides[0] == {"distribution_constraints": {"perform_comparison": "Disabled"}}
    own = {"distribution_constraints": {"comparison_threshold": contract.output_distance}}
    assert overrides[1:] == [own] * len(OUTPUTS)


def sketch(*values: float) -> dict[str, Any]:
    return {"distribution": {"kll": {"sketch": {"data": [list(values)]}}}}


def buckets(**counts: int) -> dict[str, Any]:
    found = [{"value": value, "count": count} for value, count in counts.items()]
    return {"distribution": {"categorical": {"buckets": found}}}


@pytest.mark.parametrize(
    ("before", "now", "distance"),
    [
        ([1, 2, 3, 4], [4, 3, 2, 1], 0.0),
        ([1, 2, 3, 4], [3, 4, 5, 6], 0.5),
        ([3, 4, 5, 6], [1, 2, 3, 4], 0.5),
        ([1, 1, 1, 2], [1, 2, 2, 2], 0.5),
        ([1], [2, 3, 4], 1.0),
        # Values where there were none are far; that values are missing is another check's matter.
        ([], [1], 1.0),
        ([1], [], 0.0),
        ([], [], 0.0),
    ],
)
def test_the_distance_of_numbers(before: list[float], now: list[float], distance: float) -> None:
    assert numeric_distance(sketch(*before), now) == distance


@pytest.mark.parametrize(
    ("before", "now", "distance"),
    [
        ({"a": 1, "b": 3}, {"a": 10, "b": 30}, 0.0),
        ({"a": 1, "b": 3}, {"a": 3, "b": 1}, 0.5),
        ({"a": 4}, {"a": 3, "c": 1}, 0.25),
        ({"a": 3, "c": 1}, {"a": 4}, 0.25),
        ({"a": 2}, {"b": 2}, 1.0),
        ({"a": 2, "b": 2}, {"a": 1, "b": 1, "c": 2}, 0.5),
        ({"a": 1, "b": 1, "c": 2}, {"a": 2, "b": 2}, 0.5),
        ({}, {"a": 1}, 1.0),
        ({"a": 1}, {}, 0.0),
        ({}, {}, 0.0),
    ],
)
def test_the_distance_of_categories(before: dict[str, int], now: dict[str, int], distance: float) -> None:
    assert categorical_distance(buckets(**before), now) == distance


def test_each_feature_of_the_baseline_is_compared_in_its_own_way() -> None:
    baseline = read(rows()).document()
    baseline["features"].insert(0, {"name": "of another time", "string_statistics": buckets(a=1)})
    assert distances(read(rows(color="red", size="1000")), baseline) == {"color": 0.5, "size": 1.0, "at": 0, "day": 0}


def test_what_looks_like_the_baseline_has_no_violation(known: dict[str, Any]) -> None:
    assert found(read(rows()), known) == []


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"size": "far"}, ("size", "data_type_check", "90.00% of values are Fractional, expected all")),
        ({"color": ""}, ("color", "completeness_check", "completeness 0.9000 < 1.0000")),
        (
            {"color": "green"},
            (
                "color",
                "categorical_values_check",
                "90.00% of values are known from training, expected at least 95%",
            ),
        ),
        ({"humor": "dry"}, ("humor", "extra_column_check", "unknown column in 10 of 100 rows")),
    ],
)
def test_a_tenth_of_the_rows_is_enough_for_a_violation(
    known: dict[str, Any], columns: dict[str, str], expected: tuple[str, ...]
) -> None:
    known["monitoring_config"]["domain_content_threshold"] = 0.95
    assert found(read(rows(90) + rows(10, **columns)), known) == [expected]


def test_a_column_that_some_rows_lack_is_named(known: dict[str, Any]) -> None:
    short = [{name: value for name, value in row.items() if name != "size"} for row in rows(10)]
    expected = ("size", "missing_column_check", "column is missing in 10 of 100 rows")
    assert found(read(rows(90) + short), known) == [expected]


def test_all_violations_are_found_and_not_only_the_first(known: dict[str, Any]) -> None:
    bad = {"color": "green", "at": "late", "humor": "dry", "age": "1"}
    everything = found(read(rows(10, **bad)), known, {"size": 0.9, "color": 0.9})
    assert [one[:2] for one in everything] == [
        ("color", "categorical_values_check"),
        ("color", "baseline_drift_check"),
        ("size", "baseline_drift_check"),
        ("at", "data_type_check"),
        ("age", "extra_column_check"),
        ("humor", "extra_column_check"),
    ]


def test_a_share_at_its_limit_is_no_violation(known: dict[str, Any]) -> None:
    known["monitoring_config"].update(domain_content_threshold=0.9, datatype_check_threshold=0.9)
    known["features"][0]["completeness"] = 0.5
    assert found(read(rows(90) + rows(10, color="green", size="far")), known) == []
    assert found(read(rows(50) + rows(50, color="")), known) == []
    # The share of the values that are there, not of all rows.
    assert [one[1] for one in found(read(rows(80) + rows(11, color="green") + rows(9, color="")), known)] == [
        "categorical_values_check"
    ]


def test_the_distance_may_reach_its_limit_and_not_pass_it(known: dict[str, Any]) -> None:
    known["monitoring_config"]["distribution_constraints"]["comparison_threshold"] = 0.2
    assert found(read(rows()), known, {"size": 0.2}) == []
    assert found(read(rows()), known, {"size": 0.3}) == [
        ("size", "baseline_drift_check", "distance 0.3000 from the baseline > 0.2")
    ]


@pytest.mark.parametrize("key", [constraints.OVERRIDES, constraints.OVERRIDES_OF_THE_SCHEMA])
def test_a_feature_may_have_limits_of_its_own(known: dict[str, Any], key: str) -> None:
    known["features"][1][key] = {"distribution_constraints": {"comparison_threshold": 0.5}}
    known["features"][2][key] = {"distribution_constraints": {"perform_comparison": "Disabled"}}
    known["features"][3][key] = {}
    drift = {"size": 0.45, "at": 1.0, "day": 0.45}
    assert [one[:2] for one in found(read(rows()), known, drift)] == [("day", "baseline_drift_check")]
    known["features"][1][key] = {"distribution_constraints": {"comparison_threshold": 0.4}}
    assert [one[0] for one in found(read(rows()), known, drift)] == ["size", "day"]
    del known["features"][3][key]
    known["monitoring_config"]["distribution_constraints"]["perform_comparison"] = "Disabled"
    assert found(read(rows()), known, {"day": 0.9}) == []


def test_fewer_rows_than_the_minimum_decide_nothing(known: dict[str, Any]) -> None:
    assert found(read(rows(9, color="green")), known) == []
    assert len(found(read(rows(10, color="green")), known)) == 1


def test_a_category_that_training_never_had_is_unknown_whatever_its_value(known: dict[str, Any]) -> None:
    known["features"][0]["string_constraints"] = {"domains": []}
    assert [one[1] for one in found(read(rows()), known)] == ["categorical_values_check"]
    assert [one[1] for one in found(read(rows(color="")), known)] == ["completeness_check"]


def test_a_column_that_no_row_has_is_missing_and_not_compared(known: dict[str, Any]) -> None:
    short = [{name: value for name, value in row.items() if name != "color"} for row in rows(10)]
    assert [one[:2] for one in found(read(short), known)] == [("color", "missing_column_check")]
    far = [{**row, "size": "far"} for row in short]
    assert [one[:2] for one in found(read(far), known)] == [
        ("size", "data_type_check"),
        ("color", "missing_column_check"),
    ]


def test_values_of_training_that_no_row_has_make_no_other_value_known(known: dict[str, Any]) -> None:
    known["features"][0]["string_constraints"] = {"domains": ["blue", "red", *map(str, range(50))]}
    assert [one[1] for one in found(read(rows(80) + rows(20, color="green")), known)] == ["categorical_values_check"]


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), None, "0.2", True, []])
@pytest.mark.parametrize("limit", ["datatype_check_threshold", "domain_content_threshold", "comparison_threshold"])
def test_a_limit_that_is_no_number_lets_nothing_pass(known: dict[str, Any], limit: str, bad: object) -> None:
    config = known["monitoring_config"]
    place = config["distribution_constraints"] if limit == "comparison_threshold" else config
    place[limit] = bad
    with pytest.raises(ValueError, match=f"{limit} is .* in the constraints, which is no limit"):
        found(read(rows()), known)
    del place[limit]
    with pytest.raises(ValueError, match=f"{limit} is None in the constraints"):
        found(read(rows()), known)


def test_a_completeness_that_is_no_number_lets_nothing_pass(known: dict[str, Any]) -> None:
    known["features"][0]["completeness"] = float("nan")
    with pytest.raises(ValueError, match="completeness is nan in the constraints"):
        found(read(rows()), known)


def test_a_limit_may_be_a_whole_number(known: dict[str, Any]) -> None:
    known["monitoring_config"]["datatype_check_threshold"] = 1
    assert found(read(rows()), known) == []


def test_a_distance_that_is_no_number_is_a_violation(known: dict[str, Any]) -> None:
    drifted = found(read(rows()), known, {"size": float("nan")})
    assert [one[:2] for one in drifted] == [("size", "baseline_drift_check")]


def test_constraints_of_nothing_and_a_baseline_without_a_feature_are_refused(known: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="the baseline has no statistics of color: nothing to compare with"):
        violations(read(rows()), known, {}, 10)
    with pytest.raises(ValueError, match=r"^the constraints are of no feature: anything would pass$"):
        found(read(rows()), {**known, "features": []})
    known["features"].append({"name": "humor", "completeness": 1.0})
    with pytest.raises(ValueError, match="the constraints are of humor, which is no column here"):
        found(read(rows()), known)


@pytest.mark.parametrize("lost", ["features", "monitoring_config"])
def test_constraints_without_a_part_are_refused(known: dict[str, Any], lost: str) -> None:
    del known[lost]
    with pytest.raises(KeyError, match=lost):
        found(read(rows()), known)
