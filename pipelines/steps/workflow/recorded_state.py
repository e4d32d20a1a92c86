"""The states that the stream wrote to the feature store's offline store, for flights whose predictions they served."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from .airport_state import Minutes, prediction_moments
from .contract import Contract
from .month_state import schedule

RECORD = "airport"
EVENT_TIME = "event_time"
"""Names of the feature group's record identifier and event time (lib/features)."""


@dataclass(frozen=True)
class RecordedStates:
    """One airport's records, in order of their moment."""

    moments: Minutes
    values: dict[str, npt.NDArray[np.float64]]
    """Column -> values, shape (moments,). NaN where the record has no value."""

    def replace(self, frame: pd.DataFrame, contract: Contract) -> tuple[pd.DataFrame, int]:
        """
        The rows with the record of their prediction's moment, where there is one, and how many have one.

        A model then learns what its predictions will be given, with what came late or never (FEAT-04: how online and
        offline features diverge). A record of a later moment is never taken: that would be a leak.
        """
        if not len(self.moments):
            return frame, 0
        wanted = prediction_moments(schedule(frame, contract), contract.state)
        places = np.minimum(np.searchsorted(self.moments, wanted), len(self.moments) - 1)
        found = self.moments[places] == wanted
        columns = {
            name: np.where(found, values[places], frame[name].to_numpy()) for name, values in self.values.items()
        }
        return frame.assign(**columns), int(found.sum())


def recorded_states(folder: Path, contract: Contract) -> dict[str, RecordedStates]:
    """
    Airport -> its records, from the Parquet files of an offline store.

    https://docs.aws.amazon.com/sagemaker/latest/dg/feature-store-offline.html
    """
    # Only here: the library is large, and a training without a stream does not need it.
    from pyarrow import parquet

    names = contract.state.columns
    columns = [RECORD, EVENT_TIME, *names, "write_time", "is_deleted"]
    frames = [parquet.read_table(path, columns=columns).to_pandas() for path in sorted(folder.rglob("*.parquet"))]
    if not frames:
        return {}
    records = pd.concat(frames)
    for name in (RECORD, EVENT_TIME, "write_time", "is_deleted"):
        if records[name].isna().any():
            raise ValueError(f"the offline store has a record without {name}")
    # The store keeps every write of a record; the newest counts, and a deleted one has none.
    records = records.sort_values("write_time", kind="stable").drop_duplicates([RECORD, EVENT_TIME], keep="last")
    records = records[~records["is_deleted"].astype(bool)]
    minutes = pd.to_datetime(records[EVENT_TIME], utc=True).dt.tz_localize(None).to_numpy()
    records = records.assign(moment=minutes.astype("datetime64[m]").astype("int64")).sort_values("moment")
    return {
        str(airport): RecordedStates(
            rows["moment"].to_numpy(), {name: rows[name].to_numpy().astype("float64") for name in names}
        )
        for airport, rows in records.groupby(RECORD)
    }
