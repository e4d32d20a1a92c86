"""Ground truth in SageMaker's JSON lines format, looked up by inference id.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-model-quality-merge.html
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from .window import hour_of

BATCH = 10_000
TABLE = "CREATE TABLE labels (id TEXT PRIMARY KEY, label INTEGER, collected TEXT, used INTEGER DEFAULT 0) WITHOUT ROWID"


class GroundTruth:
    """Labels by id, on disk, so that memory does not grow with their number. The newest label of an id counts."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.unreadable = 0
        connection.execute(TABLE)

    def load(self, folder: Path) -> None:
        """Reads every file below yyyy/mm/dd/hh, oldest first. The path contains the hour of collection."""
        rows: list[tuple[str, int, str]] = []
        for path in sorted(folder.rglob("*.jsonl"), key=lambda path: (hour_of(path, folder), path)):
            collected = hour_of(path, folder).isoformat()
            for identifier, label in self.labels(path):
                rows.append((identifier, label, collected))
                if len(rows) >= BATCH:
                    self.store(rows)
        self.store(rows)

    def labels(self, path: Path) -> Iterator[tuple[str, int]]:
        with path.open(encoding="utf-8-sig") as file:
            for line in file:
                if not line.strip():
                    continue
                try:
                    record = json.loads(line)
                    yield (
                        str(record["eventMetadata"]["eventId"]),
                        {"0": 0, "1": 1}[str(record["groundTruthData"]["data"]).strip()],
                    )
                except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
                    self.unreadable += 1

    def store(self, rows: list[tuple[str, int, str]]) -> None:
        self.connection.executemany("INSERT OR REPLACE INTO labels (id, label, collected) VALUES (?, ?, ?)", rows)
        rows.clear()

    def find(self, identifier: str) -> tuple[int, datetime] | None:
        """The label of a prediction and the hour in which it was collected."""
        found = self.connection.execute("SELECT label, collected FROM labels WHERE id = ?", (identifier,)).fetchone()
        if found is None:
            return None
        self.connection.execute("UPDATE labels SET used = 1 WHERE id = ? AND used = 0", (identifier,))
        return int(found[0]), datetime.fromisoformat(found[1])

    @property
    def without_prediction(self) -> int:
        return int(self.connection.execute("SELECT COUNT(*) FROM labels WHERE used = 0").fetchone()[0])


@contextmanager
def ground_truth(database: Path) -> Iterator[GroundTruth]:
    # No journal: the file is temporary, and a failed run starts again from the beginning.
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("BEGIN")
        yield GroundTruth(connection)
