import { request } from 'node:https';

/** What CloudFormation sends to the function of a custom resource. */
export interface CustomResourceEvent<Target> {
  readonly RequestType: 'Create' | 'Update' | 'Delete';
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
  readonly ResourceProperties: { readonly Target: Target };
}

/**
 * Runs `remove` when the resource is deleted and tells CloudFormation how it went, whatever happens: a stack whose custom resource never answers
 * hangs for an hour. Creating and updating have nothing to do.
 */
export async function onDelete<Target>(event: CustomResourceEvent<Target>, remove: (target: Target) => Promise<string>): Promise<void> {
  try {
    const done = event.RequestType === 'Delete' ? await remove(event.ResourceProperties.Target) : 'nothing to do';
    console.info({ request: event.RequestType, resource: event.LogicalResourceId, done });
    await respond(event, 'SUCCESS', done);
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    console.error({ request: event.RequestType, resource: event.LogicalResourceId, reason });
    await respond(event, 'FAILED', reason);
  }
}

/** Runs `write` when the resource is made or changed, and likewise tells how it went. What was written stays when the resource goes. */
export async function onChange<Target>(event: CustomResourceEvent<Target>, write: (target: Target) => Promise<string>): Promise<void> {
  try {
    const done = event.RequestType === 'Delete' ? 'nothing to do' : await write(event.ResourceProperties.Target);
    console.info({ request: event.RequestType, resource: event.LogicalResourceId, done });
    await respond(event, 'SUCCESS', done);
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    console.error({ request: event.RequestType, resource: event.LogicalResourceId, reason });
    await respond(event, 'FAILED', reason);
  }
}

function respond(event: CustomResourceEvent<unknown>, status: 'SUCCESS' | 'FAILED', reason: string): Promise<void> {
  const body = JSON.stringify({
    Status: status,
    Reason: reason.slice(0, 1000),
    // Stable, or CloudFormation would take an update for a replacement and delete what it has just kept.
    PhysicalResourceId: event.PhysicalResourceId ?? `${event.LogicalResourceId}-remove-on-delete`,
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
