import type { LocalAccount } from '../../local-account';
import type { Caller } from './seeds';

/** The SDK's package of each service, where it has another name. */
const PACKAGES: Readonly<Record<string, string>> = {
  states: 'sfn',
  events: 'eventbridge',
  logs: 'cloudwatch-logs',
  'application-autoscaling': 'application-auto-scaling',
};

interface Sent {
  send(command: object): Promise<Record<string, unknown>>;
  destroy(): void;
}

/** Calls any operation with the SDK's client of its service, as the administrator. */
export function callerOf(client: LocalAccount['client']): { readonly call: Caller; readonly destroy: () => void } {
  const clients = new Map<string, Sent>();
  return {
    call: async (service, operation, input = {}) => {
      const sdk = require(`@aws-sdk/client-${PACKAGES[service] ?? service}`) as Record<
        string,
        new (
          input: object,
        ) => object
      >;
      const name = Object.keys(sdk).find((one) => one.endsWith('Client') && one !== '__Client') ?? '';
      let found = clients.get(service);
      if (found === undefined) {
        found = new sdk[name]({ ...client, maxAttempts: 1, forcePathStyle: true }) as Sent;
        clients.set(service, found);
      }
      return found.send(new sdk[`${operation}Command`](input));
    },
    destroy: () => {
      for (const one of clients.values()) one.destroy();
    },
  };
}
