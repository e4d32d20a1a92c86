"""Trains a small model on real flights and puts it down as a training job does: python serving-model.py TARGET_FOLDER

Its inference script sleeps when a row asks for it, as a model does that has lost its way.
"""

import sys
from pathlib import Path

import pandas as pd
import xgboost

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "pipelines" / "steps"))

from workflow.contract import load  # noqa: E402
from workflow.features import Encoder  # noqa: E402
from workflow.model import Model  # noqa: E402
from workflow.train import copy_serving_code  # noqa: E402

SLEEPER = """
import time
from workflow import serving
from workflow.replies import replying, transforming
from workflow.serving import model_fn


def predict(frame, model):
    if (frame["manufacturer"] == "SLEEPS").any():
        time.sleep(30)
    return serving.predict_fn(frame, model)


transform_fn = transforming(replying(serving.input_fn, predict, serving.output_fn))
"""

folder, contract = Path(sys.argv[1]), load()
frame = pd.read_csv(ROOT / "data" / "flights-jfk.csv.gz", nrows=3000, dtype={"manufacturer": "str"})
# No file has the state of the airport; a request may have it.
frame = frame.assign(**{feature.name: float("nan") for feature in contract.features if feature.name not in frame})
encoder = Encoder.fit(frame, contract)
inputs = encoder.transform(frame, contract)
labels = ((frame["arr_delay"] >= 15) | frame["arr_delay"].isna()).astype(int)
matrix = xgboost.DMatrix(inputs.to_numpy(), label=labels, feature_names=list(inputs.columns), feature_types=encoder.feature_types(contract))
booster = xgboost.train({"objective": "binary:logistic", "max_depth": 4, "nthread": 1}, matrix, 10)
Model(booster, encoder, 0.3).save(folder, {})
copy_serving_code(folder / "code")
(folder / "code" / "inference.py").write_text(SLEEPER)
