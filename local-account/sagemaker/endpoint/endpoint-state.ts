import { Activity } from '../activity';
import type { Engine } from '../engine';
import { messageOf } from '../errors';
import { INTERRUPTED } from '../interruption';
import { servingKind } from '../registry/serving-kind';
import type { Waiting } from './asynchronous';
import { Capture, type CaptureState } from './capture';
import type { Endpoint, EndpointParts } from './endpoint';
import { changed } from './endpoint-events';
import { queueOf } from './endpoint-queue';
import { Fleet, type FleetState } from './fleet';

/** An endpoint without its containers and what a deployment was bringing in. */
export type EndpointState = Omit<Endpoint, 'fleet' | 'green' | 'pending' | 'captures' | 'queue' | 'deleted'> & {
  readonly fleet: FleetState | undefined;
  readonly captures: readonly (readonly [string, CaptureState])[];
  /** Requests in its queue. */
  readonly waiting: readonly Waiting[];
};

export function stateOf(endpoint: Endpoint): EndpointState {
  const { fleet, green: _, pending: __, captures, queue, deleted: ___, ...rest } = endpoint;
  return {
    ...rest,
    fleet: fleet?.state,
    captures: [...captures].map(([id, capture]) => [id, capture.state()]),
    waiting: queue?.state() ?? [],
  };
}

/** The endpoint of a snapshot, still without containers. */
export function endpointOf(engine: Engine, state: EndpointState): Endpoint {
  const { fleet: _, captures, waiting, ...rest } = state;
  const endpoint: Endpoint = {
    ...rest,
    captures: new Map(),
    deleted: new AbortController(),
  };
  for (const [id, one] of captures) {
    const capture = new Capture(engine, one.config, endpoint.name, one.variantName, one.roleArn, endpoint.arn);
    capture.take(one);
    endpoint.captures.set(id, capture);
  }
  if (servingKind(endpoint.config.request) === 'asynchronous') {
    endpoint.queue = queueOf(engine, endpoint);
    endpoint.queue.take(waiting);
  }
  return endpoint;
}

/**
 * Starts the containers again, of the configuration that served; an update that was under way is rolled back. Resolves
 * when the endpoint is in service, or has failed.
 */
export async function resume({ engine, store }: EndpointParts, endpoint: Endpoint, fleet?: FleetState): Promise<void> {
  if (endpoint.status === 'Deleting') {
    store.delete(endpoint.name);
    engine.tags.forget(endpoint.arn);
    await Promise.all([...endpoint.captures.values()].map((capture) => capture.flush()));
    return;
  }
  const before = endpoint.status;
  if (fleet === undefined) {
    if (before === 'Failed') return;
    endpoint.status = 'Failed';
    endpoint.failureReason = INTERRUPTED;
  } else {
    await Activity.run(engine.platform.clock, async () => {
      try {
        endpoint.fleet = await Fleet.restart(engine, endpoint.name, fleet);
        endpoint.status = 'InService';
        if (before !== 'InService') endpoint.failureReason = INTERRUPTED;
      } catch (error) {
        endpoint.status = 'Failed';
        endpoint.failureReason = messageOf(error).slice(0, 1024);
      }
    });
    endpoint.queue?.work();
  }
  if (endpoint.status !== before) changed(engine, endpoint);
}
