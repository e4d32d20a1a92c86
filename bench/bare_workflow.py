"""The story's machine-learning work as one bare Python process: what the rehearsal's wall time is compared with.

    PYTHONPATH=pipelines/steps python bench/bare_workflow.py [--curated JSON] [--windows JSON] [--trials JSON]
        [--requests NUMBER]

Runs the jobs' own steps one after the other, with all processors, on the rows of the story's jobs. It leaves out the
jobs that the story stops half-way or at its end, its model quality runs of some hundred predictions, and its nightly
batch of forty flights.

`bench/quality.py` prints the quality of the same steps by month and airport.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import io
import json
import os
import shutil
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any

import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "pipelines" / "steps"))

from workflow import analyze, baseline, evaluate, prepare, train  # noqa: E402
from workflow.contract import load  # noqa: E402
from workflow.model import Model  # noqa: E402
from workflow.month_state import Timeline  # noqa: E402
from workflow.serving import input_fn, output_fn, predict_fn  # noqa: E402

TRIALS: list[dict[str, float]] = [
    {"max_depth": 4, "eta": 0.1, "min_child_weight": 5.0, "seed": 20131},
    {"max_depth": 6, "eta": 0.1, "min_child_weight": 10.0, "seed": 20131},
    {"max_depth": 5, "eta": 0.2, "min_child_weight": 20.0, "seed": 20131},
    {"max_depth": 7, "eta": 0.07, "min_child_weight": 30.0, "seed": 20131},
]

CURATED: dict[str, int | None] = {
    **{f"JFK/2013-{month:02d}": None for month in range(1, 12)},
    **{f"LGA/2013-{month:02d}": None for month in range(9, 12)},
}
WINDOWS: list[dict[str, str]] = [
    {"airports": "JFK", "from": "0000-00", "until": "2013-07"},
    {"airports": "JFK+LGA", "from": "2013-01", "until": "2013-12"},
]

SPOILED = ("shuffled outcomes", "one flight")
"""What the story learns from first, to see the gate refuse it."""
SPOILED_ROWS = 1500
SPOILED_MONTHS: dict[str, int | None] = {f"JFK/2013-{month:02d}": None for month in range(1, 4)}
SPOILED_WINDOW = {"airports": "JFK", "from": "2013-01", "until": "2013-04"}

ROWS_OF_AN_HOUR = 600
"""What the story sends to the endpoint before it has an hour analyzed."""
ROWS_OF_A_PAYLOAD = 50_000
"""About 6 MB, the payload of the story's transform jobs."""
MEASURED = {"JFK": (7, 8, 11, 12), "LGA": (9, 10, 11, 12)}
"""Months that the story scores with both models."""


def flights() -> dict[str, pd.DataFrame]:
    """The vendored flights with state and outcome, by airport and month such as JFK/2013-01."""
    contract = load()
    months: dict[str, pd.DataFrame] = {}
    for airport in MEASURED:
        frame = pd.read_csv(
            ROOT / "data" / f"flights-{airport.lower()}.csv.gz",
            dtype={"manufacturer": "str"},
        )
        late = (frame["arr_delay"] >= 15) | frame["arr_delay"].isna()
        frame = frame.assign(disrupted=late.astype(int))
        timeline = Timeline.of([frame], frame["date"].min()[:7], None, contract)
        frame = timeline.join(frame, contract)
        months |= {f"{airport}/{month}": rows for month, rows in frame.groupby(frame["date"].str[:7])}
    return months


def curate(root: Path, months: dict[str, pd.DataFrame], wanted: dict[str, int | None]) -> None:
    contract = load()
    columns = [
        contract.record_id,
        contract.source_column,
        *contract.filed_columns,
        contract.delay,
        contract.target,
    ]
    for name, rows in wanted.items():
        airport, month = name.split("/")
        folder = root / f"airport={airport}" / f"month={month}"
        folder.mkdir(parents=True)
        with gzip.open(folder / f"{month}.csv.gz", "wt") as file:
            (months[name] if rows is None else months[name].head(rows))[columns].to_csv(file, index=False)


def pack(model: Path, archive: Path) -> None:
    archive.parent.mkdir(parents=True)
    with tarfile.open(archive, "w:gz") as tar:
        for path in sorted(model.iterdir()):
            tar.add(path, arcname=path.name)


