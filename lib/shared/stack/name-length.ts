import { Aspects, CfnResource, type IAspect, Stack } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';

/**
 * Kinds of names that are created at run time, and their maximum length (from the API reference of each service).
 */
const runTimeLimits = {
  'processing job': 63,
  'training job': 63,
  'transform job': 63,
  'hyperparameter tuning job': 32,
  'state machine execution': 80,
} as const;

export type RunTimeName = keyof typeof runTimeLimits;

/** Lengths of the results of `States.UUID()` and `States.Hash(..., 'MD5')`. */
export const uuidLength = 36;
export const md5Length = 32;

export interface RunTimeNameParts {
  /** The configuration's prefix. */
  readonly prefix: string;
  /** Kind of work, such as `drift`. @default none */
  readonly part?: string;
  /** Maximum number of characters that are added when the job starts. */
  readonly added: number;
}

/**
 * Beginning of a name that is completed at run time, `<prefix>-<part>-`. AWS checks the whole name only when the job is
 * created, perhaps weeks after the deployment, so the maximum length is checked here.
 */
export function runTimeNamePrefix(kind: RunTimeName, { prefix, part, added }: RunTimeNameParts): string {
  const start = `${[prefix, ...(part === undefined ? [] : [part])].join('-')}-`;
  const limit = runTimeLimits[kind];
  const length = start.length + added;
  // AWS: sagemaker-jobs/names-have-a-greatest-length
  if (length > limit)
    throw new Error(tooLong(`The name of a ${kind}, "${start}" and ${added} more characters,`, length, limit, prefix));
  return start;
}

/** Resource types with fixed names in this app: the property, and the maximum length. */
const fixedNames: Readonly<Record<string, { readonly property: string; readonly limit: number }>> = {
  'AWS::Athena::WorkGroup': { property: 'Name', limit: 128 },
  'AWS::CloudTrail::Trail': { property: 'TrailName', limit: 128 },
  'AWS::CloudWatch::Alarm': { property: 'AlarmName', limit: 255 },
  'AWS::CodeBuild::Project': { property: 'Name', limit: 150 },
  'AWS::ECR::Repository': { property: 'RepositoryName', limit: 256 },
  'AWS::Events::Rule': { property: 'Name', limit: 64 },
  'AWS::Glue::DataQualityRuleset': { property: 'Name', limit: 255 },
  'AWS::Glue::Job': { property: 'Name', limit: 255 },
  'AWS::Glue::SecurityConfiguration': { property: 'Name', limit: 255 },
  'AWS::Glue::Database': { property: 'DatabaseInput.Name', limit: 255 },
  'AWS::IAM::Role': { property: 'RoleName', limit: 64 },
  'AWS::KinesisFirehose::DeliveryStream': { property: 'DeliveryStreamName', limit: 64 },
  'AWS::Lambda::Function': { property: 'FunctionName', limit: 64 },
  'AWS::Logs::LogGroup': { property: 'LogGroupName', limit: 512 },
  'AWS::S3::Bucket': { property: 'BucketName', limit: 63 },
  'AWS::SNS::Topic': { property: 'TopicName', limit: 256 },
  'AWS::SQS::Queue': { property: 'QueueName', limit: 80 },
  'AWS::SSM::Parameter': { property: 'Name', limit: 1011 },
  'Custom::StateParameter': { property: 'Name', limit: 1011 },
  'AWS::SageMaker::FeatureGroup': { property: 'FeatureGroupName', limit: 64 },
  'AWS::SageMaker::Endpoint': { property: 'EndpointName', limit: 63 },
  'AWS::SageMaker::EndpointConfig': { property: 'EndpointConfigName', limit: 63 },
  'AWS::SageMaker::Model': { property: 'ModelName', limit: 63 },
  'AWS::SageMaker::ModelPackageGroup': { property: 'ModelPackageGroupName', limit: 63 },
  'AWS::SageMaker::MonitoringSchedule': { property: 'MonitoringScheduleName', limit: 63 },
  'AWS::SageMaker::Pipeline': { property: 'PipelineName', limit: 256 },
  'AWS::StepFunctions::StateMachine': { property: 'StateMachineName', limit: 80 },
};

/**
 * Refuses fixed names that are too long, in every stack below a scope. CloudFormation would report them one by one,
 * each after a rollback.
 */
export function checkFixedNames(scope: Construct, prefix: string): void {
  Aspects.of(scope).add(new FixedNames(prefix));
}

class FixedNames implements IAspect {
  constructor(private readonly prefix: string) {}

  visit(node: IConstruct): void {
    if (!(node instanceof CfnResource)) return;
    const known = fixedNames[node.cfnResourceType];
    if (known === undefined) return;
    const { Properties = {} } = Object.values(
      (Stack.of(node).resolve(node._toCloudFormation()) as { Resources: Record<string, { Properties?: unknown }> })
        .Resources,
    )[0];
    const value = known.property
      .split('.')
      .reduce<unknown>((found, member) => (found as Record<string, unknown> | undefined)?.[member], Properties);
    const length = longest(value);
    if (length !== undefined && length > known.limit) {
      const name = typeof value === 'string' ? value : JSON.stringify(value);
      throw new Error(
        `${node.node.path}: ${tooLong(`${known.property} of ${node.cfnResourceType}, ${name},`, length, known.limit, this.prefix)}`,
      );
    }
  }
}

/** Maximum length of each pseudo parameter: `ap-southeast-1`, an account id, `aws-us-gov`. */
const pseudoParameters: Readonly<Record<string, number>> = {
  'AWS::Region': 14,
  'AWS::AccountId': 12,
  'AWS::Partition': 10,
};

/**
 * Maximum length of a value; undefined where only the deployment knows it, such as a name that CloudFormation generates
 * within the limit.
 */
function longest(value: unknown): number | undefined {
  if (typeof value === 'string') return value.length;
  const { Ref, 'Fn::Join': join } = (value ?? {}) as { Ref?: string; 'Fn::Join'?: [string, unknown[]] };
  if (Ref !== undefined) return pseudoParameters[Ref];
  if (join === undefined) return undefined;
  const [separator, parts] = join;
  return parts.reduce<number | undefined>(
    (sum, part) => {
      const length = longest(part);
      return sum === undefined || length === undefined ? undefined : sum + length;
    },
    separator.length * (parts.length - 1),
  );
}

function tooLong(what: string, length: number, limit: number, prefix: string): string {
  const allowed = prefix.length - (length - limit);
  const remedy =
    allowed > 0 ? `choose a prefix of at most ${allowed} characters` : 'shorten the other parts of the name';
  return `${what} would have ${length} characters; the service accepts ${limit}. The prefix "${prefix}" (lib/config.ts) has ${prefix.length}: ${remedy}.`;
}
