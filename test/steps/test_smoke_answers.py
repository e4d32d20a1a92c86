"""What the smoke test makes of each answer of an archive's serving code, with a short script in that code's place."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from workflow import smoke_test
from workflow.contract import Contract, Feature
from workflow.smoke_test import SmokeTest, SmokeTestFailed

SCORES = np.array([0.1, 0.25, 0.9])
WORDS = ["no", "yes", "yes"]


@pytest.fixture()
def small(contract: Contract) -> Contract:
    features = (Feature("color", "category", "reject"), Feature("size", "number", "keep"))
    return replace(contract, features=features, positive="yes", negative="no")


def frame() -> pd.DataFrame:
    return pd.DataFrame({"size": [1.5, None, 3.0], "other": [7, 8, 9], "color": ["red", "blue", "red"]})


def answers(**change: Any) -> list[Any]:
    """To the rows as CSV, to the rows as JSON, and to a request that is no row."""
    rows = list(zip(SCORES, WORDS, strict=True))
    predictions = [{"probability": score, "decision": word} for score, word in rows]
    usual: dict[str, Any] = {
        "csv": {"body": "".join(f"{score:.6f},{word},v1\n" for score, word in rows), "status": 200},
        "json": {"body": json.dumps({"predictions": predictions}), "status": 200},
        "refused": {"body": "no row", "status": 400},
    }
    for name, part in change.items():
        usual[name] = {**usual[name], **part}
    return list(usual.values())


def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contract: Contract, script: str) -> dict[str, Any]:
    monkeypatch.setattr(smoke_test, "RESPOND", script)
    (tmp_path / "model" / "code").mkdir(parents=True)
    return SmokeTest(tmp_path / "model", frame(), contract).result(SCORES, 0.25, contract)


def answering(responses: object) -> str:
    text = responses if isinstance(responses, str) else json.dumps(responses)
    return f"import sys\nsys.stdin.read()\nopen(sys.argv[1], 'w').write({text!r})"


def test_the_same_predictions_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: Contract) -> None:
    assert run(tmp_path, monkeypatch, small, answering(answers())) == {"passed": True, "rows": 3, "requests": 3}


def test_the_rows_are_sent_in_both_forms_and_one_that_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: Contract
) -> None:
    kept = tmp_path / "requests.json"
    run(
        tmp_path,
        monkeypatch,
        small,
        f"import sys\nopen({str(kept)!r}, 'w').write(sys.stdin.read())\n" + answering(answers()),
    )
    rows = [{"color": "red", "size": 1.5}, {"color": "blue", "size": None}, {"color": "red", "size": 3.0}]
    assert json.loads(kept.read_text()) == [
        ["red,1.5\nblue,\nred,3.0\n", "text/csv"],
        [json.dumps({"instances": rows}), "application/json"],
        ["this,is,no,row\n", "text/csv"],
    ]


def test_no_more_rows_are_sent_than_are_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: Contract
) -> None:
    monkeypatch.setattr(smoke_test, "ROWS", 2)
    with pytest.raises(SmokeTestFailed, match=r"^2 rows were sent as CSV, and 3 predictions came back$"):
        run(tmp_path, monkeypatch, small, answering(answers()))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"csv": {"body": "0.1,no,v\n0.25,yes,v\n0.900002,yes,v\n"}},
            "row 3 as CSV: the archive's serving code says 0.900002 yes, the evaluated model 0.900000 yes",
        ),
        (
            {"csv": {"body": "0.1,no,v\n0.25,no,v\n0.9,yes,v\n"}},
            "row 2 as CSV: the archive's serving code says 0.250000 no, the evaluated model 0.250000 yes",
        ),
        # No comparison with NaN is true, so a difference that must not be larger would not be.
        (
            {"csv": {"body": "nan,no,v\n0.25,yes,v\n0.9,yes,v\n"}},
            "row 1 as CSV: the archive's serving code says nan no, the evaluated model 0.100000 no",
        ),
        (
            {"json": {"body": '{"predictions": [{"probability": NaN, "decision": "no"}, {}, {}]}'}},
            "the archive's response to JSON does not match the contract",
        ),
        ({"csv": {"body": ""}}, "3 rows were sent as CSV, and 0 predictions came back"),
        ({"csv": {"body": "0.1,no\n"}}, "the archive's response to CSV does not match the contract"),
        ({"csv": {"body": "low,no,v\n"}}, "the archive's response to CSV does not match the contract"),
        ({"json": {"body": ""}}, "the archive's response to JSON does not match the contract"),
        ({"json": {"body": "{}"}}, "the archive's response to JSON does not match the contract"),
        ({"json": {"body": '{"predictions": null}'}}, "the archive's response to JSON does not match the contract"),
        (
            {"json": {"body": '{"predictions": [{"probability": "high", "decision": "no"}]}'}},
            "the archive's response to JSON does not match the contract",
        ),
        ({"json": {"body": '{"predictions": []}'}}, "3 rows were sent as JSON, and 0 predictions came back"),
        (
            {"csv": {"status": 500, "body": "\n\nfirst\nsecond"}},
            "the archive's serving code refused rows of the test set as CSV with status 500: first",
        ),
        (
            {"json": {"status": 204, "body": ""}},
            "the archive's serving code refused rows of the test set as JSON with status 204: nothing",
        ),
        *(
            (
                {"refused": {"status": status}},
                "a request that is no row must be refused with a 4xx; "
                f"the archive's serving code gave status {status}: no row",
            )
            for status in (200, 399, 500)
        ),
    ],
)
def test_an_answer_that_is_another_fails_and_says_how(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    small: Contract,
    change: dict[str, Any],
    words: str,
) -> None:
    with pytest.raises(SmokeTestFailed) as caught:
        run(tmp_path, monkeypatch, small, answering(answers(**change)))
    assert str(caught.value) == words


def test_a_difference_of_the_tolerance_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: Contract
) -> None:
    monkeypatch.setattr(smoke_test, "TOLERANCE", 0.25)
    changed = answering(answers(csv={"body": "0.1,no,v\n0.5,yes,v\n0.9,yes,v\n"}))
    assert run(tmp_path, monkeypatch, small, changed)["passed"]


@pytest.mark.parametrize("status", [400, 415, 499])
def test_each_4xx_is_a_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: Contract, status: int) -> None:
    assert run(tmp_path, monkeypatch, small, answering(answers(refused={"status": status})))["passed"]


@pytest.mark.parametrize("responses", ["", "{", "NaN", "null", "{}", [1, 2, 3], [{"body": "a"}], [{"status": 200}]])
def test_code_that_leaves_no_responses_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: Contract, responses: object
) -> None:
    words = (
        "^the archive's serving code left no responses$|^3 requests were sent, and 0 responses came back$"
        if responses == "{}"
        else "^the archive's serving code left no responses$"
    )
    with pytest.raises(SmokeTestFailed, match=words):
        run(tmp_path, monkeypatch, small, answering(responses))


def test_code_that_ends_without_a_word_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: Contract) -> None:
    with pytest.raises(SmokeTestFailed, match=r"^the archive's serving code left no responses$"):
        run(tmp_path, monkeypatch, small, "")


@pytest.mark.parametrize("count", [0, 2, 4])
def test_each_request_has_a_response(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: Contract, count: int
) -> None:
    responses = [*answers(), *answers()][:count]
    with pytest.raises(SmokeTestFailed, match=f"^3 requests were sent, and {count} responses came back$"):
        run(tmp_path, monkeypatch, small, answering(responses))


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("import sys\nsys.exit('\\n\\nfirst\\nlast\\n \\n')", "last"),
        ("import sys\nsys.exit(3)", "it says nothing"),
    ],
)
def test_code_that_does_not_start_is_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: Contract, script: str, words: str
) -> None:
    with pytest.raises(SmokeTestFailed) as caught:
        run(tmp_path, monkeypatch, small, script)
    assert str(caught.value) == f"the archive's serving code does not start: {words}"


def test_code_that_does_not_answer_in_time_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: Contract
) -> None:
    monkeypatch.setattr(smoke_test, "SECONDS", 0.2)
    monkeypatch.setattr(smoke_test, "RESPOND", "import time\ntime.sleep(60)")
    (tmp_path / "model" / "code").mkdir(parents=True)
    test = SmokeTest(tmp_path / "model", frame(), small)
    with pytest.raises(SmokeTestFailed) as caught:
        test.result(SCORES, 0.25, small)
    assert str(caught.value) == "the archive's serving code did not respond within 0.2 seconds"
    assert test.process.wait(10) < 0


def test_a_smoke_test_without_a_row_asks_nothing_and_fails(tmp_path: Path, small: Contract) -> None:
    with pytest.raises(SmokeTestFailed) as caught:
        SmokeTest(tmp_path / "model", frame().head(0), small)
    assert str(caught.value) == "no row to send: the archive's serving code was asked nothing"


def test_the_code_runs_as_in_the_serving_container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/image")
    monkeypatch.setenv("KEPT", "1")
    model = tmp_path / "model"
    found = smoke_test.container(model)
    # Twice, as when a step is repeated.
    assert smoke_test.container(model) == found
    base = tmp_path / "model-container"
    assert (base / "model").readlink() == model
    assert found["KEPT"] == "1"
    names = ("SAGEMAKER_BASE_DIR", "SAGEMAKER_PROGRAM", "SAGEMAKER_SUBMIT_DIRECTORY", "PYTHONPATH", "MODEL_VERSION")
    assert [found[name] for name in names] == [
        str(base),
        "inference.py",
        str(model / "code"),
        f"{model / 'code'}{os.pathsep}/image",
        "smoke-test",
    ]
    monkeypatch.delenv("PYTHONPATH")
    assert smoke_test.container(model)["PYTHONPATH"] == str(model / "code")


def test_the_code_starts_in_its_folder_and_cannot_write_into_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: Contract, capfd: pytest.CaptureFixture[str]
) -> None:
    where = tmp_path / "where.txt"
    words = "' '.join([os.getcwd(), sys.executable, os.environ['MODEL_VERSION']])"
    script = f"import os, sys\nprint('noise')\nopen({str(where)!r}, 'w').write({words})\n"
    run(tmp_path, monkeypatch, small, script + answering(answers()))
    assert where.read_text() == f"{(tmp_path / 'model').resolve()} {sys.executable} smoke-test"
    assert capfd.readouterr().out == ""
