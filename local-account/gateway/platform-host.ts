import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { Authorizer, type LoggedDecision } from '../iam/authorizer';
import { CredentialRegistry, type CredentialState } from '../iam/credentials';
import { PolicyStore } from '../iam/policy-store';
import {
  type AnsweredCall,
  AwsError,
  type BusEvent,
  type Clock,
  type Credentials,
  type HttpFace,
  type LocalService,
  type Platform,
  type Principal,
  type ServiceCall,
} from '../platform';
import { ServiceModels } from '../service-model';
import { jsonSnapshot, type Snapshot } from '../snapshot/snapshot';
import { UnsavedState } from '../snapshot/unsaved';
import { awsManagedPolicies } from './aws-managed-policies';
import { CallAuthorizer } from './call-authorizer';
import { requireRow } from './calls/hops';
import { Gateway, LOCAL_SERVICE_NAMES } from './gateway';
import { assumed, LocalSts } from './local-sts';
import { Moto } from './moto';
import { ResourceFacts } from './resource-facts';
import { checkStepArguments } from './step-arguments';
import { StoreClient } from './store-client';
import { StoreForwarder } from './store-forwarder';
import { StoreWriter } from './store-writer';

/** moto keeps everything under this account; the local account plays it. */
const ACCOUNT_ID = '123456789012';

export interface PlatformOptions {
  /** Work folder, for this account only. */
  readonly folder: string;
  /** The Python interpreter of the hash-locked environment; it has moto and botocore. */
  readonly python: string;
  /** The one of requirements-containers.txt. @default the same, for a platform that runs no containers */
  readonly containerPython?: string;
  readonly region: string;
  readonly clock: Clock;
  /** @default one that is started here */
  readonly store?: Moto;
  /**
   * Decisions, distinct calls and entries of the event log that are kept, of each so many; older ones are dropped.
   * @default 100,000 decisions, and every call and entry: the report on a run and the proof of its policies need them
   */
  readonly remembered?: number;
  /** @default a port the system chooses */
  readonly preferredPort?: number;
  /** Keys of a saved account. @default new ones */
  readonly credentials?: CredentialState;
}

/** An entry of the event log: what Platform.record was given, with its virtual time. */
export interface EventLogEntry {
  readonly at: number;
  readonly kind: string;
  readonly summary: string;
  readonly detail?: unknown;
}

type Unsubscribe = () => void;

/** A running platform, and what its owner may observe and add. */
export interface PlatformHost {
  readonly platform: Platform;
  readonly policies: PolicyStore;
  readonly authorizer: Authorizer;
  readonly models: ServiceModels;
  /** Every authorization decision, oldest first. */
  readonly decisions: readonly LoggedDecision[];
  /** Jobs, deployments, alarms, deliveries and defects, oldest first. */
  readonly eventLog: readonly EventLogEntry[];
  registerService(service: LocalService): void;
  registerFace(face: HttpFace): void;
  /** Operations that are answered, by service. */
  operations(): ReadonlyMap<string, readonly string[]>;
  /** Events put on the default bus by AWS services (Platform.emit). */
  onEvent(listener: (event: BusEvent) => void): Unsubscribe;
  /** Calls that the store behind the gateway has answered with success. */
  onCall(listener: (call: ServiceCall) => void): Unsubscribe;
  /** Every call, when it has been answered or refused; also roles that services assumed. */
  onAnswered(listener: (call: AnsweredCall) => void): Unsubscribe;
  /** When the credentials of a role session were issued. */
  issuedAt(accessKeyId: string): number | undefined;
  /** Log lines and metrics written by Platform.log and Platform.putMetric. */
  onLog(listener: (group: string, stream: string, lines: readonly string[]) => void): Unsubscribe;
  onMetric(listener: (datum: Parameters<Platform['putMetric']>[0]) => void): Unsubscribe;
  onRecord(listener: (entry: EventLogEntry) => void): Unsubscribe;
  /** Of the store, the policies, the keys, what the gateway remembers, and every registered service. */
  readonly snapshots: readonly Snapshot[];
  /** What keeps the account from being saved: services with changes that nobody can save yet. */
  unsaved(): readonly string[];
  /** Runs the task while no call changes the store; new ones wait. Throws when a call at work does not end. */
  alone<T>(task: () => Promise<T>): Promise<T>;
  /** Resolves when all metrics and log lines given so far are stored. */
  settled(): Promise<void>;
  /** Closes the gateway and ends the store. */
  stop(): Promise<void>;
}

