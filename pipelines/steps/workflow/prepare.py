"""PrepareData: splits curated partitions by month and joins the airport's state to each flight.

Also writes the rows for the baseline and the data version. Reads CHUNK rows at a time and keeps two numbers for each
flight of one month, so memory does not grow with the number of months.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from .analyze import write
from .artifact import digest
from .contract import Contract, load, processing_path
from .month_state import Timeline, after, partitions
from .reading import frame_options
from .recorded_state import RecordedStates, recorded_states

CHUNK = 10_000
"""Rows in memory at once: a few megabytes. More is not faster."""
PARTITION = re.compile(r"airport=(?P<source>[^/]+)/month=(?P<month>[0-9]{4}-[0-9]{2})/[^/]+")


def curated_files(root: Path, sources: Sequence[str], since: str, until: str) -> list[tuple[str, Path]]:
    """(month, file) of the sources from `since` to before `until` (YYYY-MM), oldest first."""
    found: list[tuple[str, Path]] = []
    for path in root.rglob("*.csv.gz"):
        partition = PARTITION.fullmatch(path.relative_to(root).as_posix())
        if partition and partition["source"] in sources and since <= partition["month"] < until:
            found.append((partition["month"], path))
    return sorted(found)


def split_months(months: Iterable[str], contract: Contract) -> dict[str, str]:
    """month -> train, validation or test, in order of time (PREP-04: how the sets are split)."""
    ordered = sorted(set(months))
    held_back = contract.test_units + contract.validation_units
    if len(ordered) <= held_back:
        raise ValueError(
            f"only {len(ordered)} month(s) of curated data ({', '.join(ordered)}): {held_back + 1} are needed"
        )
    test = set(ordered[-contract.test_units :])
    validation = set(ordered[-held_back : -contract.test_units])
    return {month: "test" if month in test else "validation" if month in validation else "train" for month in ordered}


def data_version(root: Path, files: Iterable[Path]) -> str:
    """One digest of the names and contents of all files."""
    whole = hashlib.sha256()
    for path in files:
        whole.update(f"{path.relative_to(root)} {digest(path)}\n".encode())
    return whole.hexdigest()


def labeled(path: Path, columns: list[str], contract: Contract) -> Iterator[pd.DataFrame]:
    """The rows of a file whose outcome is known, CHUNK at a time."""
    # float64, because the outcome may be missing and integers have no missing value.
    for chunk in pd.read_csv(path, **frame_options(contract, columns, target="float64"), chunksize=CHUNK):
        frame = chunk[columns]
        frame = frame[frame[contract.target].notna()]
        if not frame[contract.target].isin((0, 1)).all():
            raise ValueError(f"{path.name} has an outcome that is neither 0 nor 1")
        yield frame.assign(**{contract.target: frame[contract.target].astype(int)})


class Once:
    """Keeps one row for each record of a partition: the first that has an outcome."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self.merged = 0

    def keep(self, frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
        """Finds duplicates that curation cannot: two files that arrived at the same moment, or a copy made by hand."""
        ids = frame[contract.record_id]
        fresh = frame[~(ids.isin(self.seen) | ids.duplicated())]
        self.seen.update(fresh[contract.record_id])
        self.merged += len(frame) - len(fresh)
        return fresh


class Prepared:
    """The rows of a partition, each once and with its airport's state, CHUNK at a time."""

    def __init__(self, contract: Contract, recorded: Mapping[str, RecordedStates]) -> None:
        self.contract = contract
        self.recorded = recorded
        self.served = 0
        """Rows whose state is the stream's own record."""
        self.before: dict[str, tuple[str, Timeline]] = {}
        self.merged = 0

    def rows(self, month: str, source: str, files: Sequence[Path]) -> Iterator[pd.DataFrame]:
        """
        Raises ValueError if a joined value could not have been known (FEAT-05: where leaks hide).

        The month is read twice: a row's state needs flights that come later in the file.
        """
        contract = self.contract
        known = [contract.record_id, contract.schedule_date, contract.schedule_clock, contract.delay, contract.target]
        last, tail = self.before.get(source, ("", None))
        timeline = Timeline.of(
            self.once(files, known), month, tail if last and after(last) == month else None, contract
        )
        self.before[source] = month, timeline.tail(month, contract.state)
        filed = [contract.record_id, contract.source_column, *contract.filed_columns, contract.target]
        once = Once()
        for frame in self.once(files, filed, once):
            joined = timeline.join(frame, contract)
            if problem := timeline.leak(joined, contract):
                raise ValueError(f"{source} {month}: a feature knows the future. {problem}")
            if source in self.recorded:
                joined, served = self.recorded[source].replace(joined, contract)
                self.served += served
            yield joined[[contract.record_id, contract.source_column, *contract.columns, contract.target]]
        self.merged += once.merged

    def once(self, files: Sequence[Path], columns: list[str], once: Once | None = None) -> Iterator[pd.DataFrame]:
        once = once or Once()
        for path in files:
            for chunk in labeled(path, columns, self.contract):
                yield once.keep(chunk, self.contract)


def source_of(path: Path) -> str:
    """JFK of .../airport=JFK/month=2013-01/2013-01.csv.gz."""
    return path.parent.parent.name.removeprefix("airport=")


def empty(folder: Path) -> None:
    """Rows are added to files: those of an earlier run of the step would be in them twice."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("data*.csv"):
        path.unlink()


def append(frame: pd.DataFrame, target: Path) -> None:
    frame.to_csv(target, mode="a", index=False, header=not target.exists())


class Shards:
    """The training rows, dealt out to as many files as hosts train: S3 objects are what SageMaker shares out.

    One after the other, so that every host has flights of every month (TRAIN-03: what changes with a large data set).
    """

    def __init__(self, folder: Path, hosts: int) -> None:
        # Not more files than hosts: one that is left over would make a host's part larger.
        self.files = [folder / "data.csv"] if hosts == 1 else [folder / f"data-{host}.csv" for host in range(hosts)]
        self.rows = 0

    def append(self, frame: pd.DataFrame) -> None:
        for number, file in enumerate(self.files):
            append(frame.iloc[(number - self.rows) % len(self.files) :: len(self.files)], file)
        self.rows += len(frame)


def differs(root: Path, files: Sequence[Path], manifest: Path) -> str | None:
    """Why the files are not those listed at the start; otherwise the recorded data version would be wrong."""
    listed = {item["key"]: item["size"] for item in json.loads(manifest.read_text())["objects"]}
    # Keys have a prefix that the paths in the container lack.
    read = {path.relative_to(root).as_posix(): path.stat().st_size for path in files}
    expected = {key[key.index("airport=") :]: size for key, size in listed.items()}
    wrong = sorted(name for name in expected.keys() | read.keys() if expected.get(name) != read.get(name))
    return f"{len(wrong)} files are not those of {manifest.name}, such as {wrong[0]}" if wrong else None


def month_text(text: str) -> str:
    """Months are compared as texts, so another form would select others than it seems."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}", text) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a month (YYYY-MM)")
    return text


