import type { Networks } from '../networks';
import type { LocalService, Platform } from '../platform';
import { cloudControl } from './cloud-control';
import type { PolicySink } from './policy-sink';
import { provisioners } from './provisioners/registry';
import { ResponseServer } from './response-server';
import { CloudFormation } from './service';

/** CloudFormation with its response server, ready to be registered with the gateway. */
export interface RunningCloudFormation {
  readonly service: CloudFormation;
  readonly cloudControl: LocalService;
  /** Environment of every Lambda function's process, needed for responses of custom resources. */
  readonly functionEnvironment: Readonly<Record<string, string>>;
  /** Waits for operations under way, but not for long; then closes the response server. */
  close(): Promise<void>;
}

/** For operations under way at the end, in milliseconds. */
const PATIENCE = 2_000;

export async function startCloudFormation(
  platform: Platform,
  policies: PolicySink,
  networks: Networks,
): Promise<RunningCloudFormation> {
  const responses = await ResponseServer.start(platform.folder);
  const service = new CloudFormation({ platform, provisioners, policies, networks, responses });
  return {
    service,
    cloudControl: cloudControl(platform, provisioners),
    functionEnvironment: responses.functionEnvironment,
    close: async () => {
      // An operation that waits for time to pass waits for ever: the clock has stopped.
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, PATIENCE)));
      await Promise.race([service.settled(), late]);
      clearTimeout(timer);
      await responses.close();
    },
  };
}
