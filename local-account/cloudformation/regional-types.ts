import type { ResourceDefinition } from '../assembly/template';
import { AwsError } from '../platform';

/**
 * Resource types that CloudFormation does not know in some regions, of those that the local account knows (cfn-lint's
 * lists of types by region).
 */
const MISSING: Readonly<Record<string, readonly string[]>> = {
  'AWS::Budgets::Budget': [
    'af-south-1',
    'ap-east-1',
    'ap-northeast-3',
    'ap-south-2',
    'ap-southeast-3',
    'ap-southeast-4',
    'ca-west-1',
    'eu-central-2',
    'eu-north-1',
    'eu-south-1',
    'eu-south-2',
    'il-central-1',
    'me-central-1',
  ],
  'AWS::CodeBuild::Project': ['ca-west-1'],
  'AWS::SageMaker::Endpoint': ['me-central-1'],
  'AWS::SageMaker::EndpointConfig': ['me-central-1'],
  'AWS::SageMaker::Model': ['me-central-1'],
  'AWS::SageMaker::ModelPackageGroup': ['ap-south-2', 'ap-southeast-4'],
  ...Object.fromEntries(
    [
      'DataQualityJobDefinition',
      'ModelQualityJobDefinition',
      'ModelBiasJobDefinition',
      'ModelExplainabilityJobDefinition',
      'MonitoringSchedule',
    ].map((type) => [
      `AWS::SageMaker::${type}`,
      [
        'af-south-1',
        'ap-south-2',
        'ap-southeast-3',
        'ap-southeast-4',
        'ca-west-1',
        'eu-central-2',
        'eu-south-1',
        'eu-south-2',
        'il-central-1',
        'me-central-1',
      ],
    ]),
  ),
};

const missing = (type: string, region: string): boolean => MISSING[type]?.includes(region) ?? false;

/** CloudFormation checks the types of all resources that no condition excludes before it creates the first. */
// AWS: cloudformation/resource-types-differ-by-region
export function refuseUnknownTypes(active: ReadonlyMap<string, ResourceDefinition>, region: string): void {
  const unknown = [...active.values()].map(({ Type }) => Type).filter((type) => missing(type, region));
  if (unknown.length > 0) {
    throw new AwsError(
      'ValidationError',
      `Template format error: Unrecognized resource types: [${[...new Set(unknown)].sort().join(', ')}]`,
    );
  }
}

/** DescribeType of AWS's own resource types, as far as clients ask whether there is one. */
// AWS: cloudformation/resource-types-differ-by-region
export function describeType(type: string, known: boolean, region: string): Record<string, unknown> {
  if (!known || missing(type, region))
    throw new AwsError('TypeNotFoundException', `The type '${type}' cannot be found.`, 404);
  return {
    Arn: `arn:aws:cloudformation:${region}::type/resource/${type.replaceAll('::', '-')}`,
    Type: 'RESOURCE',
    TypeName: type,
    Visibility: 'PUBLIC',
  };
}
