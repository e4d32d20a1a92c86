"""Fixtures: the contract that synth would write, and small sets cut from the real data."""

from __future__ import annotations

import json
import os
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "pipelines" / "steps"))
# Modules of the image in which EvaluateModel runs.
IMAGES = ROOT / "local-account" / "images"
os.environ["PYTHONPATH"] = os.pathsep.join(str(IMAGES / part / "python") for part in ("xgboost", "serving"))

# As many threads as cores are slower than one where other tests keep the cores busy.
os.environ.setdefault("SM_NUM_CPUS", "1")
# AWS's toolkit makes its folders when it is loaded.
os.environ.setdefault("SAGEMAKER_BASE_DIR", tempfile.mkdtemp())

from workflow import prepare, train  # noqa: E402
from workflow.contract import Contract, load  # noqa: E402
from workflow.month_state import Timeline  # noqa: E402

ALLOWED = [
    Path(tempfile.gettempdir()).resolve(),
    Path("/dev"),
    Path("/proc"),
    ROOT / ".hypothesis",
    ROOT / ".pytest_cache",
]
written_outside: list[str] = []


def watch_writes(event: str, arguments: tuple[object, ...]) -> None:
    """Python tells here of each file that it opens and each folder that it makes."""
    if event == "open":
        path, _mode, flags = arguments
        if not isinstance(flags, int) or not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            return
    elif event == "os.mkdir":
        path = arguments[0]
    else:
        return
    if isinstance(path, bytes | str | os.PathLike):
        found = Path(os.fsdecode(path)).resolve()
        if "__pycache__" not in found.parts and not any(found.is_relative_to(folder) for folder in ALLOWED):
            written_outside.append(str(found))


sys.addaudithook(watch_writes)


@pytest.fixture(autouse=True)
def container(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Temporary container folders for each test; without them, step code would write below /opt/ml of this computer."""
    monkeypatch.setenv("WORKFLOW_PROCESSING_ROOT", str(tmp_path / "ml" / "processing"))
    monkeypatch.setenv("SM_MODEL_DIR", str(tmp_path / "ml" / "model"))
    monkeypatch.setenv("SM_CHECKPOINT_DIR", str(tmp_path / "ml" / "checkpoints"))
    before = len(written_outside)
    yield
    assert written_outside[before:] == [], "a test wrote outside its temporary folder"


@pytest.fixture(scope="session")
def contract() -> Contract:
    return load()


@pytest.fixture(scope="session")
def flights(contract: Contract) -> pd.DataFrame:
    """Every seventh flight that left JFK in 2013, with its state and its label."""
    path = ROOT / "data" / "flights-jfk.csv.gz"
    frame = pd.read_csv(path, skiprows=lambda row: row % 7 != 0, dtype={"manufacturer": "str"})
    late = (frame["arr_delay"] >= 15) | frame["arr_delay"].isna()
    frame = Timeline.of([frame], "2013-01", None, contract).join(frame, contract).assign(disrupted=late.astype(int))
    return frame[[contract.record_id, contract.source_column, *contract.columns, contract.delay, contract.target]]


def curated_columns(contract: Contract) -> list[str]:
    return [contract.record_id, contract.source_column, *contract.filed_columns, contract.delay, contract.target]


@pytest.fixture()
def curated(tmp_path: Path, flights: pd.DataFrame, contract: Contract, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A processing container's root with four months of curated partitions as input."""
    root = tmp_path / "processing"
    for month, rows in flights.groupby(flights["date"].str[:7]):
        if month <= "2013-04":
            folder = root / "input" / "curated" / "airport=JFK" / f"month={month}"
            folder.mkdir(parents=True)
            rows[curated_columns(contract)].to_csv(folder / f"{month}.csv.gz", index=False)
    monkeypatch.setenv("WORKFLOW_PROCESSING_ROOT", str(root))
    return root


def run_prepare(root: Path, arguments: list[str]) -> int:
    """prepare with the list of what is there, as whoever starts a training makes it."""
    options = dict(zip(arguments[::2], arguments[1::2], strict=True))
    files = prepare.curated_files(
        root / "input" / "curated", ["JFK"], options.get("--from", "0000-00"), options["--until"]
    )
    objects = [
        {
            "key": f"curated/flights/{path.relative_to(root / 'input' / 'curated').as_posix()}",
            "size": path.stat().st_size,
        }
        for _, path in files
    ]
    (root / "input" / "snapshot").mkdir(parents=True, exist_ok=True)
    (root / "input" / "snapshot" / "s1.json").write_text(json.dumps({"bucket": "curated", "objects": objects}))
    return prepare.main(arguments)


@pytest.fixture()
def trained(curated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    run_prepare(curated, ["--airports", "JFK", "--until", "2013-05", "--snapshot", "s1"])
    for channel in ("train", "validation"):
        monkeypatch.setenv(f"SM_CHANNEL_{channel.upper()}", str(curated / "output" / channel))
    monkeypatch.setenv("SM_MODEL_DIR", str(tmp_path / "model"))
    monkeypatch.setenv("SM_CHECKPOINT_DIR", str(tmp_path / "checkpoints"))
    (tmp_path / "checkpoints").mkdir()
    assert train.main(["--num_round", "40", "--eta", "0.2", "--sagemaker_job_name", "ignored"]) == 0
    return tmp_path / "model"


def archive(model: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(target, "w:gz") as tar:
        for path in sorted(model.rglob("*")):
            tar.add(path, path.relative_to(model), recursive=False)
    return target
