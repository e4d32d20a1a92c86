import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { AsynchronousEndpoint } from './asynchronous-endpoint';
import type { AsynchronousTopics } from './asynchronous-topics';
import type { EndpointProps } from './endpoint-props';
import { RealTimeEndpoint } from './real-time-endpoint';
import type { ServedModels } from './served-models';
import { ServerlessEndpoint } from './serverless-endpoint';
import type { ServingPattern } from './serving-pattern';

export interface LiveEndpointProps extends Omit<EndpointProps, 'model'> {
  readonly models: ServedModels;
  readonly rollbackAlarms: readonly IAlarm[];
  /** @default the pattern is not asynchronous */
  readonly topics?: AsynchronousTopics;
}

/**
 * Name of the endpoint; all patterns but real-time are part of it. SageMaker does not turn an endpoint with instances
 * into a serverless one, and no page says that it turns one into an asynchronous endpoint. With another name,
 * CloudFormation creates the new endpoint and then deletes the old one.
 */
export function liveEndpointName(prefix: string, problem: string, pattern: ServingPattern): string {
  return [prefix, problem, ...(pattern === 'real-time' ? [] : [pattern])].join('-');
}

/** Creates the endpoint of the pattern; batch has none (DEPLOY-01 to DEPLOY-05: which deployment pattern). */
export function liveEndpoint(scope: Construct, props: LiveEndpointProps): Construct | undefined {
  const { models, topics } = props;
  const shared = { ...props, model: models.live };
  switch (props.context.pattern) {
    case 'real-time':
      return new RealTimeEndpoint(scope, 'Live', { ...shared, challenger: models.challenger });
    case 'serverless':
      return new ServerlessEndpoint(scope, 'Live', shared);
    case 'asynchronous':
      return topics && new AsynchronousEndpoint(scope, 'Live', { ...shared, topics });
    case 'batch':
      return undefined;
  }
}
