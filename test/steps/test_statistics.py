"""Statistics of a data set, value by value."""

from __future__ import annotations

import pytest
from workflow import statistics
from workflow.contract import Feature
from workflow.statistics import Accumulator, accumulate, inferred_type, parse_number

COLOR = Feature("color", "category", "keep")
SIZE = Feature("size", "number", "keep")


@pytest.mark.parametrize(
    ("feature", "kind"),
    [
        (COLOR, "String"),
        (Feature("day", "date", "keep"), "String"),
        (Feature("at", "clock", "keep"), "Integral"),
        (Feature("seats", "number", "keep", integer=True), "Integral"),
        (SIZE, "Fractional"),
    ],
)
def test_the_type_of_a_feature(feature: Feature, kind: str) -> None:
    assert inferred_type(feature) == kind


def of(feature: Feature, *values: str) -> Accumulator:
    accumulator = Accumulator(feature)
    for value in values:
        accumulator.add(value)
    return accumulator


@pytest.mark.parametrize("text", ["nan", "NaN", "inf", "-Infinity", "1e999", "far", "1,5", "0x10", " "])
def test_a_text_that_is_no_number_is_of_the_wrong_type_and_changes_no_number(text: str) -> None:
    assert parse_number(text) is None
    found = of(SIZE, "1", text, "3")
    assert (found.present, found.missing, found.wrong_type) == (3, 0, 1)
    assert (found.total, found.squares, found.minimum, found.maximum, found.sample) == (4, 10, 1, 3, [1, 3])


def test_numbers_are_described() -> None:
    found = of(SIZE, "1", "", "2", "3", "far", "6").document()
    assert found == {
        "name": "size",
        "inferred_type": "Fractional",
        "numerical_statistics": {
            "common": {"num_present": 5, "num_missing": 1},
            "mean": 3.0,
            "sum": 12.0,
            "std_dev": pytest.approx(3.5**0.5),
            "min": 1.0,
            "max": 6.0,
            "distribution": {
                "kll": {
                    "buckets": [
                        {
                            "lower_bound": pytest.approx(1 + number / 2),
                            "upper_bound": pytest.approx(1.5 + number / 2),
                            "count": float({0: 1, 2: 1, 4: 1, 9: 1}.get(number, 0)),
                        }
                        for number in range(10)
                    ],
                    "sketch": {"parameters": {"c": 0.64, "k": 4096.0}, "data": [[1, 2, 3, 6]]},
                }
            },
        },
    }


@pytest.mark.parametrize("values", [[], ["", ""], ["far"]])
def test_no_number_has_no_statistics(values: list[str]) -> None:
    found = of(SIZE, *values).document()["numerical_statistics"]
    empty = {"buckets": [], "sketch": {"parameters": {"c": 0.64, "k": 4096.0}, "data": [[]]}}
    assert {name: value for name, value in found.items() if name != "common"} == {
        "mean": 0.0,
        "sum": 0.0,
        "std_dev": 0.0,
        "min": 0.0,
        "max": 0.0,
        "distribution": {"kll": empty},
    }


def test_equal_numbers_have_no_deviation_whatever_is_lost_in_the_last_digit() -> None:
    found = of(SIZE, *["0.1"] * 11).document()["numerical_statistics"]
    assert found["std_dev"] == pytest.approx(0, abs=1e-6)


def test_categories_are_counted_in_order() -> None:
    assert of(COLOR, "red", "", "blue", "red").document() == {
        "name": "color",
        "inferred_type": "String",
        "string_statistics": {
            "common": {"num_present": 3, "num_missing": 1},
            "distinct_count": 2.0,
            "distribution": {"categorical": {"buckets": [{"value": "blue", "count": 1}, {"value": "red", "count": 2}]}},
        },
    }


def test_dates_are_counted_like_categories_and_every_missing_value_too() -> None:
    found = of(Feature("day", "date", "keep"), "2013-04-01", "", "", "2013-04-01")
    assert (found.values, found.present, found.missing) == ({"2013-04-01": 2}, 2, 2)


def test_the_width_of_the_buckets_is_by_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "BUCKETS", 2)
    assert of(SIZE, "0", "1", "2").sketch()["buckets"] == [
        {"lower_bound": 0.0, "upper_bound": 1.0, "count": 1.0},
        {"lower_bound": 1.0, "upper_bound": 2.0, "count": 2.0},
    ]


def test_more_categories_than_are_kept_are_counted_and_those_known_still_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "DOMAIN", 2)
    found = of(COLOR, "a", "b", "c", "d", "b", "c")
    assert found.values == {"a": 1, "b": 2}
    assert (found.present, found.overflow) == (6, 3)


def test_a_sample_keeps_each_number_with_the_same_probability(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statistics, "SAMPLE", 100)
    found = of(SIZE, *["far"] * 500, *map(str, range(2000)))
    assert len(found.sample) == 100 == len(set(found.sample))
    assert 800 < sum(found.sample) / 100 < 1200
    assert found.sample == of(SIZE, *["far"] * 500, *map(str, range(2000))).sample


def test_rows_are_read_with_the_columns_they_have() -> None:
    rows = [{"color": "red", "size": "1"}, {"color": "blue"}, {"color": "red", "size": "2", "a": "", "b": ""}]
    rows.append({"a": "1"})
    found = accumulate(rows, [COLOR, SIZE])
    assert found.rows == 4
    assert found.missing_columns == {"size": 2, "color": 1}
    assert found.extra_columns == {"a": 2, "b": 1}
    assert {name: one.present for name, one in found.accumulators.items()} == {"color": 3, "size": 2}
    assert found.accumulators["color"].values == {"red": 2, "blue": 1}
    assert found.accumulators["size"].sample == [1, 2]
    document = found.document()
    assert (document["version"], document["dataset"]) == (0.0, {"item_count": 4})
    assert [one["name"] for one in document["features"]] == ["color", "size"]