/** Starts the store and the gateway. */
export async function startPlatform(options: PlatformOptions): Promise<PlatformHost> {
  const { python, region, clock } = options;
  const folder = resolve(options.folder);
  mkdirSync(folder, { recursive: true });
  const partition = partitionOf(region);
  const scope = { region, accountId: ACCOUNT_ID, partition };
  const now = (): number => clock.now();

  const models = new ServiceModels(python);
  const policies = new PolicyStore(awsManagedPolicies(python));
  const { remembered } = options;
  const authorizer = new Authorizer({
    policies,
    accountId: ACCOUNT_ID,
    region,
    clock,
    keep: remembered,
    keepCalls: remembered,
  });
  const credentials = new CredentialRegistry({
    policies,
    authorizer,
    clock,
    accountId: ACCOUNT_ID,
    partition,
    state: options.credentials,
  });
  const moto = options.store ?? (await Moto.start({ python, region, now }));

  const eventLog: EventLogEntry[] = [];
  const events = new Listeners<[BusEvent]>();
  const calls = new Listeners<[ServiceCall]>();
  const logs = new Listeners<[string, string, readonly string[]]>();
  const metrics = new Listeners<[Parameters<Platform['putMetric']>[0]]>();
  const records = new Listeners<[EventLogEntry]>();
  const answered = new Listeners<[AnsweredCall]>();
  const record: Platform['record'] = (entry) => {
    const dated = { at: now(), ...entry };
    eventLog.push(dated);
    if (remembered !== undefined && eventLog.length > remembered) eventLog.splice(0, Math.ceil(remembered / 10));
    records.notify(dated);
  };
  const defect = (error: Error, where: string): void =>
    record({ kind: 'defect', summary: `${where}: ${error.message}`, detail: error.stack });

  const store = new StoreClient(moto, region);
  const facts = new ResourceFacts(store, scope);
  const writer = new StoreWriter(store, (error) => defect(error, 'writing metrics and logs'));
  const emit = (event: BusEvent): void => events.notify(event);
  const forwarder = new StoreForwarder({
    moto,
    models,
    facts,
    writer,
    policies,
    ...scope,
    now,
    emit,
    observed: (call) => calls.notify(call),
  });
  const services = new Map<string, LocalService>();
  const unsaved = new UnsavedState(
    (service) => LOCAL_SERVICE_NAMES.has(service) && services.get(service)?.snapshot === undefined,
  );
  const gateway = new Gateway({
    models,
    authorizer: new CallAuthorizer(authorizer),
    facts,
    forwarder,
    ...scope,
    defect,
    answered: (call) => {
      unsaved.observe(call);
      if (call.accessKeyId !== credentials.internalCredentials.accessKeyId) answered.notify(call);
    },
    owner: (accessKeyId) => credentials.owner(accessKeyId),
  });
  const register = (service: LocalService): void => {
    services.set(service.name, service);
    gateway.register(service);
  };
  register(new LocalSts(credentials));
  let port: number;
  try {
    port = await gateway.listen(options.preferredPort);
  } catch (error) {
    await moto.stop();
    throw error;
  }
  if (options.preferredPort && port !== options.preferredPort) {
    record({
      kind: 'gateway',
      summary: `port ${options.preferredPort} is taken; the gateway listens on ${port} instead`,
    });
  }

  const platform: Platform = {
    endpoint: `http://127.0.0.1:${port}`,
    ...scope,
    clock,
    folder,
    python,
    containerPython: options.containerPython ?? python,
    administrator: credentials.administrator,
    internalCredentials: credentials.internalCredentials,
    assumeRole: async (service, roleArn, sessionName, sourceArn): Promise<Credentials> => {
      // AWS: cloudtrail/log-role-without-source-keys, lambda/execution-roles-without-source-keys
      const source = takesRolesWithoutSource.has(service) ? {} : { sourceAccount: ACCOUNT_ID, sourceArn };
      const caller: Principal = { kind: 'service', service, ...source };
      const input = { RoleArn: roleArn, RoleSessionName: sessionName };
      const call = {
        service: 'sts',
        operation: 'AssumeRole',
        input,
        principal: caller,
        requestId: randomUUID(),
        userAgent: service,
      };
      try {
        const session = credentials.assumeRole({ caller, roleArn, sessionName });
        answered.notify({ ...call, output: assumed(session, roleArn, sessionName) });
        return session.credentials;
      } catch (error) {
        if (error instanceof AwsError)
          answered.notify({ ...call, error: { code: error.code, message: error.message } });
        throw error;
      }
    },
    throughEndpoint: (session, network) => credentials.throughEndpoint(session, network),
    checkStepArguments: (operation, args) => checkStepArguments(models.get('sagemaker'), operation, args),
    authorize: (hop, request) => {
      requireRow(hop, request);
      authorizer.require(request, undefined, hop);
    },
    emit,
    putMetric: (datum) => {
      writer.metric({ ...datum, at: datum.at ?? now() });
      metrics.notify(datum);
    },
    log: (group, stream, lines) => {
      writer.log(group, stream, now(), lines);
      logs.notify(group, stream, lines);
    },
    record,
  };

  const own: readonly Snapshot[] = [
    { name: 'store', save: (file) => moto.save(file), restore: (file) => moto.restore(file) },
    jsonSnapshot(
      'policies',
      () => policies.state(),
      (state) => policies.take(state),
    ),
    // The keys are there from the start: the platform hands them out.
    {
      ...jsonSnapshot(
        'credentials',
        () => credentials.state(),
        () => undefined,
      ),
      restore: () => undefined,
    },
    facts.snapshot,
  ];

  return {
    platform,
    policies,
    authorizer,
    models,
    eventLog,
    get decisions() {
      return authorizer.decisions;
    },
    registerService: register,
    registerFace: (face) => gateway.registerFace(face),
    operations: () => gateway.operations(),
    onEvent: (listener) => events.add(listener),
    onCall: (listener) => calls.add(listener),
    onAnswered: (listener) => answered.add(listener),
    issuedAt: (accessKeyId) => credentials.issuedAt(accessKeyId),
    onLog: (listener) => logs.add(listener),
    onMetric: (listener) => metrics.add(listener),
    onRecord: (listener) => records.add(listener),
    get snapshots() {
      return [
        ...own,
        ...[...services.values()].flatMap(({ snapshot }) => (typeof snapshot === 'object' ? snapshot : [])),
      ];
    },
    unsaved: () => unsaved.named(),
    alone: (task) => gateway.alone(task),
    settled: () => writer.settled(),
    stop: async () => {
      await gateway.close();
      await writer.settled();
      await moto.stop();
    },
  };
}

/**
 * Services that send neither aws:SourceArn nor aws:SourceAccount when they assume a role, so a trust policy that
 * requires these keys refuses them. No page states it for Lambda: a role that works without the keys works in both
 * cases.
 */
const takesRolesWithoutSource: ReadonlySet<string> = new Set([
  'cloudtrail.amazonaws.com',
  'cloudformation.amazonaws.com',
  'lambda.amazonaws.com',
]);

function partitionOf(region: string): string {
  return region.startsWith('cn-') ? 'aws-cn' : region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

class Listeners<Arguments extends unknown[]> {
  private readonly listeners = new Set<(...values: Arguments) => void>();

  add(listener: (...values: Arguments) => void): Unsubscribe {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  notify(...values: Arguments): void {
    this.listeners.forEach((listener) => listener(...values));
  }
}
