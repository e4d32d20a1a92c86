import { join } from 'node:path';

import { Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Asset } from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';

import { answers } from '../shared/blueprint/answers';
import { acknowledgeWildcards } from '../shared/iam/wildcards';
import { acknowledge, acknowledgeInlinePolicies } from '../shared/security/acknowledge';

export interface CustomImageProps {
  readonly prefix: string;
  /** AWS's image that ours extends, and its repository. */
  readonly base: { readonly uri: string; readonly repositoryArn: string };
  readonly operationsKey: kms.IKey;
  readonly logRetention: logs.RetentionDays;
}

/**
 * An image for inference of our own, built in the account (DEPLOY-08, CHOICE-05): CodeBuild has the Docker that a
 * laptop need not have. Worth its upkeep when AWS's image lacks a library or a server; then patching it is ours, too.
 * Name its URI in a container of RegisterModel, and its repository in the model's role.
 */
export class CustomImage extends Construct {
  readonly repository: ecr.Repository;

  constructor(scope: Construct, id: string, props: CustomImageProps) {
    super(scope, id);
    const stack = Stack.of(this);
    const name = `${props.prefix}-inference`;
    this.repository = new ecr.Repository(this, 'Repository', {
      repositoryName: name,
      // A tag names one image for ever: what was approved cannot be changed under its name. A second build of one
      // source fails at its push.
      // AWS: builds/immutable-tags-are-pushed-once
      imageTagMutability: ecr.TagMutability.IMMUTABLE,
      imageScanOnPush: true,
      encryption: ecr.RepositoryEncryption.KMS,
      encryptionKey: props.operationsKey,
      lifecycleRules: [{ description: 'Old builds', maxImageCount: 20 }],
      removalPolicy: RemovalPolicy.DESTROY,
      emptyOnDelete: true,
    });
    const source = new Asset(this, 'Source', { path: join(__dirname, '../../pipelines/image') });
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/aws/codebuild/${name}`,
      encryptionKey: props.operationsKey,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new iam.Role(this, 'Role', {
      description: 'Builds one image: reads its source, pulls its base, pushes to its repository.',
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
            new iam.PolicyStatement({ sid: 'LogInToEcr', actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
            new iam.PolicyStatement({
              sid: 'PullBase',
              actions: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
              resources: [props.base.repositoryArn],
            }),
            new iam.PolicyStatement({
              sid: 'PushImage',
              // BatchGetImage: docker looks whether the manifest is there before it pushes ("IAM permissions to push an
              // image").
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
    acknowledgeWildcards(role, { endsWith: '*', reason: 'EV-002: ecr:GetAuthorizationToken takes no resource.' });

    // L1: the L2 adds statements to the role, and a report group that nobody reads.
    const project = new codebuild.CfnProject(this, 'Project', {
      name,
      description: 'Builds the image for inference and pushes it under the digest of its source.',
      serviceRole: role.roleArn,
      encryptionKey: props.operationsKey.keyArn,
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
        // Docker in a build container needs it ("Troubleshooting CodeBuild": Cannot connect to the Docker daemon).
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
    answers(this, 'DEPLOY-08', 'CHOICE-05', 'ART-03');
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
