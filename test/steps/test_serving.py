from __future__ import annotations

import importlib
import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xgboost
from sagemaker_containers.beta.framework import worker
from workflow import serving
from workflow.contract import Contract
from workflow.features import Encoder
from workflow.model import Model
from workflow.replies import ServingError
from workflow.serving import input_fn, output_fn, predict_fn, reply


@pytest.fixture(scope="module")
def model(flights: pd.DataFrame, contract: Contract) -> Model:
    encoder = Encoder.fit(flights, contract)
    inputs = encoder.transform(flights, contract)
    types = encoder.feature_types(contract)
    matrix = xgboost.DMatrix(
        inputs.to_numpy(),
        label=flights["disrupted"],
        feature_names=list(inputs.columns),
        feature_types=types,
    )
    return Model(
        xgboost.train({"objective": "binary:logistic", "max_depth": 4}, matrix, 10),
        encoder,
        0.3,
    )


@pytest.fixture()
def row(flights: pd.DataFrame, contract: Contract) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(flights[contract.columns].dropna().head(1).to_json(orient="records"))[0]
    return record


def body(*rows: dict[str, Any]) -> bytes:
    return json.dumps({"instances": list(rows)}).encode()


def csv(row: dict[str, Any], contract: Contract) -> bytes:
    return ",".join("" if row[name] is None else str(row[name]) for name in contract.columns).encode()


def test_csv_and_json_give_the_same_prediction(model: Model, row: dict[str, Any], contract: Contract) -> None:
    first = predict_fn(input_fn(csv(row, contract), "text/csv"), model)
    second = predict_fn(input_fn(body(row), "application/json; charset=utf-8"), model)
    assert first == second


def test_the_endpoint_scores_as_training_did(model: Model, flights: pd.DataFrame, contract: Contract) -> None:
    rows = flights.head(500)
    served = predict_fn(
        input_fn(rows[contract.columns].to_csv(index=False, header=False), "text/csv"),
        model,
    )
    np.testing.assert_allclose(
        [probability for probability, _ in served],
        model.score(rows, contract),
        rtol=1e-6,
    )


def test_the_decision_follows_the_threshold_and_names_the_version(
    model: Model, row: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODEL_VERSION", "7")
    content, kind = output_fn([(0.31, "disrupted"), (0.1, "on_time")], "application/json")
    assert kind == "application/json"
    assert json.loads(content)["predictions"][0] == {
        "probability": 0.31,
        "decision": "disrupted",
        "model_version": "7",
    }
    assert output_fn([(0.5, "disrupted")], "text/csv")[0] == "0.500000,disrupted,7\n"


def test_ten_thousand_rows_are_one_request(model: Model, row: dict[str, Any], contract: Contract) -> None:
    lines = b"\n".join([csv(row, contract)] * 10_000)
    assert len(predict_fn(input_fn(lines, "text/csv"), model)) == 10_000


def refused(content: bytes | str, content_type: str = "text/csv") -> ServingError:
    with pytest.raises(ServingError) as error:
        input_fn(content, content_type)
    return error.value


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"1,2,3", "row 1 has 3 values"),
        (b"\xff\xfe", "not UTF-8"),
        (b'"unclosed', "not CSV"),
    ],
)
def test_a_csv_body_that_is_none_is_a_400(content: bytes, message: str) -> None:
    error = refused(content)
    assert error.status_code == 400
    assert message in error.message


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"[]",
        b'{"instances": []}',
        b'{"instances": [1]}',
        b'{"instances": [{"carrier": NaN}]}',
        b"[" * 100_000,
    ],
)
def test_a_json_body_that_is_none_is_a_400(content: bytes) -> None:
    assert refused(content, "application/json").status_code == 400


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("distance", "far", "not a number"),
        ("distance", "1_000", "not a number"),
        ("distance", "\uff11\uff12", "not a number"),
        ("distance", 1e12, "outside 50 to 6000"),
        ("distance", None, "a value is required"),
        ("temp", "nan", "not a number"),
        ("temp", "inf", "not a number"),
        ("temp", True, "is not a number"),
        ("sched_dep_time", 1275, "not a time of day"),
        ("date", "2013-02-30", "not a date"),
        ("date", "20130701", "not a date"),
        ("date", 20130701, "not a date"),
        ("date", "1500-01-01", "outside the years 1900 to 2199"),
        ("date", "9999-01-01", "outside the years 1900 to 2199"),
        ("dest", 7, "expected a short text"),
        ("dest", "A\x00B", "expected a short text"),
        ("carrier", ["AA"], "is not a category"),
        ("carrier", {"a": 1}, "is not a category"),
        ("carrier", "\u2708\ufe0f", "is not of the form"),
        ("carrier", "b6", "is not of the form"),
        ("dest", "A\u200bB", "is not of the form"),
        ("dest", "\x1b[31m", "expected a short text"),
        ("dest", "A" * 1_000_000, "expected a short text"),
        ("temp", "NaN", "not a number"),
        ("temp", "-Infinity", "not a number"),
        ("temp", 10**400, "not a number"),
        ("temp", " 64", "not a number"),
        ("seats", 178.5, "not a whole number"),
        ("manufacturer", "AIRBUS\tINDUSTRIE", "expected a short text"),
        ("manufacturer", "AIRBUS\ufffd", "expected a short text"),
        ("temp", "\u0663", "not a number"),
    ],
)
def test_a_bad_value_is_refused_with_its_place(row: dict[str, Any], column: str, value: Any, message: str) -> None:
    error = refused(body(row, {**row, column: value}), "application/json")
    assert error.status_code == 400
    assert error.message.startswith(f"row 2, column {column}")
    assert message in error.message


