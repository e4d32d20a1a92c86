import { readFileSync } from 'node:fs';

/** The stack that `cdk bootstrap` makes. */
export const BOOTSTRAP_STACK = 'CDKToolkit';

/**
 * CDK's own bootstrap template, as the installed CLI has it: staging bucket, repository, and the roles that publish
 * assets, call CloudFormation and create resources, each with its own permissions. The deploy role reads one SSM
 * parameter, the bootstrap's version.
 *
 * AWS: cloudformation/ssm-parameters-read-as-caller
 */
export function bootstrapTemplate(): string {
  return readFileSync(require.resolve('aws-cdk/lib/api/bootstrap/bootstrap-template.yaml'), 'utf8');
}

/** What `cdk bootstrap` without options passes; everything else has the template's default. */
export const bootstrapParameters = [
  { ParameterKey: 'FileAssetsBucketKmsKeyId', ParameterValue: 'AWS_MANAGED_KEY' },
  { ParameterKey: 'PublicAccessBlockConfiguration', ParameterValue: 'true' },
];
