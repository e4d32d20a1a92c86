import { resolve } from 'node:path';
import { DescribeTypeCommand } from '@aws-sdk/client-cloudformation';
import { DescribeResourcePoliciesCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeAvailabilityZonesCommand } from '@aws-sdk/client-ec2';
import { DescribeOrganizationCommand } from '@aws-sdk/client-organizations';
import { ListAWSDefaultServiceQuotasCommand, ListServiceQuotasCommand } from '@aws-sdk/client-service-quotas';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { type AssemblyNeeds, type InstanceNeed, readNeeds } from '../assembly';
import type { CommandDefinition } from '../command';
import type { OperatorContext } from '../context';
import { explain, isNotFound } from '../errors';
import openQuestions from '../first-deployment.json';
import type { Output } from '../output';

export interface DoctorOptions {
  /** Folder of the synthesized stacks. */
  readonly assembly: string;
  /** Print what only a first deployment can show, and check nothing. */
  readonly firstDeployment?: boolean;
}

export interface Check {
  readonly name: string;
  readonly level: 'ok' | 'warn' | 'fail';
  readonly finding: string;
  /** What to change. */
  readonly remedy?: string;
}

/** A behavior of AWS that no documentation describes. */
export interface OpenQuestion {
  readonly id: string;
  /** What AWS does, as far as it is known. */
  readonly does: string;
  readonly chosen: string;
  readonly watch: string;
  readonly ifWrong: string;
  readonly change: string;
}

/** Written from the rehearsal's ledger: `npm run aws-behaviour`. */
export const firstDeployment: readonly OpenQuestion[] = openQuestions;

export interface DoctorResult {
  readonly checks: readonly Check[];
  /** Only with `firstDeployment`: AWS's behaviors that its pages leave open. */
  readonly unsettled?: readonly OpenQuestion[];
}

/** Checks everything that a deployment needs, before anything is billed. Changes nothing. */
export async function doctor(context: OperatorContext, options: DoctorOptions, output: Output): Promise<DoctorResult> {
  if (options.firstDeployment === true) return watchList(output);
  const checks: Check[] = [];
  const add = (found: readonly Check[]) => {
    for (const check of found) {
      checks.push(check);
      output.line(`${check.level.padEnd(4)}  ${check.name}: ${check.finding}`);
      if (check.remedy !== undefined && check.level !== 'ok') output.line(`      -> ${check.remedy}`);
    }
  };
  const needs = readNeeds(options.assembly);
  const region = await regionOf(context);
  add([await guarded('credentials', () => credentials(context))]);
  add([region]);
  if (checks.some((check) => check.level === 'fail')) return { checks };
  const regionName = await context.clients.sts.config.region();
  add([await guarded('bootstrap', () => bootstrap(context, needs))]);
  add([await guarded('zones', () => zones(context))]);
  add(images(needs, regionName));
  if (needs.resourceTypes.has('AWS::StepFunctions::StateMachine'))
    add([await guarded('log delivery', () => logDelivery(context))]);
  add([await guarded('resource types', () => resourceTypes(context, needs, regionName))]);
  if (needs.resourceTypes.has('AWS::CE::AnomalyMonitor'))
    add([await guarded('cost anomalies', () => costAnomalies(context))]);
  add(await quotas(context, needs));
  add([closedServices(needs)]);
  return { checks };
}

/**
 * Behaviors that AWS's documentation leaves open: what to watch in a first deployment, how a wrong assumption shows,
 * and what to change then.
 */
function watchList(output: Output): DoctorResult {
  output.line(
    `${firstDeployment.length} behaviors of AWS that only an account can settle (docs/reference/generated/aws-behaviour.md has the sources):`,
  );
  for (const { id, chosen, watch, ifWrong, change } of firstDeployment) {
    output.line('');
    output.line(id);
    output.line(`  chosen       ${chosen}`);
    output.line(`  watch        ${watch}`);
    output.line(`  if wrong     ${ifWrong}`);
    output.line(`  then change  ${change}`);
  }
  return { checks: [], unsettled: firstDeployment };
}

