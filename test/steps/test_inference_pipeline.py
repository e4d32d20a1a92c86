"""Two containers in series predict as the one container does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import xgboost
from workflow import feature_container, model_container, serving
from workflow.contract import Contract
from workflow.features import Encoder
from workflow.model import Model
from workflow.replies import ServingError


@pytest.fixture(scope="module")
def folder(flights: pd.DataFrame, contract: Contract, tmp_path_factory: pytest.TempPathFactory) -> Path:
    encoder = Encoder.fit(flights, contract)
    inputs = encoder.transform(flights, contract)
    matrix = xgboost.DMatrix(
        inputs.to_numpy(),
        label=flights["disrupted"],
        feature_names=list(inputs.columns),
        feature_types=encoder.feature_types(contract),
    )
    folder = tmp_path_factory.mktemp("model")
    Model(xgboost.train({"objective": "binary:logistic", "max_depth": 4}, matrix, 10), encoder, 0.3).save(folder, {})
    return folder


def in_series(folder: Path, body: str, accept: str = "text/csv") -> str:
    first, second = feature_container.model_fn(str(folder)), model_container.model_fn(str(folder))
    features = feature_container.predict_fn(feature_container.input_fn(body, "text/csv"), first)
    passed, kind = feature_container.output_fn(features, "text/csv")
    return str(
        model_container.output_fn(model_container.predict_fn(model_container.input_fn(passed, kind), second), accept)[0]
    )


def alone(folder: Path, body: str, accept: str = "text/csv") -> str:
    return str(
        serving.output_fn(
            serving.predict_fn(serving.input_fn(body, "text/csv"), serving.model_fn(str(folder))), accept
        )[0]
    )


def test_both_containers_together_predict_bit_by_bit_as_one(
    folder: Path, flights: pd.DataFrame, contract: Contract
) -> None:
    body = flights[contract.columns].head(300).to_csv(index=False, header=False)
    assert body.count("\n") == 300
    for accept in ("text/csv", "application/json"):
        assert in_series(folder, body, accept) == alone(folder, body, accept)


def test_a_bad_row_of_a_batch_passes_through_both(
    folder: Path, flights: pd.DataFrame, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAGEMAKER_BATCH", "true")
    good = flights[contract.columns].head(1).to_csv(index=False, header=False)
    body = f"B6,MIA\n{good}x\n"
    assert in_series(folder, body) == alone(folder, body)
    assert [line.split(",")[0] == "" for line in in_series(folder, body).splitlines()] == [True, False, True]


def test_the_model_refuses_what_no_feature_container_writes(folder: Path) -> None:
    with pytest.raises(ServingError, match="inputs"):
        model_container.input_fn("1,2\n", "text/csv")
    with pytest.raises(ServingError) as refused:
        model_container.input_fn("{}", "application/json")
    assert refused.value.status_code == 415


def test_the_feature_container_says_what_it_can_write(folder: Path) -> None:
    with pytest.raises(ServingError) as refused:
        feature_container.output_fn(["1"], "application/json")
    assert refused.value.status_code == 406


def test_the_feature_container_needs_no_xgboost() -> None:
    steps = Path(feature_container.__file__).parents[1]
    code = f"import sys; sys.path.insert(0, {str(steps)!r}); sys.modules['xgboost'] = None; import features_inference"
    subprocess.run([sys.executable, "-c", code], check=True)
