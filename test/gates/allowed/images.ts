import type { AllowedTypes } from './allowed-type';
import { assetBucket, operationsKey, prefix, tags } from './references';
import { between, elsewhere, json, like, members, object, only, optional, own, ref, textBetween, words } from './rules';

/**
 * Images come from two places: AWS's registries, whose account for each region is in a map of the template
 * (lib/training/image-registries.ts), and the repository that this app builds. A tag is a version, never `latest`.
 */
const registry = (map: string, key: string) => `<Map ${map} <Region> ${key}>\\.dkr\\.ecr\\.<Region>\\.<URLSuffix>/`;
const version = ':[0-9]+\\.[0-9]+-[0-9]+(-(py3|py310|py311|py312|cpu))*';

export const frameworkImage = like(
  new RegExp(`${registry('ImagesRegistries', 'account')}sagemaker-(xgboost|scikit-learn)${version}`),
);
/** Model Monitor has no versions: AWS replaces the image. */
export const monitorImage = like(
  new RegExp(`${registry('MonitorImagesRegistries', 'modelMonitor')}sagemaker-model-monitor-analyzer`),
);
export const clarifyImage = like(
  new RegExp(`${registry('MonitorImagesRegistries', 'clarify')}sagemaker-clarify-processing:1\\.0`),
);
const arnPart = (part: number) => `<Select ${part} <Split : <ECR::Repository Serving/CustomImageRepository.Arn>>>`;
/** Tagged with the digest of its source. */
export const ownImage = like(
  new RegExp(
    `${arnPart(4)}\\.dkr\\.ecr\\.${arnPart(3)}\\.<URLSuffix>/<ECR::Repository Serving/CustomImageRepository>:[0-9a-f]{16}`,
  ),
);

/** What AWS's server in the image reads, and the version that predictions name. */
export const containerEnvironment = {
  SAGEMAKER_PROGRAM: optional(like(/[a-z_]+\.py/)),
  SAGEMAKER_SUBMIT_DIRECTORY: optional(only('/opt/ml/model/code')),
  SAGEMAKER_MODEL_SERVER_TIMEOUT: optional(textBetween(60, 3600)),
  SAGEMAKER_MODEL_SERVER_WORKERS: optional(textBetween(1, 16)),
};

const command = (pattern: RegExp) => like(pattern);

export const images: AllowedTypes = {
  'AWS::ECR::Repository': {
    why: 'The custom image (variants.customImage): scanned, encrypted, and a tag is never moved.',
    stacks: ['Serving'],
    deletion: 'Delete',
    properties: {
      RepositoryName: only(`${prefix}-inference`),
      EmptyOnDelete: only(true),
      EncryptionConfiguration: object({ EncryptionType: only('KMS'), KmsKey: operationsKey }),
      ImageScanningConfiguration: object({ ScanOnPush: only(true) }),
      ImageTagMutability: only('IMMUTABLE'),
      LifecyclePolicy: object({
        LifecyclePolicyText: json(
          object({
            rules: members(
              object({
                rulePriority: only(1),
                description: words,
                selection: object({
                  tagStatus: only('any'),
                  countType: only('imageCountMoreThan'),
                  // Enough to go back to, and an end.
                  countNumber: between(3, 100),
                }),
                action: object({ type: only('expire') }),
              }),
            ),
          }),
        ),
      }),
      RepositoryPolicyText: object({ Version: only('2012-10-17'), Statement: elsewhere }),
      Tags: tags,
    },
  },
  'AWS::CodeBuild::Project': {
    why: 'Builds the custom image from an asset of this app (EV-050), on a base image of AWS, and pushes it.',
    stacks: ['Serving'],
    after: ['AWS::IAM::Role'],
    properties: {
      Name: only(`${prefix}-inference`),
      Description: words,
      Artifacts: object({ Type: only('NO_ARTIFACTS') }),
      ConcurrentBuildLimit: between(1, 3),
      EncryptionKey: operationsKey,
      Environment: object({
        ComputeType: only('BUILD_GENERAL1_SMALL', 'BUILD_GENERAL1_MEDIUM'),
        Image: like(/aws\/codebuild\/standard:\d+\.0/),
        // Docker builds need it.
        PrivilegedMode: only(true),
        Type: only('LINUX_CONTAINER'),
        EnvironmentVariables: members(
          object({ Name: only('BASE_IMAGE'), Value: frameworkImage }),
          object({ Name: only('IMAGE'), Value: ownImage }),
        ),
      }),
      LogsConfig: object({ CloudWatchLogs: object({ GroupName: own('Logs::LogGroup', ''), Status: only('ENABLED') }) }),
      ServiceRole: ref('IAM::Role', 'Arn', 'CustomImageRole'),
      Source: object({
        Type: only('S3'),
        Location: like(new RegExp(`${assetBucket}/[0-9a-f]{64}\\.zip`)),
        // Log in to both registries, build, push. Nothing is downloaded by a command.
        BuildSpec: json(
          object({
            version: only('0.2'),
            phases: object({
              pre_build: object({
                commands: members(
                  command(
                    /aws ecr get-login-password \| docker login --username AWS --password-stdin "\$\{BASE_IMAGE%%\/\*\}"/,
                  ),
                  command(
                    /aws ecr get-login-password \| docker login --username AWS --password-stdin "\$\{IMAGE%%\/\*\}"/,
                  ),
                ),
              }),
              build: object({
                commands: only(['docker build --build-arg BASE_IMAGE="$BASE_IMAGE" --tag "$IMAGE" .']),
              }),
              post_build: object({
                commands: only(['[ "$CODEBUILD_BUILD_SUCCEEDING" = 1 ]', 'docker push "$IMAGE"']),
              }),
            }),
          }),
        ),
      }),
      TimeoutInMinutes: between(5, 120),
      Tags: tags,
    },
  },
};