def test_columns_in_another_order_are_refused_where_they_first_do_not_fit(
    row: dict[str, Any], contract: Contract
) -> None:
    swapped = [row[name] for name in contract.columns]
    swapped[0], swapped[1] = swapped[1], swapped[0]
    assert refused(",".join(map(str, swapped)).encode()).message.startswith("row 1, column carrier: ")


@pytest.mark.parametrize(("change", "width"), [(-1, 25), (1, 27)])
def test_a_value_too_few_or_too_many_is_refused_with_the_columns_expected(
    row: dict[str, Any], contract: Contract, change: int, width: int
) -> None:
    values = ([str(row[name]) for name in contract.columns] + ["1"])[: len(contract.columns) + change]
    error = refused(",".join(values).encode())
    assert error.message.startswith(f"row 1 has {width} values, expected 26: carrier,dest,date")


def test_free_text_of_any_script_is_scored_as_a_value_that_training_never_saw(
    model: Model, row: dict[str, Any]
) -> None:
    [(probability, _)] = predict_fn(
        input_fn(body({**row, "manufacturer": "\u30e6\u30cb\u30b3\u30fc\u30c9 \U0001f6eb"}), "application/json"), model
    )
    assert 0 < probability < 1


def test_missing_and_unknown_columns_are_named(row: dict[str, Any]) -> None:
    changed = {key: value for key, value in row.items() if key != "dest"} | {"mood": 1}
    assert refused(body(changed), "application/json").message == "row 1: unknown columns mood; missing columns dest"


def test_other_formats_are_refused_by_their_status() -> None:
    assert refused(b"x", "application/xml").status_code == 415
    with pytest.raises(ServingError) as error:
        output_fn([], "image/png")
    assert error.value.status_code == 406


def test_a_value_that_may_be_missing_may_be_missing(model: Model, row: dict[str, Any], contract: Contract) -> None:
    assert (
        len(
            predict_fn(
                input_fn(
                    csv({**row, "built": None, "manufacturer": None}, contract),
                    "text/csv",
                ),
                model,
            )
        )
        == 1
    )


