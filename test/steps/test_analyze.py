from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from workflow.analyze import analyze, main
from workflow.contract import Contract

DATA = Path(__file__).resolve().parents[2] / "data"
CAPTURE = '{"sagemakerCaptureJson": {"captureIndexNames": ["endpointInput", "endpointOutput"]}}'


@pytest.fixture()
def baseline(tmp_path: Path, flights: pd.DataFrame, contract: Contract) -> Path:
    source = tmp_path / "baseline-input"
    source.mkdir()
    flights[contract.columns].head(4000).to_csv(source / "data.csv", index=False)
    analyze(
        {
            "dataset_format": '{"csv": {"header": true}}',
            "dataset_source": str(source),
            "output_path": str(tmp_path / "baseline"),
        },
        contract,
    )
    return tmp_path / "baseline"


def capture(body: str, encoding: str = "CSV", content_type: str = "text/csv", inference_id: str | None = None) -> str:
    data = base64.b64encode(body.encode()).decode() if encoding == "BASE64" else body
    record = {
        "observedContentType": content_type,
        "mode": "INPUT",
        "data": data,
        "encoding": encoding,
    }
    metadata = {"eventId": "1"} if inference_id is None else {"eventId": "1", "inferenceId": inference_id}
    return json.dumps({"captureData": {"endpointInput": record}, "eventMetadata": metadata, "eventVersion": "0"}) + "\n"


def run(tmp_path: Path, baseline: Path, contract: Contract, *lines: str) -> tuple[str, list[dict[str, str]]]:
    source = tmp_path / "captures"
    source.mkdir(exist_ok=True)
    (source / "00-00.jsonl").write_text("".join(lines))
    output = tmp_path / "results"
    message = analyze(
        {
            "dataset_format": CAPTURE,
            "dataset_source": str(source),
            "output_path": str(output),
            "baseline_constraints": str(baseline / "constraints.json"),
            "baseline_statistics": str(baseline / "statistics.json"),
        },
        contract,
    )
    return message, json.loads((output / "constraint_violations.json").read_text())["violations"]


def csv(frame: pd.DataFrame, contract: Contract) -> str:
    return frame[contract.columns].to_csv(index=False, header=False)


def kinds(violations: list[dict[str, str]]) -> set[tuple[str, str]]:
    return {(one["feature_name"], one["constraint_check_type"]) for one in violations}


def test_the_baseline_describes_every_feature(baseline: Path, contract: Contract) -> None:
    statistics: dict[str, Any] = json.loads((baseline / "statistics.json").read_text())
    constraints: dict[str, Any] = json.loads((baseline / "constraints.json").read_text())
    assert [feature["name"] for feature in statistics["features"]] == contract.columns
    assert [feature["name"] for feature in constraints["features"]] == contract.columns
    distance = next(one for one in statistics["features"] if one["name"] == "distance")
    assert distance["inferred_type"] == "Integral"
    assert distance["numerical_statistics"]["common"] == {
        "num_present": 4000,
        "num_missing": 0,
    }
    assert sum(bucket["count"] for bucket in distance["numerical_statistics"]["distribution"]["kll"]["buckets"]) == 4000


def test_traffic_like_training_has_no_violation(
    tmp_path: Path, baseline: Path, flights: pd.DataFrame, contract: Contract
) -> None:
    message, found = run(tmp_path, baseline, contract, capture(csv(flights.tail(1500), contract)))
    assert found == []
    assert message == "CompletedSuccessfully: 1500 rows, 0 violations"


def test_the_smoke_test_of_a_release_is_no_traffic(
    tmp_path: Path, baseline: Path, flights: pd.DataFrame, contract: Contract
) -> None:
    usual = capture(csv(flights.tail(1500), contract), inference_id="client-1")
    same_flight_again = pd.concat([flights.head(1)] * 1500)
    message, found = run(
        tmp_path, baseline, contract, usual, capture(csv(same_flight_again, contract), inference_id="smoke-test-1")
    )
    assert found == []
    assert message == "CompletedSuccessfully: 1500 rows, 0 violations"


def test_an_hour_with_nothing_but_a_smoke_test_breaks_no_constraint(
    tmp_path: Path, baseline: Path, contract: Contract
) -> None:
    message, found = run(tmp_path, baseline, contract, capture("this,is,no,flight\n", inference_id="smoke-test-1"))
    assert (message, found) == (
        f"CompletedSuccessfully: 0 rows, 0 violations; not evaluated: {contract.minimum_rows} rows are needed",
        [],
    )


