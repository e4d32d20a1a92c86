import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { AssemblyNeeds } from '../assembly';
import type { OperatorContext } from '../context';
import { isNotFound } from '../errors';
import { type Check, guarded } from './check';

export async function credentials(context: OperatorContext): Promise<Check> {
  const { Account, Arn } = await context.clients.sts.send(new GetCallerIdentityCommand({}));
  return { name: 'credentials', level: 'ok', finding: `account ${Account ?? '?'} as ${Arn ?? '?'}` };
}

export async function regionOf(context: OperatorContext): Promise<Check> {
  return guarded('region', async () => ({
    name: 'region',
    level: 'ok',
    finding: await context.clients.sts.config.region(),
  }));
}

export async function bootstrap(context: OperatorContext, needs: AssemblyNeeds): Promise<Check> {
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
