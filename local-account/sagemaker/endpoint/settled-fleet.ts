import { validation } from '../errors';
import type { Endpoint } from './endpoint';
import type { Fleet } from './fleet';

/** The fleet in service. An endpoint that another operation is changing refuses the next one. */
// AWS: sagemaker-hosting/one-change-at-a-time
export function settledFleet(endpoint: Endpoint): Fleet {
  if (endpoint.status === 'Failed') {
    throw validation(`Cannot update endpoint "${endpoint.arn}" in status Failed: delete it and create it again.`);
  }
  if (endpoint.status !== 'InService' || !endpoint.fleet) {
    throw validation(`Cannot update in-progress endpoint "${endpoint.arn}".`);
  }
  return endpoint.fleet;
}