def host_count(text: str) -> int:
    if re.fullmatch(r"[1-9][0-9]*", text) is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of hosts: without one, no row would be written")
    return int(text)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="prepare", description=__doc__)
    parser.add_argument("--airports", required=True, help="sources to use, with + between them")
    parser.add_argument("--from", dest="since", default="0000-00", type=month_text, help="first month used, YYYY-MM")
    parser.add_argument("--until", required=True, type=month_text, help="first month that is not used, YYYY-MM")
    parser.add_argument("--snapshot", required=True, help="digest of the files to read, and name of the list of them")
    parser.add_argument("--hosts", type=host_count, default=1, help="hosts that share the training rows")
    options = parser.parse_args(arguments)
    contract = load()
    sources = [source.strip() for source in options.airports.split("+") if source.strip()]
    root = processing_path("input", "curated")
    files = curated_files(root, sources, options.since, options.until)
    if not files:
        print(
            f"no curated data of {', '.join(sources)} from {options.since} to before {options.until} under {root}",
            file=sys.stderr,
        )
        return 1
    if problem := differs(
        root, [path for _, path in files], processing_path("input", "snapshot", f"{options.snapshot}.json")
    ):
        print(f"{problem}: the data changed after the start; start again", file=sys.stderr)
        return 1
    parts = split_months((month for month, _ in files), contract)

    rows = dict.fromkeys(("train", "validation", "test"), 0)
    positives = 0
    state = processing_path("input", "state")
    prepared = Prepared(contract, recorded_states(state, contract))
    for name in (*rows, "baseline"):
        empty(processing_path("output", name))
    shards = Shards(processing_path("output", "train"), options.hosts)
    for month, source, paths in partitions((month, source_of(path), path) for month, path in files):
        part = parts[month]
        before = rows[part]
        for frame in prepared.rows(month, source, paths):
            if part == "train":
                shards.append(frame)
                append(frame[contract.columns], processing_path("output", "baseline", "data.csv"))
            else:
                append(frame, processing_path("output", part, "data.csv"))
            rows[part] += len(frame)
            positives += int(frame[contract.target].sum())
        print(f"{part}: {month} {source} {rows[part] - before} rows", flush=True)

    if prepared.merged:
        print(f"{prepared.merged} rows belong to records that were already read: left out", flush=True)
    if min(rows.values()) == 0:
        print(f"a part of the split has no labeled rows: {rows}", file=sys.stderr)
        return 1
    if prepared.served:
        print(f"{prepared.served} rows have the state that the stream wrote", flush=True)
    metadata = {
        "data_version": data_version(
            processing_path("input"), [*(path for _, path in files), *sorted(state.rglob("*.parquet"))]
        ),
        "snapshot": options.snapshot,
        "rows": rows,
        "merged": prepared.merged,
        "served_states": prepared.served,
        "files": {path.relative_to(root).as_posix(): digest(path) for _, path in files},
        "airports": sources,
        "from": files[0][0],
        "until": options.until,
        "label_rate": positives / sum(rows.values()),
    }
    write(processing_path("output", "metadata"), "data-version.json", metadata)
    print(json.dumps(metadata))
    return 0
