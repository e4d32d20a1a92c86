"""The window of a run, and the folders of captures and labels that belong to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

OFFSET = re.compile(r"^-P(\d+)D$")
"""A start relative to the end, in the format of Model Monitor's offsets: -P7D."""


@dataclass(frozen=True)
class Window:
    """From `start`, inclusive, to `end`, exclusive."""

    start: datetime
    end: datetime

    @classmethod
    def parse(cls, start: str, end: str) -> Window:
        until = instant(end)
        offset = OFFSET.match(start)
        since = until - timedelta(days=int(offset[1])) if offset else instant(start)
        if since >= until:
            raise ValueError(f"the window ends ({end}) before it starts ({start})")
        return cls(since, until)

    def holds(self, hour: datetime) -> bool:
        """Whether requests of the hour can be in the window."""
        return self.start - timedelta(hours=1) < hour < self.end


def instant(text: str) -> datetime:
    """ISO 8601. Without a time zone it is UTC."""
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise ValueError(f"{text!r} is not a time: write it as 2013-09-03T14:00:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def hour_of(path: Path, root: Path) -> datetime:
    """The hour of a file below .../yyyy/mm/dd/hh/, the layout of captures and labels."""
    try:
        year, month, day, hour = (int(part) for part in path.relative_to(root).parts[-5:-1])
        return datetime(year, month, day, hour, tzinfo=timezone.utc)
    except ValueError:
        raise ValueError(
            f"{path.relative_to(root)} is not below yyyy/mm/dd/hh, so the time of its collection is unknown"
        ) from None
