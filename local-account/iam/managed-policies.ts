import { PolicyError } from './policy-error';

/** Finds the document of an AWS-managed policy by its path and name, such as service-role/AWSLambdaBasicExecutionRole. */
export type AwsManagedPolicies = (name: string) => unknown;

/** The document of an AWS-managed policy by its ARN, such as arn:aws:iam::aws:policy/ReadOnlyAccess. */
export function awsManagedPolicy(arn: string, find: AwsManagedPolicies): unknown {
  const name = /^arn:[a-z-]+:iam::aws:policy\/(.+)$/.exec(arn)?.[1];
  const document = name === undefined ? undefined : find(name);
  if (document === undefined) {
    throw new PolicyError(
      arn,
      name === undefined
        ? 'no such managed policy has been created'
        : 'the local account does not know this AWS-managed policy; write the statements the role needs by hand',
    );
  }
  return document;
}
