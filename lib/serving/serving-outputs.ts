import { CfnOutput } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { AsynchronousTopics } from './asynchronous-topics';
import type { ServingPattern } from './serving-pattern';

export interface ServingOutputsProps {
  readonly pattern: ServingPattern;
  /** @default the pattern has no endpoint */
  readonly endpointName?: string;
  /** @default the pattern is not asynchronous */
  readonly topics?: AsynchronousTopics;
  readonly batchStateMachineArn: string;
}

/** Outputs that the operator commands read: where to send requests, and how. */
export function servingOutputs(scope: Construct, props: ServingOutputsProps): void {
  const { pattern, endpointName, topics } = props;
  // The name as text, not a reference: it is known before the endpoint exists.
  if (endpointName) new CfnOutput(scope, 'EndpointName', { value: endpointName });
  // Without this output, the operator commands use real-time requests.
  if (pattern !== 'real-time') new CfnOutput(scope, 'ServingPattern', { value: pattern });
  if (topics) {
    new CfnOutput(scope, 'SuccessTopicArn', { value: topics.success.topicArn });
    new CfnOutput(scope, 'ErrorTopicArn', { value: topics.error.topicArn });
  }
  new CfnOutput(scope, 'BatchStateMachineArn', { value: props.batchStateMachineArn });
}
