"""The comparison of preparations with some hundred made-up rows: each choice is what its name says."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from made import made_rows
from sklearn import metrics
from workflow import compare, preparations
from workflow.calibration import gap, isotonic, platt, reliability
from workflow.contract import Contract
from workflow.features import cheapest_threshold
from workflow.intervals import Days, by_row, cost_draws, differences, intervals, measured
from workflow.preparations import Frames

ROUNDS, DRAWS = 4, 6


@pytest.fixture()
def small(contract: Contract) -> Contract:
    """Two quantities, of which one is missing at times, one of the state, and two categories."""
    names = ("carrier", "manufacturer", "distance", "temp", "mean_delay_60")
    kept = {feature.name: feature for feature in contract.features}
    features = tuple(kept[name] for name in names)
    return replace(contract, features=features, rare_category_rows=8, missed_cost=200.0, false_alarm_cost=50.0)


def part(contract: Contract, count: int, month: str, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    temp = random.normal(0, 5, count)
    delay = random.exponential(10, count)
    carrier = random.choice(["AA", "DL", "UA", "ZZ"], count, p=[0.4, 0.3, 0.27, 0.03])
    chance = 1 / (1 + np.exp(2 - temp / 4 - delay / 20 - (carrier == "AA")))
    return pd.DataFrame(
        {
            contract.record_id: [f"{carrier[row]}-{row % 7}-2013-{row}" for row in range(count)],
            contract.split_column: [f"{month}-{1 + row % 20:02d}" for row in range(count)],
            "carrier": carrier,
            "manufacturer": np.where(random.random(count) < 0.2, None, random.choice(["B", "C", "D"], count)),
            "distance": random.normal(900, 100, count),
            "temp": np.where(random.random(count) < 0.15, np.nan, temp),
            "mean_delay_60": delay,
            contract.target: (random.random(count) < chance).astype(int),
        }
    )


@pytest.fixture()
def frames(small: Contract) -> Frames:
    return Frames(part(small, 240, "2013-01", 1), part(small, 120, "2013-02", 2), part(small, 160, "2013-03", 3))


@pytest.fixture(autouse=True)
def fine_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the usual weight, trees of so few rows hardly split, and one preparation is as good as another."""
    monkeypatch.setitem(compare.PARAMETERS, "min_child_weight", 0.5)


@pytest.fixture()
def trainer(frames: Frames, small: Contract) -> compare.Trainer:
    return compare.Trainer(frames, small, ROUNDS)


