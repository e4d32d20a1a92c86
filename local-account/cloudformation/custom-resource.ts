import { randomUUID } from 'node:crypto';
import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { isRecord } from '../assembly/template';
import type { Clock } from '../platform';
import { CustomResourceFailed } from './failure';
import type { CustomResourceAnswer, CustomResourceRequest, Properties } from './provisioner';
import type { ResponseServer } from './response-server';

interface Surroundings {
  readonly stackId: string;
  readonly logicalId: string;
  readonly type: string;
  readonly clock: Clock;
  readonly lambda: LambdaClient;
  readonly responses: ResponseServer;
}

/** Seconds that CloudFormation waits for a response by default (ServiceTimeout). */
const SERVICE_TIMEOUT = 3600;

/**
 * Invokes the function behind ServiceToken and waits for its PUT to the response URL. CloudFormation invokes it
 * asynchronously; here the invocation is awaited, so that a function that crashes is reported at once and not after
 * the timeout.
 */
export async function runCustomResource(
  request: CustomResourceRequest,
  around: Surroundings,
): Promise<CustomResourceAnswer> {
  const token = request.properties.ServiceToken;
  if (typeof token !== 'string' || !/^arn:[a-z-]+:lambda:/.test(token)) {
    throw new CustomResourceFailed(`ServiceToken must be the ARN of a Lambda function, not ${JSON.stringify(token)}`);
  }
  const expected = around.responses.expect();
  const requestId = randomUUID();
  const event = {
    RequestType: request.requestType,
    ServiceToken: token,
    ResponseURL: expected.url,
    StackId: around.stackId,
    RequestId: requestId,
    ResourceType: around.type,
    LogicalResourceId: around.logicalId,
    ...(request.physicalId === undefined ? {} : { PhysicalResourceId: request.physicalId }),
    ResourceProperties: asText(request.properties),
    ...(request.oldProperties === undefined ? {} : { OldResourceProperties: asText(request.oldProperties) }),
  };
  try {
    const invocation = await around.lambda.send(
      new InvokeCommand({
        FunctionName: token,
        InvocationType: 'RequestResponse',
        Payload: Buffer.from(JSON.stringify(event)),
      }),
    );
    if (invocation.FunctionError !== undefined) {
      const payload = Buffer.from(invocation.Payload ?? []).toString('utf8');
      throw new CustomResourceFailed(
        `the function ended with ${invocation.FunctionError} and sent no answer: ${payload}`,
      );
    }
    return checked(await answerInTime(expected.answer, request.properties, around.clock), request, requestId);
  } finally {
    expected.cancel();
  }
}

async function answerInTime(answer: Promise<unknown>, properties: Properties, clock: Clock): Promise<unknown> {
  const seconds = Number(properties.ServiceTimeout ?? SERVICE_TIMEOUT);
  const waiting = new AbortController();
  const timeout = clock.sleep(seconds * 1000, waiting.signal).then(() => {
    throw new CustomResourceFailed(`the function sent no answer in ${seconds} seconds`);
  });
  try {
    return await Promise.race([answer, timeout]);
  } finally {
    timeout.catch(() => undefined);
    waiting.abort();
  }
}

function checked(answer: unknown, request: CustomResourceRequest, requestId: string): CustomResourceAnswer {
  const body = isRecord(answer) ? answer : {};
  if (body.Status !== 'SUCCESS') {
    throw new CustomResourceFailed(String(body.Reason ?? `invalid answer ${JSON.stringify(answer)}`));
  }
  const { PhysicalResourceId: physicalId, Data: data = {} } = body;
  if (typeof physicalId !== 'string' || physicalId === '' || body.RequestId !== requestId) {
    throw new CustomResourceFailed("Invalid answer: PhysicalResourceId is missing or RequestId is another request's");
  }
  if (request.requestType === 'Delete' && physicalId !== request.physicalId) {
    throw new CustomResourceFailed(`Invalid PhysicalResourceId ${physicalId} in the answer to Delete`);
  }
  return { physicalId, data: isRecord(data) ? data : {} };
}

/** CloudFormation passes properties with every number and Boolean as text. */
function asText(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(asText);
  }
  if (isRecord(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asText(item)]));
  }
  return value === null || value === undefined ? value : String(value);
}
