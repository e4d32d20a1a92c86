from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import run_prepare as run
from workflow import prepare
from workflow.contract import Contract
from workflow.month_state import Timeline


def read(root: Path, part: str) -> pd.DataFrame:
    return pd.read_csv(root / "output" / part / "data.csv", float_precision="round_trip")


def test_the_newest_month_tests_and_the_one_before_validates(curated: Path) -> None:
    assert run(curated, ["--airports", "JFK", "--until", "2013-05", "--snapshot", "s1"]) == 0
    assert set(read(curated, "train")["date"].str[:7]) == {"2013-01", "2013-02"}
    assert set(read(curated, "validation")["date"].str[:7]) == {"2013-03"}
    assert set(read(curated, "test")["date"].str[:7]) == {"2013-04"}


def test_months_from_until_on_are_not_read(curated: Path) -> None:
    assert run(curated, ["--airports", "JFK", "--until", "2013-04", "--snapshot", "s1"]) == 0
    assert set(read(curated, "test")["date"].str[:7]) == {"2013-03"}


def test_months_before_from_are_not_read(curated: Path) -> None:
    assert run(curated, ["--airports", "JFK", "--from", "2013-02", "--until", "2013-05", "--snapshot", "s1"]) == 0
    assert set(read(curated, "train")["date"].str[:7]) == {"2013-02"}