async function guarded(name: string, check: () => Promise<Check>): Promise<Check> {
  try {
    return await check();
  } catch (error) {
    const { message, remedy } = explain(error);
    return { name, level: 'fail', finding: message, ...(remedy === undefined ? {} : { remedy }) };
  }
}

async function credentials(context: OperatorContext): Promise<Check> {
  const { Account, Arn } = await context.clients.sts.send(new GetCallerIdentityCommand({}));
  return { name: 'credentials', level: 'ok', finding: `account ${Account ?? '?'} as ${Arn ?? '?'}` };
}

async function regionOf(context: OperatorContext): Promise<Check> {
  return guarded('region', async () => ({
    name: 'region',
    level: 'ok',
    finding: await context.clients.sts.config.region(),
  }));
}

async function bootstrap(context: OperatorContext, needs: AssemblyNeeds): Promise<Check> {
  const name = 'bootstrap';
  const { parameterName, version } = needs.bootstrap ?? {
    parameterName: '/cdk-bootstrap/hnb659fds/version',
    version: 6,
  };
  try {
    const { Parameter } = await context.clients.ssm.send(new GetParameterCommand({ Name: parameterName }));
    const found = Number(Parameter?.Value);
    if (found >= version) return { name, level: 'ok', finding: `version ${found}, ${version} is needed` };
    return {
      name,
      level: 'fail',
      finding: `version ${found} is too old, ${version} is needed`,
      remedy: 'Run `npx cdk bootstrap` again.',
    };
  } catch (error) {
    if (!isNotFound(error)) throw error;
    return {
      name,
      level: 'fail',
      finding: 'this account and region are not bootstrapped',
      remedy: 'Run `npx cdk bootstrap` once.',
    };
  }
}

async function zones(context: OperatorContext): Promise<Check> {
  const { AvailabilityZones } = await context.clients.ec2.send(
    new DescribeAvailabilityZonesCommand({
      Filters: [
        { Name: 'state', Values: ['available'] },
        { Name: 'zone-type', Values: ['availability-zone'] },
      ],
    }),
  );
  const found = (AvailabilityZones ?? []).map((zone) => zone.ZoneName ?? '');
  if (found.length >= 2) return { name: 'zones', level: 'ok', finding: found.join(', ') };
  return {
    name: 'zones',
    level: 'fail',
    finding: `${found.length} available zone, 2 are needed`,
    remedy: 'Choose another region (AWS_REGION).',
  };
}

/** The registries of SageMaker's images differ by region, and a new region may have none yet. */
function images(needs: AssemblyNeeds, region: string): Check[] {
  const without = [...needs.regionMappings].filter(([, regions]) => !regions.has(region)).map(([mapping]) => mapping);
  if (needs.regionMappings.size === 0)
    return [
      {
        name: 'images',
        level: 'warn',
        finding: 'the stacks hold no table of image registries',
        remedy: 'Synthesize again: npx cdk synth',
      },
    ];
  if (without.length === 0)
    return [{ name: 'images', level: 'ok', finding: `registries of SageMaker's images are known for ${region}` }];
  return [
    {
      name: 'images',
      level: 'fail',
      finding: `no image registry is known for ${region} (${without.join(', ')})`,
      remedy:
        'Choose another region, or add its registry to lib/training/image-registries.ts (SageMaker guide, "Docker Registry Paths").',
    },
  ];
}

async function quotas(context: OperatorContext, needs: AssemblyNeeds): Promise<Check[]> {
  let limits: Map<string, number>;
  try {
    limits = await sagemakerQuotas(context);
  } catch (error) {
    const { message } = explain(error);
    return [
      {
        name: 'quotas',
        level: 'warn',
        finding: `could not be read: ${message}`,
        remedy: 'Look at Service Quotas, Amazon SageMaker, in the console.',
      },
    ];
  }
  return [
    ...needs.instances.map((need) => quota(`${need.instanceType} for ${need.usage} usage`, need.count, limits)),
    ...totals(needs.instances).map(({ name, count }) => quota(name, count, limits)),
  ];
}

