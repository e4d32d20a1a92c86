"""The SageMaker Python SDK, version 2."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import boto3
from harness import BUCKET, REGION, ROLE, RUN, case, expect, image, main, records, written
from sagemaker import Session
from sagemaker.deserializers import CSVDeserializer
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.processing import ProcessingInput, ProcessingOutput, ScriptProcessor
from sagemaker.serializers import CSVSerializer
from sagemaker.sklearn.estimator import SKLearn
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner
from sagemaker.xgboost.estimator import XGBoost

# The bucket is named: the SDK would ask STS at its address in AWS for the account's number.
session = Session(boto3.Session(region_name=REGION), default_bucket=BUCKET)
compute = {"role": ROLE, "instance_count": 1, "instance_type": "ml.m5.large", "sagemaker_session": session}
EXAMPLE = Path(__file__).parents[2] / "local-account/examples/sagemaker-pipeline"

TRAIN = """
import argparse, os, pathlib
import pandas as pd, xgboost

def model_fn(folder):
    return xgboost.Booster(model_file=os.path.join(folder, "model.json"))

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int)
    files = pathlib.Path(os.environ["SM_CHANNEL_TRAIN"]).glob("*.csv")
    records = pd.concat(pd.read_csv(file, header=None) for file in files)
    matrix = xgboost.DMatrix(records.iloc[:, 1:].to_numpy(), label=records[0])
    model = xgboost.train({"objective": "binary:logistic"}, matrix, parser.parse_args().rounds)
    model.save_model(os.path.join(os.environ["SM_MODEL_DIR"], "model.json"))
"""

SKLEARN = """
import os, joblib, numpy
from sklearn.linear_model import LogisticRegression
model = LogisticRegression().fit(numpy.array([[0.0], [1.0]]), [0, 1])
joblib.dump(model, os.path.join("/opt/ml/model", "model.joblib"))
"""


def data(name: str = "train") -> TrainingInput:
    return TrainingInput(
        session.upload_data(written("part.csv", records()), key_prefix=f"sdk2/{name}"), content_type="text/csv"
    )


def built_in(**more: object) -> Estimator:
    hyperparameters = {"objective": "binary:logistic", "num_round": 5, "eval_metric": "auc"}
    return Estimator(
        image_uri=image("XGBOOST"),
        hyperparameters=hyperparameters,
        output_path=f"s3://{BUCKET}/sdk2/models",
        **compute,
        **more,
    )


def predicted(estimator: Estimator) -> None:
    predictor = estimator.deploy(
        1,
        "ml.m5.large",
        serializer=CSVSerializer(),
        deserializer=CSVDeserializer(),
        endpoint_name=f"sdk2-{RUN}-{id(estimator)}",
    )
    try:
        values = [float(value) for row in predictor.predict([[1, 3], [0, 3]]) for value in row]
        expect(values[0] > 0.5 > values[1], values)
    finally:
        predictor.delete_endpoint()


@case("sdk2-built-in")
def fit_and_deploy() -> None:
    estimator = built_in()
    estimator.fit({"train": data(), "validation": data("validation")}, logs=False)
    predicted(estimator)


@case("sdk2-script")
def script() -> None:
    estimator = XGBoost(
        entry_point=written("train.py", TRAIN), framework_version="3.0-5", hyperparameters={"rounds": 5}, **compute
    )
    estimator.fit({"train": data()}, logs=False)
    predicted(estimator)


@case("sdk2-logs")
def logs() -> None:
    # Shows the job's log until its end, from CloudWatch Logs.
    built_in().fit({"train": data()}, logs="All")


@case("sdk2-scikit-learn")
def scikit_learn() -> None:
    SKLearn(
        entry_point=written("train.py", SKLEARN),
        framework_version="1.4-2",
        py_version="py3",
        image_uri=image("SKLEARN"),
        **compute,
    ).fit(logs=False)


@case("sdk2-processing")
def processing() -> None:
    processor = ScriptProcessor(image_uri=image("SKLEARN"), command=["python3"], **compute)
    code = "import shutil\nshutil.copytree('/opt/ml/processing/in', '/opt/ml/processing/out', dirs_exist_ok=True)\n"
    processor.run(
        code=written("copy.py", code),
        inputs=[ProcessingInput(written("part.csv", records()), "/opt/ml/processing/in")],
        outputs=[
            ProcessingOutput(
                output_name="out", source="/opt/ml/processing/out", destination=f"s3://{BUCKET}/sdk2/copied"
            )
        ],
        logs=False,
    )
    expect(session.read_s3_file(BUCKET, "sdk2/copied/part.csv") == records(), "another file came out")


@case("sdk2-tuning")
def tuning() -> None:
    tuner = HyperparameterTuner(
        built_in(), "validation:auc", {"eta": ContinuousParameter(0.1, 0.9)}, max_jobs=2, max_parallel_jobs=2
    )
    tuner.fit({"train": data(), "validation": data("validation")}, include_cls_metadata=False)
    expect(tuner.best_training_job() != "", "no best training job")


@case("sdk2-transform")
def transform() -> None:
    estimator = built_in()
    estimator.fit({"train": data()}, logs=False)
    transformer = estimator.transformer(
        1, "ml.m5.large", output_path=f"s3://{BUCKET}/sdk2/predictions", assemble_with="Line"
    )
    source = session.upload_data(written("batch.csv", "1,3\n0,3\n"), key_prefix="sdk2/batch")
    transformer.transform(source, content_type="text/csv", split_type="Line", logs=False)
    lines = session.read_s3_file(BUCKET, "sdk2/predictions/batch.csv.out").split()
    expect([float(line) > 0.5 for line in lines] == [True, False], lines)


@case("sdk2-pipeline")
def pipeline() -> None:
    arguments = sys.argv
    sys.path.insert(0, str(EXAMPLE))
    sys.argv = ["pipeline.py", written("records.csv", records(1000)), "--role", ROLE, "--bucket", BUCKET]
    try:
        runpy.run_path(str(EXAMPLE / "pipeline.py"), run_name="__main__")
    finally:
        sys.argv = arguments
    packages = session.sagemaker_client.list_model_packages(ModelPackageGroupName="learner")["ModelPackageSummaryList"]
    expect(packages[0]["ModelApprovalStatus"] == "PendingManualApproval", packages)


if __name__ == "__main__":
    main()
