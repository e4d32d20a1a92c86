import { randomUUID } from 'node:crypto';
import { isRecord } from '../assembly/template';
import type { Platform, ServiceCall } from '../platform';
import { type Clients, makeClients } from './clients';
import { validation } from './failure';
import { canonical, type ProvisionerRegistry } from './provisioner';
import type { Difference, ResourceDrift, Stack, StackDriftStatus, StackResource } from './stack';
import type { StackList } from './stack-list';
import type { StackRequests } from './stack-requests';

type Input = Record<string, unknown>;

export interface Detection {
  readonly id: string;
  readonly stack: Stack;
  readonly at: number;
  readonly status: StackDriftStatus;
  readonly drifted: number;
  readonly failures: readonly string[];
}

/** Drift: live properties that differ from what the stack last gave them. */
export class DriftDetections {
  private all: Detection[] = [];

  readonly handlers: Readonly<Record<string, (call: ServiceCall) => unknown>> = {
    DetectStackDrift: (call) => this.detect(call),
    DetectStackResourceDrift: (call) => this.detectOne(call),
    DescribeStackDriftDetectionStatus: ({ input }) => this.describe(input),
    DescribeStackResourceDrifts: ({ input }) => this.list(input),
  };

  constructor(
    private readonly platform: Platform,
    private readonly provisioners: ProvisionerRegistry,
    private readonly stacks: StackList,
    private readonly requests: StackRequests,
  ) {}

  state(): Detection[] {
    return this.all;
  }

  take(detections: Detection[]): void {
    this.all = detections;
  }

  private async detect(call: ServiceCall): Promise<unknown> {
    const stack = this.stacks.require(String(call.input.StackName));
    if (stack.busy) {
      throw validation(
        `Stack [${stack.name}] is in ${stack.status}: the local account runs drift detection afterwards`,
      );
    }
    const wanted = call.input.LogicalResourceIds as readonly string[] | undefined;
    const resources = [...stack.resources.values()].filter(({ logicalId }) => wanted?.includes(logicalId) ?? true);
    const failures: string[] = [];
    await this.reading(call, stack, async (clients) => {
      for (const resource of resources) {
        try {
          const drift = await this.read(resource, clients);
          if (drift) stack.drifts.set(resource.logicalId, drift);
        } catch (error) {
          failures.push(`${resource.logicalId}: ${(error as Error).message}`);
        }
      }
    });
    const at = this.platform.clock.now();
    const statuses = [...stack.drifts.values()].map(({ status }) => status);
    const drifted = statuses.filter((one) => one === 'MODIFIED' || one === 'DELETED').length;
    const status: StackDriftStatus = drifted > 0 ? 'DRIFTED' : statuses.includes('UNKNOWN') ? 'UNKNOWN' : 'IN_SYNC';
    stack.driftCheck = { status, at };
    const detection = { id: randomUUID(), stack, at, status, drifted, failures };
    this.all.push(detection);
    return { StackDriftDetectionId: detection.id };
  }

  private async detectOne(call: ServiceCall): Promise<unknown> {
    const stack = this.stacks.require(String(call.input.StackName));
    const resource = stack.resources.get(String(call.input.LogicalResourceId));
    if (!resource) {
      // AWS: cloudformation/missing-by-their-words
      throw validation(`Resource ${String(call.input.LogicalResourceId)} does not exist for stack ${stack.name}`);
    }
    const drift = await this.reading(call, stack, (clients) => this.read(resource, clients));
    if (!drift) {
      throw validation(`Drift detection of ${resource.type} is not supported by the local account`);
    }
    stack.drifts.set(resource.logicalId, drift);
    return { StackResourceDrift: describeDrift(stack, drift) };
  }