def test_data_that_changed_after_the_start_are_refused(curated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(curated, ["--airports", "JFK", "--until", "2013-05", "--snapshot", "s1"])
    path = curated / "input" / "curated" / "airport=JFK" / "month=2013-02" / "2013-02.csv.gz"
    path.write_bytes(path.read_bytes() + b" ")
    assert prepare.main(["--airports", "JFK", "--until", "2013-05", "--snapshot", "s1"]) == 1
    assert "month=2013-02/2013-02.csv.gz: the data changed after the start" in capsys.readouterr().err


def test_no_column_that_leaks_the_outcome_is_written(curated: Path, contract: Contract) -> None:
    run(curated, ["--airports", "JFK", "--until", "2013-05", "--snapshot", "s1"])
    expected = [
        contract.record_id,
        contract.source_column,
        *contract.columns,
        contract.target,
    ]
    assert list(read(curated, "train").columns) == expected


def test_the_training_rows_are_dealt_out_to_the_hosts(curated: Path) -> None:
    run(curated, ["--airports", "JFK", "--until", "2013-05", "--snapshot", "s1"])
    whole = read(curated, "train")
    shutil.rmtree(curated / "output")
    run(curated, ["--airports", "JFK", "--until", "2013-05", "--snapshot", "s1", "--hosts", "3"])
    files = sorted((curated / "output" / "train").iterdir())
    assert [file.name for file in files] == ["data-0.csv", "data-1.csv", "data-2.csv"]
    shards = [pd.read_csv(file, float_precision="round_trip") for file in files]
    for number, shard in enumerate(shards):
        pd.testing.assert_frame_equal(shard, whole[number::3].reset_index(drop=True), check_dtype=False)
    assert len(read(curated, "baseline")) == len(whole)
    assert [file.name for file in (curated / "output" / "validation").iterdir()] == ["data.csv"]


def test_the_baseline_holds_training_features_only(curated: Path, contract: Contract) -> None:
    run(curated, ["--airports", "JFK", "--until", "2013-05", "--snapshot", "s1"])
    baseline = read(curated, "baseline")
    assert list(baseline.columns) == contract.columns
    assert len(baseline) == len(read(curated, "train"))


def test_rows_without_an_outcome_wait_for_it(curated: Path) -> None:
    path = curated / "input" / "curated" / "airport=JFK" / "month=2013-04" / "2013-04.csv.gz"
    frame = pd.read_csv(path)
    frame["disrupted"] = frame["disrupted"].astype("float64")
    frame.loc[:9, "disrupted"] = None
    frame.to_csv(path, index=False)
    run(curated, ["--airports", "JFK", "--until", "2013-05", "--snapshot", "s1"])
    assert len(read(curated, "test")) == len(frame) - 10


def version(root: Path) -> str:
    return str(json.loads((root / "output" / "metadata" / "data-version.json").read_text())["data_version"])


def test_the_data_version_changes_with_any_byte_and_with_nothing_else(
    curated: Path,
) -> None:
    root = curated / "input" / "curated"
    files = [path for _, path in prepare.curated_files(root, ["JFK"], "0000-00", "2013-05")]
    first = prepare.data_version(root, files)
    assert prepare.data_version(root, files) == first
    files[0].write_bytes(files[0].read_bytes() + b" ")
    assert prepare.data_version(root, files) != first


def test_too_few_months_are_refused_with_the_number_needed() -> None:
    with pytest.raises(ValueError, match="only 2 month"):
        prepare.split_months(["2013-01", "2013-02"], prepare.load())


def test_an_airport_without_data_fails_and_says_so(curated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(curated, ["--airports", "LGA", "--until", "2013-05", "--snapshot", "s1"]) == 1
    assert "no curated data of LGA from 0000-00 to before 2013-05" in capsys.readouterr().err


def test_the_output_is_the_same_whatever_is_read_at_once(curated: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ["--airports", "JFK", "--until", "2013-05", "--snapshot", "s1"]
    assert run(curated, arguments) == 0
    whole = {path.relative_to(curated): path.read_bytes() for path in (curated / "output").rglob("*.csv")}
    shutil.rmtree(curated / "output")
    monkeypatch.setattr(prepare, "CHUNK", 97)
    assert run(curated, arguments) == 0
    assert {path.relative_to(curated): path.read_bytes() for path in (curated / "output").rglob("*.csv")} == whole


def test_a_record_that_two_files_of_a_month_hold_is_learned_from_once(
    curated: Path, contract: Contract, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--airports", "JFK", "--until", "2013-05", "--snapshot", "s1"]
    run(curated, arguments)
    once = {part: read(curated, part) for part in ("train", "test")}
    shutil.rmtree(curated / "output")
    # A copy of a whole month, and a part of another in which one record has no outcome yet.
    month = curated / "input" / "curated" / "airport=JFK" / "month=2013-02"
    shutil.copy(month / "2013-02.csv.gz", month / "2013-02-copy.csv.gz")
    newest = curated / "input" / "curated" / "airport=JFK" / "month=2013-04" / "2013-04.csv.gz"
    early = pd.read_csv(newest, dtype="str", keep_default_na=False).head(20)
    early.loc[0, contract.target] = ""
    early.to_csv(newest.with_name("2013-04-a.csv.gz"), index=False)
    assert run(curated, arguments) == 0
    for part, rows in once.items():
        assert sorted(read(curated, part)[contract.record_id]) == sorted(rows[contract.record_id])
    copied = len(pd.read_csv(month / "2013-02.csv.gz"))
    assert f"{copied + 19} rows belong to records that were already read" in capsys.readouterr().out


def test_every_flight_has_the_state_that_its_prediction_could_know(
    curated: Path, flights: pd.DataFrame, contract: Contract
) -> None:
    """Equal to the state from all months at once: a month's first flights need the end of the month before."""
    run(curated, ["--airports", "JFK", "--until", "2013-05", "--snapshot", "s1"])
    found = pd.concat([read(curated, part) for part in ("train", "validation", "test")])
    expected = flights[flights["date"] < "2013-05-01"]
    pd.testing.assert_frame_equal(
        found[contract.state.columns].reset_index(drop=True),
        expected[contract.state.columns].reset_index(drop=True),
        check_exact=True,
        check_dtype=False,
    )
    assert found["flights_180"].notna().mean() > 0.99


def test_a_month_without_the_one_before_it_has_no_state_in_its_first_hours(curated: Path) -> None:
    airport = curated / "input" / "curated" / "airport=JFK"
    shutil.rmtree(airport / "month=2013-02")
    path = airport / "month=2013-03" / "2013-03.csv.gz"
    frame = pd.read_csv(path)
    # Two o'clock: an hour before it begins in March, three hours before it in February.
    frame.loc[0, "sched_dep_time"] = 400
    frame.to_csv(path, index=False)
    run(curated, ["--airports", "JFK", "--until", "2013-05", "--snapshot", "s1"])
    march = read(curated, "validation")
    assert march["flights_180"].isna().to_numpy().nonzero()[0].tolist() == [0]
    assert march.loc[0, "flights_60"] == 0


def test_a_flight_of_two_files_counts_once(curated: Path) -> None:
    arguments = ["--airports", "JFK", "--until", "2013-05", "--snapshot", "s1"]
    run(curated, arguments)
    before = {part: read(curated, part) for part in ("train", "validation", "test")}
    shutil.rmtree(curated / "output")
    folder = curated / "input" / "curated" / "airport=JFK" / "month=2013-02"
    shutil.copy(folder / "2013-02.csv.gz", folder / "2013-02-again.csv.gz")
    assert run(curated, arguments) == 0
    for part, frame in before.items():
        pd.testing.assert_frame_equal(read(curated, part), frame)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("an hour too late", lambda past: Timeline(past.scheduled - 60, past.delay, past.since)),
        (
            "a departure before it happened",
            lambda past: Timeline(past.scheduled, np.minimum(past.delay, 0), past.since),
        ),
    ],
)
def test_a_feature_that_knows_the_future_is_refused(
    curated: Path, monkeypatch: pytest.MonkeyPatch, name: str, change: Callable[[Timeline], Timeline]
) -> None:
    honest = Timeline.join
    monkeypatch.setattr(Timeline, "join", lambda self, frame, contract: honest(change(self), frame, contract))
    with pytest.raises(
        ValueError,
        match=r"JFK 2013-01: a feature knows the future. \S+: \w+_60 is .*; from what was known",
    ):
        run(curated, ["--airports", "JFK", "--until", "2013-05", "--snapshot", "s1"])
