import { AwsError } from '../../platform';
import type { Fleet, FleetVariant } from './fleet';
import type { Traffic } from './traffic';

/** The parts of an endpoint that decide which variant serves a request. */
interface Routed {
  readonly name: string;
  /** The fleet that a deployment brings in, and its part of the traffic. */
  readonly green?: { readonly fleet: Fleet; readonly share: number };
  readonly fleets: Traffic<string>;
  readonly variants: Traffic<string>;
}

/** The fleet and the variant that get the next request. */
export function route(
  endpoint: Routed,
  blue: Fleet,
  wantedVariant?: string,
): { readonly fleet: Fleet; readonly variant: FleetVariant } {
  const fleet = chooseFleet(endpoint, blue);
  return { fleet, variant: chooseVariant(endpoint, fleet, wantedVariant) };
}

function chooseFleet(endpoint: Routed, blue: Fleet): Fleet {
  const { green } = endpoint;
  if (!green) {
    return blue;
  }
  const chosen = endpoint.fleets.choose([
    { target: 'blue', weight: 1 - green.share },
    { target: 'green', weight: green.share },
  ]);
  return chosen === 'green' ? green.fleet : blue;
}

function chooseVariant(endpoint: Routed, fleet: Fleet, wanted: string | undefined): FleetVariant {
  if (wanted !== undefined) {
    const variant = fleet.variant(wanted);
    if (!variant) {
      // AWS: sagemaker-hosting/runtime-answers-validation-error
      throw new AwsError('ValidationError', `Variant ${wanted} does not exist on endpoint ${endpoint.name}.`);
    }
    return variant;
  }
  const name = endpoint.variants.choose(fleet.variants.map(({ name: target, weight }) => ({ target, weight })));
  const variant = fleet.variant(name);
  if (!variant) {
    throw new AwsError(
      'ValidationError',
      `An endpoint whose variants all have the weight 0, as ${endpoint.name}, is not supported by the local account.`,
    );
  }
  return variant;
}
