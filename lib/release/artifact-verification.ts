import { Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

import { catchAll, call, outcome, retryTransient, type State } from '../foundation/states-language';
import { acknowledgeWildcards } from '../foundation/wildcards';
import { WorkflowFunction } from '../foundation/workflow-function';

export interface ArtifactVerificationProps {
  readonly artifacts: s3.IBucket;
  readonly modelPackageArnPattern: string;
  readonly dataKey: kms.IKey;
  readonly operationsKey: kms.IKey;
  readonly logRetention: logs.RetentionDays;
}

/**
 * The last look before traffic: the object that would be served is the one that was evaluated and approved. SageMaker itself compares nothing; who
 * can write below models/ could otherwise swap a model after its approval.
 */
export class ArtifactVerification extends Construct {
  readonly functionArn: string;

  constructor(scope: Construct, id: string, props: ArtifactVerificationProps) {
    super(scope, id);
    const { function: verification, role } = new WorkflowFunction(this, 'Function', {
      name: 'verify-artifact',
      description: 'Compares the artifact to be released with the one that was evaluated.',
      // A gigabyte, the most that the evaluation unpacks, is read and hashed in well under that.
      timeout: Duration.minutes(4),
      environment: { ARTIFACTS_BUCKET: props.artifacts.bucketName },
      operationsKey: props.operationsKey,
      logRetention: props.logRetention,
      statements: [
        new iam.PolicyStatement({
          sid: 'ReadPackage',
          actions: ['sagemaker:DescribeModelPackage'],
          resources: [props.modelPackageArnPattern],
        }),
        new iam.PolicyStatement({
          sid: 'ReadArtifactAndReport',
          actions: ['s3:GetObject'],
          resources: [props.artifacts.arnForObjects('models/*'), props.artifacts.arnForObjects('pipeline/*/evaluation/evaluation.json')],
        }),
        new iam.PolicyStatement({
          sid: 'DecryptThroughS3',
          actions: ['kms:Decrypt'],
          resources: [props.dataKey.keyArn],
          conditions: { StringEquals: { 'kms:ViaService': `s3.${Stack.of(this).region}.amazonaws.com` } },
        }),
      ],
    });
    acknowledgeWildcards(
      role,
      { endsWith: '/models/*', reason: 'EV-001: Training names each artifact after its job.' },
      { endsWith: '/pipeline/*/evaluation/evaluation.json', reason: 'EV-001: Each pipeline execution writes its report below its own id.' },
      { endsWith: '/*', reason: 'EV-005: Versions of our own model package group.' },
    );
    this.functionArn = verification.functionArn;
  }
}

/** VerifyArtifact, then `next`; or the approval is withdrawn and somebody is told. Nothing has been changed by then. */
export function verificationStates(props: { readonly verifyArtifactFunctionArn: string; readonly topicArn: string }, next: string): Record<string, State> {
  return {
    VerifyArtifact: {
      Type: 'Task',
      Comment: 'The object that would be served is the one that was evaluated, or there is no release.',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: props.verifyArtifactFunctionArn, Payload: { 'modelPackageArn.$': '$.candidate.arn' } },
      ResultSelector: { 'passed.$': '$.Payload.passed', 'text.$': '$.Payload.text' },
      ResultPath: '$.artifact',
      TimeoutSeconds: 300,
      Retry: retryTransient,
      Catch: catchAll('NoteError'),
      Next: 'IsTheOneEvaluated',
    },
    IsTheOneEvaluated: {
      Type: 'Choice',
      Choices: [{ Variable: '$.artifact.passed', BooleanEquals: true, Next: next }],
      Default: 'RefuseArtifact',
    },
    // Rejected, so that neither a late duplicate of the approval nor anybody's repair tries it again.
    RefuseArtifact: call(
      'arn:aws:states:::aws-sdk:sagemaker:updateModelPackage',
      { 'ModelPackageArn.$': '$.candidate.arn', ModelApprovalStatus: 'Rejected', 'ApprovalDescription.$': '$.artifact.text' },
      { next: 'NoteRefused', onError: 'NoteRefused' },
    ),
    NoteRefused: outcome('Refused', '$.artifact.text', 'NotifyRefused'),
    NotifyRefused: call(
      'arn:aws:states:::sns:publish',
      { TopicArn: props.topicArn, Subject: 'A model release was REFUSED', 'Message.$': 'States.JsonToString($)' },
      { next: 'ReleaseRefused', onError: 'ReleaseRefused' },
    ),
    ReleaseRefused: {
      Type: 'Fail',
      Error: 'ReleaseRefused',
      Cause: 'The artifact is not the one that was evaluated and registered. The notice, and the package itself, say what differs.',
    },
  };
}