def test_another_mix_of_routes_is_drift(
    tmp_path: Path, baseline: Path, flights: pd.DataFrame, contract: Contract
) -> None:
    short = flights[flights["distance"] < 500]
    _, found = run(tmp_path, baseline, contract, capture(csv(short.head(1000), contract)))
    assert ("distance", "baseline_drift_check") in kinds(found)


def test_values_training_never_saw_are_reported(
    tmp_path: Path, baseline: Path, flights: pd.DataFrame, contract: Contract
) -> None:
    rows = flights.tail(1000).copy()
    rows.loc[rows.index[:100], "carrier"] = "ZZ"
    _, found = run(tmp_path, baseline, contract, capture(csv(rows, contract)))
    assert kinds(found) == {("carrier", "categorical_values_check")}


def test_a_handful_of_rows_proves_no_drift(
    tmp_path: Path, baseline: Path, flights: pd.DataFrame, contract: Contract
) -> None:
    short = flights[flights["distance"] < 500].head(contract.minimum_rows - 1)
    message, found = run(tmp_path, baseline, contract, capture(csv(short, contract)))
    assert found == []
    assert message.endswith(f"not evaluated: {contract.minimum_rows} rows are needed")


def test_fewer_rows_than_the_minimum_decide_nothing_of_any_kind(
    tmp_path: Path, baseline: Path, flights: pd.DataFrame, contract: Contract
) -> None:
    # All at once: an unseen value, text for a number, no value, a line that is not JSON, a row of another width.
    rows = flights.tail(contract.minimum_rows).astype({"distance": "str"})
    rows = rows.assign(manufacturer="ZEPPELIN", distance="far", dest=None)
    few = (capture(csv(rows.head(5), contract)), "not json\n", capture("1,2,3"))
    assert run(tmp_path, baseline, contract, *few)[1] == []
    _, found = run(tmp_path, baseline, contract, capture(csv(rows, contract)), "not json\n")
    assert {
        ("manufacturer", "categorical_values_check"),
        ("distance", "data_type_check"),
        ("dest", "completeness_check"),
        ("", "data_type_check"),
    } <= kinds(found)


def test_a_season_is_no_drift(tmp_path: Path, baseline: Path, flights: pd.DataFrame, contract: Contract) -> None:
    hot = flights.tail(1000).assign(temp=95.0)
    _, found = run(tmp_path, baseline, contract, capture(csv(hot, contract)))
    assert ("temp", "baseline_drift_check") not in kinds(found)


def test_text_where_numbers_belong_is_a_type_violation(
    tmp_path: Path, baseline: Path, flights: pd.DataFrame, contract: Contract
) -> None:
    rows = flights.tail(1000).astype({"distance": "str"})
    rows.loc[rows.index[:5], "distance"] = "far"
    _, found = run(tmp_path, baseline, contract, capture(csv(rows, contract)))
    assert ("distance", "data_type_check") in kinds(found)


def test_a_required_value_that_is_missing_is_incomplete(
    tmp_path: Path, baseline: Path, flights: pd.DataFrame, contract: Contract
) -> None:
    rows = flights.tail(1000).copy()
    rows.loc[rows.index[:5], "dest"] = None
    _, found = run(tmp_path, baseline, contract, capture(csv(rows, contract)))
    assert ("dest", "completeness_check") in kinds(found)


def test_json_and_base64_captures_are_read_like_csv(
    tmp_path: Path, baseline: Path, flights: pd.DataFrame, contract: Contract
) -> None:
    row = flights[contract.columns].dropna().head(1)
    body = json.dumps({"instances": json.loads(row.to_json(orient="records"))})
    lines = (
        capture(csv(row, contract), "BASE64"),
        capture(body, "JSON", "application/json"),
    )
    message, found = run(tmp_path, baseline, contract, *lines)
    assert message.startswith("CompletedSuccessfully: 2 rows")
    assert found == []


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_requests_are_read_as_serving_reads_them(
    tmp_path: Path, baseline: Path, flights: pd.DataFrame, contract: Contract, mark: str, line_end: str
) -> None:
    rows = flights[contract.columns].tail(contract.minimum_rows)
    body = mark + csv(rows, contract).replace("\n", line_end) + line_end
    document = mark + json.dumps({"instances": json.loads(rows.to_json(orient="records"))})
    for lines in (
        [capture(body)],
        [capture(body, "BASE64")],
        [capture(document, "JSON", "application/json")],
        [capture(document, "BASE64", "application/json; charset=utf-8")],
    ):
        message, found = run(tmp_path, baseline, contract, *lines)
        # The carrier is the first value of a row: a mark would make it one that training never saw.
        assert not {("carrier", "categorical_values_check"), ("", "data_type_check")} & kinds(found)
        assert f": {contract.minimum_rows} rows," in message


