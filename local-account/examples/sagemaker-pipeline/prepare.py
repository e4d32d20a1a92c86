"""Processing step: splits a CSV file (label first, no header) into training, validation and test sets."""

from pathlib import Path

import pandas as pd

PROCESSING = Path("/opt/ml/processing")

if __name__ == "__main__":
    records = pd.concat(pd.read_csv(file, header=None) for file in sorted((PROCESSING / "input").glob("*.csv")))
    shuffled = records.sample(frac=1, random_state=7)
    ends = [int(len(shuffled) * share) for share in (0.7, 0.85)]
    parts = {"train": shuffled[: ends[0]], "validation": shuffled[ends[0] : ends[1]], "test": shuffled[ends[1] :]}
    for name, part in parts.items():
        folder = PROCESSING / name
        folder.mkdir(parents=True, exist_ok=True)
        part.to_csv(folder / f"{name}.csv", header=False, index=False)
        print(f"{name}: {len(part)} records")