def spoil(rows: pd.DataFrame, how: str) -> pd.DataFrame:
    """Flights of which nothing can be learned, as the story's checkpoint no-skill makes them."""
    contract = load()
    spoiled = rows.head(SPOILED_ROWS).copy()
    if how == "shuffled outcomes":
        spoiled[contract.target] = spoiled[contract.target].sample(frac=1, random_state=20131).to_numpy()
    else:
        same = [name for name in spoiled.columns if name not in (contract.record_id, contract.target)]
        spoiled[same] = spoiled[same].iloc[0].to_numpy()
    return spoiled


def learn(
    work: Path, curated: Path, window: dict[str, str], trials: list[dict[str, float]], live: Path | None
) -> tuple[Path, dict[str, Any]]:
    """The pipeline up to its gate: the model's folder, and the report on it."""
    os.environ["WORKFLOW_PROCESSING_ROOT"] = str(work / "processing")
    inputs, output = work / "processing" / "input", work / "processing" / "output"
    inputs.mkdir(parents=True)
    (inputs / "curated").symlink_to(curated)
    chosen = prepare.curated_files(curated, window["airports"].split("+"), window["from"], window["until"])
    objects = [{"key": path.relative_to(curated).as_posix(), "size": path.stat().st_size} for _, path in chosen]
    (inputs / "snapshot").mkdir()
    (inputs / "snapshot" / "bench.json").write_text(json.dumps({"objects": objects}))
    arguments = [text for name, value in window.items() for text in (f"--{name}", value)]
    assert prepare.main([*arguments, "--snapshot", "bench"]) == 0
    os.environ["SM_CHANNEL_TRAIN"], os.environ["SM_CHANNEL_VALIDATION"] = (
        str(output / "train"),
        str(output / "validation"),
    )
    best: tuple[float, Path] | None = None
    for number, trial in enumerate(trials):
        folder = work / f"model-{number}"
        os.environ["SM_MODEL_DIR"], os.environ["SM_CHECKPOINT_DIR"] = (
            str(folder),
            str(work / "no-checkpoints"),
        )
        train.main([f"--{name}={value}" for name, value in trial.items()])
        metric = json.loads((folder / "features.json").read_text())["metrics"]["validation_pr_auc"]
        if best is None or metric > best[0]:
            best = (metric, folder)
    assert best is not None
    pack(best[1], inputs / "model" / "model.tar.gz")
    for part in ("test", "validation", "baseline"):
        (inputs / part).symlink_to(output / part)
    return best[1], evaluate_candidate(work, live)


def run_pipeline(
    work: Path, curated: Path, window: dict[str, str], trials: list[dict[str, float]], live: Path | None
) -> tuple[Path, dict[str, float]]:
    model, result = learn(work, curated, window, trials, live)
    os.environ.update(output_path=str(work / "baseline"))
    assert baseline.main([]) == 0
    return model, {
        key: result["business"][key]
        for key in (
            "expected_cost_per_1000",
            "cost_of_never_flagging_per_1000",
            "threshold",
        )
    } | {
        "pr_auc": result["binary_classification_metrics"]["pr_auc"]["value"],
        "auc": result["binary_classification_metrics"]["auc"]["value"],
    }


def evaluate_candidate(work: Path, live: Path | None) -> dict[str, Any]:
    """EvaluateModel; without a live model its folder holds a marker that says so."""
    folder = work / "processing" / "input" / "live"
    shutil.rmtree(folder, ignore_errors=True)
    if live is None:
        folder.mkdir()
        (folder / "none.json").write_text(evaluate.NO_LIVE_MODEL)
    else:
        pack(live, folder / "model.tar.gz")
    assert evaluate.main([]) == 0
    report: dict[str, Any] = json.loads((work / "processing" / "output" / "evaluation" / "evaluation.json").read_text())
    return report


