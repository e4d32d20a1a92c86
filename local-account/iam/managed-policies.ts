import { PolicyError } from './policy-error';

/**
 * The AWS-managed policies the local account knows ("AWS managed policy reference"). The stacks attach none; only the
 * CDK's own provider functions (emptying buckets on deletion) bring the first one along.
 */
const LOG_ACTIONS = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

const KNOWN: Readonly<Record<string, unknown>> = {
  'service-role/AWSLambdaBasicExecutionRole': {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: LOG_ACTIONS, Resource: '*' }],
  },
};

/**
 * The document of an AWS-managed policy by its ARN, such as
 * arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole.
 */
export function awsManagedPolicy(arn: string): unknown {
  const name = /^arn:[a-z-]+:iam::aws:policy\/(.+)$/.exec(arn)?.[1];
  if (name === undefined || !Object.hasOwn(KNOWN, name)) {
    throw new PolicyError(
      arn,
      name === undefined
        ? 'no such managed policy has been created'
        : 'the local account does not know the text of this AWS-managed policy; write the statements the role needs by hand',
    );
  }
  return KNOWN[name];
}
