from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from workflow import checkpoint, train
from workflow.artifact import digest

OPTIONS = ["--num_round", "60", "--eta", "0.1", "--max_depth", "3", "--early_stopping_rounds", "60"]


def model_of(folder: Path) -> tuple[str, str]:
    return digest(folder / "model.ubj"), digest(folder / "features.json")


def interrupt_after(monkeypatch: pytest.MonkeyPatch, rounds: int) -> None:
    """The instance is gone after so many rounds, without any signal."""
    report = train.report

    def last_words(round_: int, **values: float) -> None:
        report(round_, **values)
        if round_ == rounds - 1:
            raise InterruptedError

    monkeypatch.setattr(train, "report", last_words)


@pytest.mark.parametrize("rounds", [24, 26, 49, 59])
def test_an_interrupted_training_ends_with_the_same_model(
    trained: Path, rounds: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert train.main(OPTIONS) == 0
    expected = model_of(trained)
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("[")]
    kept = checkpoints()
    (kept / "checkpoint.ubj").unlink()

    with monkeypatch.context() as patch, pytest.raises(InterruptedError):
        interrupt_after(patch, rounds)
        train.main(OPTIONS)
    capsys.readouterr()
    assert train.main(OPTIONS) == 0
    assert model_of(trained) == expected

    done = rounds - rounds % checkpoint.CHECKPOINT_EVERY
    output = capsys.readouterr().out
    assert (f"resuming after round {done}" in output) == (done > 0)
    assert [line for line in output.splitlines() if line.startswith("[")] == lines[done:]


def checkpoints() -> Path:
    return Path(os.environ["SM_CHECKPOINT_DIR"])


def test_early_stopping_remembers_the_best_round_across_an_interruption(
    trained: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ["--num_round", "400", "--eta", "0.5", "--early_stopping_rounds", "30"]
    assert train.main(options) == 0
    expected = model_of(trained)
    best = json.loads((trained / "features.json").read_text())["metrics"]["rounds"]
    (checkpoints() / "checkpoint.ubj").unlink()
    with monkeypatch.context() as patch, pytest.raises(InterruptedError):
        interrupt_after(patch, int(best) + 28)  # soon before it would have stopped
        train.main(options)
    assert train.main(options) == 0
    assert model_of(trained) == expected


def test_a_finished_training_that_is_repeated_adds_no_round(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--num_round", "50", "--early_stopping_rounds", "50"]
    train.main(options)
    expected = model_of(trained)
    capsys.readouterr()
    assert train.main(options) == 0
    assert "resuming after round 50" in capsys.readouterr().out
    assert model_of(trained) == expected


def test_a_checkpoint_of_another_trial_is_no_start_for_this_one(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    train.main(OPTIONS)
    capsys.readouterr()
    train.main([*OPTIONS, "--eta", "0.3"])
    output = capsys.readouterr().out
    assert "belongs to another trial" in output
    assert "resuming" not in output


def test_sigterm_saves_the_round_it_interrupts_and_leaves_a_model(trained: Path) -> None:
    command = [sys.executable, str(ROOT / "pipelines" / "steps" / "train.py"), "--num_round", "100000"]
    options = [*command, "--eta", "0.001", "--early_stopping_rounds", "100000"]
    process = subprocess.Popen(options, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    seen: list[str] = []
    for line in process.stdout:
        seen.append(line)
        if line.startswith("[30]"):
            process.send_signal(signal.SIGTERM)
            break
    seen += process.stdout.readlines()
    assert process.wait() == train.STOPPED
    rounds = [line for line in seen if "train-aucpr" in line]
    saved = checkpoint.Checkpoint(checkpoints(), trial_of(checkpoints())).load()
    assert len(saved[1]) == len(rounds)
    assert json.loads((trained / "features.json").read_text())["metrics"]["rounds"] <= len(rounds)


def trial_of(folder: Path) -> str:
    import xgboost

    return str(xgboost.Booster(model_file=str(folder / "checkpoint.ubj")).attr(checkpoint.TRIAL))


def test_a_checkpoint_whose_parts_do_not_belong_together_is_refused(trained: Path) -> None:
    train.main(OPTIONS)
    import xgboost

    path = checkpoints() / "checkpoint.ubj"
    booster = xgboost.Booster(model_file=str(path))
    booster.set_attr(**{checkpoint.HISTORY: "[0.5]"})
    booster.save_model(path)
    with pytest.raises(ValueError, match="rounds and 1 objectives"):
        train.main(OPTIONS)
