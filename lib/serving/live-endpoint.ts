import type { CfnCondition } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { DataLakeStage } from '../data-lake/stage';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import { AsynchronousEndpoint } from './asynchronous-endpoint';
import type { AsynchronousTopics } from './asynchronous-topics';
import { RealTimeEndpoint } from './real-time-endpoint';
import type { ServedModels } from './served-models';
import { ServerlessEndpoint } from './serverless-endpoint';
import type { ServingPattern } from './serving-pattern';

export interface LiveEndpointProps {
  readonly context: WorkflowContext;
  readonly lake: DataLakeStage;
  readonly endpointName: string;
  readonly models: ServedModels;
  readonly hasApprovedModel: CfnCondition;
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
  const { context, lake, models, rollbackAlarms, topics } = props;
  const { configuration, pattern, dataKey } = context;
  const { instances, serving, release } = configuration;
  const shared = {
    endpointName: props.endpointName,
    model: models.live,
    hasApprovedModel: props.hasApprovedModel,
    dataKey,
  };
  switch (pattern) {
    case 'real-time':
      return new RealTimeEndpoint(scope, 'Live', {
        ...shared,
        captureUri: `s3://${lake.capture.bucketName}/capture`,
        instanceType: instances.endpoint.instanceType,
        minimumInstances: instances.endpoint.minimum,
        maximumInstances: instances.endpoint.maximum,
        release,
        serving,
        rollbackAlarms,
        challenger: models.challenger,
      });
    case 'serverless':
      return new ServerlessEndpoint(scope, 'Live', { ...shared, capacity: serving.serverless });
    case 'asynchronous':
      if (topics === undefined) return undefined;
      return new AsynchronousEndpoint(scope, 'Live', {
        ...shared,
        artifacts: lake.artifacts,
        topics,
        instanceType: instances.endpoint.instanceType,
        capacity: serving.asynchronous,
        cooldown: serving.cooldown,
        release,
        rollbackAlarms,
      });
    case 'batch':
      return undefined;
  }
}
