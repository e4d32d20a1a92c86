import { randomUUID } from 'node:crypto';
import type { Platform } from '../platform';
import { NotStabilized, statusReason } from './failure';
import type { Properties, Provisioned } from './provisioner';
import type { Stack } from './stack';

const STACK_TYPE = 'AWS::CloudFormation::Stack';

/** The part of a resource that its events name. */
export interface Subject {
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId?: string;
  readonly properties: Properties;
}

export type Verb = 'CREATE' | 'UPDATE' | 'DELETE';

/** Keeps a stack's status and writes its events; stack statuses also go to the default bus, as CloudFormation does. */
export class Journal {
  constructor(
    private readonly stack: Stack,
    private readonly platform: Pick<Platform, 'clock' | 'emit' | 'record'>,
    private readonly token?: string,
  ) {}

  now(): number {
    return this.platform.clock.now();
  }

  stackStatus(status: string, reason?: string): void {
    const { stack, platform, token } = this;
    stack.status = status;
    stack.statusReason = reason;
    stack.events.push({
      eventId: randomUUID(),
      logicalId: stack.name,
      type: STACK_TYPE,
      physicalId: stack.id,
      status,
      reason,
      at: this.now(),
      token,
    });
    platform.record({
      kind: 'cloudformation',
      summary: `${stack.name}: ${status}`,
      detail: reason === undefined ? undefined : { reason },
    });
    platform.emit({
      source: 'aws.cloudformation',
      'detail-type': 'CloudFormation Stack Status Change',
      resources: [stack.id],
      detail: {
        'stack-id': stack.id,
        'status-details': { status, 'status-reason': reason ?? '' },
        ...(token === undefined ? {} : { 'client-request-token': token }),
      },
    });
  }

  resourceStatus(subject: Subject, status: string, reason?: string): void {
    const { stack, platform, token } = this;
    const { logicalId, type, physicalId = '', properties } = subject;
    const entry = { logicalId, type, physicalId, status, reason, at: this.now() };
    stack.statuses.set(logicalId, entry);
    stack.events.push({
      ...entry,
      eventId: `${logicalId}-${status}-${randomUUID()}`,
      token,
      properties: JSON.stringify(properties),
    });
    if (status.endsWith('_FAILED')) {
      platform.record({
        kind: 'cloudformation',
        summary: `${stack.name}: ${logicalId} (${type}) ${status}`,
        detail: { reason },
      });
    }
  }

  /**
   * Runs one step on a resource between its IN_PROGRESS and its COMPLETE or FAILED event. A step that was cancelled has
   * its FAILED event already.
   */
  async step<T extends Provisioned | undefined>(
    subject: Subject,
    verb: Verb,
    work: () => Promise<T>,
    cancelled: () => boolean = () => false,
  ): Promise<T> {
    this.resourceStatus(subject, `${verb}_IN_PROGRESS`);
    try {
      const result = await work();
      if (!cancelled())
        this.resourceStatus({ ...subject, physicalId: result?.physicalId ?? subject.physicalId }, `${verb}_COMPLETE`);
      return result;
    } catch (error) {
      if (cancelled()) throw error;
      this.failed(error instanceof NotStabilized ? { ...subject, physicalId: error.physicalId } : subject, verb, error);
      throw error;
    }
  }

  failed(subject: Subject, verb: Verb, error: unknown): void {
    this.resourceStatus(subject, `${verb}_FAILED`, statusReason(error, randomUUID()));
  }
}
