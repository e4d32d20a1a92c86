"""A checkpoint alone, without a training around it."""

from __future__ import annotations

import json
import signal
import threading
from pathlib import Path

import numpy as np
import pytest
import xgboost
from workflow import checkpoint
from workflow.checkpoint import HISTORY, TRIAL, Checkpoint


@pytest.fixture()
def booster() -> xgboost.Booster:
    matrix = xgboost.DMatrix(np.arange(20.0).reshape(-1, 1), np.arange(20) % 2)
    return xgboost.train({"nthread": 1}, matrix, num_boost_round=3)


def test_what_was_saved_is_loaded(tmp_path: Path, booster: xgboost.Booster, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "deep" / "checkpoints"
    Checkpoint(folder, "t1").save(booster, [0.5, 0.6, 0.7])
    # Nobody finds half a file, and the model has none of the attributes.
    assert [path.name for path in folder.iterdir()] == ["checkpoint.ubj"]
    assert booster.attributes() == {}
    again, history = Checkpoint(folder, "t1").load()
    assert again is not None
    assert again.get_dump() == booster.get_dump()
    assert again.attributes() == {}
    assert history == [0.5, 0.6, 0.7]
    assert capsys.readouterr().out == "resuming after round 3\n"
    Checkpoint(folder, "t1").save(booster, [0.1, 0.2, 0.3])
    assert Checkpoint(folder, "t1").load()[1] == [0.1, 0.2, 0.3]


def test_without_a_folder_or_a_file_there_is_no_checkpoint(tmp_path: Path, booster: xgboost.Booster) -> None:
    Checkpoint(None, "t1").save(booster, [0.5])
    assert Checkpoint(None, "t1").load() == (None, [])
    assert Checkpoint(tmp_path, "t1").load() == (None, [])
    (tmp_path / "checkpoint.ubj").mkdir()
    assert Checkpoint(tmp_path, "t1").load() == (None, [])


@pytest.mark.parametrize("trial", [None, "t2"])
def test_another_trials_checkpoint_is_not_taken(
    tmp_path: Path, booster: xgboost.Booster, trial: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    booster.set_attr(**{TRIAL: trial, HISTORY: "[1, 2, 3]"})
    path = tmp_path / "checkpoint.ubj"
    booster.save_model(path)
    assert Checkpoint(tmp_path, "t1").load() == (None, [])
    expected = f"{path} belongs to another trial ({trial}): starting from the beginning\n"
    assert capsys.readouterr().out == expected


@pytest.mark.parametrize(("history", "found"), [("[0.5]", 1), (None, 0), ("[1, 2, 3, 4]", 4)])
def test_a_history_of_other_rounds_is_refused(
    tmp_path: Path, booster: xgboost.Booster, history: str | None, found: int
) -> None:
    booster.set_attr(**{TRIAL: "t1", HISTORY: history})
    path = tmp_path / "checkpoint.ubj"
    booster.save_model(path)
    with pytest.raises(ValueError) as caught:
        Checkpoint(tmp_path, "t1").load()
    assert str(caught.value) == f"{path} has 3 rounds and {found} objectives"


@pytest.mark.parametrize("history", ["NaN", "[1, 2", "{}", "3", "null", "[null, null, null]", "[1, 2, NaN]"])
def test_a_history_that_is_no_list_of_numbers_is_refused(
    tmp_path: Path, booster: xgboost.Booster, history: str
) -> None:
    booster.set_attr(**{TRIAL: "t1", HISTORY: history})
    booster.save_model(tmp_path / "checkpoint.ubj")
    with pytest.raises(ValueError, match=r"objectives that are no numbers$|^Expecting|rounds and 0 objectives$"):
        Checkpoint(tmp_path, "t1").load()


@pytest.mark.parametrize("content", [b"", b"{", b"nonsense", json.dumps({"a": 1}).encode()])
def test_a_file_that_is_no_checkpoint_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "checkpoint.ubj"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"^{path} is no checkpoint: \[[0-9:]+\] .*(Check failed|Expecting)"):
        Checkpoint(tmp_path, "t1").load()


def test_a_signal_is_a_request_to_stop_until_the_next_training() -> None:
    before = signal.getsignal(signal.SIGTERM)
    try:
        checkpoint.listen_for_stop()
        assert not checkpoint.stop_requested()
        signal.raise_signal(signal.SIGTERM)
        assert checkpoint.stop_requested()
        checkpoint.listen_for_stop()
        assert not checkpoint.stop_requested()
    finally:
        signal.signal(signal.SIGTERM, before)


def test_only_the_main_thread_may_listen_for_signals() -> None:
    before = signal.getsignal(signal.SIGTERM)
    errors: list[BaseException] = []

    def listen() -> None:
        try:
            checkpoint.listen_for_stop()
        except ValueError as error:
            errors.append(error)

    thread = threading.Thread(target=listen)
    thread.start()
    thread.join()
    assert errors == []
    assert signal.getsignal(signal.SIGTERM) is before