def test_missing_and_unknown_columns_are_named(
    tmp_path: Path, baseline: Path, flights: pd.DataFrame, contract: Contract
) -> None:
    row = json.loads(flights[contract.columns].dropna().head(1).to_json(orient="records"))[0]
    del row["visib"]
    row["humor"] = 1
    _, found = run(
        tmp_path,
        baseline,
        contract,
        capture(json.dumps({"instances": [row] * contract.minimum_rows}), "JSON", "application/json"),
    )
    row_with_extra = {**row, "visib": 10}
    _, also = run(
        tmp_path,
        baseline,
        contract,
        capture(json.dumps({"instances": [row_with_extra] * contract.minimum_rows}), "JSON", "application/json"),
    )
    assert ("visib", "missing_column_check") in kinds(found)
    assert ("humor", "extra_column_check") in kinds(also)


def test_captures_that_cannot_be_read_are_counted_not_dropped(
    tmp_path: Path, baseline: Path, flights: pd.DataFrame, contract: Contract
) -> None:
    _, found = run(
        tmp_path,
        baseline,
        contract,
        "not json\n",
        capture("1,2,3"),
        capture(csv(flights.tail(300), contract)),
    )
    assert found[-1]["description"] == "1 captures could not be read, 1 rows had another width"


def test_metrics_carry_model_monitors_names(
    tmp_path: Path, baseline: Path, flights: pd.DataFrame, contract: Contract
) -> None:
    run(tmp_path, baseline, contract, capture(csv(flights.tail(500), contract)))
    names = {one["name"] for one in json.loads((tmp_path / "results" / "metrics.json").read_text())}
    assert {"feature_baseline_drift_carrier", "feature_non_null_dest"} <= names


def test_a_baseline_of_nothing_is_refused(tmp_path: Path, contract: Contract) -> None:
    environment = {
        "dataset_format": '{"csv": {}}',
        "dataset_source": str(tmp_path),
        "output_path": str(tmp_path / "out"),
    }
    with pytest.raises(FileNotFoundError, match="no rows"):
        analyze(environment, contract)


def test_a_deeply_nested_capture_is_counted_as_unreadable(
    tmp_path: Path, baseline: Path, flights: pd.DataFrame, contract: Contract
) -> None:
    nested = capture("[" * 100_000, "JSON", "application/json")
    _, found = run(tmp_path, baseline, contract, nested, capture(csv(flights.tail(300), contract)))
    assert found[-1]["description"].startswith("1 captures could not be read")


@pytest.mark.parametrize("key", ["monitoring_config_overrides", "monitoringConfigOverrides"])
def test_constraints_that_a_person_loosened_are_respected(
    tmp_path: Path, baseline: Path, flights: pd.DataFrame, contract: Contract, key: str
) -> None:
    path = baseline / "constraints.json"
    constraints = json.loads(path.read_text())
    for one in constraints["features"]:
        one[key] = {"distribution_constraints": {"perform_comparison": "Disabled"}}
    path.write_text(json.dumps(constraints))
    short = flights[flights["distance"] < 500]
    _, found = run(tmp_path, baseline, contract, capture(csv(short.head(1000), contract)))
    assert not [one for one in found if one["constraint_check_type"] == "baseline_drift_check"]


def test_every_violation_has_the_three_published_fields(
    tmp_path: Path, baseline: Path, flights: pd.DataFrame, contract: Contract
) -> None:
    rows = flights.tail(1000).assign(carrier="ZZ")
    _, found = run(tmp_path, baseline, contract, capture(csv(rows, contract)))
    assert found
    assert all(set(one) == {"feature_name", "constraint_check_type", "description"} for one in found)


