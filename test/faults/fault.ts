/** What may go wrong with one call of a state machine. */
export const faults = ['throttled', 'timed out', 'server error', 'denied', 'response lost', 'stopped'] as const;
export type Fault = (typeof faults)[number];

type Parameters = Record<string, unknown>;
type Act = (parameters: Parameters) => unknown;

/**
 * The same call with the fault. Throttling ends after one refusal. The others last for the whole execution, which is the
 * worse case.
 */
export function faultAt(fault: Fault, resource: string, act: Act, stop: () => void): Act {
  let refused = 0;
  return (parameters) => {
    switch (fault) {
      case 'throttled':
        refused += 1;
        if (refused === 1) throw error(throttlingException(resource), 'Rate exceeded');
        return act(parameters);
      case 'timed out':
        throw error('States.Timeout', 'the call did not end in time');
      case 'server error':
        throw error(baseException(resource), 'internal failure (Status Code: 500)');
      case 'denied':
        throw error(baseException(resource), 'is not authorized to perform this action');
      case 'response lost':
        return Promise.resolve(act(parameters)).then(() => {
          throw error('States.Timeout', 'the call was carried out, but its response did not arrive');
        });
      case 'stopped':
        stop();
        throw error('Stopped', 'the execution is gone');
    }
  };
}

/**
 * The name of an error that the operation's model does not name; test/lib/state-machines.test.ts compares it with the
 * models.
 */
export function baseException(resource: string): string {
  const [, sdk, service = ''] = /:::(aws-sdk:)?([a-z0-9]+):/.exec(resource) ?? [];
  const name =
    {
      cloudformation: 'CloudFormation',
      cloudwatch: 'CloudWatch',
      glue: 'Glue',
      sagemaker: 'SageMaker',
      lambda: 'Lambda',
      ssm: 'Ssm',
      sfn: 'Sfn',
      s3: 'S3',
      sns: 'SNS',
    }[service] ?? service;
  const optimized = {
    glue: 'AWSGlueException',
    lambda: 'AWSLambdaException',
    sagemaker: 'AmazonSageMakerException',
    sns: 'AmazonSNSException',
  }[service];
  return `${name}.${sdk === undefined && optimized !== undefined ? optimized : `${name}Exception`}`;
}

/** Only Lambda's model names throttling. */
export function throttlingException(resource: string): string {
  return resource.includes(':lambda:invoke') ? 'Lambda.TooManyRequestsException' : baseException(resource);
}

function error(name: string, message: string): Error {
  const made = new Error(message);
  made.name = name;
  return made;
}
