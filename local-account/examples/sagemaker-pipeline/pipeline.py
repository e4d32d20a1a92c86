"""A SageMaker pipeline written with the SageMaker Python SDK (version 2): prepare, train, evaluate, register if it is
good enough.

    python pipeline.py DATA --role ARN --bucket NAME

DATA is a CSV file, label first, no header. Runs against AWS or, with the environment that `npm run account -- env`
prints, against the local account. The group of the registry is made by the pipeline itself.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import boto3
from sagemaker import image_uris
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.model import Model
from sagemaker.processing import ProcessingInput, ProcessingOutput, ScriptProcessor
from sagemaker.workflow.condition_step import ConditionStep
from sagemaker.workflow.conditions import ConditionGreaterThanOrEqualTo
from sagemaker.workflow.functions import JsonGet
from sagemaker.workflow.model_step import ModelStep
from sagemaker.workflow.parameters import ParameterFloat, ParameterString
from sagemaker.workflow.pipeline import Pipeline
from sagemaker.workflow.pipeline_context import PipelineSession
from sagemaker.workflow.properties import PropertyFile
from sagemaker.workflow.steps import ProcessingStep, TrainingStep

HERE = Path(__file__).parent
NAME = "learner"


def build(role: str, bucket: str) -> Pipeline:
    region = os.environ["AWS_REGION"]
    # The default bucket is named so that the SDK need not ask for the account's number.
    session = PipelineSession(boto3.Session(region_name=region), default_bucket=bucket)
    image = image_uris.retrieve("xgboost", region, version="3.0-5")
    data = ParameterString("Data")
    minimum = ParameterFloat("MinimumAuc", default_value=0.8)

    processor = ScriptProcessor(
        image_uri=image,
        command=["python3"],
        role=role,
        instance_count=1,
        instance_type="ml.m5.large",
        sagemaker_session=session,
        base_job_name=NAME,
    )
    prepare = ProcessingStep(
        "Prepare",
        step_args=processor.run(
            code=str(HERE / "prepare.py"),
            inputs=[ProcessingInput(source=data, destination="/opt/ml/processing/input")],
            outputs=[
                ProcessingOutput(output_name=name, source=f"/opt/ml/processing/{name}")
                for name in ("train", "validation", "test")
            ],
        ),
    )
    prepared = prepare.properties.ProcessingOutputConfig.Outputs

    # No script: the image's built-in algorithm.
    estimator = Estimator(
        image_uri=image,
        role=role,
        instance_count=1,
        instance_type="ml.m5.large",
        output_path=f"s3://{bucket}/{NAME}/models",
        hyperparameters={"objective": "binary:logistic", "num_round": 20, "max_depth": 4, "eval_metric": "auc"},
        sagemaker_session=session,
    )
    train = TrainingStep(
        "Train",
        step_args=estimator.fit(
            {
                name: TrainingInput(prepared[name].S3Output.S3Uri, content_type="text/csv")
                for name in ("train", "validation")
            }
        ),
    )
    artifacts = train.properties.ModelArtifacts.S3ModelArtifacts

    report = PropertyFile("Report", output_name="evaluation", path="evaluation.json")
    evaluate = ProcessingStep(
        "Evaluate",
        step_args=processor.run(
            code=str(HERE / "evaluate.py"),
            inputs=[
                ProcessingInput(source=artifacts, destination="/opt/ml/processing/model"),
                ProcessingInput(source=prepared["test"].S3Output.S3Uri, destination="/opt/ml/processing/test"),
            ],
            outputs=[ProcessingOutput(output_name="evaluation", source="/opt/ml/processing/evaluation")],
        ),
        property_files=[report],
    )

    model = Model(image_uri=image, model_data=artifacts, role=role, sagemaker_session=session)
    register = ModelStep(
        "Register",
        step_args=model.register(
            content_types=["text/csv"],
            response_types=["text/csv"],
            inference_instances=["ml.m5.large"],
            model_package_group_name=NAME,
            approval_status="PendingManualApproval",
        ),
    )
    auc = JsonGet(step_name=evaluate.name, property_file=report, json_path="binary_classification_metrics.auc.value")
    check = ConditionStep(
        "IsGoodEnough",
        conditions=[ConditionGreaterThanOrEqualTo(left=auc, right=minimum)],
        if_steps=[register],
        else_steps=[],
    )
    return Pipeline(
        NAME, parameters=[data, minimum], steps=[prepare, train, evaluate, check], sagemaker_session=session
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--role", required=True)
    parser.add_argument("--bucket", required=True)
    parser.add_argument("--minimum-auc", type=float, default=0.8)
    options = parser.parse_args()

    key = f"{NAME}/data/{options.data.name}"
    boto3.client("s3").upload_file(str(options.data), options.bucket, key)
    pipeline = build(options.role, options.bucket)
    pipeline.upsert(role_arn=options.role)
    parameters = {"Data": f"s3://{options.bucket}/{key}", "MinimumAuc": options.minimum_auc}
    execution = pipeline.start(parameters=parameters)
    execution.wait(delay=2, max_attempts=300)
    for step in reversed(execution.list_steps()):
        print(f"{step['StepName']:30} {step['StepStatus']}")


if __name__ == "__main__":
    main()
