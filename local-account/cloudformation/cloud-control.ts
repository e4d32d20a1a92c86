import { randomUUID } from 'node:crypto';
import { AwsError, type LocalService, type Platform, type ServiceCall } from '../platform';
import { makeClients } from './clients';
import type { Properties, ProvisionContext, Provisioner, ProvisionerRegistry } from './provisioner';

interface Patch {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

/**
 * Cloud Control API as far as `cdk deploy --hotswap` uses it: reading and changing a state machine, whole properties at
 * a time, with the permissions of the caller.
 */
export function cloudControl(platform: Platform, provisioners: ProvisionerRegistry): LocalService {
  const work = async <T>(call: ServiceCall, use: (target: Target) => Promise<T>): Promise<T> => {
    const target = targetOf(call, platform, provisioners);
    try {
      return await use(target);
    } finally {
      target.clients.close();
    }
  };
  const handlers: Readonly<Record<string, (call: ServiceCall) => Promise<unknown>>> = {
    GetResource: (call) =>
      work(call, async (target) => ({
        TypeName: target.type,
        ResourceDescription: { Identifier: target.identifier, Properties: JSON.stringify(await read(target)) },
      })),
    UpdateResource: (call) =>
      work(call, async (target) => {
        const before = await read(target);
        const after = patched(before, String(call.input.PatchDocument), target);
        await target.provisioner.update?.(target.identifier, after, before, target.context);
        return {
          ProgressEvent: {
            TypeName: target.type,
            Identifier: target.identifier,
            RequestToken: randomUUID(),
            Operation: 'UPDATE',
            OperationStatus: 'SUCCESS',
            EventTime: new Date(platform.clock.now()),
          },
        };
      }),
  };
  return {
    name: 'cloudcontrolapi',
    snapshot: 'no state',
    operations: new Set(Object.keys(handlers)),
    handle: async (call) => handlers[call.operation](call),
  };
}

interface Target {
  readonly type: string;
  readonly identifier: string;
  readonly provisioner: Provisioner;
  readonly clients: ProvisionContext['clients'] & { close(): void };
  readonly context: ProvisionContext;
}

function targetOf(call: ServiceCall, platform: Platform, provisioners: ProvisionerRegistry): Target {
  const { TypeName, Identifier, RoleArn } = call.input;
  const type = String(TypeName);
  const provisioner = provisioners(type);
  if (!provisioner?.patchable) {
    throw new AwsError('UnsupportedActionException', `Cloud Control of ${type} is not supported by the local account`);
  }
  if (RoleArn !== undefined || call.principal.kind !== 'user') {
    throw new AwsError('InvalidRequestException', 'Cloud Control with a role is not supported by the local account');
  }
  const clients = makeClients(platform, platform.administrator);
  // Only what an update of these types uses.
  const context = { clients, clock: platform.clock, type } as unknown as ProvisionContext;
  return { type, identifier: String(Identifier), provisioner, clients, context };
}

async function read({ provisioner, identifier, clients, type }: Target): Promise<Properties> {
  const found = await provisioner.read?.(identifier, {}, clients);
  if (!found) {
    throw new AwsError(
      'ResourceNotFoundException',
      `Resource of type '${type}' with identifier '${identifier}' was not found.`,
    );
  }
  return found;
}

function patched(before: Properties, document: string, { provisioner, type }: Target): Properties {
  const after: Record<string, unknown> = { ...before };
  for (const { op, path, value } of JSON.parse(document) as Patch[]) {
    const name = /^\/([^/]+)$/.exec(path)?.[1];
    if (name === undefined || !['add', 'replace', 'remove'].includes(op)) {
      throw new AwsError('InvalidRequestException', `The patch "${op} ${path}" is not supported by the local account`);
    }
    if (!provisioner.updating.includes(name)) {
      throw new AwsError('NotUpdatableException', `Changing ${name} of ${type} is not supported by the local account`);
    }
    if (op === 'remove') delete after[name];
    else after[name] = value;
  }
  return after;
}
