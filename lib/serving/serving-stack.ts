import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { DataLakeStage } from '../data-lake/stage';
import { NotificationTopic } from '../monitoring/alarms/notification-topic';
import type { AwsMonitors } from '../monitoring/aws-model-monitor/aws-monitors';
import { AlarmCatalog, type WatchedAlarm } from '../shared/alarms/alarm-catalog';
import { covers } from '../shared/blueprint/covers';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import { WorkflowStack, type WorkflowStackProps } from '../shared/stack/workflow-stack';
import { SagemakerImages } from '../training/images';
import { AsynchronousTopics } from './asynchronous-topics';
import { awsMonitors } from './aws-monitors';
import { BatchScoring, stagedInputs } from './batch-scoring';
import { CustomImage } from './custom-image';
import { EndpointLogs } from './endpoint-logs';
import { liveEndpoint, liveEndpointName } from './live-endpoint';
import { ModelRole } from './model-role';
import { checkPatternConfiguration } from './pattern-configuration';
import { variantName } from './real-time-endpoint';
import { rollbackAlarms } from './rollback-alarms';
import { ServedModels } from './served-models';
import { servingOutputs } from './serving-outputs';
import { ServingParameters } from './serving-parameters';
import { rollsBack } from './serving-pattern';
import type { ServingStage } from './stage';

export interface ServingStackProps extends WorkflowStackProps {
  readonly context: WorkflowContext;
  readonly lake: DataLakeStage;
}

/** Serves the live model: endpoint, rollback alarms and batch scoring. README.md in this folder explains the parts. */
export class ServingStack extends WorkflowStack implements ServingStage {
  readonly parameterKeys: readonly string[];
  readonly endpointName: string;
  readonly variantName = variantName;
  readonly rollbackAlarms: readonly IAlarm[];
  readonly alarms: readonly WatchedAlarm[];
  readonly topic: sns.Topic;
  readonly modelRole: iam.Role;
  readonly batchScoring: BatchScoring;
  readonly monitors?: AwsMonitors;

  constructor(scope: Construct, id: string, props: ServingStackProps) {
    super(scope, id, props);
    const { context, lake } = props;
    const { configuration, problem, pattern, operationsKey } = context;
    const { variants, notificationEmail, owners } = configuration;
    checkPatternConfiguration(pattern, configuration);
    const endpointName = liveEndpointName(configuration.prefix, problem.name, pattern);
    this.endpointName = endpointName;

    // A release sets a parameter of this stack; `cdk deploy` keeps its value and so the live model.
    // AWS: cloudformation/cdk-keeps-parameter-values
    const parameters = new ServingParameters(this, configuration);
    const { hasApprovedModel } = parameters;
    this.parameterKeys = parameters.keys;
    covers(this, 'READY-08', 'FLOW-09', 'DEPLOYCHK-02');

    const { topic } = new NotificationTopic(this, 'Notifications', { operationsKey, email: notificationEmail });
    this.topic = topic;
    const catalog = new AlarmCatalog({ topic, owners });
    const alarms = rollbackAlarms(this, { context, endpointName, alarms: catalog });
    this.rollbackAlarms = rollsBack(pattern) ? alarms : [];
    this.alarms = catalog.all;

    const topics = pattern === 'asynchronous' ? new AsynchronousTopics(this, 'Results', { operationsKey }) : undefined;
    const images = new SagemakerImages(this, 'Images');
    const { scikitLearn, xgboost } = images.repositories;
    const { role } = new ModelRole(this, 'ModelRole', {
      context,
      lake,
      endpointName,
      topics,
      repositoryArns: variants.inferencePipeline ? [scikitLearn, xgboost] : [xgboost],
      batchInputs: stagedInputs,
    });
    this.modelRole = role;
    const models = new ServedModels(this, { context, parameters, executionRole: role });

    const serving = { context, lake, endpointName, hasApprovedModel };
    const endpoint = liveEndpoint(this, { ...serving, models, topics, rollbackAlarms: alarms });
    if (endpoint && configuration.monitoring.modelMonitor) {
      this.monitors = awsMonitors(this, { ...serving, endpoint, modelName: models.live.modelName });
    }
    if (endpoint) {
      // The log group is created before the endpoint and deleted after it. Otherwise SageMaker would create it.
      endpoint.node.addDependency(new EndpointLogs(this, 'EndpointLogs', { context, endpointName }));
    }

    this.batchScoring = new BatchScoring(this, 'BatchScoring', {
      context,
      endpointName,
      modelFrom: models.forBatch,
      artifacts: lake.artifacts,
      topic,
    });

    if (variants.customImage) {
      new CustomImage(this, 'CustomImage', { context, base: { uri: images.xgboost, repositoryArn: xgboost } });
    }

    servingOutputs(this, {
      pattern,
      endpointName: endpoint && endpointName,
      topics,
      batchStateMachineArn: this.batchScoring.stateMachine.stateMachineArn,
    });
  }
}
