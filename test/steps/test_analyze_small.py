"""The drift analysis of a problem with two features: what it writes and says, to the last word."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from workflow import analyze as step
from workflow.analyze import analyze, leave_message, metrics, write
from workflow.contract import Contract, Feature

FEATURES = (Feature("color", "category", "reject"), Feature("size", "number", "keep"))
CSV = '{"csv": {"header": true}}'
CAPTURES = '{"sagemakerCaptureJson": {"captureIndexNames": ["endpointInput", "endpointOutput"]}}'
ROWS = "color,size\n" + "".join(f"{color},{size}\n" for color, size in zip("rgrgrg", "123456", strict=True))


@pytest.fixture()
def small(contract: Contract) -> Contract:
    return replace(contract, features=FEATURES, minimum_rows=4, seasonal=frozenset())


class Job:
    def __init__(self, root: Path, contract: Contract) -> None:
        self.root, self.contract = root, contract
        self.source, self.output = root / "source", root / "output"
        self.source.mkdir(parents=True)
        self.environment = {
            "dataset_source": str(self.source),
            "output_path": str(self.output),
            "dataset_format": CSV,
        }

    def baseline(self, rows: str = ROWS) -> None:
        """From these rows; the next run compares with it."""
        (self.source / "a.csv").write_text(rows)
        folder = self.root / "baseline"
        analyze({**self.environment, "output_path": str(folder)}, self.contract)
        (self.source / "a.csv").unlink()
        for name in ("constraints", "statistics"):
            self.environment[f"baseline_{name}"] = str(folder / f"{name}.json")

    def captures(self, *bodies: str, outputs: str = "", identifier: str = "1") -> None:
        self.environment["dataset_format"] = CAPTURES
        lines = []
        for body in bodies:
            data: dict[str, Any] = {"endpointInput": {"encoding": "CSV", "data": body}}
            if outputs:
                data["endpointOutput"] = {"encoding": "CSV", "data": outputs}
            lines.append(json.dumps({"captureData": data, "eventMetadata": {"inferenceId": identifier}}))
        with (self.source / "a.jsonl").open("a") as file:
            file.write("\n".join(lines) + "\n")

    def run(self) -> str:
        return analyze(self.environment, self.contract)

    def read(self, name: str) -> Any:
        return json.loads((self.output / f"{name}.json").read_text())


@pytest.fixture()
def job(tmp_path: Path, small: Contract) -> Job:
    return Job(tmp_path / "job", small)


def test_without_a_baseline_it_makes_one(job: Job) -> None:
    (job.source / "a.csv").write_text(ROWS)
    assert job.run() == "CompletedSuccessfully: baseline of 6 rows"
    assert sorted(path.name for path in job.output.iterdir()) == ["constraints.json", "statistics.json"]
    assert [one["name"] for one in job.read("constraints")["features"]] == ["color", "size"]
    assert job.read("statistics")["dataset"] == {"item_count": 6}


def test_no_rows_make_no_baseline(job: Job) -> None:
    (job.source / "a.csv").write_text("color,size\n")
    with pytest.raises(FileNotFoundError) as caught:
        job.run()
    assert str(caught.value) == f"no rows under {job.source}: an empty baseline would accept everything"
    assert not (job.output / "constraints.json").exists()


def test_the_same_rows_break_nothing(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    job.baseline()
    job.captures("r,1\ng,2\nr,\n", "g,4\nr,5\ng,6")
    assert job.run() == "CompletedSuccessfully: 6 rows, 0 violations"
    assert capsys.readouterr().out == ""
    assert job.read("constraint_violations") == {"violations": []}
    assert job.read("constraints") == json.loads(Path(job.environment["baseline_constraints"]).read_text())
    assert job.read("statistics")["dataset"] == {"item_count": 6}
    assert {one["name"]: one["value"] for one in job.read("metrics") if "non_null" in one["name"]} == {
        "feature_non_null_color": 1.0,
        "feature_non_null_size": pytest.approx(5 / 6),
    }


def test_rows_of_a_csv_file_are_compared_too(job: Job) -> None:
    job.baseline()
    (job.source / "a.csv").write_text(ROWS.replace("r,", "x,").replace("g,", "y,"))
    assert job.run().startswith("CompletedWithViolations: 6 rows, ")
    assert job.read("constraint_violations")["violations"]


def test_too_few_rows_are_not_evaluated_and_it_says_so(job: Job) -> None:
    job.baseline()
    job.captures("x,1\n", "x,2\n", "x,3\n")
    assert job.run() == "CompletedSuccessfully: 3 rows, 0 violations; not evaluated: 4 rows are needed"
    job.captures("x,3\n")
    message = job.run()
    assert message.startswith("CompletedWithViolations: 4 rows, ")
    assert "not evaluated" not in message


def test_without_a_row_the_features_count_as_missing_nothing(job: Job) -> None:
    job.baseline()
    job.captures("r,1", identifier="smoke-test-1")
    assert job.run() == "CompletedSuccessfully: 0 rows, 0 violations; not evaluated: 4 rows are needed"
    assert [one["value"] for one in job.read("metrics") if "non_null" in one["name"]] == [0.0, 0.0]


def test_one_row_that_has_everything_is_complete(job: Job) -> None:
    job.baseline()
    job.captures("r,1")
    job.run()
    assert [one["value"] for one in job.read("metrics") if "non_null" in one["name"]] == [1.0, 1.0]


def test_smoke_tests_are_counted_and_left_out(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    job.baseline()
    job.captures("r,1\ng,2\nr,3\ng,4\nr,5\ng,6")
    job.captures("x,1\n", "x,2\n", identifier="smoke-test-1")
    assert job.run() == "CompletedSuccessfully: 6 rows, 0 violations"
    assert capsys.readouterr().out == "2 captures of smoke tests were left out: they are not traffic\n"


def test_rows_that_cannot_be_analyzed_are_a_violation(job: Job, capsys: pytest.CaptureFixture[str]) -> None:
    job.baseline()
    job.captures("r,1\ng", "r,1,2\ng,2")
    with (job.source / "a.jsonl").open("a") as file:
        file.write("{\n")
    # Two rows and three that are none are not fewer than four.
    message = job.run()
    description = "1 captures could not be read, 2 rows had another width"
    assert capsys.readouterr().out == f"3 captured rows were not analyzed: {description}\n"
    assert message == "CompletedWithViolations: 2 rows, 1 violations; not evaluated: 4 rows are needed"
    assert job.read("constraint_violations")["violations"] == [
        {"feature_name": "", "constraint_check_type": "data_type_check", "description": description}
    ]


@pytest.mark.parametrize(("good", "found"), [(2, 0), (3, 1)])
def test_one_row_that_cannot_be_analyzed_among_few_says_nothing(job: Job, good: int, found: int) -> None:
    job.baseline()
    job.captures("\n".join([*["r,1", "g,2", "r,3"][:good], "g"]))
    assert job.run().split(";")[0].endswith(f" {good} rows, {found} violations")


@pytest.mark.parametrize("known", [True, False])
def test_predictions_are_compared_if_the_baseline_has_them(job: Job, known: bool) -> None:
    job.baseline()
    if known:
        for name, document in (("constraints", "features"), ("statistics", "features")):
            path = Path(job.environment[f"baseline_{name}"])
            content = json.loads(path.read_text())
            extra = json.loads(json.dumps(content[document]).replace('"size"', '"probability"'))
            content[document] += [one for one in extra if one["name"] == "probability"]
            path.write_text(json.dumps(content))
    job.captures("r,1", "g,2", "r,3", "g,4", outputs="0.5,on_time,v1")
    job.run()
    features = job.read("statistics")["features"]
    assert [one["name"] for one in features] == (["probability", "color", "size"] if known else ["color", "size"])
    if known:
        assert features[0]["numerical_statistics"]["common"] == {"num_present": 4, "num_missing": 0}
        assert features[0]["numerical_statistics"]["mean"] == 0.5


def test_another_format_is_refused_with_its_names(job: Job) -> None:
    job.environment["dataset_format"] = '{"parquet": {}, "avro": {}}'
    with pytest.raises(ValueError) as caught:
        job.run()
    assert str(caught.value) == "dataset_format ['avro', 'parquet'] is not supported: use csv or sagemakerCaptureJson"


def test_statistics_without_constraints_are_refused(job: Job) -> None:
    job.baseline()
    del job.environment["baseline_constraints"]
    (job.source / "a.csv").write_text(ROWS)
    with pytest.raises(KeyError) as caught:
        job.run()
    assert caught.value.args == (
        "baseline_constraints is missing in the environment, and baseline_statistics is there",
    )
    assert not job.output.exists()


@pytest.mark.parametrize("lost", ["dataset_source", "output_path", "dataset_format", "baseline_statistics"])
def test_a_variable_that_is_missing_is_named(job: Job, lost: str) -> None:
    job.baseline()
    del job.environment[lost]
    with pytest.raises(KeyError, match=f"^'{lost}'$"):
        job.run()


def test_metrics_have_the_names_of_model_monitor() -> None:
    assert metrics({"size": 0.25}, {"color": 1.0}) == [
        {"name": "feature_baseline_drift_size", "value": 0.25, "unit": "None"},
        {"name": "feature_non_null_color", "value": 1.0, "unit": "None"},
    ]


def test_a_document_is_written_into_its_folder_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    for _ in range(2):
        write(folder, "c.json", {"d": [1]})
    assert (folder / "c.json").read_text() == '{\n "d": [\n  1\n ]\n}'
    with pytest.raises(ValueError):
        write(folder, "nan.json", float("nan"))
    assert not (folder / "nan.json").exists()


def test_the_message_is_printed_and_left_where_the_service_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WORKFLOW_PROCESSING_ROOT", str(tmp_path / "x" / "ml" / "processing"))
    for _ in range(2):
        leave_message("Completed")
    assert (tmp_path / "x" / "ml" / "output" / "message").read_text() == "Completed"
    assert capsys.readouterr().out == "Completed\nCompleted\n"


def test_the_step_analyzes_what_its_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contract: Contract
) -> None:
    def analyzed(environment: Any, found: Contract) -> str:
        assert (environment["dataset_source"], found) == ("there", contract)
        return "Completed"

    monkeypatch.setenv("WORKFLOW_PROCESSING_ROOT", str(tmp_path / "ml" / "processing"))
    monkeypatch.setenv("dataset_source", "there")
    monkeypatch.setattr(step, "analyze", analyzed)
    assert step.main([]) == 0
    assert (tmp_path / "ml" / "output" / "message").read_text() == "Completed"
