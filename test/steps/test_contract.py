"""The problem's document: each key arrives where it belongs, and a document that says nothing is refused."""

from __future__ import annotations

import json
import pkgutil
from pathlib import Path
from typing import Any

import pytest
from workflow import contract as module
from workflow.contract import Contract, Feature, load, parse, processing_path

DOCUMENT: dict[str, Any] = {
    "name": "flights",
    "record_id": "id",
    "source": {"column": "airport", "values": ["JFK", "LGA"]},
    "target": {"name": "late", "positive": "yes", "negative": "no"},
    "split": {"column": "date", "test_units": 1, "validation_units": 2},
    "costs": {"missed": 180, "false_alarm": 60, "currency": "EUR"},
    "rule_feature": "mean",
    "threshold_from": "costs",
    "features": [
        {"name": "carrier", "type": "category", "missing": "reject", "pattern": "[A-Z]+"},
        {"name": "mean", "type": "number", "missing": "keep", "derived": True, "minimum": -5, "maximum": 7},
        {"name": "seats", "type": "number", "missing": "keep", "integer": True},
    ],
    "state": {
        "windows": [60, 180],
        "grid": 15,
        "lead": 120,
        "late": 16,
        "schedule": {"date": "day", "clock": "time"},
        "delay": "delay",
    },
    "reading": {
        "number": "[0-9]+",
        "record_id": "[a-z]+",
        "unreadable": "[\n]",
        "longest_text": 64,
        "years": [1950, 2100],
    },
    "rare_category_rows": 20,
    "selection": {"tolerance": 0.01, "maximum_latency_ms": 50},
    "monitoring": {
        "drift_distance": 0.1,
        "unseen_category_share": 0.2,
        "minimum_rows": 300,
        "seasonal": ["mean"],
        "output_distance": 0.3,
        "auc_margin": 0.4,
        "cost_ratio": 1.5,
        "cost_growth": 1.6,
        "facet": {"column": "kind", "values": ["small"], "group": "size"},
        "bias_tolerance": 0.7,
        "attribution_ndcg": 0.8,
    },
}


def copy() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(DOCUMENT))
    return document


def test_every_part_of_the_document_is_read() -> None:
    found = parse(copy())
    plain = {
        name: value for name, value in vars(found).items() if name not in ("features", "state", "reading", "seasonal")
    }
    assert plain == {
        "name": "flights",
        "record_id": "id",
        "source_column": "airport",
        "sources": ("JFK", "LGA"),
        "target": "late",
        "positive": "yes",
        "negative": "no",
        "missed_cost": 180.0,
        "false_alarm_cost": 60.0,
        "currency": "EUR",
        "rule_feature": "mean",
        "threshold_from": "costs",
        "split_column": "date",
        "test_units": 1,
        "validation_units": 2,
        "schedule_date": "day",
        "schedule_clock": "time",
        "delay": "delay",
        "rare_category_rows": 20,
        "selection_tolerance": 0.01,
        "longest_latency_ms": 50.0,
        "drift_distance": 0.1,
        "unseen_category_share": 0.2,
        "minimum_rows": 300,
        "output_distance": 0.3,
        "auc_margin": 0.4,
        "cost_ratio": 1.5,
        "cost_growth": 1.6,
        "facet_column": "kind",
        "facet_values": ("small",),
        "facet_group": "size",
        "bias_tolerance": 0.7,
        "attribution_ndcg": 0.8,
    }
    assert found.seasonal == frozenset({"mean"})
    carrier, mean, seats = found.features
    assert carrier == Feature("carrier", "category", "reject", pattern="[A-Z]+")
    assert (mean.derived, mean.minimum, mean.maximum, mean.integer) == (True, -5, 7, False)
    assert (seats.derived, seats.minimum, seats.maximum, seats.integer) == (False, float("-inf"), float("inf"), True)
    assert vars(found.state) == {"windows": (60, 180), "grid": 15, "lead": 120, "late": 16}
    assert (found.reading.number.pattern, found.reading.record_id.pattern) == ("[0-9]+", "[a-z]+")
    assert (found.reading.unreadable.pattern, found.reading.longest_text) == ("[\n]", 64)
    assert found.reading.years == (1950, 2100)
    assert found.columns == ["carrier", "mean", "seats"]
    assert found.filed_columns == ["carrier", "seats"]
    assert found.of_type("number") == ["mean", "seats"]


