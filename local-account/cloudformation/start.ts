import type { Networks } from '../networks';
import type { Platform } from '../platform';
import type { PolicySink } from './policy-sink';
import { provisioners } from './provisioners/registry';
import { ResponseServer } from './response-server';
import { CloudFormation } from './service';

/** CloudFormation with its response server, ready to be registered with the gateway. */
export interface RunningCloudFormation {
  readonly service: CloudFormation;
  /** Environment of every Lambda function's process, needed for responses of custom resources. */
  readonly functionEnvironment: Readonly<Record<string, string>>;
  /** Waits for operations under way, then closes the response server. */
  close(): Promise<void>;
}

export async function startCloudFormation(
  platform: Platform,
  policies: PolicySink,
  networks: Networks,
): Promise<RunningCloudFormation> {
  const responses = await ResponseServer.start(platform.folder);
  const service = new CloudFormation({ platform, provisioners, policies, networks, responses });
  return {
    service,
    functionEnvironment: responses.functionEnvironment,
    close: async () => {
      await service.settled();
      await responses.close();
    },
  };
}
