"""What a text means is the same wherever it is read: docs/reference/reading.md."""

from __future__ import annotations

import math
import random
from pathlib import Path

import pandas as pd
import pytest
from conftest import run_prepare
from workflow.contract import Contract
from workflow.reading import Unreadable, csv_rows, frame_options, value
from workflow.serving import input_fn
from workflow.train import read_channel

LOOK_MISSING = [
    "NA",
    "N/A",
    "n/a",
    "#N/A",
    "None",
    "null",
    "NULL",
    "nan",
    "NaN",
    "-nan",
    "<NA>",
    "1.#IND",
    "-",
    "0",
]
"""Texts that pandas, R or a database write for what is missing. Here they are the names of manufacturers."""


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\nc,d\n", [["a", "b"], ["c", "d"]]),
        ("a,b\r\nc,d\re,f", [["a", "b"], ["c", "d"], ["e", "f"]]),
        ("\n\na,b\n\n\r\nc,d\n\n", [["a", "b"], ["c", "d"]]),
        ('"a,""x""\n",b\r\n"",\n', [['a,"x"\n', "b"], ["", ""]]),
        ("a, b ,\n", [["a", " b ", ""]]),
        ("a\x0bb,\x1cc\u2028d\n", [["a\x0bb", "\x1cc\u2028d"]]),
        ("", []),
    ],
)
def test_rows_of_csv(text: str, rows: list[list[str]]) -> None:
    assert csv_rows(text) == rows


@pytest.mark.parametrize("text", ['a,b"c\n', '"a"b,c\n', '"a\n', ' "a",b\n', 'a,"\n'])
def test_a_quote_that_does_not_enclose_a_whole_value_is_no_csv(text: str) -> None:
    with pytest.raises(Unreadable, match="not CSV"):
        csv_rows(text)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("178", 178),
        ("178.0", 178),
        ("1.78e2", 178),
        ("1780e-1", 178),
        ("-0", 0),
        ("00178", 178),
    ],
)
def test_a_number_may_be_written_as_programs_print_it(contract: Contract, written: str, number: float) -> None:
    feature = next(feature for feature in contract.features if feature.name == ("precip" if number == 0 else "seats"))
    assert value(written, feature, contract.reading) == number


def test_an_empty_text_is_missing_in_json_as_it_is_in_csv(contract: Contract) -> None:
    temp = next(feature for feature in contract.features if feature.name == "temp")
    assert all(math.isnan(float(value(raw, temp, contract.reading) or "nan")) for raw in ("", None))
    carrier = next(feature for feature in contract.features if feature.name == "carrier")
    with pytest.raises(Unreadable, match="a value is required"):
        value("", carrier, contract.reading)


def with_names(curated: Path, flights: pd.DataFrame) -> None:
    """The curated months, with each of the texts as manufacturer and NA as a carrier."""
    for path in (curated / "input" / "curated").rglob("*.csv.gz"):
        frame = pd.read_csv(path, dtype="str", keep_default_na=False)
        frame["manufacturer"] = [LOOK_MISSING[row % len(LOOK_MISSING)] for row in range(len(frame))]
        frame.loc[::5, "carrier"] = "NA"
        frame.to_csv(path, index=False)


def test_a_text_that_looks_missing_is_a_category_in_training_as_in_serving(
    curated: Path,
    flights: pd.DataFrame,
    contract: Contract,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with_names(curated, flights)
    assert run_prepare(curated, ["--airports", "JFK", "--until", "2013-05", "--snapshot", "s1"]) == 0
    monkeypatch.setenv("SM_CHANNEL_TRAIN", str(curated / "output" / "train"))
    trained = read_channel("train", contract)
    assert set(trained["manufacturer"]) == set(LOOK_MISSING)
    assert "NA" in set(trained["carrier"])
    served = input_fn(trained[contract.columns].to_csv(index=False, header=False), "text/csv")
    assert served["manufacturer"].tolist() == trained["manufacturer"].tolist()


def test_training_reads_each_number_to_its_last_bit_as_serving_does(tmp_path: Path, contract: Contract) -> None:
    rolls = random.Random(7)
    written = [f"{rolls.uniform(-20, 120):.{rolls.randrange(18)}f}" for _ in range(2_000)]
    temp = next(feature for feature in contract.features if feature.name == "temp")
    path = tmp_path / "data.csv"
    path.write_text("temp\n" + "\n".join(written) + "\n")
    read = pd.read_csv(path, **frame_options(contract, ["temp"]))["temp"]
    assert read.tolist() == [value(text, temp, contract.reading) for text in written]
