import { request } from 'node:https';

/** What CloudFormation sends to the function of a custom resource. */
export interface CustomResourceEvent {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
}

/** Of a resource that names in `Target` what its function works on. */
export interface TargetEvent<Target> extends CustomResourceEvent {
  readonly ResourceProperties: { readonly Target: Target };
}

/** Runs `remove` when the resource is deleted. Creating and updating have nothing to do. */
export async function onDelete<Target>(
  event: TargetEvent<Target>,
  remove: (target: Target) => Promise<string>,
): Promise<void> {
  await respond(event, stableId(event), async () =>
    event.RequestType === 'Delete' ? remove(event.ResourceProperties.Target) : 'nothing to do',
  );
}

/** Runs `write` when the resource is made or changed. What was written stays when the resource goes. */
export async function onChange<Target>(
  event: TargetEvent<Target>,
  write: (target: Target) => Promise<string>,
): Promise<void> {
  await respond(event, stableId(event), async () =>
    event.RequestType === 'Delete' ? 'nothing to do' : write(event.ResourceProperties.Target),
  );
}

/** Stable, or CloudFormation would take an update for a replacement and delete what it has just kept. */
function stableId({ PhysicalResourceId, LogicalResourceId }: CustomResourceEvent): string {
  return PhysicalResourceId ?? `${LogicalResourceId}-remove-on-delete`;
}

/**
 * Does the work and tells CloudFormation how it went, whatever happens: a stack whose custom resource never answers
 * hangs for an hour.
 */
export async function respond(
  event: CustomResourceEvent,
  physicalId: string,
  work: () => Promise<string>,
): Promise<void> {
  try {
    const done = await work();
    console.info({ request: event.RequestType, resource: event.LogicalResourceId, done });
    await send(event, physicalId, 'SUCCESS', done);
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    console.error({ request: event.RequestType, resource: event.LogicalResourceId, reason });
    await send(event, physicalId, 'FAILED', reason);
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
    const answer = request(
      event.ResponseURL,
      { method: 'PUT', headers: { 'content-type': '', 'content-length': Buffer.byteLength(body) } },
      (response) => {
        response.resume();
        response.once('end', () => resolve());
      },
    );
    answer.once('error', reject);
    answer.end(body);
  });
}
