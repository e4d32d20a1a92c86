"""PrepareData with a few made rows in each month: what it writes, counts, says and refuses, to the last word."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from made import made_rows, stored
from workflow import prepare
from workflow.artifact import digest
from workflow.contract import Contract
from workflow.month_state import Timeline

MONTHS = ["2013-01", "2013-02", "2013-03", "2013-04"]


class Small:
    """Four months of six flights of two airports, and the list of the files."""

    def __init__(self, root: Path, contract: Contract) -> None:
        self.root, self.contract = root, contract
        self.curated = root / "input" / "curated"
        for airport in ("JFK", "LGA"):
            for month in MONTHS:
                self.write(airport, month, self.flights(airport, month))

    def flights(self, airport: str, month: str) -> pd.DataFrame:
        contract = self.contract
        rows = made_rows(contract, 6)
        ids = [f"{airport}-{month}-{number}" for number in range(6)]
        days = [f"{month}-{5 + number:02d}" for number in range(6)]
        changed = {contract.record_id: ids, contract.source_column: airport, contract.schedule_date: days}
        kept = [contract.record_id, contract.source_column, *contract.filed_columns, contract.delay, contract.target]
        return rows.assign(**changed)[kept]

    def write(self, airport: str, month: str, rows: pd.DataFrame, name: str = "flights") -> Path:
        path = self.curated / f"airport={airport}" / f"month={month}" / f"{name}.csv.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        rows.to_csv(path, index=False)
        return path

    def run(self, *arguments: str, airports: str = "JFK+LGA", since: str = "2013-01", until: str = "2013-05") -> int:
        files = prepare.curated_files(self.curated, airports.replace(" ", "").split("+"), since, until)
        paths = [(path, path.relative_to(self.curated).as_posix()) for _, path in files]
        objects = [{"key": f"curated/flights/{name}", "size": path.stat().st_size} for path, name in paths]
        snapshot = self.root / "input" / "snapshot"
        snapshot.mkdir(exist_ok=True)
        (snapshot / "s1.json").write_text(json.dumps({"objects": objects}))
        return prepare.main(["--airports", airports, "--until", until, "--snapshot", "s1", *arguments])

    def read(self, part: str, name: str = "data.csv") -> pd.DataFrame:
        return pd.read_csv(self.root / "output" / part / name)

    @property
    def metadata(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.root / "output" / "metadata" / "data-version.json").read_text())
        return found


@pytest.fixture()
def small(tmp_path: Path, contract: Contract, monkeypatch: pytest.MonkeyPatch) -> Small:
    monkeypatch.setenv("WORKFLOW_PROCESSING_ROOT", str(tmp_path / "small"))
    return Small(tmp_path / "small", contract)


def test_all_that_is_written_and_said(small: Small, contract: Contract, capsys: pytest.CaptureFixture[str]) -> None:
    assert small.run(airports=" JFK + LGA +") == 0
    paths = [small.curated / f"airport={a}" / f"month={m}" / "flights.csv.gz" for m in MONTHS for a in ("JFK", "LGA")]
    lines = [f"{path.relative_to(small.root / 'input')} {digest(path)}\n" for path in paths]
    assert small.metadata == {
        "data_version": hashlib.sha256("".join(lines).encode()).hexdigest(),
        "snapshot": "s1",
        "rows": {"train": 24, "validation": 12, "test": 12},
        "merged": 0,
        "served_states": 0,
        "files": {path.relative_to(small.curated).as_posix(): digest(path) for path in paths},
        "airports": ["JFK", "LGA"],
        "from": "2013-01",
        "until": "2013-05",
        "label_rate": 0.5,
    }
    parts = {"2013-01": "train", "2013-02": "train", "2013-03": "validation", "2013-04": "test"}
    said = [f"{parts[month]}: {month} {airport} 6 rows" for month in MONTHS for airport in ("JFK", "LGA")]
    assert capsys.readouterr().out.splitlines() == [*said, json.dumps(small.metadata)]
    for part in ("train", "validation", "test"):
        rows = small.read(part)
        assert list(rows) == [contract.record_id, contract.source_column, *contract.columns, contract.target]
        assert set(rows[contract.split_column].str[:7]) == {month for month, name in parts.items() if name == part}
        assert rows[contract.target].tolist() == [0, 1] * (len(rows) // 2)
        assert rows[contract.target].dtype == "int64"
    assert list(small.read("baseline")) == contract.columns
    assert len(small.read("baseline")) == 24


def test_each_airport_has_its_own_flights_as_its_past(small: Small, contract: Contract) -> None:
    assert small.run() == 0
    january = small.read("train").iloc[:12]
    assert january[contract.source_column].tolist() == ["JFK"] * 6 + ["LGA"] * 6
    # Both airports' flights are at the same minutes, so an airport that saw the other's would count twice as many.
    columns = contract.state.columns
    pd.testing.assert_frame_equal(january.iloc[:6][columns], january.iloc[6:][columns].set_axis(range(6)))


def test_a_repeated_step_writes_its_own_rows_only(small: Small) -> None:
    """Rows are added to a file piece by piece: to those of an earlier run, they would be learned from twice."""
    assert small.run("--hosts", "2") == 0
    (small.root / "output" / "train" / "data-2.csv").write_text("a host too many")
    assert small.run() == 0
    assert [path.name for path in (small.root / "output" / "train").iterdir()] == ["data.csv"]
    assert [len(small.read(part)) for part in ("train", "validation", "test", "baseline")] == [24, 12, 12, 24]


def test_flights_get_the_state_that_the_stream_wrote_for_their_airport(
    small: Small, contract: Contract, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepare, "CHUNK", 4)
    # The first flight of a month leaves at 6:00, and the sixth at 6:05 five days later: predicted from 4:00.
    moments = ["2013-01-05T04:00:00Z", "2013-01-10T04:00:00Z", "2013-02-05T04:00:00Z", "2013-02-11T04:00:00Z"]
    records = [{"event_time": moment, "flights_60": 70 + place} for place, moment in enumerate(moments)]
    state = stored(small.root / "input" / "state", contract, *records)
    # A file next to the store is not the store's.
    stored(small.root / "input" / "other", contract, {"event_time": moments[0], "airport": "LGA", "flights_60": 99})
    assert small.run() == 0
    train = small.read("train")
    served = train[train["flights_60"] >= 70]
    assert served[contract.record_id].tolist() == ["JFK-2013-01-0", "JFK-2013-01-5", "JFK-2013-02-0"]
    assert served["flights_60"].tolist() == [70, 71, 72]
    assert small.metadata["served_states"] == 3
    assert "\n3 rows have the state that the stream wrote\n" in capsys.readouterr().out
    # The records are data, too: others make another version.
    before = small.metadata["data_version"]
    paths = [path for _, path in prepare.curated_files(small.curated, ["JFK", "LGA"], "2013-01", "2013-05")]
    assert before == prepare.data_version(small.root / "input", [*paths, state])
    (state.parent / "notes.txt").write_text("")
    assert small.run() == 0
    assert small.metadata["data_version"] == before


def test_a_joined_value_that_knows_the_future_ends_the_step(small: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Timeline, "leak", lambda self, frame, contract: "f1: it is 2" if len(frame) else None)
    with pytest.raises(ValueError) as caught:
        small.run()
    assert str(caught.value) == "JFK 2013-01: a feature knows the future. f1: it is 2"


@pytest.mark.parametrize("chunk", [1, 2, 10_000])
def test_the_rows_of_a_record_that_is_there_again_are_counted(
    small: Small, contract: Contract, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(prepare, "CHUNK", chunk)
    rows = small.flights("JFK", "2013-04")
    small.write("JFK", "2013-04", pd.concat([rows.iloc[:2], rows.iloc[:1].assign(distance=1.0)]), "more")
    small.write("LGA", "2013-01", small.flights("LGA", "2013-01").iloc[:1], "more")
    assert small.run() == 0
    assert (small.metadata["merged"], small.metadata["rows"]["test"]) == (4, 12)
    assert "4 rows belong to records that were already read: left out\n" in capsys.readouterr().out
    assert 1.0 not in set(small.read("test")["distance"])


def test_a_record_waits_for_its_outcome_in_another_file(small: Small, contract: Contract) -> None:
    rows = small.flights("JFK", "2013-04")
    unknown = rows.astype({contract.target: "object"}).assign(**{contract.target: ""})
    small.write("JFK", "2013-04", unknown, "a-first")
    assert small.run() == 0
    assert (small.metadata["rows"]["test"], small.metadata["merged"]) == (12, 0)


@pytest.mark.parametrize("target", ["2", "-1", "0.5", "inf", "yes"])
def test_an_outcome_that_is_neither_yes_nor_no_is_refused(small: Small, contract: Contract, target: str) -> None:
    rows = small.flights("LGA", "2013-02").astype({contract.target: "object"})
    rows.loc[3, contract.target] = target
    path = small.write("LGA", "2013-02", rows)
    words = "could not convert" if target == "yes" else f"{path.name} has an outcome that is neither 0 nor 1"
    with pytest.raises(ValueError, match=f"^{words}"):
        small.run()


def test_a_part_without_an_outcome_ends_the_step(
    small: Small, contract: Contract, capsys: pytest.CaptureFixture[str]
) -> None:
    for airport in ("JFK", "LGA"):
        rows = small.flights(airport, "2013-03").astype({contract.target: "object"})
        small.write(airport, "2013-03", rows.assign(**{contract.target: ""}))
    assert small.run() == 1
    found = capsys.readouterr()
    assert found.err == ("a part of the split has no labeled rows: {'train': 24, 'validation': 0, 'test': 12}\n")
    assert not (small.root / "output" / "metadata" / "data-version.json").exists()


def test_no_file_of_the_sources_and_months_ends_the_step(small: Small, capsys: pytest.CaptureFixture[str]) -> None:
    assert small.run("--from", "2013-06", airports="EWR+LGA", since="2013-06", until="2013-07") == 1
    assert capsys.readouterr().err == (
        f"no curated data of EWR, LGA from 2013-06 to before 2013-07 under {small.curated}\n"
    )
    assert not (small.root / "output").exists()


def test_without_from_all_months_are_used(small: Small, capsys: pytest.CaptureFixture[str]) -> None:
    assert small.run(airports="EWR", until="2013-02") == 1
    assert "of EWR from 0000-00 to before 2013-02 under" in capsys.readouterr().err


def test_files_that_are_not_those_of_the_start_end_the_step(small: Small, capsys: pytest.CaptureFixture[str]) -> None:
    assert small.run() == 0
    capsys.readouterr()
    small.write("JFK", "2013-02", small.flights("JFK", "2013-02"), "late")
    arguments = ["--airports", "JFK+LGA", "--from", "2013-01", "--until", "2013-05", "--snapshot", "s1"]
    assert prepare.main(arguments) == 1
    assert capsys.readouterr().err == (
        "1 files are not those of s1.json, such as airport=JFK/month=2013-02/late.csv.gz: "
        "the data changed after the start; start again\n"
    )


def test_a_list_of_files_that_is_missing_ends_the_step(small: Small) -> None:
    assert small.run() == 0
    with pytest.raises(FileNotFoundError):
        prepare.main(["--airports", "JFK+LGA", "--until", "2013-05", "--snapshot", "s2"])


@pytest.mark.parametrize("missing", ["--airports", "--until", "--snapshot"])
def test_an_option_that_is_missing_ends_the_step(missing: str, capsys: pytest.CaptureFixture[str]) -> None:
    given = {"--airports": "JFK", "--until": "2013-05", "--snapshot": "s1"}
    with pytest.raises(SystemExit) as caught:
        prepare.main([word for name, value in given.items() if name != missing for word in (name, value)])
    assert caught.value.code == 2
    assert f"the following arguments are required: {missing}" in capsys.readouterr().err


def test_files_are_found_by_source_and_month(small: Small) -> None:
    small.write("JFK", "2013-02", small.flights("JFK", "2013-02"), "a=b")
    small.write("JFK=", "2013-02", small.flights("JFK", "2013-02"))
    (small.curated / "airport=JFK" / "month=2013-02" / "notes.csv").write_text("")
    found = prepare.curated_files(small.curated, ["JFK"], "2013-02", "2013-04")
    names = [(month, path.relative_to(small.curated).as_posix()) for month, path in found]
    assert names == [
        ("2013-02", "airport=JFK/month=2013-02/a=b.csv.gz"),
        ("2013-02", "airport=JFK/month=2013-02/flights.csv.gz"),
        ("2013-03", "airport=JFK/month=2013-03/flights.csv.gz"),
    ]


@pytest.mark.parametrize(
    "folder",
    [
        "airport=JFK",
        "month=2013-02",
        "airport=/month=2013-02",
        "month=2013-02/airport=JFK",
        "more/airport=JFK/month=2013-02",
        "airport=JFK/month=2013-02/more",
        "airport=JFK/month=2013-02-01",
        "airport=JFK/month=",
    ],
)
def test_a_file_of_another_place_is_of_no_month(tmp_path: Path, folder: str) -> None:
    """It is listed at the start all the same, so the step ends if there is one (differs)."""
    (tmp_path / folder).mkdir(parents=True)
    (tmp_path / folder / "x.csv.gz").write_text("")
    assert prepare.curated_files(tmp_path, ["JFK", ""], "", "zzzz") == []


def test_the_split_is_in_order_of_time(contract: Contract) -> None:
    assert prepare.split_months(["2013-03", "2013-01", "2013-03", "2012-12", "2013-02"], contract) == {
        "2012-12": "train",
        "2013-01": "train",
        "2013-02": "validation",
        "2013-03": "test",
    }
    many = prepare.split_months([f"2013-{month:02d}" for month in range(1, 8)], contract)
    assert list(many.values()) == ["train"] * 5 + ["validation", "test"]
    with pytest.raises(ValueError) as caught:
        prepare.split_months(["2013-02", "2013-01", "2013-02"], contract)
    assert str(caught.value) == "only 2 month(s) of curated data (2013-01, 2013-02): 3 are needed"


def test_rows_are_dealt_out_one_by_one_across_pieces(tmp_path: Path) -> None:
    shards = prepare.Shards(tmp_path, 3)
    for piece in (pd.DataFrame({"n": [0, 1]}), pd.DataFrame({"n": [2, 3, 4, 5, 6]}), pd.DataFrame({"n": [7]})):
        shards.append(piece)
    rows = [pd.read_csv(tmp_path / f"data-{host}.csv")["n"].tolist() for host in range(3)]
    assert rows == [[0, 3, 6], [1, 4, 7], [2, 5]]
    one = prepare.Shards(tmp_path, 1)
    one.append(pd.DataFrame({"n": [1]}))
    assert (tmp_path / "data.csv").read_text() == "n\n1\n"


def test_the_state_of_a_month_continues_that_of_the_month_before_only(small: Small, contract: Contract) -> None:
    """The first flight of each month at 0:10: its windows begin in the month before."""
    for month in MONTHS:
        rows = small.flights("JFK", month)
        rows.loc[0, contract.schedule_date] = f"{month}-01"
        rows.loc[0, contract.schedule_clock] = 10.0
        small.write("JFK", month, rows)
    (small.curated / "airport=JFK" / "month=2013-02" / "flights.csv.gz").unlink()
    small.write("JFK", "2012-12", small.flights("JFK", "2012-12"))
    assert small.run("--from", "2012-12", airports="JFK", since="2012-12") == 0
    assert small.metadata["from"] == "2012-12"
    rows = pd.concat([small.read(part) for part in ("train", "validation", "test")])
    first = rows[rows[contract.schedule_clock] == 10]
    known = dict(zip(first[contract.schedule_date], first["flights_180"].notna(), strict=True))
    assert known == {"2013-01-01": True, "2013-03-01": False, "2013-04-01": True}


def test_a_file_without_a_column_is_refused(small: Small) -> None:
    small.write("JFK", "2013-04", small.flights("JFK", "2013-04").drop(columns="dest"))
    with pytest.raises(ValueError, match="dest"):
        small.run()


@pytest.mark.parametrize("path", ["a/airport=JFK/month=2013-01/x.csv.gz", "airport=JFK/m/y.csv.gz"])
def test_the_source_is_that_of_the_folder(path: str) -> None:
    assert prepare.source_of(Path(path)) == "JFK"


@pytest.mark.parametrize("hosts", ["0", "-1", "two", "", "1.5", "01"])
def test_without_a_host_no_row_would_be_written(hosts: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        prepare.main(["--airports", "JFK", "--until", "2013-05", "--snapshot", "s1", f"--hosts={hosts}"])
    assert caught.value.code == 2
    assert f"{hosts!r} is no number of hosts: without one, no row would be written" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--from", "--until"])
@pytest.mark.parametrize("month", ["", "2013", "2013-5", "2013-05-01", "nan", "zzzz-zz"])
def test_a_month_of_another_form_is_refused(option: str, month: str, capsys: pytest.CaptureFixture[str]) -> None:
    """As texts, they would be before or after every month."""
    with pytest.raises(SystemExit) as caught:
        prepare.main(["--airports", "JFK", "--until", "2013-05", "--snapshot", "s1", f"{option}={month}"])
    assert caught.value.code == 2
    assert f"{month!r} is not a month (YYYY-MM)" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("listed", "error"),
    [(None, FileNotFoundError), ("", ValueError), ("{}", KeyError), ('{"objects": [{"key": "a"}]}', KeyError)],
)
def test_a_list_of_the_files_that_cannot_be_read_is_no_list(
    tmp_path: Path, listed: str | None, error: type[Exception]
) -> None:
    if listed is not None:
        (tmp_path / "s1.json").write_text(listed)
    with pytest.raises(error):
        prepare.differs(tmp_path, [], tmp_path / "s1.json")


def test_all_files_are_compared_in_both_directions(tmp_path: Path) -> None:
    manifest = tmp_path / "s1.json"
    paths = [tmp_path / "airport=JFK" / name for name in ("a", "b")]
    paths[0].parent.mkdir()
    for path in paths:
        path.write_text("1234")
    objects = [{"key": f"curated/airport=JFK/{name}", "size": 4} for name in ("a", "b")]
    manifest.write_text(json.dumps({"objects": objects}))
    assert prepare.differs(tmp_path, paths, manifest) is None
    assert prepare.differs(tmp_path, paths[:1], manifest) == "1 files are not those of s1.json, such as airport=JFK/b"
    manifest.write_text(json.dumps({"objects": objects[:1]}))
    assert prepare.differs(tmp_path, paths, manifest) == "1 files are not those of s1.json, such as airport=JFK/b"
    manifest.write_text(json.dumps({"objects": [{**one, "size": 5} for one in objects]}))
    assert prepare.differs(tmp_path, paths, manifest) == "2 files are not those of s1.json, such as airport=JFK/a"
    # The first "airport=" is where the path in the container begins, whatever the file's name is.
    path = tmp_path / "airport=JFK" / "airport=LGA.csv.gz"
    path.write_text("1234")
    manifest.write_text(json.dumps({"objects": [{"key": "curated/airport=JFK/airport=LGA.csv.gz", "size": 4}]}))
    assert prepare.differs(tmp_path, [path], manifest) is None


@pytest.mark.parametrize("key", ["curated/JFK/a", ""])
def test_a_listed_file_without_an_airport_is_no_list(tmp_path: Path, key: str) -> None:
    (tmp_path / "s1.json").write_text(json.dumps({"objects": [{"key": key, "size": 4}]}))
    with pytest.raises(ValueError):
        prepare.differs(tmp_path, [], tmp_path / "s1.json")
