import type { ConditionContext } from '../../platform';
import { type Call, type Field, field, fields, passRole, type Row, regional } from './rows';

export const SERVICE = 'sagemaker.amazonaws.com';

/** A SageMaker ARN from a name or an ARN. SageMaker writes names in ARNs in lower case. */
export function arn(call: Call, type: string, nameOrArn: string | undefined): string {
  return nameOrArn?.startsWith('arn:')
    ? nameOrArn
    : regional(call, 'sagemaker', `${type}/${(nameOrArn ?? '').toLowerCase()}`);
}

export const named =
  (type: string, ...members: string[]): Field<string> =>
  (call) =>
    arn(
      call,
      type,
      members.map((member) => field(member)(call)).find((value) => value !== undefined),
    );

/** A model package by ARN, by group (any version of it) or by name. */
export const modelPackage: Field<string> = (call) => {
  const given = field('ModelPackageArn')(call) ?? field('ModelPackageName')(call);
  const group = field('ModelPackageGroupName')(call);
  if (given === undefined && group !== undefined) {
    const name = group.startsWith('arn:') ? group.slice(group.lastIndexOf('/') + 1) : group;
    return arn(call, 'model-package', `${name}/*`);
  }
  return arn(call, 'model-package', given);
};

/** `sagemaker:CustomerMetadataProperties/<key>`, for each key that the request sets. */
export const metadataKeys: Field<ConditionContext> = ({ input }) =>
  Object.fromEntries(
    Object.entries((input.CustomerMetadataProperties ?? {}) as Record<string, string>).map(([key, value]) => [
      `sagemaker:CustomerMetadataProperties/${key}`,
      value,
    ]),
  );

export const execution: Field<string> = (call) => field('PipelineExecutionArn')(call) ?? '';

export const VPC: Row['context'] = {
  'sagemaker:VpcSubnets': fields(
    'VpcConfig.Subnets[]',
    'NetworkConfig.VpcConfig.Subnets[]',
    'TrainingJobDefinition.VpcConfig.Subnets[]',
    'TrainingJobDefinitions[].VpcConfig.Subnets[]',
  ),
  'sagemaker:VpcSecurityGroupIds': fields(
    'VpcConfig.SecurityGroupIds[]',
    'NetworkConfig.VpcConfig.SecurityGroupIds[]',
    'TrainingJobDefinition.VpcConfig.SecurityGroupIds[]',
    'TrainingJobDefinitions[].VpcConfig.SecurityGroupIds[]',
  ),
};

/** A flag that the service takes as false when it is absent. */
export const flag =
  (...paths: string[]): Field<string> =>
  (call) =>
    fields(...paths)(call)?.join() ?? 'false';

/** A KMS key by ARN, whatever form the request gives. */
export const keyArns =
  (...paths: string[]): Field<string[] | undefined> =>
  async (call) => {
    const ids = fields(...paths)(call);
    return ids && Promise.all(ids.map((id) => call.facts.keyArn(id)));
  };

export const creates = (
  action: string,
  type: string,
  name: string,
  context: Row['context'],
  ...roles: string[]
): Row[] => [
  { action: `sagemaker:${action}`, type, resource: named(type, name), context },
  addTags(named(type, name), type),
  ...(roles.length ? [passRole(SERVICE, ...roles)] : []),
];

/** Creating with tags needs sagemaker:AddTags on what is created. */
export function addTags(resource: Field<string>, type: string): Row {
  return {
    action: 'sagemaker:AddTags',
    type,
    resource,
    when: (call) => ((call.input.Tags as unknown[] | undefined) ?? []).length > 0,
  };
}

export const MONITORING = 'MonitoringScheduleConfig.MonitoringJobDefinition';
