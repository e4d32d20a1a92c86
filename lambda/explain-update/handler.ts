import {
  CloudFormationClient,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
} from '@aws-sdk/client-cloudformation';
import { DescribeEndpointCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';

import { optionalText, requiredText } from '../environment/required';
import { type Explanation, explain, isInPlace, type ResourceEvent } from './explain';

const cloudformation = new CloudFormationClient({});
const sagemaker = new SageMakerClient({});
const StackName = requiredText('SERVING_STACK');
/** A batch workflow has no endpoint, and asks only about updates that were rolled back. */
const EndpointName = optionalText('ENDPOINT_NAME');

export type ExplainUpdateEvent =
  | { readonly mode: 'rolled back'; readonly since: string }
  | { readonly mode: 'updated' };

/** Explains how an update of the Serving stack ended; the stack's status alone does not say it. */
export async function handler(
  event: ExplainUpdateEvent,
): Promise<Explanation | { readonly inPlace: boolean; readonly text: string }> {
  return event.mode === 'updated' ? compare() : explain(await eventsSince(new Date(event.since)));
}

async function compare(): Promise<{ readonly inPlace: boolean; readonly text: string }> {
  const [{ StackResourceDetail }, { EndpointConfigName = '', FailureReason }] = await Promise.all([
    cloudformation.send(new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'LiveEndpointConfig' })),
    sagemaker.send(new DescribeEndpointCommand({ EndpointName })),
  ]);
  const inPlace = isInPlace(StackResourceDetail?.PhysicalResourceId ?? '', EndpointConfigName);
  return {
    inPlace,
    text: inPlace
      ? 'The endpoint has the new configuration.'
      : `SageMaker restored ${EndpointConfigName}, and CloudFormation did not notice: ${FailureReason ?? 'SageMaker gives no reason'}`.slice(
          0,
          900,
        ),
  };
}

/** Events arrive newest first, page by page; reads back to the start of the update. */
async function eventsSince(since: Date): Promise<ResourceEvent[]> {
  const found: ResourceEvent[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloudformation.send(new DescribeStackEventsCommand({ StackName, NextToken }));
    for (const {
      Timestamp,
      LogicalResourceId = '',
      ResourceStatus = '',
      ResourceStatusReason: reason,
    } of page.StackEvents ?? []) {
      if (Timestamp !== undefined && Timestamp < since) return found;
      found.push({ resource: LogicalResourceId, status: ResourceStatus, ...(reason === undefined ? {} : { reason }) });
    }
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}
