"""CreateBaseline with a model of three trees and rows that can be counted."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import archive
from made import made_rows, tiny_model
from workflow import attribution, baseline, bias, binary_quality
from workflow.baseline import MonthsHeldBack, count_facets, create, decide, labeled_chunks
from workflow.bias import FacetCounts
from workflow.binary_quality import Evaluated
from workflow.contract import OUTPUTS, Contract
from workflow.evaluate import NO_LIVE_MODEL
from workflow.statistics import Accumulator


@pytest.fixture()
def small(contract: Contract) -> Contract:
    return replace(contract, facet_values=("b",))


class Folders:
    def __init__(self, root: Path, contract: Contract) -> None:
        self.root, self.contract, self.output = root, contract, root / "output" / "baseline"
        self.months = MonthsHeldBack(root / "input" / "validation", root / "input" / "test")
        self.source = root / "input" / "baseline"
        rows = made_rows(contract, 40)
        self.validation, self.test = rows.iloc[:9], rows.iloc[9:30]
        self.write(self.source, rows[contract.columns])
        self.write(self.months.validation, self.validation)
        self.write(self.months.test, self.test)

    def write(self, folder: Path, rows: pd.DataFrame, name: str = "data") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        rows.to_csv(folder / f"{name}.csv", index=False)

    def read(self, *parts: str) -> Any:
        return json.loads(self.output.joinpath(*parts).read_text())


@pytest.fixture()
def folders(tmp_path: Path, small: Contract, monkeypatch: pytest.MonkeyPatch) -> Folders:
    monkeypatch.setenv("WORKFLOW_PROCESSING_ROOT", str(tmp_path / "root" / "processing"))
    return Folders(tmp_path / "root" / "processing", small)


def test_the_baseline_of_a_small_model(folders: Folders, tmp_path: Path, small: Contract) -> None:
    model = replace(tiny_model(tmp_path / "made", small), threshold=0.5)
    message = create(folders.source, folders.months, folders.output, model, small)
    assert message == "CompletedSuccessfully: baseline of 40 rows and 21 evaluated predictions"

    statistics = folders.read("statistics.json")
    found = {one["name"]: one for one in statistics["features"]}
    assert list(found) == ["probability", "decision", *small.columns]
    assert statistics["dataset"] == {"item_count": 40}
    assert found["distance"]["numerical_statistics"]["common"] == {"num_present": 40, "num_missing": 0}
    # Predictions of both months that were held back, as the endpoint writes them.
    held_back = pd.concat([folders.validation, folders.test])
    scores, flagged = decide(model, held_back, small)
    probability = found["probability"]["numerical_statistics"]
    assert probability["common"] == {"num_present": 30, "num_missing": 0}
    assert probability["mean"] == pytest.approx(scores.mean(), abs=1e-6)
    assert probability["distribution"]["kll"]["sketch"]["data"][0] == sorted(float(f"{one:.6f}") for one in scores)
    assert found["decision"]["string_statistics"]["distribution"]["categorical"]["buckets"] == [
        {"value": small.positive, "count": int(flagged.sum())},
        {"value": small.negative, "count": int((~flagged).sum())},
    ]
    assert 0 < flagged.sum() < 30
    names = [one["name"] for one in folders.read("constraints.json")["features"]]
    assert names == ["probability", "decision", *small.columns]

    # Quality, bias and attributions of the test month alone.
    labels = folders.test[small.target].to_numpy()
    scores, flagged = decide(model, folders.test, small)
    evaluated, facets = Evaluated(), FacetCounts()
    evaluated.add(labels, flagged, scores)
    count_facets(folders.test, labels, flagged, facets, small)
    assert folders.read("quality", "statistics.json") == json.loads(
        json.dumps(
            {
                "version": 0.0,
                "dataset": {"item_count": 21},
                "binary_classification_metrics": binary_quality.metrics_document(evaluated),
                "business_metrics": {"currency": "USD", **binary_quality.business(evaluated, small)},
            }
        )
    )
    assert folders.read("quality", "constraints.json") == binary_quality.suggest(evaluated, small)
    report = bias.report(facets, small)
    assert folders.read("bias", "analysis.json") == json.loads(json.dumps(report))
    assert folders.read("bias", "constraints.json") == json.loads(json.dumps(bias.suggest(report, small)))
    explained = json.loads(json.dumps(attribution.report(model, folders.test[small.columns], small)))
    assert folders.read("explainability", "analysis.json") == explained
    assert folders.read("explainability", "constraints.json") == explained


def test_predictions_have_the_six_decimals_of_the_endpoint_and_are_decided_before(small: Contract) -> None:
    model: Any = SimpleNamespace(score=lambda frame, _: frame["temp"].to_numpy(dtype="float32"), threshold=0.25)
    frame = pd.DataFrame({"temp": np.array([0.25, 0.2499999, 0.1234567, 0.9], dtype="float32")})
    scores, flagged = decide(model, frame, small)
    assert scores.tolist() == [0.25, 0.25, 0.123457, 0.9]
    assert scores.dtype == "float64"
    assert flagged.tolist() == [True, False, False, True]


def test_members_of_the_facet_are_counted_by_group(small: Contract) -> None:
    counts = FacetCounts()
    added: list[tuple[str, bool, int, bool]] = []
    counts.add = lambda *row: added.append(row)  # type: ignore[method-assign]
    frame = pd.DataFrame({small.facet_column: ["b", "a"], small.facet_group: ["x", 7]})
    count_facets(frame, np.array([1, 0]), np.array([False, True]), counts, small)
    assert added == [("x", True, 1, False), ("7", False, 0, True)]
    assert [[type(part) for part in row] for row in added] == [[str, bool, int, bool]] * 2
    with pytest.raises(ValueError):
        count_facets(frame, np.array([1]), np.array([False, True]), counts, small)


def test_scores_and_decisions_belong_together(small: Contract) -> None:
    into = {feature.name: Accumulator(feature) for feature in OUTPUTS}
    with pytest.raises(ValueError):
        baseline.output_statistics(np.array([0.5]), np.array([True, False]), small, into)


def test_a_part_is_read_file_by_file_and_piece_by_piece(
    tmp_path: Path, small: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(baseline, "CHUNK", 3)
    (tmp_path / "a").mkdir()
    made_rows(small, 4).assign(carrier="NA").to_csv(tmp_path / "a" / "1.csv", index=False)
    made_rows(small, 2).to_csv(tmp_path / "b.csv", index=False)
    chunks = list(labeled_chunks(tmp_path, small))
    assert [len(chunk) for chunk in chunks] == [3, 1, 2]
    assert set(chunks[0]["carrier"]) == {"NA"}
    assert set(chunks[0].columns) == {*small.columns, small.target}


def test_a_part_without_a_file_is_named(tmp_path: Path, small: Contract) -> None:
    with pytest.raises(FileNotFoundError) as caught:
        list(labeled_chunks(tmp_path, small))
    assert str(caught.value) == f"{tmp_path} holds no .csv file"


@pytest.mark.parametrize(
    ("empty", "error", "words"),
    [
        ("source", FileNotFoundError, "no rows under {}: an empty baseline would accept everything"),
        ("test", ValueError, "no rows under {}: a baseline of nothing would accept any quality"),
        ("validation", ValueError, "no rows under {}: a baseline of nothing would accept any predictions"),
    ],
)
def test_a_baseline_without_the_rows_of_a_part_is_refused(
    folders: Folders, tmp_path: Path, small: Contract, empty: str, error: type[Exception], words: str
) -> None:
    folder = folders.source if empty == "source" else getattr(folders.months, empty)
    folders.write(folder, pd.read_csv(folder / "data.csv").head(0))
    with pytest.raises(error) as caught:
        create(folders.source, folders.months, folders.output, tiny_model(tmp_path / "made", small), small)
    assert str(caught.value) == words.format(folder)
    assert not folders.output.exists()


def test_a_model_that_scores_no_numbers_gets_no_baseline(folders: Folders, small: Contract) -> None:
    model: Any = SimpleNamespace(score=lambda frame, _: np.full(len(frame), np.nan), threshold=0.25)
    with pytest.raises(ValueError, match=r"^the model predicts what is no number$"):
        create(folders.source, folders.months, folders.output, model, small)
    assert not folders.output.exists()


def test_the_step_leaves_its_message(
    folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tiny_model(tmp_path / "made", folders.contract)
    archive(tmp_path / "made", folders.root / "input" / "model" / "model.tar.gz")
    # What is next to the model is not the model.
    (folders.root / "input" / "other.json").write_text(NO_LIVE_MODEL)
    monkeypatch.setenv("output_path", str(folders.output))
    monkeypatch.setattr(baseline, "load", lambda: folders.contract)
    assert baseline.main([]) == 0
    message = "CompletedSuccessfully: baseline of 40 rows and 21 evaluated predictions"
    assert (folders.root.parent / "output" / "message").read_text() == message
    assert capsys.readouterr().out == f"{message}\n"
    assert folders.read("statistics.json")["dataset"] == {"item_count": 40}


def test_without_a_model_or_a_place_for_it_there_is_no_baseline(folders: Folders, tmp_path: Path) -> None:
    model = folders.root / "input" / "model"
    model.mkdir()
    (model / "none.json").write_text(NO_LIVE_MODEL)
    with pytest.raises(FileNotFoundError) as caught:
        baseline.main([])
    assert str(caught.value) == "the candidate's model.tar.gz is missing"
    (model / "none.json").unlink()
    tiny_model(tmp_path / "made", folders.contract)
    archive(tmp_path / "made", model / "model.tar.gz")
    with pytest.raises(KeyError, match="output_path"):
        baseline.main([])
    assert not (folders.root.parent / "output").exists()
