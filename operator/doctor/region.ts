import { DescribeTypeCommand } from '@aws-sdk/client-cloudformation';
import { DescribeAvailabilityZonesCommand } from '@aws-sdk/client-ec2';
import type { AssemblyNeeds } from '../assembly';
import type { OperatorContext } from '../context';
import type { Check } from './check';

export async function zones(context: OperatorContext): Promise<Check> {
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
export function images(needs: AssemblyNeeds, region: string): Check[] {
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

/** Regions differ in their resource types, and CloudFormation refuses a template with an unknown type. */
// AWS: cloudformation/resource-types-differ-by-region
export async function resourceTypes(context: OperatorContext, needs: AssemblyNeeds, region: string): Promise<Check> {
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