def test_a_byte_order_mark_is_not_part_of_the_first_value(row: dict[str, Any], contract: Contract) -> None:
    text = "\ufeff" + csv(row, contract).decode()
    assert input_fn(text, "text/csv")["carrier"].tolist() == [row["carrier"]]
    assert input_fn(text.encode(), "text/csv")["carrier"].tolist() == [row["carrier"]]


def test_an_airline_that_training_never_saw_is_scored_all_the_same(model: Model, row: dict[str, Any]) -> None:
    [(probability, _)] = predict_fn(input_fn(body({**row, "carrier": "ZZ"}), "application/json"), model)
    assert 0 < probability < 1


def test_a_refusal_is_logged_without_the_callers_values(
    model: Model, row: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    refusal = reply(model, body({**row, "distance": "jane.doe@example.org"}), "application/json", "text/csv")
    assert "jane.doe@example.org" in json.loads(refusal.body)["error"]
    line = capsys.readouterr().err
    assert json.loads(line) == {
        "level": "WARN",
        "event": "request refused",
        "stage": "input_fn",
        "status": 400,
    }


def test_a_failure_is_logged_by_kind_and_place_and_returned_without_its_text(
    row: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    class Broken:
        def score(self, *_: Any) -> Any:
            raise ValueError("could not convert jane.doe@example.org")

    failed = reply(Broken(), body(row), "application/json", "text/csv")
    assert (failed.status, failed.content_type) == (500, "application/json")
    line = capsys.readouterr().err
    logged = json.loads(line)
    assert (logged["level"], logged["stage"], logged["error"]) == (
        "ERROR",
        "predict_fn",
        "ValueError",
    )
    assert any("score" in place for place in logged["at"])
    assert "jane" not in line + failed.body


def test_the_image_gets_a_response_with_the_status(model: Model, row: dict[str, Any], contract: Contract) -> None:
    """Not an exception: the image would make a 500 of it, whatever it says."""
    for content, kind, accept, status in (
        (csv(row, contract), "text/csv", "text/csv", 200),
        (b"1,2", "text/csv", "text/csv", 400),
        (b"{", "application/json", "text/csv", 400),
        (b"x", "application/xml", "text/csv", 415),
        (csv(row, contract), "text/csv", "image/png", 406),
    ):
        response = serving.transform_fn(model, content, kind, accept)
        assert isinstance(response, worker.Response)
        assert response.status_code == status
        assert response.mimetype == ("text/csv" if status == 200 else "application/json")


@pytest.mark.parametrize("module", ["inference", "features_inference", "model_inference"])
def test_the_scripts_export_what_the_images_take_and_nothing_beside_it(module: str) -> None:
    exported = importlib.import_module(module)
    assert all(hasattr(exported, name) for name in ("model_fn", "transform_fn"))
    assert not any(hasattr(exported, name) for name in ("input_fn", "predict_fn", "output_fn"))


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "application/json"),
        ("*/*", "application/json"),
        ("application/*", "application/json"),
        ("text/*", "text/csv"),
        ("text/html, application/json;q=0.9, */*;q=0.8", "application/json"),
        ("text/csv;q=0, application/json", "application/json"),
        ("text/csv;q=0, */*", "application/json"),
        ("application/json;q=0.1, text/csv; q=0.2", "text/csv"),
        ("text/csv, application/json", "text/csv"),
        ("application/json, text/csv", "application/json"),
        ("TEXT/CSV; charset=utf-8", "text/csv"),
        ("application/json;q=0, text/csv;q=0.001", "text/csv"),
        ("image/png", None),
        ("text/csv;q=0", None),
        ("text/csv;q=much", None),
        ("application/json;q=0, text/html", None),
    ],
)
def test_the_response_has_the_type_that_the_caller_prefers(accept: str, kind: str | None) -> None:
    if kind is None:
        with pytest.raises(ServingError) as refused:
            output_fn([], accept)
        assert refused.value.status_code == 406
    else:
        assert output_fn([(0.5, "disrupted")], accept)[1] == kind