def monitor(work: Path, frame: pd.DataFrame, known: Path) -> str:
    contract = load()
    captured = work / "captured"
    captured.mkdir(parents=True)
    body = frame[contract.columns].to_csv(index=False, header=False)
    capture = {
        "captureData": {
            "endpointInput": {
                "observedContentType": "text/csv",
                "mode": "INPUT",
                "data": body,
                "encoding": "CSV",
            }
        }
    }
    (captured / "capture.jsonl").write_text(json.dumps(capture) + "\n")
    environment = {
        "dataset_format": '{"sagemakerCaptureJson": {"captureIndexNames": ["endpointInput", "endpointOutput"]}}',
        "dataset_source": str(captured),
        "output_path": str(work / "results"),
        "baseline_constraints": str(known / "constraints.json"),
        "baseline_statistics": str(known / "statistics.json"),
    }
    return analyze.analyze(environment, contract)


def score(rows: pd.DataFrame, model: Model) -> None:
    """A transform job's work: the rows as payloads of CSV lines, scored by the serving code."""
    lines = rows[load().columns].to_csv(index=False, header=False).splitlines(keepends=True)
    for start in range(0, len(lines), ROWS_OF_A_PAYLOAD):
        body = "".join(lines[start : start + ROWS_OF_A_PAYLOAD])
        output_fn(predict_fn(input_fn(body, "text/csv"), model), "text/csv")


def serve(rows: pd.DataFrame, requests: int, model: Model) -> None:
    """An endpoint's work: flight by flight, as a desk asks."""
    lines = rows[load().columns].to_csv(index=False, header=False).splitlines(keepends=True)
    for number in range(requests):
        output_fn(predict_fn(input_fn(lines[number % len(lines)], "text/csv"), model), "text/csv")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--curated", type=json.loads, default=CURATED, help="rows of each month that is delivered, null for all of them"
    )
    parser.add_argument(
        "--windows", type=json.loads, default=WINDOWS, help="data of the first training and of the retraining"
    )
    parser.add_argument(
        "--trials", type=json.loads, default=TRIALS, help="hyperparameters of each trial of a tuning job"
    )
    parser.add_argument("--requests", type=int, default=1500, help="how many flights are asked about one by one")
    options = parser.parse_args()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        months = flights()
        curate(work / "curated", months, options.curated)
        marks = {"curate": time.perf_counter() - started}
        with contextlib.redirect_stdout(io.StringIO()):
            for how in SPOILED:
                folder = work / how.replace(" ", "-")
                curate(
                    folder / "curated",
                    {name: spoil(rows, how) for name, rows in months.items() if name in SPOILED_MONTHS},
                    SPOILED_MONTHS,
                )
                _, report = learn(folder, folder / "curated", SPOILED_WINDOW, options.trials, None)
                assert report["gate"]["cost_ratio"] >= 1, f"{how}: the gate would let this model pass"
            marks["refused pipelines"] = time.perf_counter() - started
            frozen, _ = run_pipeline(work / "first", work / "curated", options.windows[0], options.trials, None)
            # The story has the same candidate evaluated again once it is live: it must not be registered a second time.
            evaluate_candidate(work / "first", frozen)
            marks["first pipeline"] = time.perf_counter() - started
            retrained, _ = run_pipeline(work / "second", work / "curated", options.windows[1], options.trials, frozen)
            marks["second pipeline"] = time.perf_counter() - started
        models = {"frozen": Model.load(frozen), "retrained": Model.load(retrained)}
        august, october = months["JFK/2013-08"], months["LGA/2013-10"]
        serve(august, options.requests, models["frozen"])
        marks["predictions"] = time.perf_counter() - started
        november = pd.concat([months[f"{airport}/2013-11"].head(ROWS_OF_AN_HOUR // 2) for airport in ("JFK", "LGA")])
        hours = {"a": (august, "first"), "b": (october, "first"), "c": (november, "second")}
        for name, (rows, known) in hours.items():
            monitor(work / name, rows.head(ROWS_OF_AN_HOUR), work / known / "baseline")
        marks["monitoring"] = time.perf_counter() - started
        os.environ["SAGEMAKER_BATCH"] = "true"
        score(months["JFK/2013-07"], models["frozen"])
        for model in models.values():
            for airport, numbers in MEASURED.items():
                score(pd.concat([months[f"{airport}/2013-{number:02d}"] for number in numbers]), model)
        marks["batches"] = time.perf_counter() - started
        print(json.dumps({"seconds": {name: round(value, 2) for name, value in marks.items()}}))


if __name__ == "__main__":
    main()
