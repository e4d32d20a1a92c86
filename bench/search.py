"""Data and result of `npm run bench -- search`.

python bench/search.py data FOLDER      Kennedy's January to April to train, May to validate, June to test
python bench/search.py test FOLDER MODEL      PR-AUC and cost of a model in June
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "pipelines" / "steps"))

from workflow.contract import load  # noqa: E402
from workflow.evaluate import quality  # noqa: E402
from workflow.model import Model  # noqa: E402
from workflow.month_state import Timeline  # noqa: E402
from workflow.reading import frame_options  # noqa: E402

MONTHS = {"train": ("2013-01", "2013-05"), "validation": ("2013-05", "2013-06"), "test": ("2013-06", "2013-07")}


def write_data(folder: Path) -> None:
    contract = load()
    frame = pd.read_csv(ROOT / "data" / "flights-jfk.csv.gz", dtype={"manufacturer": "str"})
    late = (frame["arr_delay"] >= 15) | frame["arr_delay"].isna()
    frame = Timeline.of([frame], "2013-01", None, contract).join(frame, contract).assign(disrupted=late.astype(int))
    for name, (begin, end) in MONTHS.items():
        rows = frame[(frame["date"] >= begin) & (frame["date"] < end)]
        (folder / name).mkdir(parents=True)
        rows[[*contract.columns, contract.target]].to_csv(folder / name / "data.csv", index=False)


def test(folder: Path, model: Path) -> None:
    contract = load()
    loaded = Model.load(model)
    options = frame_options(contract, [*contract.columns, contract.target])
    frame = pd.read_csv(folder / "test" / "data.csv", **options)
    labels = frame[contract.target].to_numpy()
    print(json.dumps(quality(labels, loaded.score(frame, contract), loaded.threshold, contract)))


if __name__ == "__main__":
    if sys.argv[1] == "data":
        write_data(Path(sys.argv[2]))
    else:
        test(Path(sys.argv[2]), Path(sys.argv[3]))
