"""boto3, as people use it without another library."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from io import BytesIO
from typing import Any

import boto3
from harness import BUCKET, REGION, ROLE, RUN, case, expect, image, main, records, until

s3 = boto3.client("s3", region_name=REGION)
sagemaker = boto3.client("sagemaker", region_name=REGION)


def built_in(name: str, role: str = ROLE) -> dict[str, Any]:
    s3.put_object(Bucket=BUCKET, Key="boto3/train/part.csv", Body=records())
    source = {
        "S3DataType": "S3Prefix",
        "S3Uri": f"s3://{BUCKET}/boto3/train/",
        "S3DataDistributionType": "FullyReplicated",
    }
    sagemaker.create_training_job(
        TrainingJobName=name,
        RoleArn=role,
        AlgorithmSpecification={"TrainingImage": image("XGBOOST"), "TrainingInputMode": "File"},
        HyperParameters={"objective": "binary:logistic", "num_round": "5", "eval_metric": "auc"},
        InputDataConfig=[{"ChannelName": "train", "ContentType": "text/csv", "DataSource": {"S3DataSource": source}}],
        OutputDataConfig={"S3OutputPath": f"s3://{BUCKET}/boto3/models"},
        ResourceConfig={"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 10},
        StoppingCondition={"MaxRuntimeInSeconds": 600},
    )
    return until(
        lambda: sagemaker.describe_training_job(TrainingJobName=name),
        lambda job: job["TrainingJobStatus"] != "InProgress",
    )


@case("boto3-training")
def training() -> None:
    described = built_in(f"boto3-{RUN}")
    sagemaker.get_waiter("training_job_completed_or_stopped").wait(TrainingJobName=f"boto3-{RUN}")
    expect(described["TrainingJobStatus"] == "Completed", described.get("FailureReason"))
    artifact = described["ModelArtifacts"]["S3ModelArtifacts"].removeprefix(f"s3://{BUCKET}/")
    expect(s3.head_object(Bucket=BUCKET, Key=artifact)["ContentLength"] > 500, "the artifact is empty")
    metrics = {metric["MetricName"]: metric["Value"] for metric in described["FinalMetricDataList"]}
    expect(metrics.get("train:auc") == 1, metrics)


@case("boto3-batch-transform")
def batch_transform() -> None:
    model, job = f"boto3-{RUN}", f"boto3-batch-{RUN}"
    container = {"Image": image("XGBOOST"), "ModelDataUrl": f"s3://{BUCKET}/boto3/models/{model}/output/model.tar.gz"}
    sagemaker.create_model(ModelName=model, ExecutionRoleArn=ROLE, PrimaryContainer=container)
    s3.put_object(Bucket=BUCKET, Key="boto3/batch/part.csv", Body="1,3\n0,3\n1,4\n")
    sagemaker.create_transform_job(
        TransformJobName=job,
        ModelName=model,
        TransformInput={
            "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/boto3/batch/"}},
            "ContentType": "text/csv",
            "SplitType": "Line",
        },
        TransformOutput={
            "S3OutputPath": f"s3://{BUCKET}/boto3/predictions",
            "AssembleWith": "Line",
            "Accept": "text/csv",
        },
        TransformResources={"InstanceCount": 1, "InstanceType": "ml.m5.large"},
    )
    described = until(
        lambda: sagemaker.describe_transform_job(TransformJobName=job),
        lambda one: one["TransformJobStatus"] != "InProgress",
    )
    expect(described["TransformJobStatus"] == "Completed", described.get("FailureReason"))
    lines = s3.get_object(Bucket=BUCKET, Key="boto3/predictions/part.csv.out")["Body"].read().decode().split()
    expect([float(line) > 0.5 for line in lines] == [True, False, True], lines)


@case("boto3-job-role")
def job_role() -> None:
    described = built_in(f"boto3-denied-{RUN}", os.environ["CONFORMANCE_NARROW_ROLE"])
    expect(
        described["TrainingJobStatus"] == "Failed",
        f"the job is {described['TrainingJobStatus']}, though its role may not read its data",
    )
    expect("not authorized to perform" in described["FailureReason"], described["FailureReason"])


@case("boto3-processing")
def processing() -> None:
    job = f"boto3-processing-{RUN}"
    s3.put_object(
        Bucket=BUCKET,
        Key="boto3/code/count.py",
        Body="rows = open('/opt/ml/processing/in/part.csv').readlines()\n"
        "open('/opt/ml/processing/out/n.txt', 'w').write(str(len(rows)))",
    )
    s3.put_object(Bucket=BUCKET, Key="boto3/train/part.csv", Body=records())

    def given(name: str, key: str, path: str) -> dict[str, Any]:
        source = {
            "S3Uri": f"s3://{BUCKET}/{key}",
            "LocalPath": path,
            "S3DataType": "S3Prefix",
            "S3InputMode": "File",
            "S3DataDistributionType": "FullyReplicated",
        }
        return {"InputName": name, "S3Input": source}

    output = {
        "S3Uri": f"s3://{BUCKET}/boto3/counted",
        "LocalPath": "/opt/ml/processing/out",
        "S3UploadMode": "EndOfJob",
    }
    sagemaker.create_processing_job(
        ProcessingJobName=job,
        RoleArn=ROLE,
        AppSpecification={
            "ImageUri": image("SKLEARN"),
            "ContainerEntrypoint": ["python3", "/opt/ml/processing/code/count.py"],
        },
        ProcessingInputs=[
            given("code", "boto3/code/", "/opt/ml/processing/code"),
            given("in", "boto3/train/", "/opt/ml/processing/in"),
        ],
        ProcessingOutputConfig={"Outputs": [{"OutputName": "out", "S3Output": output}]},
        ProcessingResources={
            "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 10}
        },
    )
    sagemaker.get_waiter("processing_job_completed_or_stopped").wait(
        ProcessingJobName=job, WaiterConfig={"Delay": 1, "MaxAttempts": 120}
    )
    expect(
        s3.get_object(Bucket=BUCKET, Key="boto3/counted/n.txt")["Body"].read() == b"400",
        "the script counted something else",
    )


@case("boto3-job-log")
def job_log() -> None:
    logs = boto3.client("logs", region_name=REGION)
    found = until(
        lambda: logs.filter_log_events(logGroupName="/aws/sagemaker/TrainingJobs", logStreamNamePrefix=f"boto3-{RUN}/")[
            "events"
        ],
        lambda events: any("train-auc" in event["message"] for event in events),
        30,
    )
    expect(len(found) > 5, found)


@case("boto3-multipart")
def multipart() -> None:
    body = os.urandom(12 * 2**20)
    s3.upload_fileobj(BytesIO(body), BUCKET, "boto3/large.bin")
    expect(s3.get_object(Bucket=BUCKET, Key="boto3/large.bin")["Body"].read() == body, "it came back changed")


@case("boto3-presigned")
def presigned() -> None:
    parameters = {"Bucket": BUCKET, "Key": "boto3/presigned.txt"}
    put = urllib.request.Request(s3.generate_presigned_url("put_object", parameters), data=b"Hello", method="PUT")
    with urllib.request.urlopen(put, timeout=20) as answer:
        expect(answer.status == 200, answer.status)
    with urllib.request.urlopen(s3.generate_presigned_url("get_object", parameters), timeout=20) as answer:
        expect(answer.read() == b"Hello", "another text came back")


@case("boto3-paginator")
def paginator() -> None:
    for index in range(7):
        s3.put_object(Bucket=BUCKET, Key=f"boto3/pages/{index}", Body=b"x")
    pages = list(
        s3.get_paginator("list_objects_v2").paginate(
            Bucket=BUCKET, Prefix="boto3/pages/", PaginationConfig={"PageSize": 3}
        )
    )
    expect([len(page["Contents"]) for page in pages] == [3, 3, 1], pages)


@case("boto3-tampered-url")
def tampered() -> None:
    url = s3.generate_presigned_url("get_object", {"Bucket": BUCKET, "Key": "boto3/presigned.txt"})
    try:
        urllib.request.urlopen(url[:-1] + ("0" if url[-1] != "0" else "1"), timeout=20)
    except urllib.error.HTTPError as error:
        text = error.read().decode()
        expect(error.code == 403 and "SignatureDoesNotMatch" in text, f"{error.code}: {text[:200]}")
        return
    raise AssertionError("a changed signature was accepted")


if __name__ == "__main__":
    main()
