from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import run_prepare
from workflow import compare, preparations
from workflow.contract import Contract
from workflow.preparations import Frames


@pytest.fixture()
def frames(flights: pd.DataFrame, contract: Contract) -> Frames:
    rows = flights if "mean_delay_60" in flights else flights.assign(**dict.fromkeys(contract.state.columns, np.nan))
    months = rows[contract.split_column].str[:7]
    parts = (rows[months <= "2013-02"], rows[months == "2013-03"], rows[months == "2013-04"])
    return Frames(*(part.reset_index(drop=True) for part in parts))


def changed_test(frames: Frames, **columns: Any) -> Frames:
    return replace(frames, test=frames.test.assign(**columns), validation=frames.validation.assign(**columns))


@pytest.mark.parametrize("way", ["filled", "capped", "scaled", "one_hot"])
def test_nothing_is_learned_from_validation_or_test_rows(way: str, frames: Frames, contract: Contract) -> None:
    change = getattr(preparations, way)
    stormy = changed_test(frames, temp=1000.0, carrier="ZZ", disrupted=1)
    before, after = (change(preparations.encoded(one, contract)) for one in (frames, stormy))
    assert before.names == after.names
    np.testing.assert_array_equal(before.train, after.train)


def test_missing_values_become_the_training_median_and_an_indicator(frames: Frames, contract: Contract) -> None:
    inputs = preparations.encoded(frames, contract)
    filled = preparations.filled(inputs)
    at, flag = filled.names.index("wind_gust"), filled.names.index("wind_gust missing")
    missing = frames.test["wind_gust"].isna().to_numpy()
    assert 0 < missing.sum() < len(missing)
    assert set(filled.test[missing, at]) == {np.float32(frames.train["wind_gust"].median())}
    np.testing.assert_array_equal(filled.test[:, flag] == 1, missing)


def test_a_training_row_does_not_know_its_own_outcome(frames: Frames, contract: Contract) -> None:
    """Every training row in a category of its own: its share is that of the other rows, whatever its outcome."""
    key = {"flight number": lambda frame: frame[contract.record_id]}
    inputs = preparations.encoded(frames, contract)
    honest = preparations.target_encoded(frames, inputs, key, contract)
    leaky = preparations.leaky_target_encoded(frames, inputs, key, contract)
    labels = frames.train[contract.target].to_numpy()
    assert honest.names[-1] == leaky.names[-1] == "flight number"
    np.testing.assert_array_equal(leaky.train[:, -1], labels)
    assert len(np.unique(honest.train[:, -1])) <= preparations.FOLDS
    assert abs(np.corrcoef(honest.train[:, -1], labels)[0, 1]) < 0.1
    np.testing.assert_allclose(honest.test[:, -1], labels.mean(), rtol=1e-6)


def test_a_category_with_few_rows_is_close_to_the_share_of_all() -> None:
    names, labels = pd.Series(["a"] * 20 + ["b"] * 80), pd.Series([1] * 20 + [0] * 80)
    found = preparations.shares(names, labels, pd.Series(["a", "b", "c"]), 20.0)
    assert found.tolist() == pytest.approx([(20 + 20 * 0.2) / 40, (20 * 0.2) / 100, 0.2])


def test_each_decision_is_compared_with_the_pipelines_own_way(
    curated: Path, contract: Contract, capsys: pytest.CaptureFixture[str]
) -> None:
    run_prepare(curated, ["--airports", "JFK", "--until", "2013-05", "--snapshot", "s1"])
    window = ["--airports", "JFK", "--from", "2013-01", "--validate", "2013-03", "--until", "2013-05"]
    assert compare.main([*window, "--snapshot", "s1", "--rounds", "10", "--draws", "20"]) == 0
    found = json.loads((curated / "output" / "comparison" / "comparison.json").read_text())
    assert found["months"] == {"train": ["2013-01", "2013-02"], "validation": ["2013-03"], "test": ["2013-04"]}
    first, *others = found["choices"]
    assert first["decision"] == "reference"
    assert first["difference"]["cost"] == {"value": 0, "low": 0, "high": 0}
    by_name = {(one["decision"], one["choice"]): one for one in others}
    assert len(by_name) == len(others)
    # Trees see only the order of values.
    assert by_name[("scaling", "trees, scaled")]["auc"]["value"] == pytest.approx(first["auc"]["value"], abs=0.005)
    scaled, unscaled = (by_name[("scaling", f"logistic regression, {how}")] for how in ("scaled", "not scaled"))
    assert scaled["auc"]["value"] > unscaled["auc"]["value"]
    leaky, honest = (by_name[("flight number", f"target, {how}")] for how in ("leaky", "training rows only"))
    assert leaky["leaky"] and leaky["auc"]["value"] > honest["auc"]["value"] + 0.03
    assert {*found["reliability"]} == {"none", "isotonic", "Platt"}
    assert sum(one["share_of_gain"] for one in found["importance"]) == pytest.approx(1)
    assert "choices in" in capsys.readouterr().out


def test_changed_data_are_refused(curated: Path) -> None:
    run_prepare(curated, ["--airports", "JFK", "--until", "2013-05", "--snapshot", "s1"])
    with pytest.raises(ValueError, match="the data changed after the start"):
        compare.main(
            [
                "--airports",
                "JFK",
                "--from",
                "2013-02",
                "--validate",
                "2013-03",
                "--until",
                "2013-05",
                "--snapshot",
                "s1",
            ]
        )


def test_months_that_leave_nothing_to_test_on_are_refused(curated: Path) -> None:
    run_prepare(curated, ["--airports", "JFK", "--until", "2013-05", "--snapshot", "s1"])
    with pytest.raises(ValueError, match="no curated rows of JFK to test on"):
        compare.main(
            [
                "--airports",
                "JFK",
                "--from",
                "2013-01",
                "--validate",
                "2013-04",
                "--until",
                "2013-05",
                "--snapshot",
                "s1",
            ]
        )