def test_every_choice_is_measured_in_its_own_way(
    frames: Frames, small: Contract, trainer: compare.Trainer, capsys: pytest.CaptureFixture[str]
) -> None:
    result = compare.compare(frames, small, ROUNDS, DRAWS)
    own = preparations.encoded(frames, small)
    filled, one_hot, scaled = preparations.filled, preparations.one_hot, preparations.scaled
    keys: dict[str, preparations.Keys] = {
        "carrier": lambda frame: frame["carrier"].fillna(""),
        "manufacturer": lambda frame: frame["manufacturer"].fillna(""),
    }
    flight: dict[str, preparations.Keys] = {
        "flight number": lambda frame: frame[small.record_id].str.split("-").str[:2].str.join("-")
    }
    honest, leaky = preparations.target_encoded, preparations.leaky_target_encoded
    linear = one_hot(filled(own))
    stateless = replace(small, features=small.features[:-1])
    gains = trainer.booster(own).get_score(importance_type="total_gain")
    ranked = sorted(own.names, key=lambda name: -gains.get(name, 0.0))
    most = [name for name in own.names if name in ranked[:3]]
    balance = float((trainer.labels == 0).sum() / (trainer.labels == 1).sum())
    moved = balance / (balance + 4)
    plain = trainer.scores(own)
    balanced = trainer.scores(own, scale_pos_weight=balance)

    def trees(inputs: preparations.Inputs) -> tuple[Any, Any]:
        return trainer.scores(inputs)

    def calibrated(way: Callable[..., Any]) -> tuple[Any, Any]:
        curve = way(plain[0], frames.validation[small.target].to_numpy())
        return curve(plain[0]), curve(plain[1])

    expected: list[tuple[str, str, tuple[Any, Any], float, dict[str, Any]]] = [
        ("reference", "as the pipeline prepares", plain, 0.2, {}),
        ("missing values", "filled with the median", trees(filled(own, indicators=False)), 0.2, {}),
        ("missing values", "median and an indicator", trees(filled(own)), 0.2, {}),
        ("outliers", "capped at 1st and 99th percentile", trees(preparations.capped(own)), 0.2, {}),
        ("rare categories", "each its own code", trees(preparations.rare_kept(frames, small)), 0.2, {}),
        ("encoding", "codes as numbers", trees(preparations.numbered(own)), 0.2, {}),
        ("encoding", "one-hot", trees(one_hot(own)), 0.2, {}),
        ("encoding", "target, training rows only", trees(honest(frames, own, keys, small)), 0.2, {}),
        ("encoding", "target, leaky", trees(leaky(frames, own, keys, small)), 0.2, {"leaky": True}),
        ("flight number", "target, training rows only", trees(honest(frames, own, flight, small)), 0.2, {}),
        ("flight number", "target, leaky", trees(leaky(frames, own, flight, small)), 0.2, {"leaky": True}),
        ("class weights", "no weights, threshold 0.5", plain, 0.5, {}),
        ("class weights", "by cost, threshold 0.5", trainer.scores(own, scale_pos_weight=4.0), 0.5, {}),
        ("class weights", "balanced, threshold 0.5", balanced, 0.5, {}),
        ("class weights", f"balanced, threshold {moved:.2f} by cost", balanced, moved, {}),
        ("scaling", "trees, scaled", trees(scaled(own)), 0.2, {}),
        ("scaling", "logistic regression, not scaled", trainer.linear(linear), 0.2, {}),
        ("scaling", "logistic regression, scaled", trainer.linear(scaled(linear)), 0.2, {}),
        ("calibration", "isotonic, on the validation month", calibrated(isotonic), 0.2, {}),
        ("calibration", "Platt, on the validation month", calibrated(platt), 0.2, {}),
        ("selection", "the 3 inputs that gain most", trees(own.keep(most)), 0.2, {}),
        ("state", "without the airport's state", trees(preparations.encoded(frames, stateless)), 0.2, {}),
    ]
    labels, validated = (one[small.target].to_numpy() for one in (frames.test, frames.validation))
    days = Days.of(frames.test[small.split_column].to_numpy(), DRAWS)
    reference: Any = None
    lines = capsys.readouterr().out.splitlines()
    for found, line, row in zip(result["choices"], lines, expected, strict=True):
        decision, choice, (validation, test), threshold, more = row
        other = cheapest_threshold(validated, validation, small)
        draws = measured(labels, test, test >= threshold, days, small)
        draws["cost_validated"] = cost_draws(labels, test >= other, days, small)
        draws["brier"] = days.mean(by_row(labels, test))
        reference = reference or draws
        assert found == {
            "decision": decision,
            "choice": choice,
            "threshold": threshold,
            "threshold_validated": other,
            **intervals(draws),
            "difference": differences(draws, reference),
            **more,
        }
        assert line == f"{decision}: {choice}: auc {found['auc']['value']:.4f}, cost {found['cost']['value']:.0f}"
        assert found["auc"]["value"] == pytest.approx(metrics.roc_auc_score(labels, test), abs=1e-6)
    for name, probabilities in (
        ("none", plain[1]),
        ("isotonic", calibrated(isotonic)[1]),
        ("Platt", calibrated(platt)[1]),
    ):
        bins = reliability(labels, probabilities)
        assert result["reliability"][name] == {"bins": bins, "gap": gap(bins)}
    assert {*result["reliability"]} == {"none", "isotonic", "Platt"}
    assert [one["input"] for one in result["importance"]] == ranked
    total = sum(gains.values())
    assert [one["share_of_gain"] for one in result["importance"]] == [gains.get(name, 0.0) / total for name in ranked]


def test_a_score_that_reaches_the_threshold_is_flagged(small: Contract, frames: Frames) -> None:
    found = compare.Comparison(frames, small, DRAWS)
    # All scores are the same, so either every row is flagged or none is.
    found.add("a", "b", np.full(120, 0.01), np.full(160, 0.01), 0.01)
    alarms = float((found.test == 0).mean()) * 1000 * small.false_alarm_cost
    only = found.choices[0]
    assert only["threshold_validated"] == 0.01
    assert only["cost"]["value"] == only["cost_validated"]["value"] == pytest.approx(alarms)


