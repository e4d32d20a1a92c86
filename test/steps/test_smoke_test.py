from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from conftest import archive
from workflow import evaluate
from workflow.smoke_test import SmokeTestFailed


@pytest.fixture()
def candidate(trained: Path, curated: Path) -> Path:
    """The folder of the model that EvaluateModel is about to get."""
    (curated / "input" / "live").mkdir()
    (curated / "input" / "live" / "no-live-model.json").write_text(evaluate.NO_LIVE_MODEL)
    (curated / "input" / "test").symlink_to(curated / "output" / "test")
    return trained


def evaluated(candidate: Path, curated: Path) -> dict[str, object]:
    archive(candidate, curated / "input" / "model" / "model.tar.gz")
    evaluate.main([])
    found: dict[str, object] = json.loads((curated / "output" / "evaluation" / "evaluation.json").read_text())
    return found


def test_a_model_whose_own_code_predicts_as_it_was_evaluated_passes(candidate: Path, curated: Path) -> None:
    assert evaluated(candidate, curated)["smoke_test"] == {"passed": True, "rows": 50, "requests": 3}


def sabotaged(candidate: Path, script: str) -> None:
    """Stages of a request are changed, and put together as the script does."""
    with (candidate / "code" / "inference.py").open("a") as file:
        file.write(
            "from workflow.replies import replying, transforming\n"
            "from workflow.serving import input_fn, output_fn, predict_fn\n"
            f"{script}\n"
            "transform_fn = transforming(replying(input_fn, predict_fn, output_fn))\n"
            "del input_fn, output_fn, predict_fn\n"
        )


LACKS_A_LIBRARY = """
import a_dependency_that_the_archive_lacks
"""
DOES_NOT_LOAD = """
def model_fn(folder):
    raise MemoryError("too large")
"""
SHIFTED = """
def predict_fn(frame, model, good=predict_fn):
    return [(probability / 2, decision) for probability, decision in good(frame, model)]
"""
TURNED = """
def predict_fn(frame, model, good=predict_fn):
    return [
        (probability, "on_time" if decision == "disrupted" else "disrupted")
        for probability, decision in good(frame, model)
    ]
"""
SHORT = """
def predict_fn(frame, model, good=predict_fn):
    return good(frame, model)[1:]
"""
NO_JSON = """
def input_fn(body, kind, good=input_fn):
    if "json" in kind:
        raise KeyError("instances")
    return good(body, kind)
"""
READS_JSON_OTHERWISE = """
def input_fn(body, kind, good=input_fn):
    return good(body, kind).assign(distance=0.0) if "json" in kind else good(body, kind)
"""
TAKES_ANYTHING = """
def input_fn(body, kind, good=input_fn):
    return None if body.count(",") < 5 else good(body, kind)

def predict_fn(frame, model, good=predict_fn):
    return [] if frame is None else good(frame, model)
"""
OTHER_WORDS = """
def output_fn(predictions, accept):
    return "fine, thanks" * len(predictions), accept
"""


@pytest.mark.parametrize(
    ("sabotage", "words"),
    [
        (LACKS_A_LIBRARY, "does not start: ModuleNotFoundError"),
        (DOES_NOT_LOAD, "does not start: .*too large"),
        (SHIFTED, r"row 1 as CSV: the archive's serving code says 0\.\d{6} .*, the evaluated model 0\.\d{6}"),
        (TURNED, "row 1 as CSV"),
        (SHORT, "50 rows were sent as CSV, and 49 predictions came back"),
        (NO_JSON, "refused rows of the test set as JSON with status 500: .*input_fn failed with KeyError"),
        (READS_JSON_OTHERWISE, "as JSON: the archive's serving code says"),
        (TAKES_ANYTHING, "must be refused with a 4xx; the archive's serving code gave status 200: nothing"),
        (OTHER_WORDS, "response to CSV does not match the contract"),
    ],
)
def test_a_model_whose_own_code_predicts_otherwise_is_not_evaluated(
    sabotage: str, words: str, candidate: Path, curated: Path
) -> None:
    sabotaged(candidate, sabotage)
    with pytest.raises(SmokeTestFailed, match=words):
        evaluated(candidate, curated)
    assert not (curated / "output" / "evaluation").exists()


RAISES = """
from workflow.serving import input_fn, model_fn, output_fn, predict_fn
"""
BOTH_WAYS = """
from workflow.serving import input_fn, output_fn, predict_fn
"""


@pytest.mark.parametrize(
    ("script", "words"),
    [
        # What a caller would get on AWS is no 4xx: the image makes a 500 of every exception.
        (RAISES, "must be refused with a 4xx; the archive's serving code gave status 500"),
        (
            f"from workflow.serving import model_fn, transform_fn\n{BOTH_WAYS}",
            "does not start: .*UserError: Cannot use transform_fn",
        ),
    ],
)
def test_what_the_image_makes_of_a_script_is_what_counts(
    script: str, words: str, candidate: Path, curated: Path
) -> None:
    (candidate / "code" / "inference.py").write_text(script)
    with pytest.raises(SmokeTestFailed, match=words):
        evaluated(candidate, curated)


def test_code_that_writes_to_its_standard_output_is_no_worse_for_it(candidate: Path, curated: Path) -> None:
    with (candidate / "code" / "inference.py").open("a") as script:
        script.write("\nprint('loading' * 100000)\n")
    assert evaluated(candidate, curated)["smoke_test"]


def test_fewer_rows_than_are_asked_are_all_asked(candidate: Path, curated: Path) -> None:
    rows = curated / "output" / "test" / "data.csv"
    pd.read_csv(rows, dtype={"manufacturer": "str"}).head(7).to_csv(rows, index=False)
    assert evaluated(candidate, curated)["smoke_test"] == {"passed": True, "rows": 7, "requests": 3}
