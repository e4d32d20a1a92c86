import { Aws, Stack } from 'aws-cdk-lib';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

import { answers } from '../shared/blueprint/answers';
import {
  dataKeyStatements,
  instanceMetricStatement,
  logStatements,
  networkStatements,
  processingNetworkStatements,
  pullStatements,
} from '../shared/iam/sagemaker-statements';
import { acknowledgeWildcards, processingNetworkWildcard } from '../shared/iam/wildcards';
import { acknowledgeInlinePolicies } from '../shared/security/acknowledge';
import type { SagemakerImages } from './images';
import type { CodeObject, StepCode } from './step-code';

export interface JobRolesProps {
  readonly curated: s3.IBucket;
  readonly artifacts: s3.IBucket;
  readonly dataKey: kms.IKey;
  readonly code: Pick<StepCode, 'archive' | 'sourceDirectory' | 'noLiveModel'>;
  readonly repositories: SagemakerImages['repositories'];
  readonly subnetIds: readonly string[];
  readonly securityGroup: ec2.ISecurityGroup;
}

/** What jobs of one kind run: where their logs go, what code and images they fetch. */
interface JobKind {
  readonly logGroupName: string;
  readonly code: readonly CodeObject[];
  readonly repositoryArns: readonly string[];
  /** How SageMaker reaches our subnets in its name. */
  readonly network: iam.PolicyStatement[];
}

/**
 * A role for each kind of job (SEC-02, SEC-03, SVC-16, DATA-07): processing reads curated data and models, training
 * reads only what preparation wrote. Neither can read raw data, and neither can read the other's results beyond what
 * its step needs.
 */
export class JobRoles extends Construct {
  readonly processing: iam.Role;
  readonly training: iam.Role;

  constructor(scope: Construct, id: string, props: JobRolesProps) {
    super(scope, id);
    const { curated, artifacts, code, repositories } = props;
    const processing = {
      logGroupName: '/aws/sagemaker/ProcessingJobs',
      code: [code.archive, code.noLiveModel],
      repositoryArns: [repositories.scikitLearn, repositories.xgboost],
      network: processingNetworkStatements(),
    };
    this.processing = this.jobRole('Processing', props, processing, [
      new iam.PolicyStatement({
        sid: 'ReadInputs',
        actions: ['s3:GetObject'],
        resources: [
          curated.arnForObjects('curated/*'),
          artifacts.arnForObjects('pipeline/*'),
          artifacts.arnForObjects('models/*'),
        ],
      }),
      new iam.PolicyStatement({
        sid: 'ListCurated',
        actions: ['s3:ListBucket'],
        resources: [curated.bucketArn],
        conditions: { StringLike: { 's3:prefix': 'curated/*' } },
      }),
      listArtifacts(artifacts, ['pipeline/*', 'models/*']),
      writeTo(artifacts, 'pipeline/*'),
    ]);
    acknowledgeInlinePolicies(this.processing);
    acknowledgeWildcards(
      this.processing,
      {
        endsWith: '/curated/*',
        reason: 'EV-001: Files are named by whoever delivers them; the prefix is the data set.',
      },
      { endsWith: '/pipeline/*', reason: 'EV-001: Each execution writes and reads below its own id.' },
      { endsWith: '/models/*', reason: 'EV-001: Training names each artifact after its job.' },
      { endsWith: ':*', reason: 'EV-003: SageMaker names log streams after jobs and hosts.' },
      processingNetworkWildcard,
    );

    const training = {
      logGroupName: '/aws/sagemaker/TrainingJobs',
      code: [code.sourceDirectory],
      repositoryArns: [repositories.xgboost],
      network: networkStatements(Stack.of(this), props.subnetIds, props.securityGroup.securityGroupId),
    };
    this.training = this.jobRole('Training', props, training, [
      new iam.PolicyStatement({
        sid: 'ReadChannels',
        actions: ['s3:GetObject'],
        resources: [artifacts.arnForObjects('pipeline/*')],
      }),
      listArtifacts(artifacts, ['pipeline/*']),
      writeTo(artifacts, 'models/*'),
      new iam.PolicyStatement({
        sid: 'KeepCheckpoints',
        actions: ['s3:PutObject'],
        resources: [artifacts.arnForObjects('pipeline/*/checkpoints/*')],
      }),
    ]);
    acknowledgeInlinePolicies(this.training);
    acknowledgeWildcards(
      this.training,
      {
        endsWith: '/checkpoints/*',
        reason: 'EV-001: Checkpoints lie below the execution and the job that wrote them.',
      },
      { endsWith: '/pipeline/*', reason: 'EV-001: Each execution reads below its own id.' },
      { endsWith: '/models/*', reason: 'EV-001: SageMaker names each artifact after its job.' },
      { endsWith: ':*', reason: 'EV-003: SageMaker names log streams after jobs and hosts.' },
      {
        endsWith: ':network-interface/*',
        reason: 'EV-004: Interfaces get their ids when made; subnets and security group are named beside.',
      },
      {
        endsWith: '*',
        reason:
          'EV-002: ECR log-in, ec2:Describe actions and metrics take no resource; metrics are limited by namespace.',
      },
    );
    answers(this, 'SVC-16', 'SEC-02', 'SEC-03', 'DATA-07', 'TRAP-10');
  }

  private jobRole(id: string, props: JobRolesProps, job: JobKind, data: iam.PolicyStatement[]): iam.Role {
    const stack = Stack.of(this);
    return new iam.Role(this, id, {
      description: `What SageMaker does for a ${id.toLowerCase()} job; the job's own code has no network and no credentials.`,
      // SageMaker of this account only: somebody else's job cannot be given this role (the confused deputy).
      assumedBy: new iam.ServicePrincipal('sagemaker.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      inlinePolicies: {
        Data: new iam.PolicyDocument({
          statements: [
            ...data,
            new iam.PolicyStatement({
              sid: 'ReadCode',
              actions: ['s3:GetObject'],
              resources: job.code.map(({ arn }) => arn),
            }),
            new iam.PolicyStatement({
              sid: 'ListCode',
              actions: ['s3:ListBucket'],
              resources: job.code.slice(0, 1).map(({ bucketArn }) => bucketArn),
              conditions: { StringEquals: { 's3:prefix': job.code.map(({ key }) => key) } },
            }),
            ...dataKeyStatements(stack, props.dataKey),
          ],
        }),
        Runtime: new iam.PolicyDocument({
          statements: [
            ...pullStatements(job.repositoryArns),
            ...logStatements(stack, [job.logGroupName]),
            ...job.network,
            instanceMetricStatement(job.logGroupName),
          ],
        }),
      },
    });
  }
}

function listArtifacts(artifacts: s3.IBucket, prefixes: string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'ListArtifacts',
    actions: ['s3:ListBucket'],
    resources: [artifacts.bucketArn],
    conditions: { StringLike: { 's3:prefix': prefixes } },
  });
}

function writeTo(bucket: s3.IBucket, pattern: string): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'WriteResults',
    actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
    resources: [bucket.arnForObjects(pattern)],
  });
}
