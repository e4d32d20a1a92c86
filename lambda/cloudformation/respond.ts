import { request } from 'node:https';

/** Event that CloudFormation sends to the function of a custom resource. */
export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
}

/** Event of a resource whose property `Target` names what its function works on. */
export interface TargetEvent<Target> extends CustomResourceEvent {
  readonly ResourceProperties: { readonly Target: Target };
}

/**
 * A text of the target that must not be empty: an empty name or prefix would list, and delete, what belongs to others of
 * the account.
 */
export function present(value: unknown, name: string): string {
  if (typeof value !== 'string' || value.trim() === '') throw new Error(`Target.${name} is missing or empty`);
  return value;
}

/** Runs `remove` when the resource is deleted, and nothing when it is created or updated. */
export async function onDelete<Target>(
  event: TargetEvent<Target>,
  remove: (target: Target) => Promise<string>,
): Promise<void> {
  await respond(event, stableId(event), async () =>
    event.RequestType === 'Delete' ? remove(event.ResourceProperties.Target) : 'nothing to do',
  );
}

/** Runs `write` when the resource is created or updated. A deletion leaves what was written. */
export async function onChange<Target>(
  event: TargetEvent<Target>,
  write: (target: Target) => Promise<string>,
): Promise<void> {
  await respond(event, stableId(event), async () =>
    event.RequestType === 'Delete' ? 'nothing to do' : write(event.ResourceProperties.Target),
  );
}

/** A stable physical id: with another one, CloudFormation would treat an update as a replacement and delete the old. */
function stableId({ PhysicalResourceId, LogicalResourceId }: CustomResourceEvent): string {
  return PhysicalResourceId ?? `${LogicalResourceId}-remove-on-delete`;
}

/**
 * Does the work and always reports the result to CloudFormation. A stack whose custom resource never responds waits for
 * an hour.
 */
export async function respond(
  event: CustomResourceEvent,
  physicalId: string,
  work: () => Promise<string>,
): Promise<void> {
  const [status, reason] = await resultOf(work);
  const log = status === 'SUCCESS' ? console.info : console.error;
  log({ request: event.RequestType, resource: event.LogicalResourceId, status, reason });
  await send(event, physicalId, status, reason);
}

async function resultOf(work: () => Promise<string>): Promise<['SUCCESS' | 'FAILED', string]> {
  try {
    return ['SUCCESS', await work()];
  } catch (error) {
    return ['FAILED', error instanceof Error ? `${error.name}: ${error.message}` : String(error)];
  }
}

function send(
  event: CustomResourceEvent,
  physicalId: string,
  status: 'SUCCESS' | 'FAILED',
  reason: string,
): Promise<void> {
  const body = JSON.stringify({
    Status: status,
    Reason: reason.slice(0, 1000),
    PhysicalResourceId: physicalId,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
  });
  return new Promise((resolve, reject) => {
    const sent = request(
      event.ResponseURL,
      { method: 'PUT', headers: { 'content-type': '', 'content-length': Buffer.byteLength(body) } },
      (response) => {
        response.resume();
        const { statusCode = 0 } = response;
        // An error: Lambda calls an asynchronous function again, and CloudFormation still waits.
        if (statusCode < 200 || statusCode > 299)
          response.once('end', () => reject(new Error(`CloudFormation did not take the result: HTTP ${statusCode}`)));
        else response.once('end', () => resolve());
      },
    );
    sent.once('error', reject);
    sent.end(body);
  });
}
