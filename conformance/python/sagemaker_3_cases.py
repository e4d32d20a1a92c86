"""The SageMaker Python SDK, version 3."""

from __future__ import annotations

import time
from pathlib import Path

import boto3
from harness import BUCKET, REGION, ROLE, RUN, case, expect, image, main, records, written
from sagemaker.core.helper.session_helper import Session
from sagemaker.core.resources import FeatureGroup, ModelPackageGroup, TrainingJob
from sagemaker.core.shapes import FeatureDefinition, OnlineStoreConfig
from sagemaker.train import ModelTrainer
from sagemaker.train.configs import Compute, InputData, OutputDataConfig, SourceCode, StoppingCondition

boto_session = boto3.Session(region_name=REGION)
session = Session(boto_session, default_bucket=BUCKET)

TRAIN = """
import os, pathlib
import pandas as pd, xgboost
files = pathlib.Path(os.environ["SM_CHANNEL_TRAIN"]).glob("*.csv")
records = pd.concat(pd.read_csv(file, header=None) for file in files)
matrix = xgboost.DMatrix(records.iloc[:, 1:].to_numpy(), label=records[0])
model = xgboost.train({"objective": "binary:logistic"}, matrix, int(os.environ["SM_HP_ROUNDS"]))
model.save_model(os.path.join(os.environ["SM_MODEL_DIR"], "model.json"))
"""


def trainer(**more: object) -> ModelTrainer:
    return ModelTrainer(
        training_image=image("XGBOOST"),
        role=ROLE,
        sagemaker_session=session,
        compute=Compute(instance_type="ml.m5.large", instance_count=1),
        stopping_condition=StoppingCondition(max_runtime_in_seconds=600),
        output_data_config=OutputDataConfig(s3_output_path=f"s3://{BUCKET}/sdk3/models"),
        **more,
    )


def data() -> InputData:
    return InputData(
        channel_name="train",
        data_source=session.upload_data(written("part.csv", records()), key_prefix="sdk3/train"),
        content_type="text/csv",
    )


@case("sdk3-script")
def script() -> None:
    code = SourceCode(source_dir=str(Path(written("train.py", TRAIN)).parent), entry_script="train.py")
    trained = trainer(source_code=code, hyperparameters={"rounds": 5}, base_job_name=f"sdk3-{RUN}")
    trained.train(input_data_config=[data()], wait=True, logs=False)
    job = trained._latest_training_job
    job.refresh()
    expect(job.training_job_status == "Completed", job.failure_reason)
    key = job.model_artifacts.s3_model_artifacts.removeprefix(f"s3://{BUCKET}/")
    expect(
        boto_session.client("s3").head_object(Bucket=BUCKET, Key=key)["ContentLength"] > 500, "the artifact is empty"
    )


@case("sdk3-built-in")
def built_in() -> None:
    hyperparameters = {"objective": "binary:logistic", "num_round": 5, "eval_metric": "auc"}
    trainer(hyperparameters=hyperparameters, base_job_name=f"sdk3-built-in-{RUN}").train(
        input_data_config=[data()], wait=True, logs=False
    )


@case("sdk3-resources")
def resources() -> None:
    found = TrainingJob.get(next(iter(TrainingJob.get_all(name_contains="sdk3"))).training_job_name)
    expect(found.training_job_status == "Completed", found)
    ModelPackageGroup.create(model_package_group_name=f"sdk3-{RUN}", model_package_group_description="A group").delete()


@case("sdk3-feature-store")
def feature_store() -> None:
    FeatureGroup.create(
        feature_group_name=f"sdk3-{RUN}",
        record_identifier_feature_name="id",
        event_time_feature_name="at",
        feature_definitions=[FeatureDefinition(feature_name=name, feature_type="String") for name in ("id", "at")],
        online_store_config=OnlineStoreConfig(enable_online_store=True),
        role_arn=ROLE,
    )
    group = FeatureGroup.get(feature_group_name=f"sdk3-{RUN}")
    while group.feature_group_status == "Creating":
        time.sleep(1)
        group.refresh()
    group.delete()


if __name__ == "__main__":
    main()
