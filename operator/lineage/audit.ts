import { LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import type { OperatorContext } from '../context';

export interface AuditedCall {
  readonly at: string;
  readonly who: string;
  readonly event: string;
  /** Such as an approval's status and note. */
  readonly detail: string;
  readonly eventId: string;
}

interface TrailEvent {
  readonly userIdentity?: { readonly arn?: string; readonly invokedBy?: string; readonly type?: string };
  readonly requestParameters?: Readonly<Record<string, unknown>> | null;
  readonly responseElements?: Readonly<Record<string, unknown>> | null;
  readonly errorCode?: string;
}

/** What can have been done to a version, by the event's name; and where the event names it. */
const calls = [
  'StartPipelineExecution',
  'CreateModelPackage',
  'UpdateModelPackage',
  'CreateModel',
  'DeleteModelPackage',
] as const;

/**
 * Who trained, registered, approved, rejected and deployed it, from CloudTrail's event history: kept 90 days for every
 * account, without a trail ("Working with CloudTrail event history"). Older ones are in the trail's bucket. An event
 * shows some minutes after its call.
 */
export async function auditOf(
  context: OperatorContext,
  names: { readonly packageArn: string; readonly executionArn?: string },
  since: Date,
): Promise<AuditedCall[]> {
  const found: AuditedCall[] = [];
  for (const event of calls) {
    let token: string | undefined;
    do {
      const page = await context.clients.cloudtrail.send(
        new LookupEventsCommand({
          LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: event }],
          StartTime: since,
          MaxResults: 50,
          NextToken: token,
        }),
      );
      for (const { CloudTrailEvent = '{}', EventTime, EventId = '' } of page.Events ?? []) {
        const { userIdentity, requestParameters, responseElements, errorCode } = JSON.parse(
          CloudTrailEvent,
        ) as TrailEvent;
        // The whole of both: services differ in which member names the package.
        const about = JSON.stringify([requestParameters, responseElements]);
        const named = [names.packageArn, names.executionArn].some(
          (arn) => arn !== undefined && about.includes(`"${arn}"`),
        );
        if (!named) continue;
        found.push({
          at: EventTime?.toISOString() ?? '',
          who: userIdentity?.arn ?? userIdentity?.invokedBy ?? userIdentity?.type ?? 'unknown',
          event,
          detail: [requestParameters?.modelApprovalStatus, requestParameters?.approvalDescription, errorCode]
            .filter((one) => typeof one === 'string')
            .join(': '),
          eventId: EventId,
        });
      }
      token = page.NextToken;
    } while (token !== undefined);
  }
  return found.sort((a, b) => (a.at < b.at ? -1 : 1));
}
