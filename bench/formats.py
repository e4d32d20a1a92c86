"""The same flights as CSV, gzip CSV and Parquet: bytes, seconds to read all columns and five of them, memory.

    python bench/formats.py WORK                writes below this folder, and prints one JSON object a result
    python bench/formats.py FOLDER COLUMNS      reads what is in a folder; for the processes that measure one thing

Two airports and twelve months of 2013 in files as the lake has them (airport=JFK/month=2013-01/), four times over, so
that reading takes longer than starting to read. Seconds are those of a processor, so other work on the computer does
not count.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parent.parent
COPIES = 4
FIVE = ["carrier", "dest", "date", "sched_dep_time", "arr_delay"]
TEXTS = ["flight_id", "origin", "carrier", "dest", "date", "manufacturer", "tailnum"]
GROUP = 5_000
"""Rows of a row group in the one large file: about a week of both airports."""
RUNS = 3


def flights() -> pd.DataFrame:
    types = dict.fromkeys(TEXTS, "str")
    return pd.concat(
        [pd.read_csv(ROOT / "data" / f"flights-{name}.csv.gz", dtype=types) for name in ("jfk", "lga")],
        ignore_index=True,
    )


def write(folder: Path, months: dict[tuple[str, str], pd.DataFrame], ending: str) -> None:
    for (airport, month), rows in months.items():
        target = folder / f"airport={airport}" / f"month={month}"
        target.mkdir(parents=True)
        for copy in range(COPIES):
            path = target / f"part-{copy}.{ending}"
            if ending == "csv":
                rows.to_csv(path, index=False)
            elif ending == "csv.gz":
                rows.to_csv(path, index=False, compression={"method": "gzip", "compresslevel": 6})
            else:
                table = pa.Table.from_pandas(rows, preserve_index=False)
                pq.write_table(table, path, compression=ending.split(".")[0])


def read(folder: Path, columns: list[str] | None) -> int:
    """Rows of all files, as a job reads them: one pandas frame after the other."""
    rows = 0
    for path in sorted(folder.rglob("part-*")):
        if path.suffix == ".parquet":
            frame = pq.read_table(path, columns=columns, partitioning=None).to_pandas()
        else:
            types = {name: "str" for name in TEXTS if columns is None or name in columns}
            frame = pd.read_csv(path, dtype=types, usecols=columns)
        rows += len(frame)
    return rows


def apart(folder: Path, columns: str) -> dict[str, float]:
    """The best of some runs, each in a process of its own."""
    found = [
        json.loads(
            subprocess.run(
                [sys.executable, __file__, str(folder), columns], capture_output=True, text=True, check=True
            ).stdout
        )
        for _ in range(RUNS)
    ]
    return {name: min(one[name] for one in found) for name in found[0]}


def measure_one(folder: Path, columns: list[str] | None) -> None:
    before = memory()
    started = time.process_time()
    rows = read(folder, columns)
    seconds = time.process_time() - started
    print(json.dumps({"rows": rows, "seconds": seconds, "megabytes": memory() - before}))


def memory() -> float:
    """Most megabytes that this process has had."""
    text = Path("/proc/self/status").read_text()
    return int(next(line for line in text.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def timed(work: Any) -> tuple[float, Any]:
    started = time.process_time()
    result = work()
    return time.process_time() - started, result


def skipping(folder: Path, frame: pd.DataFrame) -> None:
    """What a reader of one month need not read: partitions by their names, row groups by their statistics."""
    whole = ds.dataset(folder / "snappy.parquet", partitioning="hive")
    june = (ds.field("airport") == "JFK") & (ds.field("month") == "2013-06")
    files = len(whole.files)
    fragments = len(list(whole.get_fragments(filter=june)))
    all_seconds, all_rows = timed(lambda: whole.to_table(columns=FIVE).num_rows)
    seconds, rows = timed(lambda: whole.to_table(columns=FIVE, filter=june).num_rows)
    print(
        json.dumps(
            {
                "what": "partitions",
                "read": fragments,
                "of": files,
                "rows": rows,
                "all_rows": all_rows,
                "seconds": seconds,
                "all_seconds": all_seconds,
            }
        )
    )
    for order in ("by date", "in no order"):
        rows = frame.sort_values("date") if order == "by date" else frame.sample(frac=1, random_state=1)
        path = folder / f"{order.replace(' ', '-')}.parquet"
        pq.write_table(pa.Table.from_pandas(rows, preserve_index=False), path, row_group_size=GROUP)
        wanted = (ds.field("date") >= "2013-06-01") & (ds.field("date") < "2013-07-01")
        one = ds.dataset(path)
        fragment = next(iter(one.get_fragments()))
        groups = fragment.split_by_row_group()
        kept = fragment.split_by_row_group(wanted)
        all_seconds, _ = timed(partial(one.to_table, columns=FIVE))
        seconds, _ = timed(partial(one.to_table, columns=FIVE, filter=wanted))
        print(
            json.dumps(
                {
                    "what": f"row groups, rows {order}",
                    "read": len(kept),
                    "of": len(groups),
                    "seconds": seconds,
                    "all_seconds": all_seconds,
                }
            )
        )


def main() -> None:
    work = Path(sys.argv[1])
    if len(sys.argv) > 2:
        return measure_one(work, None if sys.argv[2] == "all" else FIVE)
    frame = flights()
    keys = [frame["origin"], frame["date"].str[:7]]
    months = {(str(origin), str(month)): rows for (origin, month), rows in frame.groupby(keys)}
    for ending in ("csv", "csv.gz", "snappy.parquet", "zstd.parquet"):
        folder = work / ending
        write(folder, months, ending)
        size = sum(os.path.getsize(path) for path in folder.rglob("part-*"))
        everything, five = apart(folder, "all"), apart(folder, "five")
        result = {"format": ending, "bytes": size, "rows": everything["rows"]}
        result |= {"seconds": everything["seconds"], "five_seconds": five["seconds"]}
        result |= {"megabytes": everything["megabytes"], "five_megabytes": five["megabytes"]}
        print(json.dumps(result), flush=True)
    skipping(work, frame)


if __name__ == "__main__":
    main()