  private describe({ StackDriftDetectionId }: Input): unknown {
    const detection = this.all.find(({ id }) => id === StackDriftDetectionId);
    if (!detection) {
      throw validation(`The local account has no drift detection ${String(StackDriftDetectionId)}`);
    }
    const { id, stack, at, status, drifted, failures } = detection;
    return {
      StackId: stack.id,
      StackDriftDetectionId: id,
      StackDriftStatus: status,
      DetectionStatus: failures.length > 0 ? 'DETECTION_FAILED' : 'DETECTION_COMPLETE',
      DetectionStatusReason:
        failures.length > 0 ? `Failed to detect drift on resources [${failures.join('; ')}]` : undefined,
      DriftedStackResourceCount: drifted,
      Timestamp: new Date(at),
    };
  }

  private list(input: Input): unknown {
    const stack = this.stacks.require(String(input.StackName));
    const wanted = input.StackResourceDriftStatusFilters as readonly string[] | undefined;
    const drifts = [...stack.drifts.values()].filter(({ status }) => !wanted?.length || wanted.includes(status));
    return { StackResourceDrifts: drifts.map((drift) => describeDrift(stack, drift)) };
  }

  /** As the role of the stack, which may read what it made. */
  private async reading<T>(call: ServiceCall, stack: Stack, work: (clients: Clients) => Promise<T>): Promise<T> {
    const { credentials } = await this.requests.actor(call.principal, {}, stack);
    const clients = makeClients(this.platform, credentials);
    try {
      return await work(clients);
    } finally {
      clients.close();
    }
  }

  /** Undefined for a type without drift detection on AWS. */
  private async read(resource: StackResource, clients: Clients): Promise<ResourceDrift | undefined> {
    const { physicalId, properties, type } = resource;
    if (/^(Custom::|AWS::CloudFormation::|AWS::CDK::)/.test(type)) return undefined;
    const provisioner = this.provisioners(type);
    if (!provisioner?.read) {
      // Not "in sync": nobody looked.
      const at = this.platform.clock.now();
      return { resource, status: 'UNKNOWN', expected: properties, actual: undefined, differences: [], at };
    }
    const actual = await provisioner.read(physicalId, properties, clients);
    const compared = Object.keys(properties).filter((name) => actual === undefined || Object.hasOwn(actual, name));
    const expected = Object.fromEntries(compared.map((name) => [name, properties[name]]));
    const at = this.platform.clock.now();
    if (actual === undefined) return { resource, status: 'DELETED', expected, actual, differences: [], at };
    const differences = compared.flatMap((name) => compare(`/${name}`, properties[name], actual[name]));
    const shown = Object.fromEntries(compared.map((name) => [name, actual[name]]));
    return {
      resource,
      status: differences.length > 0 ? 'MODIFIED' : 'IN_SYNC',
      expected,
      actual: shown,
      differences,
      at,
    };
  }
}

/** Only what the template sets is compared: services add defaults of their own. */
function compare(path: string, expected: unknown, actual: unknown): Difference[] {
  if (isRecord(expected) && isRecord(actual)) {
    return Object.keys(expected).flatMap((name) => compare(`${path}/${name}`, expected[name], actual[name]));
  }
  if (same(expected, actual)) return [];
  const DifferenceType = actual === undefined ? 'REMOVE' : 'NOT_EQUAL';
  return [{ PropertyPath: path, ExpectedValue: text(expected), ActualValue: text(actual), DifferenceType }];
}

/** Templates write numbers and truth values as text, too. */
function same(expected: unknown, actual: unknown): boolean {
  return typeof expected === 'object' || typeof actual === 'object'
    ? canonical(expected) === canonical(actual)
    : String(expected) === String(actual);
}

function text(value: unknown): string {
  return value === undefined ? 'null' : typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function describeDrift(stack: Stack, drift: ResourceDrift): unknown {
  const { resource, status, expected, actual, differences, at } = drift;
  return {
    StackId: stack.id,
    LogicalResourceId: resource.logicalId,
    PhysicalResourceId: resource.physicalId,
    ResourceType: resource.type,
    ExpectedProperties: JSON.stringify(expected),
    ActualProperties: actual && JSON.stringify(actual),
    PropertyDifferences: differences,
    StackResourceDriftStatus: status,
    DriftStatusReason:
      status === 'UNKNOWN' ? `Reading ${resource.type} back is not supported by the local account` : undefined,
    Timestamp: new Date(at),
  };
}