def test_trees_that_gain_nothing_have_no_shares(frames: Frames, small: Contract) -> None:
    inputs = preparations.encoded(frames, small)
    none = compare.Trainer(frames, small, 0).booster(inputs)
    assert compare.shares_of_gain(none, inputs) == dict.fromkeys(inputs.names, 0.0)


@pytest.mark.parametrize(("given", "cores", "threads"), [("3", 8, 3), ("0", 8, 8), (None, 8, 8), ("0", None, 1)])
def test_the_parameters_are_the_same_for_every_choice(
    frames: Frames,
    small: Contract,
    monkeypatch: pytest.MonkeyPatch,
    given: str | None,
    cores: int | None,
    threads: int,
) -> None:
    asked: list[Any] = []

    def train(parameters: dict[str, Any], matrix: Any, num_boost_round: int) -> str:
        asked.append((parameters, matrix.get_label().tolist(), matrix.feature_types, num_boost_round))
        return "booster"

    monkeypatch.setattr(compare.xgboost, "train", train)
    monkeypatch.setattr(compare.os, "cpu_count", lambda: cores)
    if given is None:
        monkeypatch.delenv("SM_NUM_CPUS", raising=False)
    else:
        monkeypatch.setenv("SM_NUM_CPUS", given)
    inputs = preparations.encoded(frames, small)
    made: Any = compare.Trainer(frames, small, 7).booster(inputs, eta=0.5)
    assert made == "booster"
    labels = frames.train[small.target].tolist()
    expected = {**compare.PARAMETERS, "nthread": threads, "eta": 0.5}
    assert asked == [(expected, labels, ["c", "c", "q", "q", "q"], 7)]


@pytest.mark.filterwarnings("error")
def test_a_regression_that_does_not_converge_says_nothing(
    trainer: compare.Trainer, frames: Frames, small: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare, "LINEAR_ITERATIONS", 1)
    inputs = preparations.one_hot(preparations.filled(preparations.encoded(frames, small)))
    validation, test = trainer.linear(inputs)
    assert (len(validation), len(test)) == (120, 160)
    monkeypatch.setattr(compare, "LINEAR_ITERATIONS", 100)
    assert not np.array_equal(trainer.linear(inputs)[1], test)


def test_rows_of_one_class_have_a_balance_too(small: Contract, frames: Frames) -> None:
    """Training rows without a positive: one is assumed, so that the weight is a number."""
    found = compare.Comparison(frames, small, DRAWS)
    asked: list[float] = []

    class Fake:
        labels = np.zeros(9)

        def scores(self, _: Any, scale_pos_weight: float) -> tuple[Any, Any]:
            asked.append(scale_pos_weight)
            return np.linspace(0, 1, 120), np.linspace(0, 1, 160)

    fake: Any = Fake()
    compare.compare_weights(found, fake, fake, fake.scores(None, 1.0), small)
    assert asked == [1.0, 4.0, 9.0]
    assert found.choices[-1]["threshold"] == 9 / 13


class Curated:
    """Four months of two airports, and the list of the files."""

    def __init__(self, root: Path, contract: Contract) -> None:
        self.root, self.curated, objects = root, root / "input" / "curated", []
        for airport in ("JFK", "LGA"):
            for month in ("2013-01", "2013-02", "2013-03", "2013-04"):
                rows = made_rows(contract, 6)
                rows[contract.record_id] = [f"{airport}-{month}-{number}" for number in range(6)]
                rows[contract.split_column] = [f"{month}-{5 + number:02d}" for number in range(6)]
                rows[contract.source_column] = airport
                path = self.curated / f"airport={airport}" / f"month={month}" / "a.csv.gz"
                path.parent.mkdir(parents=True)
                rows.drop(columns=contract.state.columns).to_csv(path, index=False)
                key = f"curated/flights/{path.relative_to(self.curated).as_posix()}"
                objects.append({"key": key, "size": path.stat().st_size})
        (root / "input" / "snapshot").mkdir()
        (root / "input" / "snapshot" / "s1.json").write_text(json.dumps({"objects": objects}))
        self.options = {
            "airports": "JFK+LGA",
            "since": "2013-01",
            "validate": "2013-03",
            "until": "2013-05",
            "snapshot": "s1",
        }

    def read(self, contract: Contract, **change: str) -> tuple[Frames, dict[str, list[str]]]:
        return compare.read(argparse.Namespace(**{**self.options, **change}), contract)

    @property
    def arguments(self) -> list[str]:
        return [word for name, value in self.options.items() for word in (f"--{name}".replace("since", "from"), value)]