@pytest.mark.parametrize("content_type", ["text/csv", "text/csv; charset=utf-8"])
def test_bytes_that_are_no_utf8_are_refused_even_after_the_image_decoded_them(
    content_type: str, row: dict[str, Any], contract: Contract
) -> None:
    """The image decodes text/csv itself and puts U+FFFD where it cannot; a charset makes it hand over the bytes."""
    sent = csv({**row, "manufacturer": "AIRB\u00dcS"}, contract).decode().encode("latin-1")
    handed = sent.decode("utf-8", "replace") if content_type == "text/csv" else sent
    assert refused(handed, content_type).status_code == 400


class TestBatch:
    @pytest.fixture(autouse=True)
    def transform_job(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SAGEMAKER_BATCH", "true")
        monkeypatch.setenv("MODEL_VERSION", "7")

    def scored(self, model: Model, text: str) -> list[list[str]]:
        content, _ = output_fn(predict_fn(input_fn(text, "text/csv"), model), "text/csv")
        return [line.split(",") for line in content.splitlines()]

    def test_a_bad_row_is_refused_by_itself(self, model: Model, row: dict[str, Any], contract: Contract) -> None:
        good = csv(row, contract).decode()
        bad = csv({**row, "distance": "far"}, contract).decode()
        alone = self.scored(model, good)[0]
        found = self.scored(model, f'{bad}\n{good}\n{bad}\nB6,MIA\n\n{good}\n"open\n')
        assert found[1] == found[5] == alone
        assert found[0] == found[2] == ["", "column distance: 'far' is not a number", "7"]
        assert [one[0] for one in found] == ["", alone[0], "", "", "", alone[0], ""]
        assert all(len(one) == 3 for one in found)
        assert found[3][1].startswith("has 2 values; expected")
        assert found[4][1] == "the row is empty"
        assert "not CSV" in found[6][1]

    def test_the_predictions_are_the_same_whatever_is_read_at_once(
        self, row: dict[str, Any], contract: Contract, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        good = csv(row, contract).decode()
        other = csv({**row, "carrier": "ZZ", "wind_gust": None}, contract).decode()
        text = f'x\ny\n{good}\n{other}\n{other}\n"open\n{good}"\n\n{other}\nx\n{good}\n'
        monkeypatch.setattr(serving, "LINES", 1_000)
        whole = input_fn(text, "text/csv")
        assert (len(whole), len(whole.attrs["refused"])) == (5, 6)
        for lines in (1, 2, 3, 5):
            monkeypatch.setattr(serving, "LINES", lines)
            found = input_fn(text, "text/csv")
            pd.testing.assert_frame_equal(found, whole)
            assert found.attrs == whole.attrs

    def test_a_file_of_bad_rows_only_gets_a_response(self, model: Model) -> None:
        assert [one[0] for one in self.scored(model, "x\ny\n")] == ["", ""]

    def test_a_request_to_an_endpoint_is_still_refused_as_a_whole(
        self, row: dict[str, Any], contract: Contract, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("SAGEMAKER_BATCH")
        with pytest.raises(ServingError, match="row 2"):
            input_fn(csv(row, contract) + b"\n" + csv({**row, "distance": "far"}, contract), "text/csv")


@pytest.mark.parametrize(
    "value",
    ["x" * 5_000_000, 10**4000, [[0] * 1_000_000]],
    ids=["text", "digits", "a list"],
)
def test_a_message_stays_short_whatever_was_sent(row: dict[str, Any], value: Any) -> None:
    for column in ("carrier", "date", "distance", "sched_dep_time"):
        assert len(refused(body({**row, column: value}), "application/json").message) < 250
    assert len(refused(body({**row, "x" * 5_000_000: 1}), "application/json").message) < 250


@pytest.mark.parametrize("depth", range(100, 1000, 100))
def test_a_value_nested_almost_too_deep_is_refused_like_any_other(row: dict[str, Any], depth: int) -> None:
    nested = body({**row, "distance": "HERE"}).replace(b'"HERE"', b"[" * depth + b"]" * depth)
    assert refused(nested, "application/json").status_code == 400
