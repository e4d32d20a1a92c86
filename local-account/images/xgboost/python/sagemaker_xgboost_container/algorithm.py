"""Training with the built-in algorithm, as the developer guide's page "XGBoost algorithm with Amazon SageMaker AI"
describes it.

The channels `train` and, optionally, `validation`; the model in `xgboost-model`; an evaluation after each round in
the log, from which SageMaker takes the metrics.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import xgboost as xgb
from xgboost.tracker import RabitTracker

from sagemaker_xgboost_container.errors import UNSUPPORTED, UserError
from sagemaker_xgboost_container.hyperparameters import settings_of
from sagemaker_xgboost_container.records import Records, read, same_width

MODEL = "xgboost-model"
CHANNELS = ("train", "validation")
CHECKPOINT = "xgboost-checkpoint."
TRACKER_PORT = 9991


def train(environment: Any, hyperparameters: Mapping[str, str]) -> None:
    """:param environment: the toolkit's description of the container"""
    settings = settings_of(hyperparameters)
    checkpoints = Checkpoints.of(os.environ.get("SM_CHECKPOINT_DIR"))
    done, earlier = checkpoints.latest() if checkpoints else (0, None)
    with together(environment.hosts, environment.current_host):
        channels = on_every_host(lambda: read_channels(environment.input_data_config, environment.channel_input_dirs))
        matrices = {name: records.matrix() for name, records in channels.items()}
        leads = xgb.collective.get_rank() == 0
        callbacks: list[xgb.callback.TrainingCallback] = [Evaluation(done)] if leads else []
        if checkpoints and leads:
            callbacks.append(SaveCheckpoints(checkpoints, done))
        if settings.early_stopping_rounds is not None:
            # A linear model has no trees to leave out.
            best = settings.parameters.get("booster") != "gblinear"
            callbacks.append(xgb.callback.EarlyStopping(rounds=settings.early_stopping_rounds, save_best=best))
        model = xgb.train(
            {"nthread": environment.num_cpus, **settings.parameters},
            matrices["train"],
            num_boost_round=max(settings.rounds - done, 0),
            evals=[(matrix, name) for name, matrix in matrices.items()],
            callbacks=callbacks,
            xgb_model=earlier,
            verbose_eval=False,
        )
    if leads:
        Path(environment.model_dir, MODEL).write_bytes(model.save_raw("ubj"))


def read_channels(configuration: Mapping[str, Mapping[str, str]], folders: Mapping[str, str]) -> dict[str, Records]:
    if "train" not in configuration:
        raise UserError("Missing required channel: train")
    for name, channel in configuration.items():
        if name not in CHANNELS:
            raise UserError(f"Channel {name} {UNSUPPORTED}: the algorithm has train and validation")
        if channel.get("TrainingInputMode", "File") == "Pipe" or channel.get("RecordWrapperType", "None") != "None":
            raise UserError(f"Channel {name}: pipe mode and RecordIO {UNSUPPORTED}")
    channels = {}
    for name in CHANNELS:
        if name in configuration:
            channels[name] = read(
                contents(name, Path(folders[name])), configuration[name].get("ContentType"), labeled=True
            )
    same_width(channels.values())
    return channels


def contents(channel: str, folder: Path) -> bytes:
    """All files of a channel, one after the other: both formats have a record in each line."""
    files = [path.read_bytes().rstrip(b"\n") for path in sorted(folder.rglob("*")) if path.is_file()]
    data = b"\n".join(file for file in files if file)
    if not data:
        raise UserError(f"Channel {channel} has no data on this host")
    return data


@contextmanager
def together(hosts: list[str], current: str) -> Iterator[None]:
    """Several hosts train one model, each on its data: XGBoost's own collective, with the tracker on the first host."""
    if len(hosts) == 1:
        yield
        return
    first = min(hosts)
    address = socket.gethostbyname(first)
    tracker = RabitTracker(len(hosts), address, TRACKER_PORT, sortby="task") if current == first else None
    if tracker:
        tracker.start()
    # Hosts do not start at the same time.
    xgb.collective.init(dmlc_tracker_uri=address, dmlc_tracker_port=TRACKER_PORT, dmlc_task_id=current, dmlc_retry=20)
    # After an error nothing is closed in order: a host that is gone would be waited for.
    yield
    xgb.collective.finalize()
    if tracker:
        tracker.wait_for()


def on_every_host(read: Callable[[], dict[str, Records]]) -> dict[str, Records]:
    """Raises one host's error on all of them: the others would wait for it forever."""
    channels: dict[str, Records] = {}
    problem = ""
    try:
        channels = read()
    except UserError as error:
        problem = str(error)
    mine = xgb.collective.get_rank() + 1 if problem else 0
    failed = int(xgb.collective.allreduce(np.array([mine]), xgb.collective.Op.MAX)[0])
    if failed:
        raise UserError(xgb.collective.broadcast(problem, failed - 1))
    return channels


class Evaluation(xgb.callback.TrainingCallback):
    """One line for each round, from which SageMaker takes the metrics: `[0]`, then `train-rmse:0.5` and the like
    after tabs.
    """

    def __init__(self, done: int) -> None:
        self.done = done

    def after_iteration(self, model: Any, epoch: int, evals_log: Mapping[str, Mapping[str, list[Any]]]) -> bool:
        scores = [
            f"{data}-{metric}:{history[-1]:.5f}"
            for data, metrics in evals_log.items()
            for metric, history in metrics.items()
        ]
        print(f"[{self.done + epoch}]", *scores, sep="\t", flush=True)
        return False


class Checkpoints:
    """The folder that SageMaker copies to S3 and, for a job that continues after an interruption, back. The name of a
    file ends with its rounds.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @staticmethod
    def of(folder: str | None) -> Checkpoints | None:
        return Checkpoints(Path(folder)) if folder else None

    def latest(self) -> tuple[int, bytearray | None]:
        rounds = [
            int(path.name[len(CHECKPOINT) :])
            for path in self.folder.glob(f"{CHECKPOINT}*")
            if path.name[len(CHECKPOINT) :].isdigit()
        ]
        if not rounds:
            return 0, None
        return max(rounds), bytearray((self.folder / f"{CHECKPOINT}{max(rounds)}").read_bytes())

    def save(self, model: xgb.Booster, rounds: int) -> None:
        unfinished = self.folder / f".{CHECKPOINT}{rounds}"
        unfinished.write_bytes(model.save_raw("ubj"))
        unfinished.rename(self.folder / f"{CHECKPOINT}{rounds}")
        (self.folder / f"{CHECKPOINT}{rounds - 1}").unlink(missing_ok=True)


class SaveCheckpoints(xgb.callback.TrainingCallback):
    def __init__(self, checkpoints: Checkpoints, done: int) -> None:
        self.checkpoints = checkpoints
        self.done = done

    def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
        self.checkpoints.save(model, self.done + epoch + 1)
        return False
