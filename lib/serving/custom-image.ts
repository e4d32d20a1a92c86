import { join } from 'node:path';

import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';

import { covers } from '../shared/blueprint/covers';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import { acknowledge, acknowledgeInlinePolicies } from '../shared/security/acknowledge';
import type { WorkflowContext } from '../shared/stack/workflow-context';

export interface CustomImageProps {
  readonly context: WorkflowContext;
  /** AWS's image that this one extends, and its repository. */
  readonly base: { readonly uri: string; readonly repositoryArn: string };
}

/**
 * A custom inference image, built in the account by CodeBuild, so that no laptop needs Docker (DEPLOY-08: custom
 * inference logic; CHOICE-05: when a custom image is needed). It pays off only when AWS's image lacks a library or a
 * server, because you must patch it. To serve with it, set its URI in a container of RegisterModel and its repository
 * in ModelRole.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
 */
export class CustomImage extends Construct {
  readonly repository: ecr.Repository;

  constructor(scope: Construct, id: string, props: CustomImageProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const { configuration, operationsKey, logRetention } = props.context;
    const name = `${configuration.prefix}-inference`;
    this.repository = new ecr.Repository(this, 'Repository', {
      repositoryName: name,
      // A tag names one image forever, so an approved image cannot change under its name. A second build of the same
      // source fails when it pushes.
      // AWS: builds/immutable-tags-are-pushed-once
      imageTagMutability: ecr.TagMutability.IMMUTABLE,
      imageScanOnPush: true,
      encryption: ecr.RepositoryEncryption.KMS,
      encryptionKey: operationsKey,
      lifecycleRules: [{ description: 'Old builds', maxImageCount: configuration.retention.customImages }],
      removalPolicy: RemovalPolicy.DESTROY,
      emptyOnDelete: true,
    });
    // Some refusals of CreateModel ask that the repository admit SageMaker itself; in other reports the model role's
    // permission is enough. With this policy, both hold.
    // AWS: builds/sagemaker-is-admitted-by-the-repository
    this.repository.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'LetSageMakerPull',
        principals: [new iam.ServicePrincipal('sagemaker.amazonaws.com')],
        actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    const source = new Asset(this, 'Source', { path: join(__dirname, '../../pipelines/image') });
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/aws/codebuild/${name}`,
      encryptionKey: operationsKey,
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(this, 'Role', {
      description: 'Builds the custom image: reads its source, pulls the base image, pushes to its repository.',
      assumedBy: new iam.ServicePrincipal('codebuild.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnEquals: {
            'aws:SourceArn': stack.formatArn({ service: 'codebuild', resource: 'project', resourceName: name }),
          },
        },
      }),
      inlinePolicies: {
        Build: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              sid: 'ReadSource',
              actions: ['s3:GetObject'],
              resources: [source.bucket.arnForObjects(source.s3ObjectKey)],
            }),
            new iam.PolicyStatement({
              sid: 'GetEcrAuthorizationToken',
              actions: ['ecr:GetAuthorizationToken'],
              resources: ['*'],
            }),
            new iam.PolicyStatement({
              sid: 'PullBaseImage',
              actions: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
              resources: [props.base.repositoryArn],
            }),
            new iam.PolicyStatement({
              sid: 'PushImage',
              // BatchGetImage: before a push, docker checks whether the manifest exists.
              // https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html
              actions: [
                'ecr:BatchCheckLayerAvailability',
                'ecr:BatchGetImage',
                'ecr:CompleteLayerUpload',
                'ecr:InitiateLayerUpload',
                'ecr:PutImage',
                'ecr:UploadLayerPart',
              ],
              resources: [this.repository.repositoryArn],
            }),
            new iam.PolicyStatement({
              sid: 'WriteLogs',
              actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
              resources: [logGroup.logGroupArn],
            }),
          ],
        }),
      },
    });
    acknowledgeInlinePolicies(role);
    acknowledgeWildcards(role, { pattern: '*', reason: 'EV-002: ecr:GetAuthorizationToken supports no resource.' });

    // L1: the L2 adds statements to the role, and a report group that nothing uses.
    const project = new codebuild.CfnProject(this, 'Project', {
      name,
      description: 'Builds the inference image and pushes it with the digest of its source as tag.',
      serviceRole: role.roleArn,
      encryptionKey: operationsKey.keyArn,
      artifacts: { type: 'NO_ARTIFACTS' },
      source: {
        type: 'S3',
        location: `${source.bucket.bucketName}/${source.s3ObjectKey}`,
        buildSpec: JSON.stringify(buildSpec),
      },
      environment: {
        type: 'LINUX_CONTAINER',
        computeType: 'BUILD_GENERAL1_SMALL',
        image: 'aws/codebuild/standard:7.0',
        // Docker in a build container needs it ("Cannot connect to the Docker daemon").
        // https://docs.aws.amazon.com/codebuild/latest/userguide/troubleshooting.html
        privilegedMode: true,
        environmentVariables: [
          { name: 'BASE_IMAGE', value: props.base.uri },
          { name: 'IMAGE', value: `${this.repository.repositoryUri}:${source.assetHash.slice(0, 16)}` },
        ],
      },
      logsConfig: { cloudWatchLogs: { status: 'ENABLED', groupName: logGroup.logGroupName } },
      timeoutInMinutes: 30,
      concurrentBuildLimit: 1,
    });
    project.node.addDependency(role);
    const packs = ['HIPAA.Security', 'NIST.800.53.R4', 'PCI.DSS.321'] as const;
    acknowledge(
      project,
      'EV-050',
      'CodeBuildProjectSourceRepoUrl',
      packs,
      'The source is an object in S3, not a repository.',
    );
    covers(this, 'DEPLOY-08', 'CHOICE-05', 'ART-03');
  }
}

const registry = (image: string) =>
  `aws ecr get-login-password | docker login --username AWS --password-stdin "\${${image}%%/*}"`;

const buildSpec = {
  version: '0.2',
  phases: {
    pre_build: { commands: [registry('BASE_IMAGE'), registry('IMAGE')] },
    build: { commands: ['docker build --build-arg BASE_IMAGE="$BASE_IMAGE" --tag "$IMAGE" .'] },
    post_build: { commands: ['[ "$CODEBUILD_BUILD_SUCCEEDING" = 1 ]', 'docker push "$IMAGE"'] },
  },
};
