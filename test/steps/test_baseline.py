from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from workflow.baseline import MonthsHeldBack, create
from workflow.contract import Contract


@pytest.mark.parametrize(
    ("training", "test", "error", "words"),
    [
        (0, 50, FileNotFoundError, "an empty baseline would accept everything"),
        (50, 0, ValueError, "a baseline of nothing would accept any quality"),
        (50, None, FileNotFoundError, r"holds no \.csv file"),
    ],
)
def test_a_baseline_of_nothing_is_refused(
    tmp_path: Path,
    flights: pd.DataFrame,
    contract: Contract,
    training: int,
    test: int | None,
    error: type[Exception],
    words: str,
) -> None:
    months = MonthsHeldBack(tmp_path / "validation", tmp_path / "test")
    for folder, count in ((tmp_path / "training", training), (months.validation, 50), (months.test, test)):
        folder.mkdir()
        if count is not None:
            columns = contract.columns if folder.name == "training" else [*contract.columns, contract.target]
            flights[columns].head(count).to_csv(folder / "data.csv", index=False)
    model: Any = SimpleNamespace(score=lambda frame, _: np.full(len(frame), 0.3), threshold=0.25)
    with pytest.raises(error, match=words):
        create(tmp_path / "training", months, tmp_path / "out", model, contract)
    assert not (tmp_path / "out").exists()
