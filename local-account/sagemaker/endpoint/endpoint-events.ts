import { type Engine, emit, touch } from '../engine';
import type { EndpointConfig } from '../registry/endpoint-configs';
import { describe } from './describe-endpoint';
import type { Endpoint } from './endpoint';

/**
 * Events spell the status in capitals (developer guide, "Events that Amazon SageMaker AI sends to Amazon
 * EventBridge").
 */
export function changed(engine: Engine, endpoint: Endpoint): void {
  touch(engine, endpoint);
  emit(engine, 'SageMaker Endpoint State Change', [endpoint.arn, endpoint.config.arn], {
    ...describe(endpoint),
    EndpointStatus: capitals(endpoint.status),
    Tags: engine.tags.of(endpoint.arn),
  });
}

/** The event and the record of one stage of a deployment. */
export function deploymentChanged(
  engine: Engine,
  endpoint: Endpoint,
  stage: string,
  from: EndpointConfig,
  to: EndpointConfig,
): void {
  emit(engine, 'SageMaker Endpoint Deployment State Change', [endpoint.arn], {
    EndpointName: endpoint.name,
    EndpointArn: endpoint.arn,
    EndpointConfigName: to.name,
    SourceEndpointConfigName: from.name,
    UpdatedEndpointConfigName: to.name,
    DeploymentStatus: stage,
  });
  engine.platform.record({
    kind: 'deployment',
    summary: `endpoint ${endpoint.name}: ${stage}${endpoint.green ? `, ${Math.round(endpoint.green.share * 100)} % to the new fleet` : ''}`,
  });
}

function capitals(status: string): string {
  return status.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
}
