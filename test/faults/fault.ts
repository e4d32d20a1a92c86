/** What may go wrong with one call of a state machine. */
export const faults = ['throttled', 'timed out', 'server error', 'denied', 'answer lost', 'killed'] as const;
export type Fault = (typeof faults)[number];

type Parameters = Record<string, unknown>;
type Act = (parameters: Parameters) => unknown;

/** The same call with the fault. Throttling passes after one refusal; the others stay for the whole execution, as the worse case. */
export function faultAt(fault: Fault, resource: string, act: Act, kill: () => void): Act {
  let refused = 0;
  return (parameters) => {
    switch (fault) {
      case 'throttled':
        refused += 1;
        if (refused === 1) throw error(throttling(resource), 'Rate exceeded');
        return act(parameters);
      case 'timed out':
        throw error('States.Timeout', 'the call did not end in time');
      case 'server error':
        throw error(`${service(resource)}.${service(resource)}Exception`, 'internal failure (Status Code: 500)');
      case 'denied':
        throw error(`${service(resource)}.AccessDeniedException`, 'is not authorized to perform this action');
      case 'answer lost':
        return Promise.resolve(act(parameters)).then(() => {
          throw error('States.Timeout', 'the call was carried out, its answer did not arrive');
        });
      case 'killed':
        kill();
        throw error('Killed', 'the execution is gone');
    }
  };
}

/** `arn:aws:states:::aws-sdk:ssm:getParameter` and `arn:aws:states:::sns:publish` name their errors after the service. */
function service(resource: string): string {
  const name = resource.split(':').at(-2) ?? '';
  return { sns: 'SNS', cloudformation: 'CloudFormation', sagemaker: 'SageMaker', lambda: 'Lambda', ssm: 'Ssm', sfn: 'Sfn', s3: 'S3' }[name] ?? name;
}

function throttling(resource: string): string {
  const name = service(resource);
  // The models of SageMaker and S3 name no throttling: it comes as what is not named, from the optimized (.sync) integration by the older name.
  if (resource.endsWith('.sync')) return `${name}.Amazon${name}Exception`;
  return { Lambda: 'Lambda.TooManyRequestsException', SNS: 'SNS.ThrottledException', SageMaker: 'SageMaker.SageMakerException', S3: 'S3.S3Exception' }[name] ?? `${name}.ThrottlingException`;
}

function error(name: string, message: string): Error {
  const made = new Error(message);
  made.name = name;
  return made;
}
