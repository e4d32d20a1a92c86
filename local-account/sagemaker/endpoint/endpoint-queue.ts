import type { Engine } from '../engine';
import { AsynchronousQueue } from './asynchronous';
import type { Endpoint } from './endpoint';
import type { Fleet, FleetVariant } from './fleet';
import { route } from './routing';
import { StartableServer } from './variant-server';

/** The queue of an asynchronous endpoint: requests go to the variants that have a running container. */
export function queueOf(engine: Engine, endpoint: Endpoint): AsynchronousQueue {
  const up = (): FleetVariant[] =>
    [endpoint.fleet, endpoint.green && endpoint.green.share > 0 ? endpoint.green.fleet : undefined].flatMap((fleet) =>
      (fleet?.variants ?? []).filter(
        ({ server, instances }) => instances > 0 && server instanceof StartableServer && server.isUp,
      ),
    );
  return new AsynchronousQueue(engine, {
    name: endpoint.name,
    arn: endpoint.arn,
    get settings() {
      return endpoint.config.request.AsyncInferenceConfig ?? { OutputConfig: {} };
    },
    get instances() {
      return up().reduce((sum, { instances }) => sum + instances, 0);
    },
    choose: () => {
      const chosen = route(endpoint, endpoint.fleet as Fleet).variant;
      const able = up();
      return able.includes(chosen) ? chosen : (able[0] ?? chosen);
    },
    get isGone() {
      return endpoint.deleted.signal.aborted;
    },
  });
}
