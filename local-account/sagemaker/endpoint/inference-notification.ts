import type { InvokeEndpointAsyncCommandInput } from '@aws-sdk/client-sagemaker-runtime';
import { PublishCommand } from '@aws-sdk/client-sns';
import { type Engine, now } from '../engine';
import type { RoleSession } from '../role-session';

export interface InferenceResult {
  readonly endpointName: string;
  readonly inferenceId: string;
  readonly request: InvokeEndpointAsyncCommandInput;
  readonly receivedAt: number;
  readonly outputLocation: string;
  readonly result: { readonly contentType: string } | { readonly failureReason: string };
}

/**
 * The message of an asynchronous inference (developer guide, "Check prediction results"), published as the model's
 * role.
 */
export async function publishInference(
  engine: Engine,
  session: RoleSession,
  topicArn: string,
  inference: InferenceResult,
): Promise<void> {
  const sns = session.sns();
  try {
    await sns.send(new PublishCommand({ TopicArn: topicArn, Message: JSON.stringify(message(engine, inference)) }));
  } finally {
    sns.destroy();
  }
}

function message(
  engine: Engine,
  { endpointName, inferenceId, request, receivedAt, outputLocation, result }: InferenceResult,
): Record<string, unknown> {
  return {
    awsRegion: engine.platform.region,
    eventTime: now(engine).toISOString(),
    receivedTime: new Date(receivedAt).toISOString(),
    invocationStatus: 'contentType' in result ? 'Completed' : 'Failed',
    ...('contentType' in result ? {} : { failureReason: result.failureReason }),
    requestParameters: {
      ...(request.Accept === undefined ? {} : { accept: request.Accept }),
      ...(request.ContentType === undefined ? {} : { contentType: request.ContentType }),
      endpointName,
      ...(request.InputLocation === undefined ? {} : { inputLocation: request.InputLocation }),
    },
    ...('contentType' in result ? { responseParameters: { contentType: result.contentType, outputLocation } } : {}),
    inferenceId,
    eventVersion: '1.0',
    eventSource: 'aws:sagemaker',
    eventName: 'InferenceResult',
  };
}
