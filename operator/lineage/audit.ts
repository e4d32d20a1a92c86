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

/** The calls that change a version, by event name, and where each event names the version. */
const calls = [
  'StartPipelineExecution',
  'CreateModelPackage',
  'UpdateModelPackage',
  'CreateModel',
  'DeleteModelPackage',
] as const;

/**
 * Who trained, registered, approved, rejected and deployed a version, from CloudTrail's event history, which keeps 90
 * days without a trail. Older events are in the trail's bucket. An event appears some minutes after its call.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
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
        // Search the whole request and response: services name the package in different members.
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
