import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { DataLakeStage } from '../data-lake/stage';
import { covers } from '../shared/blueprint/covers';
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
import type { WorkflowContext } from '../shared/stack/workflow-context';
import type { SagemakerImages } from './images';
import type { CodeObject, StepCode } from './step-code';

export interface JobRolesProps {
  readonly context: WorkflowContext;
  readonly lake: DataLakeStage;
  readonly code: Pick<StepCode, 'archive' | 'sourceDirectory' | 'noLiveModel'>;
  readonly repositories: SagemakerImages['repositories'];
}

/** What differs between kinds of jobs: log group, code, images, and how SageMaker attaches them to the network. */
interface JobKind {
  readonly logGroupName: string;
  readonly code: readonly CodeObject[];
  readonly repositoryArns: readonly string[];
  /** Lets SageMaker create network interfaces in our subnets, as this role. */
  readonly network: iam.PolicyStatement[];
}

/**
 * A role for each kind of job (SEC-02: least privilege; SEC-03: service roles; SVC-16: what IAM decides; DATA-07: who
 * may read what). Processing reads curated data and models; training reads only what preparation wrote. Neither can
 * read raw data, and neither can read more of the other's results than its step needs.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
 */
export class JobRoles extends Construct {
  readonly processing: iam.Role;
  readonly training: iam.Role;

  constructor(scope: Construct, id: string, props: JobRolesProps) {
    super(scope, id);
    const { code, repositories } = props;
    const { curated, artifacts } = props.lake;
    const { network, configuration } = props.context;
    // Deployed with the stream, whose feature store is below this prefix (lib/features/airport-state-store.ts).
    const states = configuration.streaming.enabled ? ['features/airport-state/*'] : [];
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
          ...states.map((prefix) => curated.arnForObjects(prefix)),
          artifacts.arnForObjects('pipeline/*'),
          artifacts.arnForObjects('models/*'),
        ],
      }),
      new iam.PolicyStatement({
        sid: 'ListCurated',
        actions: ['s3:ListBucket'],
        resources: [curated.bucketArn],
        conditions: { StringLike: { 's3:prefix': ['curated/*', ...states] } },
      }),
      listArtifacts(artifacts, ['pipeline/*', 'models/*']),
      writeTo(artifacts, 'pipeline/*'),
    ]);
    acknowledgeInlinePolicies(this.processing);
    acknowledgeWildcards(
      this.processing,
      {
        pattern: '/curated/*',
        reason: 'EV-001: The data supplier names the files; the prefix is the data set.',
      },
      ...states.map((prefix) => ({
        pattern: `/${prefix}`,
        reason: 'EV-001: SageMaker names the files of the offline store.',
      })),
      { pattern: '/pipeline/*', reason: 'EV-001: Each execution writes and reads below its own id.' },
      { pattern: '/models/*', reason: 'EV-001: Training names each artifact after its job.' },
      {
        pattern: 'log-group:/aws/sagemaker/ProcessingJobs:*',
        reason: 'EV-003: SageMaker names log streams after jobs and hosts.',
      },
      processingNetworkWildcard,
    );

    const training = {
      logGroupName: '/aws/sagemaker/TrainingJobs',
      code: [code.sourceDirectory],
      repositoryArns: [repositories.xgboost],
      network: networkStatements(Stack.of(this), network.subnetIds, network.securityGroup.securityGroupId),
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
        sid: 'WriteCheckpoints',
        actions: ['s3:PutObject'],
        resources: [artifacts.arnForObjects('pipeline/*/checkpoints/*')],
      }),
    ]);
    acknowledgeInlinePolicies(this.training);
    acknowledgeWildcards(
      this.training,
      {
        pattern: '/pipeline/*/checkpoints/*',
        reason: 'EV-001: Checkpoints lie below the execution and the job that wrote them.',
      },
      { pattern: '/pipeline/*', reason: 'EV-001: Each execution reads below its own id.' },
      { pattern: '/models/*', reason: 'EV-001: SageMaker names each artifact after its job.' },
      {
        pattern: 'log-group:/aws/sagemaker/TrainingJobs:*',
        reason: 'EV-003: SageMaker names log streams after jobs and hosts.',
      },
      {
        pattern: ':network-interface/*',
        reason: 'EV-004: EC2 gives an interface its id; the statement also names the subnets and the security group.',
      },
      {
        pattern: '*',
        reason:
          'EV-002: ECR log-in, ec2:Describe actions and metrics take no resource; metrics are limited by namespace.',
      },
    );
    covers(this, 'SVC-16', 'SEC-02', 'SEC-03', 'DATA-07', 'TRAP-10');
  }

  private jobRole(id: string, props: JobRolesProps, job: JobKind, data: iam.PolicyStatement[]): iam.Role {
    const stack = Stack.of(this);
    return new iam.Role(this, id, {
      description: `Used by SageMaker for a ${id.toLowerCase()} job. The code of the job has no network and no credentials.`,
      // Only for jobs of this account: a job in another account cannot use this role (the confused deputy problem).
      // https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
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
            ...dataKeyStatements(stack, props.context.dataKey),
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
