import { clarifyImage, frameworkImage } from './images';
import { asset, dataKey, instanceType, jobsNetwork, tags } from './references';
import {
  between,
  either,
  type Fields,
  like,
  listOf,
  named,
  object,
  only,
  optional,
  type Rule,
  ref,
  textBetween,
  words,
} from './rules';

/**
 * Jobs of the pipeline and of the state machines. A value that comes from a run is a path (`$.x`, in a field that ends
 * with `.$`) or a reference to a step (`{"Get": "Steps.x"}`); both may only name what the check of the definition knows.
 */
export const path = like(/\$(\$?\.[\w.[\]'*-]+)?/);
/** Intrinsic functions of the states language, on paths and constants of this app. */
export const computed = like(
  /\$.*|States\.(Format|ArrayGetItem|ArrayContains|ArrayLength|StringSplit|StringToJson|JsonToString|MathAdd|Hash|UUID)\(.*\)/,
);

const step = like(/(Steps|Parameters|Execution)\.[\w.[\]']+/);
const get = object({ Get: step });
const jsonGet = object({ 'Std:JsonGet': object({ PropertyFile: get, Path: like(/[a-z_0-9]+(\.[a-z_0-9]+)*/) }) });
export const ofStep = either(get, jsonGet);
/** Of a step, a parameter or the execution: a place, and not a name or an id. */
const getPlace = object({ Get: like(/.+(Uri|S3ModelArtifacts)/) });
/** In a bucket of the lake: where the step may write, and what it may read. */
const inLake = like(/s3:\/\/<S3::Bucket DataLake\/(Artifacts|Curated|Capture)Bucket>\/?[\w/.{}-]*/);
const joined = (first: Rule) =>
  object({
    'Std:Join': object({
      On: only('/', ''),
      Values: {
        check: (value, spot) => [
          ...listOf(either(first, ofStep, like(/[\w./-]+/)), { maximum: 8 }).check(value, spot),
          // The first member decides where it leads.
          ...either(first, getPlace).check(Array.isArray(value) ? value[0] : value, spot),
        ],
      },
    }),
  });
export const place: Rule = either(inLake, asset('zip', 'gz', 'json'), get, joined(inLake));
const placeOf: Fields = {
  S3Uri: optional(place),
  'S3Uri.$': optional(
    like(
      /\$\.[\w.]+|States\.Format\('s3:\/\/<S3::Bucket DataLake\/(Artifacts|Capture)Bucket>\/[\w/{}-]+', \$\.[\w.]+\)/,
    ),
  ),
};
const one = (fields: Fields): Rule => ({
  check: (value, spot) => [
    ...object(fields).check(value, spot),
    ...('S3Uri' in Object(value) === 'S3Uri.$' in Object(value) ? [{ path: spot.path, problem: 'has no S3Uri' }] : []),
  ],
});
const localPath = like(/\/opt\/ml\/processing\/[\w/-]+/);
const name = like(/[a-z][\w-]*/);

export const cluster = object({
  InstanceCount: between(1, 10),
  InstanceType: instanceType,
  VolumeSizeInGB: between(1, 500),
  VolumeKmsKeyId: dataKey,
});
/** At most a day: a job that hangs is stopped. */
export const runtime = between(300, 86_400);

const input = object({
  InputName: name,
  AppManaged: optional(only(false)),
  S3Input: one({
    ...placeOf,
    LocalPath: localPath,
    S3DataType: only('S3Prefix', 'ManifestFile'),
    S3InputMode: only('File'),
    S3DataDistributionType: only('FullyReplicated'),
    S3CompressionType: optional(only('None')),
  }),
});
const output = object({
  OutputName: name,
  AppManaged: optional(only(false)),
  S3Output: one({ ...placeOf, LocalPath: localPath, S3UploadMode: only('EndOfJob') }),
});

/** Our program, by its digest, with a step's name. */
const program = {
  ImageUri: either(frameworkImage, clarifyImage),
  ContainerEntrypoint: {
    check: (value: unknown, spot: { stack: string; id: string; path: string }) =>
      like(/python3 \/opt\/ml\/processing\/input\/code\/[0-9a-f]{64}\.zip [a-z-]+/).check(
        Array.isArray(value) ? value.join(' ') : '',
        spot,
      ),
  },
};

export const processingJob = (jobName: Fields, role: string): Fields => ({
  ...jobName,
  Tags: tags,
  RoleArn: ref('IAM::Role', 'Arn', role),
  AppSpecification: object({
    ...program,
    ContainerArguments: optional(listOf(either(like(/--[a-z-]+/), ofStep), { maximum: 20 })),
  }),
  Environment: optional(
    named(
      /^[a-z_]+(\.\$)?$/,
      either(
        path,
        like(/\/opt\/ml\/processing\/[\w/.-]+/),
        like(/Enabled|Disabled|MlaBlueprint\/Monitoring|mla-blueprint-[a-z-]+/),
        only('{"sagemakerCaptureJson":{"captureIndexNames":["endpointInput","endpointOutput"]}}'),
      ),
    ),
  ),
  ProcessingInputs: listOf(input),
  ProcessingOutputConfig: object({ KmsKeyId: dataKey, Outputs: listOf(output) }),
  ProcessingResources: object({ ClusterConfig: cluster }),
  NetworkConfig: object({
    EnableNetworkIsolation: only(true),
    EnableInterContainerTrafficEncryption: only(true),
    VpcConfig: jobsNetwork,
  }),
  StoppingCondition: object({ MaxRuntimeInSeconds: runtime }),
});

/** A row of the input with its prediction, in the same file: nothing is lost by order. */
export const transformJob: Fields = {
  'TransformJobName.$': only('$.job.name'),
  Tags: tags,
  ...{ 'ModelName.$': optional(only('$.model.name')), ModelName: optional(words) },
  BatchStrategy: only('MultiRecord', 'SingleRecord'),
  MaxPayloadInMB: between(1, 100),
  MaxConcurrentTransforms: between(1, 64),
  ModelClientConfig: object({ InvocationsMaxRetries: between(0, 3), InvocationsTimeoutInSeconds: between(60, 3600) }),
  Environment: object({ SAGEMAKER_MODEL_SERVER_TIMEOUT: textBetween(60, 3600) }),
  TransformInput: object({
    DataSource: object({ S3DataSource: one({ ...placeOf, S3DataType: only('S3Prefix') }) }),
    ContentType: only('text/csv'),
    SplitType: only('Line'),
  }),
  DataProcessing: only({ InputFilter: '$[1:]', JoinSource: 'Input' }),
  TransformOutput: object({
    'S3OutputPath.$': like(
      /States\.Format\('s3:\/\/<S3::Bucket DataLake\/ArtifactsBucket>\/batch\/output\/\{\}', \$\.job\.id\)/,
    ),
    Accept: only('text/csv'),
    AssembleWith: only('Line'),
    KmsKeyId: dataKey,
  }),
  TransformResources: object({ InstanceType: instanceType, InstanceCount: between(1, 10), VolumeKmsKeyId: dataKey }),
};
