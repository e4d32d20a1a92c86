import type { Principal } from '../../platform';
import { Activity } from '../activity';
import { validation } from '../errors';
import type { Endpoint, EndpointParts } from './endpoint';
import { changed } from './endpoint-events';
import { deregisterTargets } from './scalable-targets';

/** DeleteEndpoint: returns, then writes captures and ends the containers. */
export async function deleteEndpoint(
  { engine, store }: EndpointParts,
  endpoint: Endpoint,
  caller: Principal,
): Promise<void> {
  requireSettled(endpoint);
  await deregisterTargets(engine.platform, endpoint.name, caller);
  requireSettled(endpoint);
  endpoint.deleted.abort(new Error('the endpoint was deleted'));
  endpoint.queue?.stop();
  endpoint.status = 'Deleting';
  changed(engine, endpoint);
  const gone = Activity.run(engine.platform.clock, async () => {
    await Promise.all([...endpoint.captures.values()].map((capture) => capture.flush()));
    await Promise.all([endpoint.fleet?.stop(), endpoint.green?.fleet.stop()]);
    store.delete(endpoint.name);
    engine.tags.forget(endpoint.arn);
  });
  engine.background(`endpoint ${endpoint.name}`, gone);
}

// AWS: sagemaker-hosting/endpoint-is-deleted-when-it-has-settled
function requireSettled({ status, arn }: Endpoint): void {
  if (status !== 'InService' && status !== 'Failed') throw validation(`Cannot update in-progress endpoint "${arn}".`);
}