@pytest.fixture()
def curated(tmp_path: Path, contract: Contract, monkeypatch: pytest.MonkeyPatch) -> Curated:
    monkeypatch.setenv("WORKFLOW_PROCESSING_ROOT", str(tmp_path / "root"))
    return Curated(tmp_path / "root", contract)


def test_months_train_validate_and_test(curated: Curated, contract: Contract) -> None:
    frames, months = curated.read(contract)
    assert months == {"train": ["2013-01", "2013-02"], "validation": ["2013-03"], "test": ["2013-04"]}
    assert [len(part) for part in frames.parts] == [24, 12, 12]
    for part, of in zip(frames.parts, months.values(), strict=True):
        assert part[contract.record_id].tolist() == [
            f"{airport}-{month}-{number}" for month in of for airport in ("JFK", "LGA") for number in range(6)
        ]
        assert list(part.index) == list(range(len(part)))
    assert {*contract.state.columns} <= {*frames.test}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"validate": "2013-01"}, "no curated rows of JFK+LGA to train on"),
        ({"validate": "2013-05"}, "no curated rows of JFK+LGA to validation, test on"),
        ({"validate": "2013-04"}, "no curated rows of JFK+LGA to test on"),
    ],
)
def test_months_that_leave_a_part_empty_are_refused(
    curated: Curated, contract: Contract, change: dict[str, str], words: str
) -> None:
    with pytest.raises(ValueError) as caught:
        curated.read(contract, **change)
    assert str(caught.value) == words


@pytest.mark.parametrize(
    ("change", "lost"),
    [({"airports": "JFK"}, "4 files"), ({"since": "2013-02"}, "2 files"), ({"until": "2013-04"}, "2 files")],
)
def test_other_files_than_those_of_the_start_are_refused(
    curated: Curated, contract: Contract, change: dict[str, str], lost: str
) -> None:
    with pytest.raises(ValueError, match=rf"^{lost} are not .*: the data changed after the start; start again$"):
        curated.read(contract, **change)


def test_the_step_writes_what_it_compared(
    curated: Curated, contract: Contract, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([10.0, 21.26])
    monkeypatch.setattr(compare.time, "perf_counter", lambda: next(clock))

    def compared(frames: Frames, found: Contract, rounds: int, draws: int) -> dict[str, Any]:
        assert (len(frames.test), found) == (12, contract)
        return {"choices": [rounds, draws]}

    monkeypatch.setattr(compare, "compare", compared)
    assert compare.main([*curated.arguments, "--rounds", "3", "--draws", "5"]) == 0
    found = json.loads((curated.root / "output" / "comparison" / "comparison.json").read_text())
    assert found == {
        "airports": ["JFK", "LGA"],
        "months": {"train": ["2013-01", "2013-02"], "validation": ["2013-03"], "test": ["2013-04"]},
        "rows": {"train": 24, "validation": 12, "test": 12},
        "positives": 0.5,
        "currency": "USD",
        "rounds": 3,
        "draws": 5,
        "choices": [3, 5],
        "seconds": 11.3,
    }
    assert capsys.readouterr().out == "2 choices in 11 seconds\n"
    clock = iter([0.0, 1.0])
    assert compare.main(curated.arguments) == 0
    found = json.loads((curated.root / "output" / "comparison" / "comparison.json").read_text())
    assert found["choices"] == [compare.ROUNDS, compare.DRAWS] == [80, 500]


@pytest.mark.parametrize("missing", ["--airports", "--from", "--validate", "--until", "--snapshot"])
def test_an_option_that_is_missing_ends_the_step(
    curated: Curated, missing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    at = curated.arguments.index(missing)
    with pytest.raises(SystemExit) as caught:
        compare.main([*curated.arguments[:at], *curated.arguments[at + 2 :]])
    assert caught.value.code == 2
    assert f"the following arguments are required: {missing}" in capsys.readouterr().err
