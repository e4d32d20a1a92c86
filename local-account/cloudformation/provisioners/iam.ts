import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type IAMClient,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { unlessGone, unlessMissing } from '../failure';
import { canonical, type Properties, type ProvisionContext, type Provisioner } from '../provisioner';
import { json, list, optionalNumber, optionalText, text } from './values';

interface InlinePolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: unknown;
}

export const role: Provisioner = {
  nameProperty: 'RoleName',
  replacing: ['RoleName', 'Path'],
  updating: ['AssumeRolePolicyDocument', 'Policies', 'ManagedPolicyArns'],
  inert: ['Description', 'MaxSessionDuration', 'Tags'],
  async create(properties, context) {
    const name = optionalText(properties, 'RoleName') ?? context.name(64);
    const { Role } = await context.clients.iam.send(
      new CreateRoleCommand({
        RoleName: name,
        Path: optionalText(properties, 'Path'),
        AssumeRolePolicyDocument: json(properties.AssumeRolePolicyDocument),
        Description: optionalText(properties, 'Description'),
        MaxSessionDuration: optionalNumber(properties, 'MaxSessionDuration'),
        Tags: [...list<{ Key: string; Value: string }>(properties, 'Tags')],
      }),
    );
    const Arn = arnOf(name, properties, context);
    await putPolicies(name, Arn, properties, {}, context);
    return { physicalId: name, attributes: { Arn, RoleId: Role?.RoleId } };
  },
  async update(name, properties, previous, context) {
    const PolicyDocument = json(properties.AssumeRolePolicyDocument);
    if (PolicyDocument !== json(previous.AssumeRolePolicyDocument)) {
      await context.clients.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: name, PolicyDocument }));
    }
    const Arn = arnOf(name, properties, context);
    await putPolicies(name, Arn, properties, previous, context);
    return { physicalId: name, attributes: { Arn, RoleId: name } };
  },
  async read(name, properties, { iam }) {
    const found = await unlessMissing(iam.send(new GetRoleCommand({ RoleName: name })));
    if (!found) return undefined;
    const Policies: InlinePolicy[] = [];
    for (const { PolicyName } of list<InlinePolicy>(properties, 'Policies')) {
      const PolicyDocument = await inlinePolicy(iam, name, PolicyName);
      if (PolicyDocument !== undefined) Policies.push({ PolicyName, PolicyDocument });
    }
    return {
      RoleName: name,
      Path: found.Role?.Path,
      AssumeRolePolicyDocument: documentOf(found.Role?.AssumeRolePolicyDocument),
      Policies,
    };
  },
  async delete(name, properties, context) {
    await putPolicies(name, arnOf(name, properties, context), {}, properties, context);
    await unlessGone(context.clients.iam.send(new DeleteRoleCommand({ RoleName: name })));
  },
};

/** IAM gives policies in URL encoding. */
function documentOf(text: string | undefined): unknown {
  return text && (JSON.parse(decodeURIComponent(text)) as unknown);
}

async function inlinePolicy(iam: IAMClient, RoleName: string, PolicyName: string): Promise<unknown> {
  const found = await unlessMissing(iam.send(new GetRolePolicyCommand({ RoleName, PolicyName })));
  return documentOf(found?.PolicyDocument);
}

async function putPolicies(
  RoleName: string,
  arn: string,
  properties: Properties,
  previous: Properties,
  context: ProvisionContext,
): Promise<void> {
  const { clients, policies } = context;
  const next = list<InlinePolicy>(properties, 'Policies');
  for (const { PolicyName, PolicyDocument } of next) {
    await clients.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: json(PolicyDocument) }));
  }
  const kept = new Set(next.map(({ PolicyName }) => PolicyName));
  for (const { PolicyName } of list<InlinePolicy>(previous, 'Policies')) {
    if (!kept.has(PolicyName)) {
      await unlessGone(clients.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName })));
    }
  }
  // The store behind the gateway does not know AWS's managed policies; the policy store knows the text of a few.
  const managed = list<string>(properties, 'ManagedPolicyArns');
  managed.forEach((policyArn) => policies.attachManagedPolicy(arn, policyArn));
  list<string>(previous, 'ManagedPolicyArns')
    .filter((policyArn) => !managed.includes(policyArn))
    .forEach((policyArn) => policies.detachManagedPolicy(arn, policyArn));
}

function arnOf(name: string, properties: Properties, { partition, accountId }: ProvisionContext): string {
  return `arn:${partition}:iam::${accountId}:role${optionalText(properties, 'Path') ?? '/'}${name}`;
}

/** An inline policy of one or more roles. */
export const policy: Provisioner = {
  replacing: [],
  updating: ['PolicyName', 'PolicyDocument', 'Roles'],
  inert: [],
  async create(properties, context) {
    await putOnRoles(properties, {}, context);
    return { physicalId: context.name(), attributes: {} };
  },
  async update(physicalId, properties, previous, context) {
    await putOnRoles(properties, previous, context);
    return { physicalId, attributes: {} };
  },
  /** Of its roles, the first one that has another text, or none, counts. */
  async read(_, properties, { iam }) {
    const PolicyName = text(properties, 'PolicyName');
    let PolicyDocument: unknown;
    for (const RoleName of list<string>(properties, 'Roles')) {
      PolicyDocument = await inlinePolicy(iam, RoleName, PolicyName);
      if (canonical(PolicyDocument) !== canonical(properties.PolicyDocument)) break;
    }
    return PolicyDocument === undefined ? undefined : { PolicyName, PolicyDocument };
  },
  async delete(_, properties, context) {
    await putOnRoles({}, properties, context);
  },
};

async function putOnRoles(properties: Properties, previous: Properties, { clients }: ProvisionContext): Promise<void> {
  const roles = list<string>(properties, 'Roles');
  for (const RoleName of roles) {
    const PolicyName = text(properties, 'PolicyName');
    await clients.iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument: json(properties.PolicyDocument) }),
    );
  }
  const renamed = properties.PolicyName !== previous.PolicyName;
  for (const RoleName of list<string>(previous, 'Roles')) {
    if (renamed || !roles.includes(RoleName)) {
      await unlessGone(
        clients.iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: text(previous, 'PolicyName') })),
      );
    }
  }
}
