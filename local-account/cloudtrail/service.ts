import { type AnsweredCall, AwsError, type LocalService, type Platform, type ServiceCall } from '../platform';
import type { ServiceModels } from '../service-model';
import { structuredSnapshot } from '../snapshot/snapshot';
import { EventHistory, usernameOf } from './history';
import { kindOf } from './operations';
import { recordOf, type TrailRecord } from './record';
import type { AdvancedSelector } from './selectors';
import { arnOf, Trail, type TrailSettings } from './trail';

const MINUTE = 60_000;
const ninetyDays = 90 * 24 * 60 * MINUTE;

/** What of the platform's host CloudTrail needs: who called what. */
export interface TrailHost {
  readonly platform: Platform;
  readonly models: ServiceModels;
  registerService(service: LocalService): void;
  onAnswered(listener: (call: AnsweredCall) => void): unknown;
  issuedAt(accessKeyId: string): number | undefined;
}

interface LookupInput {
  readonly LookupAttributes?: readonly { readonly AttributeKey: string; readonly AttributeValue: string }[];
  readonly StartTime?: Date | number;
  readonly EndTime?: Date | number;
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

/**
 * CloudTrail: event history, trails with their copy in CloudWatch Logs, and the events that it puts on the bus. Events
 * are there at once; AWS takes some minutes.
 */
export class CloudTrailService implements LocalService {
  readonly name = 'cloudtrail';
  readonly operations = new Set([
    'CreateTrail',
    'UpdateTrail',
    'DeleteTrail',
    'GetTrail',
    'DescribeTrails',
    'ListTrails',
    'GetTrailStatus',
    'StartLogging',
    'StopLogging',
    'PutEventSelectors',
    'GetEventSelectors',
    'LookupEvents',
  ]);
  readonly ownPages = new Set(['LookupEvents']);
  readonly history = new EventHistory();
  private readonly trails = new Map<string, Trail>();
  private cancel: () => void = () => undefined;
  readonly snapshot = structuredSnapshot(
    this.name,
    () => [...this.trails.values()].map((trail) => trail.state()),
    (trails) => {
      for (const one of trails) this.trails.set(one.settings.Name, Trail.of(this.host.platform, one));
    },
  );

  constructor(private readonly host: Omit<TrailHost, 'registerService'>) {}

  start(): void {
    this.host.onAnswered((call) => this.observe(call));
    this.cancel = this.host.platform.clock.schedule(
      (after) => (Math.floor(after / MINUTE) + 1) * MINUTE,
      () => this.trails.forEach((trail) => trail.deliver()),
    );
  }

  stop(): void {
    this.cancel();
  }

  async handle(call: ServiceCall): Promise<unknown> {
    const input = call.input as {
      Name?: string;
      TrailName?: string;
      AdvancedEventSelectors?: AdvancedSelector[];
      EventSelectors?: unknown[];
    };
    switch (call.operation) {
      case 'CreateTrail':
        return this.create(call.input as unknown as TrailSettings);
      case 'UpdateTrail': {
        const trail = this.trail(input.Name);
        await trail.change({
          ...trail.settings,
          ...(call.input as unknown as TrailSettings),
          Name: trail.settings.Name,
        });
        return describe(trail);
      }
      case 'DeleteTrail':
        this.trails.delete(this.trail(input.Name).settings.Name);
        return {};
      case 'GetTrail':
        return { Trail: described(this.trail(input.Name), this.host.platform.region) };
      case 'DescribeTrails':
        return { trailList: [...this.trails.values()].map((trail) => described(trail, this.host.platform.region)) };
      case 'ListTrails':
        return {
          Trails: [...this.trails.values()].map(({ arn, settings }) => ({
            TrailARN: arn,
            Name: settings.Name,
            HomeRegion: this.host.platform.region,
          })),
        };
      case 'GetTrailStatus': {
        const { logging, startedAt, stoppedAt } = this.trail(input.Name);
        return { IsLogging: logging, StartLoggingTime: dated(startedAt), StopLoggingTime: dated(stoppedAt) };
      }
      case 'StartLogging':
      case 'StopLogging':
        return this.switch(this.trail(input.Name), call.operation === 'StartLogging');
      case 'PutEventSelectors': {
        if (input.EventSelectors !== undefined)
          throw new AwsError(
            'InvalidEventSelectorsException',
            'EventSelectors are not supported by the local account: use AdvancedEventSelectors.',
          );
        const trail = this.trail(input.TrailName);
        trail.selectors = input.AdvancedEventSelectors;
        return { TrailARN: trail.arn, AdvancedEventSelectors: trail.selectors };
      }
      case 'GetEventSelectors': {
        const { arn, selectors } = this.trail(input.TrailName);
        return { TrailARN: arn, AdvancedEventSelectors: selectors };
      }
      default:
        return this.lookup(call.input as LookupInput);
    }
  }

  private observe(call: AnsweredCall): void {
    const kind = kindOf(call);
    if (kind === undefined) return;
    const { platform } = this.host;
    const recording = [...this.trails.values()];
    // A data event of which no trail can want to know costs nothing.
    if (kind.dataType !== undefined && !recording.some(({ logging, selectors }) => logging && selectors !== undefined))
      return;
    const record = recordOf(call, kind, this.host);
    const here = record.awsRegion === platform.region;
    if (record.managementEvent && here) this.history.add(record);
    const trails = recording.filter(
      (trail) => trail.records(record, kind.dataType) && (here || trail.settings.IncludeGlobalServiceEvents !== false),
    );
    for (const trail of trails) trail.write(record);
    // What stops a trail is the last that it records, and a reader must learn of it ("Logging management events").
    if (call.operation === 'StopLogging' && call.error === undefined) this.lastWord(String(call.input.Name), record);
    if (trails.length > 0 && here && onBus(record)) this.emit(record);
  }

