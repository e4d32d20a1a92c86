import {
  allResources,
  at,
  isProperties,
  type Located,
  list,
  type Properties,
  properties,
  resourcesOf,
  type Templates,
  text,
  type Value,
} from './template';

/** A statement and whose policy it is in. */
export interface LocatedStatement extends Located {
  readonly statement: Properties;
}

function statementsIn(located: Located, document: Value | undefined): LocatedStatement[] {
  return list(properties(document).Statement)
    .filter(isProperties)
    .map((statement) => ({ ...located, statement }));
}

/** What roles may do. */
export function identityStatements(templates: Templates): LocatedStatement[] {
  return resourcesOf(templates, 'AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy').flatMap((located) => [
    ...statementsIn(located, located.properties.PolicyDocument),
    ...list(located.properties.Policies).flatMap((policy) => statementsIn(located, properties(policy).PolicyDocument)),
  ]);
}

/** Who may become a role. */
export function trustStatements(templates: Templates): LocatedStatement[] {
  return resourcesOf(templates, 'AWS::IAM::Role').flatMap((located) =>
    statementsIn(located, located.properties.AssumeRolePolicyDocument),
  );
}

/** Who may use a key, bucket, queue, topic or image repository, by that resource's own policy. */
export function resourceStatements(templates: Templates): LocatedStatement[] {
  return allResources(templates)
    .filter(({ resource }) => resource.Type !== 'AWS::EC2::VPCEndpoint' && !resource.Type.startsWith('AWS::IAM::'))
    .flatMap((located) =>
      statementsIn(
        located,
        located.properties.KeyPolicy ??
          located.properties.PolicyDocument ??
          located.properties.ResourcePolicy ??
          located.properties.RepositoryPolicyText,
      ),
    );
}

/** What may pass through the network's endpoints. */
export function endpointStatements(templates: Templates): LocatedStatement[] {
  return resourcesOf(templates, 'AWS::EC2::VPCEndpoint').flatMap((located) =>
    statementsIn(located, located.properties.PolicyDocument),
  );
}

export function allows({ statement }: LocatedStatement): boolean {
  return statement.Effect === 'Allow';
}

export function actions({ statement }: LocatedStatement): string[] {
  return list(statement.Action).map(text);
}

export function resources({ statement }: LocatedStatement): string[] {
  return list(statement.Resource).map(text);
}

/** The values that a condition demands, such as `StringEquals` of `iam:PassedToService`; empty without it. */
export function demanded({ statement }: LocatedStatement, operator: string, key: string): Value[] {
  return list(properties(at(statement, `Condition.${operator}`))[key]);
}

export function isOwnAccount(values: readonly Value[]): boolean {
  return values.length > 0 && values.every((value) => isProperties(value) && value.Ref === 'AWS::AccountId');
}

/** Every principal of a statement as `Kind:value`. */
export function principals({ statement }: LocatedStatement): string[] {
  const { Principal } = statement;
  if (typeof Principal === 'string') return [`AWS:${Principal}`];
  return Object.entries(properties(Principal)).flatMap(([kind, values]) =>
    list(values).map((value) => `${kind}:${text(value)}`),
  );
}
