import { bucket, lambdaFunction, objectOfStranger, sagemaker, stateMachine } from './arns';
import type { NegativeCases } from './negative-case';

export const servingCases: NegativeCases = {
  'Serving/ModelRole': [
    {
      sentence: 'read training data',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CuratedBucket}/curated/flights/one.csv`,
    },
    {
      sentence: 'change the model that it serves',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/models/one/model.tar.gz`,
    },
    {
      sentence: 'read captured requests',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/CaptureBucket}/capture/one.jsonl`,
    },
    { sentence: "copy predictions to somebody else's bucket", action: 's3:PutObject', resource: objectOfStranger },
  ],
  'Serving/BatchScoringCheckCompletenessRole': [
    {
      sentence: 'change the predictions that it checks',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/batch/output/one.csv.out`,
    },
    {
      sentence: 'read a model',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/models/one/model.tar.gz`,
    },
    {
      sentence: 'start a transform job',
      action: 'sagemaker:CreateTransformJob',
      resource: `${sagemaker}transform-job/one`,
    },
  ],
  'Serving/BatchScoringStageInputRole': [
    {
      sentence: 'change the files to score',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/batch/input/one.csv`,
    },
    {
      sentence: 'read predictions',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/batch/output/one.csv.out`,
    },
    {
      sentence: 'write a report',
      action: 's3:PutObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/batch/report/one.json`,
    },
  ],
  'Serving/BatchScoringStateMachineRole': [
    {
      sentence: 'change the endpoint',
      action: 'sagemaker:UpdateEndpoint',
      resource: `${sagemaker}endpoint/mla-blueprint-flight-disruption`,
    },
    { sentence: 'create a model', action: 'sagemaker:CreateModel', resource: `${sagemaker}model/another` },
    {
      sentence: 'call a function that is not its own',
      action: 'lambda:InvokeFunction',
      resource: `${lambdaFunction}{Monitoring/AutomaticRetrainingStartRetrainingFunction}`,
    },
  ],
  'Serving/BatchScoringArrivedRole': [
    { sentence: 'start a release', action: 'states:StartExecution', resource: `${stateMachine}mla-blueprint-release` },
    {
      sentence: 'start a transform job without the state machine',
      action: 'sagemaker:CreateTransformJob',
      resource: `${sagemaker}transform-job/mla-blueprint-batch-one`,
    },
    {
      sentence: 'read the file named in the event',
      action: 's3:GetObject',
      resource: `${bucket}{DataLake/ArtifactsBucket}/batch/input/one.csv`,
    },
  ],
  'Serving/BatchScoringNightlyRole': [
    { sentence: 'start a release', action: 'states:StartExecution', resource: `${stateMachine}mla-blueprint-release` },
    {
      sentence: 'stop a batch',
      action: 'states:StopExecution',
      resource: 'arn:aws:states:{region}:{account}:execution:mla-blueprint-batch-scoring:one',
    },
    { sentence: 'list the files that wait', action: 's3:ListBucket', resource: `${bucket}{DataLake/ArtifactsBucket}` },
  ],
};