  /** "AWS service events delivered via AWS CloudTrail". */
  private emit(record: TrailRecord): void {
    this.host.platform.emit({
      source: `aws.${record.eventSource.replace(/\.amazonaws\.com$/, '')}`,
      'detail-type': 'AWS API Call via CloudTrail',
      resources: [],
      detail: { ...record },
    });
  }

  private lastWord(name: string, record: TrailRecord): void {
    const trail = this.trails.get(nameOf(name));
    trail?.write(record);
    trail?.deliver();
    if (trail !== undefined) this.emit(record);
  }

  private async create(settings: TrailSettings): Promise<unknown> {
    if (this.trails.has(settings.Name))
      throw new AwsError(
        'TrailAlreadyExistsException',
        `Trail ${settings.Name} already exists for customer: ${this.host.platform.accountId}`,
      );
    const trail = await Trail.create(this.host.platform, settings);
    this.trails.set(settings.Name, trail);
    return describe(trail);
  }

  private switch(trail: Trail, on: boolean): unknown {
    trail.logging = on;
    trail[on ? 'startedAt' : 'stoppedAt'] = this.host.platform.clock.now();
    return {};
  }

  private trail(name = ''): Trail {
    const trail = this.trails.get(nameOf(name));
    if (trail === undefined) {
      const arn = name.startsWith('arn:') ? name : arnOf(this.host.platform, name);
      throw new AwsError(
        'TrailNotFoundException',
        `Unknown trail: ${arn} for the user: ${this.host.platform.accountId}`,
      );
    }
    return trail;
  }

  // AWS: cloudtrail/lookup-limits
  private lookup({ LookupAttributes = [], StartTime, EndTime, MaxResults = 50, NextToken }: LookupInput): unknown {
    if (LookupAttributes.length > 1)
      throw new AwsError('InvalidLookupAttributesException', 'You can only specify one lookup attribute.');
    const now = this.host.platform.clock.now();
    const from = milliseconds(StartTime) ?? now - ninetyDays;
    const to = milliseconds(EndTime) ?? Number.POSITIVE_INFINITY;
    if (from > to) throw new AwsError('InvalidTimeRangeException', 'A start time after the end time is no range.');
    const found = this.history.find({ attribute: LookupAttributes[0], from, to });
    // The last event of the page before: what happened meanwhile moves no page.
    const start = NextToken === undefined ? 0 : found.findIndex(({ eventID }) => eventID === NextToken) + 1;
    const page = found.slice(start, start + MaxResults);
    return {
      Events: page.map(event),
      ...(start + MaxResults < found.length ? { NextToken: page.at(-1)?.eventID } : {}),
    };
  }
}

/** Starts CloudTrail on a platform. */
export function startCloudTrail(host: TrailHost): CloudTrailService {
  const service = new CloudTrailService(host);
  host.registerService(service);
  service.start();
  return service;
}

/**
 * By default a rule sees no read-only management event, and no data event whose name begins with Get, List or Describe.
 */
function onBus({ readOnly, managementEvent, eventName }: TrailRecord): boolean {
  return managementEvent ? !readOnly : !/^(Get|List|Describe|Head)/.test(eventName);
}

function event(record: TrailRecord): unknown {
  return {
    EventId: record.eventID,
    EventName: record.eventName,
    ReadOnly: String(record.readOnly),
    AccessKeyId: record.userIdentity.accessKeyId,
    EventTime: new Date(record.eventTime),
    EventSource: record.eventSource,
    Username: usernameOf(record),
    Resources: (record.resources ?? []).map(({ type, ARN }) => ({ ResourceType: type, ResourceName: ARN })),
    CloudTrailEvent: JSON.stringify(record),
  };
}

function describe({ arn, settings }: Trail): Record<string, unknown> {
  const { EnableLogFileValidation, ...rest } = settings;
  return {
    Name: rest.Name,
    S3BucketName: rest.S3BucketName,
    IncludeGlobalServiceEvents: rest.IncludeGlobalServiceEvents ?? true,
    IsMultiRegionTrail: rest.IsMultiRegionTrail ?? false,
    TrailARN: arn,
    LogFileValidationEnabled: EnableLogFileValidation ?? false,
    CloudWatchLogsLogGroupArn: rest.CloudWatchLogsLogGroupArn,
    CloudWatchLogsRoleArn: rest.CloudWatchLogsRoleArn,
    KmsKeyId: rest.KmsKeyId,
    IsOrganizationTrail: false,
  };
}

function described(trail: Trail, region: string): Record<string, unknown> {
  return { ...describe(trail), HomeRegion: region, HasCustomEventSelectors: trail.selectors !== undefined };
}

function nameOf(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
}

function dated(at: number | undefined): Date | undefined {
  return at === undefined ? undefined : new Date(at);
}

/** Seconds or a date, as the protocol gave it. */
function milliseconds(time: Date | number | undefined): number | undefined {
  return time === undefined ? undefined : typeof time === 'number' ? time * 1000 : time.getTime();
}
