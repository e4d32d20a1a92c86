import type { ServiceCall } from '../platform';

/** One operation of the API. The service model has validated the input. */
export type Operation = (input: never, call: ServiceCall) => unknown;
export type Operations = Readonly<Record<string, Operation>>;