@pytest.mark.parametrize(("airport", "drifts"), [("jfk", False), ("lga", True)])
def test_the_other_airport_drifts_and_the_known_one_does_not(
    tmp_path: Path, contract: Contract, airport: str, drifts: bool
) -> None:
    def month(name: str, first: str, last: str) -> pd.DataFrame:
        frame = pd.read_csv(DATA / f"flights-{name}.csv.gz", dtype="str", keep_default_na=False)
        # The state of each airport is its own, and watched for its type only.
        frame[contract.state.columns] = ""
        return frame[frame["date"].between(first, last)]

    source = tmp_path / "training"
    source.mkdir()
    month("jfk", "2013-01-01", "2013-04-30")[contract.columns].iloc[::5].to_csv(source / "data.csv", index=False)
    environment = {
        "dataset_format": '{"csv": {"header": true}}',
        "dataset_source": str(source),
        "output_path": str(tmp_path / "known"),
    }
    analyze(environment, contract)
    requests = month(airport, "2013-09-01", "2013-09-30").iloc[::10]
    _, found = run(tmp_path, tmp_path / "known", contract, capture(csv(requests, contract)))
    if drifts:
        assert {("distance", "baseline_drift_check"), ("carrier", "baseline_drift_check")} <= kinds(found)
    else:
        assert found == []


def test_an_unknown_data_format_is_refused_by_name(tmp_path: Path, contract: Contract) -> None:
    environment = {"dataset_format": '{"parquet": {}}', "dataset_source": str(tmp_path), "output_path": str(tmp_path)}
    with pytest.raises(ValueError, match="parquet"):
        analyze(environment, contract)


def test_the_step_leaves_its_message_where_the_service_reads_it(
    tmp_path: Path, flights: pd.DataFrame, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "ml" / "processing"
    source = root / "input"
    source.mkdir(parents=True)
    flights[contract.columns].head(50).to_csv(source / "data.csv", index=False)
    for name, value in {
        "WORKFLOW_PROCESSING_ROOT": str(root),
        "dataset_format": '{"csv": {"header": true}}',
        "dataset_source": str(source),
        "output_path": str(root / "output"),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("baseline_constraints", raising=False)
    assert main([]) == 0
    assert (tmp_path / "ml" / "output" / "message").read_text() == "CompletedSuccessfully: baseline of 50 rows"


def test_a_baseline_without_its_constraints_is_not_replaced(tmp_path: Path, contract: Contract) -> None:
    """Without the variable the analysis would write a new baseline from the hour's traffic, and find no violation."""
    environment = {
        "dataset_format": CAPTURE,
        "dataset_source": str(tmp_path),
        "output_path": str(tmp_path / "out"),
        "baseline_statistics": str(tmp_path / "statistics.json"),
    }
    with pytest.raises(KeyError, match="baseline_constraints is missing in the environment"):
        analyze(environment, contract)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("lost", ["dataset_format", "dataset_source", "output_path", "baseline_statistics"])
def test_a_missing_variable_is_named(tmp_path: Path, contract: Contract, lost: str) -> None:
    (tmp_path / "constraints.json").write_text('{"features": [{"name": "probability"}]}')
    environment = {
        "dataset_format": CAPTURE,
        "dataset_source": str(tmp_path / "captures"),
        "output_path": str(tmp_path / "out"),
        "baseline_constraints": str(tmp_path / "constraints.json"),
        "baseline_statistics": str(tmp_path / "statistics.json"),
    }
    (tmp_path / "captures").mkdir()
    del environment[lost]
    with pytest.raises(KeyError, match=lost):
        analyze(environment, contract)
    assert not (tmp_path / "out" / "constraint_violations.json").exists()


@pytest.mark.parametrize("content", ["", "{", "null", "[]", "{}"])
@pytest.mark.parametrize("name", ["constraints.json", "statistics.json"])
def test_a_baseline_that_is_nonsense_gives_no_result(
    tmp_path: Path, baseline: Path, contract: Contract, name: str, content: str
) -> None:
    (baseline / name).write_text(content)
    with pytest.raises((ValueError, KeyError, TypeError)):
        run(tmp_path, baseline, contract, capture("1,2,3"))
    assert not (tmp_path / "results" / "constraint_violations.json").exists()
