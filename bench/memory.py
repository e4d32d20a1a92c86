"""Peak memory of prepare, analysis, batch container and completeness check as rows grow, each in its own process.

    python bench/memory.py NODE TSX ROWS...      prints one JSON object a run

The rows are the project's real ones, repeated with other ids, in a temporary folder that is removed afterwards.
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
STEPS = ROOT / "pipelines" / "steps"
sys.path.insert(0, str(STEPS))

from workflow.contract import load  # noqa: E402

MONTHS = [f"2013-{number:02d}" for number in range(1, 6)]
IN_A_FILE = 1_000_000
"""About 100 MB, the most that a transform job's input file should have."""
IN_A_CAPTURE = 500
CONTAINER_UP_TO = 1_000_000
"""It sees one payload after the other, never a file: more rows are only more time."""


def peak(command: list[str], environment: dict[str, str]) -> tuple[float, float]:
    """Megabytes of the process at its largest, and its seconds."""
    started = time.perf_counter()
    child = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert child.stderr is not None
    complaint = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{' '.join(command[:4])} failed:\n{complaint.decode()[-2000:]}")
    return usage.ru_maxrss / 1024, time.perf_counter() - started


def real_rows() -> list[str]:
    """Lines of real flights: the contract's columns, and the label behind them."""
    contract = load()
    frame = pd.read_csv(ROOT / "data" / "flights-jfk.csv.gz", dtype="str", keep_default_na=False, nrows=10_000)
    late = frame["arr_delay"].map(lambda delay: "1" if delay == "" or float(delay) >= 15 else "0")
    text = frame[contract.columns].assign(late=late).to_csv(index=False, header=False)
    return text.splitlines()


def prepare(work: Path, rows: list[str], count: int) -> list[str]:
    """Five months, each in one file: the chunk is what bounds the memory, not the files."""
    contract = load()
    curated = work / "processing" / "input" / "curated"
    objects = []
    for at, month in enumerate(MONTHS):
        path = curated / "airport=JFK" / f"month={month}" / f"{month}.csv.gz"
        path.parent.mkdir(parents=True)
        with gzip.open(path, "wt", compresslevel=1) as file:
            file.write(
                ",".join([contract.record_id, contract.source_column, *contract.columns, contract.target]) + "\n"
            )
            file.writelines(
                f"f{at}-{number},JFK,{rows[number % len(rows)]}\n" for number in range(count // len(MONTHS))
            )
        objects.append({"key": f"curated/flights/{path.relative_to(curated).as_posix()}", "size": path.stat().st_size})
    (work / "processing" / "input" / "snapshot").mkdir()
    (work / "processing" / "input" / "snapshot" / "s1.json").write_text(
        json.dumps({"bucket": "curated", "objects": objects})
    )
    return [sys.executable, str(STEPS), "prepare", "--airports", "JFK", "--until", "2013-06", "--snapshot", "s1"]


def captures(work: Path, rows: list[str], count: int) -> None:
    source = work / "captures"
    source.mkdir()
    bodies = [
        [row.rsplit(",", 1)[0] for row in rows[at : at + IN_A_CAPTURE]] for at in range(0, len(rows), IN_A_CAPTURE)
    ]
    lines = []
    for body in bodies:
        record = {"observedContentType": "text/csv", "mode": "INPUT", "data": "\n".join(body), "encoding": "CSV"}
        lines.append(
            json.dumps(
                {"captureData": {"endpointInput": record}, "eventMetadata": {"eventId": "1"}, "eventVersion": "0"}
            )
            + "\n"
        )
    with (source / "00-00.jsonl").open("w") as file:
        file.writelines(lines[at % len(lines)] for at in range(count // IN_A_CAPTURE))


def batch(work: Path, rows: list[str], count: int) -> None:
    for folder in ("batch/input", "batch/output"):
        (work / folder).mkdir(parents=True)
    for first in range(0, count, IN_A_FILE):
        name = f"part-{first}.csv"
        with (
            (work / "batch/input" / name).open("w") as asked,
            (work / "batch/output" / f"{name}.out").open("w") as output,
        ):
            for number in range(first, min(first + IN_A_FILE, count)):
                line = f"f-{number},{rows[number % len(rows)].rsplit(',', 1)[0]}"
                asked.write(f"{line}\n")
                output.write(f"{line},0.250000,on_time,1\n")


def main(arguments: list[str]) -> None:
    node, tsx, *sizes = arguments
    rows = real_rows()
    for count in map(int, sizes):
        work = Path(tempfile.mkdtemp(prefix="mla-blueprint-bench-"))
        try:
            environment = {
                "WORKFLOW_PROCESSING_ROOT": str(work / "processing"),
                "OMP_NUM_THREADS": "1",
                "OPENBLAS_NUM_THREADS": "1",
            }
            command = prepare(work, rows, count)
            measured = {"prepare": peak(command, environment)}
            shutil.rmtree(work / "processing")
            captures(work, rows, count)
            analysis = {"dataset_source": str(work / "captures"), "output_path": str(work / "results")}
            analysis["dataset_format"] = '{"sagemakerCaptureJson": {}}'
            measured["monitor"] = peak([sys.executable, str(STEPS), "analyze"], {**environment, **analysis})
            shutil.rmtree(work / "captures")
            batch(work, rows, count)
            measured["completeness"] = peak(
                [node, "--import", tsx, str(ROOT / "bench" / "completeness.ts"), str(work)], {}
            )
            if count <= CONTAINER_UP_TO:
                container = [sys.executable, str(ROOT / "bench" / "batch_container.py"), str(work / "batch" / "input")]
                measured["container"] = peak(container, {**environment, "SAGEMAKER_BATCH": "true"})
        finally:
            shutil.rmtree(work)
        print(
            json.dumps(
                {"rows": count, **{name: [round(value, 1) for value in both] for name, both in measured.items()}}
            ),
            flush=True,
        )


main(sys.argv[1:])