function quota(name: string, count: number, limits: ReadonlyMap<string, number>): Check {
  const limit = limits.get(name);
  const remedy = `Request an increase to ${count} or more under Service Quotas, Amazon SageMaker, "${name}" (often granted within a day), or make the fleet smaller in lib/config.ts.`;
  if (limit === undefined)
    return {
      name: 'quota',
      level: 'warn',
      finding: `no quota named "${name}" was found; up to ${count} are needed`,
      remedy,
    };
  if (limit < count)
    return { name: 'quota', level: 'fail', finding: `${name}: ${limit}, up to ${count} are needed`, remedy };
  return { name: 'quota', level: 'ok', finding: `${name}: ${limit}, up to ${count} are needed` };
}

/** In addition to the quota of each instance type, an account has one for all types together. */
const totalQuotas: Readonly<Record<string, string>> = {
  endpoint: 'Number of instances across active endpoints',
  'processing job': 'Number of instances across all processing jobs',
  'training job': 'Number of instances across all training jobs',
  'transform job': 'Number of instances across all transform jobs',
};

// AWS: sagemaker-jobs/quotas-also-count-all-instance-types
function totals(needs: readonly InstanceNeed[]): { readonly name: string; readonly count: number }[] {
  return Object.entries(totalQuotas).flatMap(([usage, name]) => {
    const count = needs.filter((need) => need.usage === usage).reduce((sum, need) => sum + need.count, 0);
    return count > 0 ? [{ name, count }] : [];
  });
}

/** Regions differ in their resource types, and CloudFormation refuses a template with an unknown type. */
// AWS: cloudformation/resource-types-differ-by-region
async function resourceTypes(context: OperatorContext, needs: AssemblyNeeds, region: string): Promise<Check> {
  const name = 'resource types';
  const types = [...needs.resourceTypes]
    .filter((type) => type.startsWith('AWS::') && type !== 'AWS::CDK::Metadata')
    .sort();
  const missing: string[] = [];
  for (const type of types) {
    try {
      await context.clients.cloudformation.send(new DescribeTypeCommand({ Type: 'RESOURCE', TypeName: type }));
    } catch (error) {
      if ((error as Error).name !== 'TypeNotFoundException') throw error;
      missing.push(type);
    }
  }
  // The budget has a condition on the region, so the stacks deploy without it.
  const required = missing.filter((type) => type !== 'AWS::Budgets::Budget');
  if (required.length > 0) {
    const finding = `${region} has no ${required.join(', ')}`;
    return {
      name,
      level: 'fail',
      finding,
      remedy: 'Choose another region (AWS_REGION), or leave the feature out in lib/config.ts.',
    };
  }
  if (missing.length > 0) {
    return {
      name,
      level: 'warn',
      finding: `${region} has no ${missing.join(', ')}: the stacks deploy without a budget`,
      remedy: 'Create a budget for the account in us-east-1.',
    };
  }
  return { name, level: 'ok', finding: `${region} has all ${types.length} that the stacks use` };
}

const mostLogPolicies = 10;

/**
 * State machines write their logs by this resource policy, which Step Functions creates with the first of them. An
 * account has at most ten in a region.
 */
// AWS: logs/resource-policies-are-ten
async function logDelivery({ clients }: OperatorContext): Promise<Check> {
  const name = 'log delivery';
  const { resourcePolicies = [] } = await clients.logs.send(new DescribeResourcePoliciesCommand({}));
  const ofAccount = resourcePolicies.filter(({ policyScope }) => policyScope !== 'RESOURCE');
  const exists = ofAccount.some(({ policyName }) => policyName === 'AWSLogDeliveryWrite20150319');
  const finding = `${ofAccount.length} of ${mostLogPolicies} log resource policies exist`;
  if (exists || ofAccount.length < mostLogPolicies) return { name, level: 'ok', finding };
  return {
    name,
    level: 'fail',
    finding: `${finding}, and Step Functions needs one to write the logs of state machines`,
    remedy:
      'Delete one that nothing needs: aws logs describe-resource-policies, aws logs delete-resource-policy. Otherwise the Serving stack fails with "The state machine IAM Role is not authorized to access the Log Destination".',
  };
}

/**
 * Only the account that pays can create a cost anomaly monitor over a tag; a member account of an organization cannot.
 */
