"""Checkpoints of a training on spot capacity: the trees and what early stopping knows, in one file."""

from __future__ import annotations

import json
import math
import os
import signal
import threading
from collections.abc import Sequence
from pathlib import Path

import xgboost

CHECKPOINT_EVERY = 25
"""
Rounds. What an interruption costs at most (BALANCE-02: cost against duration). SIGTERM is no substitute: the toolkit in
AWS's images does not pass it to the script. https://github.com/aws/sagemaker-training-toolkit/issues/125
"""
TRIAL, HISTORY = "trial", "history"
"""Attributes of the saved booster: hyperparameters and number of rows it was trained with; the objective by round."""

_stop = threading.Event()


def listen_for_stop() -> None:
    """On SIGTERM, the training ends after its round: SageMaker leaves it 120 seconds until SIGKILL."""
    _stop.clear()
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: _stop.set())


def stop_requested() -> bool:
    return _stop.is_set()


def numbers(text: str | None) -> list[float] | None:
    """A list of finite numbers; None if the text is another. With NaN, early stopping would never find a best round."""
    found = [] if text is None else json.loads(text)
    known = isinstance(found, list) and all(isinstance(one, int | float) and math.isfinite(one) for one in found)
    return found if known else None


class Checkpoint:
    """The newest state of one trial in a folder that SageMaker copies to S3 and back. Without a folder, nothing."""

    def __init__(self, folder: Path | None, trial: str) -> None:
        self.folder = folder
        self.trial = trial

    def save(self, booster: xgboost.Booster, history: Sequence[float]) -> None:
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        # Under a name of its own until it is whole: nobody reads half a checkpoint.
        partial = self.folder / "partial.ubj"
        booster.set_attr(**{TRIAL: self.trial, HISTORY: json.dumps(list(history))})
        booster.save_model(partial)
        booster.set_attr(**{TRIAL: None, HISTORY: None})
        os.replace(partial, self.folder / "checkpoint.ubj")

    def load(self) -> tuple[xgboost.Booster | None, list[float]]:
        """Booster and objective by round, or nothing if there is none of these hyperparameters and these data."""
        path = self.folder / "checkpoint.ubj" if self.folder else None
        if path is None or not path.is_file():
            return None, []
        try:
            booster = xgboost.Booster(model_file=str(path))
        except xgboost.core.XGBoostError as error:
            raise ValueError(f"{path} is no checkpoint: {str(error).splitlines()[0]}") from None
        if booster.attr(TRIAL) != self.trial:
            print(f"{path} belongs to another trial ({booster.attr(TRIAL)}): starting from the beginning", flush=True)
            return None, []
        history = numbers(booster.attr(HISTORY))
        if history is None:
            raise ValueError(f"{path} has objectives that are no numbers")
        if len(history) != booster.num_boosted_rounds():
            raise ValueError(f"{path} has {booster.num_boosted_rounds()} rounds and {len(history)} objectives")
        booster.set_attr(**{TRIAL: None, HISTORY: None})
        print(f"resuming after round {len(history)}", flush=True)
        return booster, history