def leaves(document: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every key, of every depth."""
    if not isinstance(document, dict):
        return []
    return [one for key, value in document.items() for one in [(*path, key), *leaves(value, (*path, key))]]


@pytest.mark.parametrize("path", leaves(DOCUMENT), ids=".".join)
def test_a_document_without_one_of_its_keys_is_refused(path: tuple[str, ...]) -> None:
    document = place = copy()
    for key in path[:-1]:
        place = place[key]
    del place[path[-1]]
    with pytest.raises(KeyError, match=path[-1]):
        parse(document)


def at(path: tuple[str, ...]) -> Any:
    place: Any = DOCUMENT
    for key in path:
        place = place[key]
    return place


NUMBERS = [path for path in leaves(DOCUMENT) if isinstance(at(path), float)]


@pytest.mark.parametrize("path", NUMBERS, ids=".".join)
@pytest.mark.parametrize("bad", [None, "", "much", [], {}])
def test_a_limit_that_is_no_number_is_refused(path: tuple[str, ...], bad: object) -> None:
    document = place = copy()
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = bad
    with pytest.raises((TypeError, ValueError)):
        parse(document)


def with_file(monkeypatch: pytest.MonkeyPatch, content: bytes | None) -> None:
    def get_data(package: str, name: str) -> bytes | None:
        assert (package, name) == ("workflow", "problem.json")
        return content

    monkeypatch.setattr(pkgutil, "get_data", get_data)
    load.cache_clear()


@pytest.fixture()
def own_file() -> Any:
    yield
    load.cache_clear()


def test_the_document_next_to_the_code_is_the_contract(monkeypatch: pytest.MonkeyPatch, own_file: None) -> None:
    with_file(monkeypatch, json.dumps(DOCUMENT).encode())
    assert load() == parse(copy())


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity"])
def test_a_limit_that_refuses_nothing_is_refused(monkeypatch: pytest.MonkeyPatch, own_file: None, text: str) -> None:
    document = copy()
    document["monitoring"]["drift_distance"] = float(text)
    with_file(monkeypatch, json.dumps(document).encode())
    with pytest.raises(ValueError) as caught:
        load()
    assert str(caught.value) == (
        f"problem.json has {text}, which is no limit: write it again with pipelines/write-problem-document.ts"
    )


def test_a_missing_or_empty_document_is_refused(monkeypatch: pytest.MonkeyPatch, own_file: None) -> None:
    with_file(monkeypatch, None)
    with pytest.raises(FileNotFoundError) as caught:
        load()
    assert str(caught.value) == (
        "workflow/problem.json is missing: synthesis writes it; by hand, run pipelines/write-problem-document.ts"
    )
    with_file(monkeypatch, b"")
    with pytest.raises(ValueError, match="Expecting value"):
        load()


def test_a_document_without_rules_for_reading_says_how_to_write_it() -> None:
    with pytest.raises(KeyError) as caught:
        module.parse_reading(None)
    assert caught.value.args == (
        "problem.json has no rules for reading: write it again with pipelines/write-problem-document.ts",
    )


def test_paths_are_below_the_containers_folder_or_the_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORKFLOW_PROCESSING_ROOT", "/elsewhere")
    assert processing_path("input", "model") == Path("/elsewhere/input/model")
    monkeypatch.delenv("WORKFLOW_PROCESSING_ROOT")
    assert processing_path("input") == Path("/opt/ml/processing/input")


def test_the_projects_own_document_is_read(contract: Contract) -> None:
    assert contract.columns and contract.sources
