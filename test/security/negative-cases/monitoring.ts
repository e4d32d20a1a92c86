import { bucket, key, lambdaFunction, role, sagemaker, stateMachine } from './arns';
import type { NegativeCases } from './negative-case';

export const monitoringCases: NegativeCases = {
  'Monitoring/ModelQualitySelectRole': [
    {
      sentence: 'read the requests whose names it lists',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
    {
      sentence: 'change what was captured',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
    {
      sentence: 'start a model quality run',
      action: 'sagemaker:CreateProcessingJob',
      resource: `${sagemaker}processing-job/one`,
    },
  ],
  'Monitoring/IdleEndpointWatchRole': [
    {
      sentence: "delete the endpoint: that is a person's decision",
      action: 'sagemaker:DeleteEndpoint',
      resource: `${sagemaker}endpoint/mla-blueprint-flight-disruption`,
    },
    {
      sentence: 'invoke the endpoint, and so keep it busy',
      action: 'sagemaker:InvokeEndpoint',
      resource: `${sagemaker}endpoint/mla-blueprint-flight-disruption`,
    },
    {
      sentence: 'publish into what other alarms watch',
      action: 'cloudwatch:PutMetricData',
      resource: '*',
      context: { 'cloudwatch:namespace': 'MlaBlueprint/Monitoring' },
    },
  ],
  'Monitoring/DriftAnalysisAnalyzerRole': [
    {
      sentence: 'change what was captured',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
    {
      sentence: 'change the baseline that it compares with',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/pipeline/one/baseline/constraints.json`,
    },
    {
      sentence: 'start a retraining',
      action: 'sagemaker:StartPipelineExecution',
      resource: `${sagemaker}pipeline/mla-blueprint-flight-disruption`,
    },
  ],
  'Monitoring/DriftAnalysisHourlyRole': [
    { sentence: 'start a release', action: 'states:StartExecution', resource: `${stateMachine}mla-blueprint-release` },
    {
      sentence: 'stop an analysis',
      action: 'states:StopExecution',
      resource: 'arn:aws:states:{region}:{account}:execution:mla-blueprint-monitoring:one',
    },
    {
      sentence: 'start a retraining',
      action: 'sagemaker:StartPipelineExecution',
      resource: `${sagemaker}pipeline/mla-blueprint-flight-disruption`,
    },
  ],
  'Monitoring/DriftAnalysisSelectCapturesRole': [
    {
      sentence: 'delete captured requests',
      action: 's3:DeleteObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
    {
      sentence: 'change what was captured',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
    {
      sentence: 'read training data',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CuratedBucket}/curated/flights/one.csv`,
    },
  ],
  'Monitoring/DriftAnalysisPublisherFunctionRole': [
    {
      sentence: 'publish metrics of the ingest',
      action: 'cloudwatch:PutMetricData',
      resource: '*',
      context: { 'cloudwatch:namespace': 'MlaBlueprint/Ingest' },
    },
    {
      sentence: 'silence the drift alarm',
      action: 'cloudwatch:DisableAlarmActions',
      resource: 'arn:aws:cloudwatch:{region}:{account}:alarm:{Monitoring/AlarmsDrift}',
    },
    {
      sentence: 'read captured requests',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
  ],
  'Monitoring/GroundTruthWriterRole': [
    {
      sentence: 'change the captures that its labels are matched with',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
    {
      sentence: 'read captured requests',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
    {
      sentence: 'change the outcomes that it copies',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/CuratedBucket}/curated/flights/one.csv`,
    },
    {
      sentence: 'read raw data, which no curation has checked',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/RawBucket}/raw/flights/JFK/2013-01.csv`,
    },
  ],
  'Monitoring/ModelQualityAnalyzerRole': [
    {
      sentence: 'write the labels that it evaluates with',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/CaptureBucket}/ground-truth/2013/09/03/14/one.jsonl`,
    },
    {
      sentence: 'change what was captured',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
    {
      sentence: 'replace the model that it explains',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/models/one/model.tar.gz`,
    },
    {
      sentence: 'loosen the constraints that it evaluates with',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/pipeline/one/baseline/quality/constraints.json`,
    },
  ],
  'Monitoring/ModelQualityPublisherRole': [
    {
      sentence: 'publish metrics of the ingest',
      action: 'cloudwatch:PutMetricData',
      resource: '*',
      context: { 'cloudwatch:namespace': 'MlaBlueprint/Ingest' },
    },
    {
      sentence: 'silence an alarm about quality',
      action: 'cloudwatch:DisableAlarmActions',
      resource: 'arn:aws:cloudwatch:{region}:{account}:alarm:{Monitoring/ModelQualityAlarmsModelQuality}',
    },
    {
      sentence: 'read captured requests',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
  ],
  'Monitoring/ModelQualityStateMachineRole': [
    {
      sentence: 'read the captured requests that it only lists',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
    {
      sentence: "run its job with the pipeline's role",
      action: 'iam:PassRole',
      resource: `${role}{Training/PipelineRole}`,
      context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    },
    {
      sentence: 'reject the model that it evaluates',
      action: 'sagemaker:UpdateModelPackage',
      resource: `${sagemaker}model-package/mla-blueprint-flight-disruption/1`,
      context: { 'sagemaker:ModelApprovalStatus': 'Rejected' },
    },
  ],
  'Monitoring/ModelQualityDailyRole': [
    { sentence: 'start a release', action: 'states:StartExecution', resource: `${stateMachine}mla-blueprint-release` },
    {
      sentence: 'stop a model quality run',
      action: 'states:StopExecution',
      resource: 'arn:aws:states:{region}:{account}:execution:mla-blueprint-model-quality:one',
    },
    {
      sentence: 'start a retraining',
      action: 'sagemaker:StartPipelineExecution',
      resource: `${sagemaker}pipeline/mla-blueprint-flight-disruption`,
    },
  ],
  'Monitoring/AutomaticRetrainingStartRetrainingRole': [
    {
      sentence: 'approve what it has trained',
      action: 'sagemaker:UpdateModelPackage',
      resource: `${sagemaker}model-package/mla-blueprint-flight-disruption/1`,
      context: { 'sagemaker:ModelApprovalStatus': 'Approved' },
    },
    {
      sentence: 'change or delete a recorded decision',
      action: 's3:DeleteObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/retraining/decisions/one.json`,
    },
    {
      sentence: 'decrypt data outside S3',
      action: 'kms:Decrypt',
      resource: `${key}{Foundation/KeysData}`,
    },
    {
      sentence: 'read captured requests',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
    {
      sentence: 'start another pipeline',
      action: 'sagemaker:StartPipelineExecution',
      resource: `${sagemaker}pipeline/another`,
    },
    {
      sentence: 'change the pipeline that it starts',
      action: 'sagemaker:UpdatePipeline',
      resource: `${sagemaker}pipeline/mla-blueprint-flight-disruption`,
    },
  ],
  'Monitoring/DriftAnalysisStateMachineRole': [
    {
      sentence: 'start a retraining without the alarm',
      action: 'sagemaker:StartPipelineExecution',
      resource: `${sagemaker}pipeline/mla-blueprint-flight-disruption`,
    },
    {
      sentence: "run its job with the pipeline's role",
      action: 'iam:PassRole',
      resource: `${role}{Training/PipelineRole}`,
      context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    },
    {
      sentence: 'call the function that starts retrainings',
      action: 'lambda:InvokeFunction',
      resource: `${lambdaFunction}{Monitoring/AutomaticRetrainingStartRetrainingFunction}`,
    },
  ],
};