// AWS: cost/anomaly-monitors-by-tag-need-the-management-account
async function costAnomalies(context: OperatorContext): Promise<Check> {
  const name = 'cost anomalies';
  const { Account } = await context.clients.sts.send(new GetCallerIdentityCommand({}));
  try {
    const { Organization } = await context.clients.organizations.send(new DescribeOrganizationCommand({}));
    if (Organization?.MasterAccountId === Account)
      return { name, level: 'ok', finding: "this is the organization's management account" };
    return {
      name,
      level: 'fail',
      finding: `account ${Account ?? '?'} is a member of an organization; a cost anomaly monitor by tag needs its management account`,
      remedy: 'Leave costAnomaly out of lib/config.ts (its default).',
    };
  } catch (error) {
    if ((error as Error).name !== 'AWSOrganizationsNotInUseException') throw error;
    return { name, level: 'ok', finding: 'the account is in no organization' };
  }
}

/**
 * The default quotas, overridden by the applied ones: ListServiceQuotas leaves out quotas that have no applied value
 * yet.
 */
// AWS: sagemaker-jobs/applied-quotas-leave-out-defaults
async function sagemakerQuotas(context: OperatorContext): Promise<Map<string, number>> {
  const limits = new Map<string, number>();
  for (const Command of [ListAWSDefaultServiceQuotasCommand, ListServiceQuotasCommand]) {
    let token: string | undefined;
    do {
      const page = await context.clients.quotas.send(
        new Command({ ServiceCode: 'sagemaker', MaxResults: 100, NextToken: token }),
      );
      for (const { QuotaName, Value } of page.Quotas ?? [])
        if (QuotaName !== undefined) limits.set(QuotaName, Value ?? 0);
      token = page.NextToken;
    } while (token !== undefined);
  }
  return limits;
}

const closed: readonly [pattern: RegExp, service: string][] = [
  [
    /^AWS::SageMaker::(MonitoringSchedule|DataQualityJobDefinition|ModelQualityJobDefinition)$/,
    'SageMaker Model Monitor',
  ],
  [/^AWS::SageMaker::(ModelBiasJobDefinition|ModelExplainabilityJobDefinition)$/, 'SageMaker Clarify'],
];

/** No call says whether an account may use a closed service; only creating a resource would, and that is billed. */
function closedServices(needs: AssemblyNeeds): Check {
  const used = closed
    .filter(([pattern]) => [...needs.resourceTypes].some((type) => pattern.test(type)))
    .map(([, service]) => service);
  if (used.length === 0)
    return {
      name: 'closed services',
      level: 'ok',
      finding: 'none is used (Model Monitor, Clarify and Debugger take no new customers)',
    };
  return {
    name: 'closed services',
    level: 'warn',
    finding: `${used.join(', ')} takes no new customers; it works only in an account that used it before mid-2026`,
    remedy:
      'In a newer account set monitoring.modelMonitor to false in lib/config.ts: the own analyzer writes the same files and metrics.',
  };
}

export const doctorCommand: CommandDefinition<DoctorOptions, DoctorResult> = {
  name: 'doctor',
  summary: 'check that this account can run the workflow, before anything is billed',
  description:
    'Checks credentials, region, CDK bootstrap, zones, image registries, log delivery, resource types of the region, quotas of the instances in the synthesized stacks, and closed services. Changes nothing.',
  configure: (program) =>
    program
      .option('--assembly <folder>', 'the synthesized stacks', 'cdk.out')
      .option(
        '--first-deployment',
        'only list what to watch in a first deployment: behaviors that no documentation describes',
      ),
  examples: [
    ['doctor', 'after `npx cdk synth`'],
    ['doctor --assembly .rehearsal/cdk.out --json', 'stacks that were synthesized elsewhere'],
    ['doctor --first-deployment', 'before and during the first deployment into an account'],
  ],
  parse: (_, options) => ({
    assembly: resolve(String(options.assembly)),
    firstDeployment: options.firstDeployment === true,
  }),
  run: doctor,
  succeeded: (result) => result.checks.every((check) => check.level !== 'fail'),
};
