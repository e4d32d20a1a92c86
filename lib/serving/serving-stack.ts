import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { NotificationTopic } from '../monitoring/alarms/notification-topic';
import type { AwsMonitors } from '../monitoring/analysis-job/live-baseline';
import { AlarmCatalogue } from '../shared/alarms/alarm-catalogue';
import { answers } from '../shared/blueprint/answers';
import type { DeadLetterQueue } from '../shared/events/dead-letter-queue';
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
import { challengerVariantName, variantName } from './real-time-endpoint';
import { RollbackAlarms } from './rollback-alarms';
import { ServedModels } from './served-models';
import { servingOutputs } from './serving-outputs';
import { ServingParameters } from './serving-parameters';
import { captures } from './serving-pattern';

export interface ServingStackProps extends WorkflowStackProps {
  readonly context: WorkflowContext;
  readonly artifacts: s3.IBucket;
  readonly capture: s3.IBucket;
}

/** Serves the live model: endpoint, rollback alarms and batch scoring. README.md in this folder explains the parts. */
export class ServingStack extends WorkflowStack {
  readonly endpointName: string;
  readonly variantName = variantName;
  /** Alarms that roll back an update of the endpoint; empty where the pattern has no deployment guardrails. */
  readonly rollbackAlarms: readonly IAlarm[];
  readonly topic: sns.Topic;
  /** Alarms of this stack; the Monitoring stack adds its own. */
  readonly alarms: AlarmCatalogue;
  readonly modelRoleArn: string;
  readonly batchDeadLetters: DeadLetterQueue;
  /** @default AWS's own monitors are not configured */
  readonly monitoring?: AwsMonitors;
  /** Keys of this template's parameters; an update with the previous template must name each of them. */
  readonly parameterKeys: readonly string[];

  constructor(scope: Construct, id: string, props: ServingStackProps) {
    super(scope, id, props);
    const { configuration, problem, pattern, dataKey, operationsKey, network, logRetention } = props.context;
    const { artifacts, capture } = props;
    const { variants } = configuration;
    checkPatternConfiguration(pattern, configuration);
    const endpointName = liveEndpointName(configuration.prefix, problem.name, pattern);
    const operations = { operationsKey, logRetention };
    this.endpointName = endpointName;

    // A release sets a parameter of this stack; `cdk deploy` keeps its value and so the live model.
    // AWS: cloudformation/cdk-keeps-parameter-values
    const parameters = new ServingParameters(this, configuration);
    const { hasApprovedModel } = parameters;
    this.parameterKeys = parameters.keys;
    answers(this, 'READY-08', 'FLOW-09', 'DEPLOYCHK-02');

    const { topic } = new NotificationTopic(this, 'Notifications', {
      operationsKey,
      email: configuration.notificationEmail,
    });
    this.topic = topic;
    this.alarms = new AlarmCatalogue({ topic, owners: configuration.owners });
    const { maximumLatencyMilliseconds } = problem.serving;
    const health = { endpointName, maximumLatencyMilliseconds, thresholds: configuration.alarms, alarms: this.alarms };
    // Every endpoint gets these alarms, also where SageMaker does not use them in an update.
    const alarms: IAlarm[] =
      pattern === 'batch' ? [] : [...new RollbackAlarms(this, 'RollbackAlarms', { ...health, variantName }).all];
    const topics = pattern === 'asynchronous' ? new AsynchronousTopics(this, 'Results', { operationsKey }) : undefined;

    const images = new SagemakerImages(this, 'Images');
    const { scikitLearn, xgboost } = images.repositories;
    const { role } = new ModelRole(this, 'ModelRole', {
      ...network,
      pattern,
      endpointName,
      artifacts,
      dataKey,
      capture: captures(pattern) ? capture : undefined,
      asynchronous: topics && { topics, operationsKey },
      repositoryArns: variants.inferencePipeline ? [scikitLearn, xgboost] : [xgboost],
      batchInputs: stagedInputs,
    });
    this.modelRoleArn = role.roleArn;
    const models = new ServedModels(this, { pattern, parameters, variants, network, executionRole: role });
    // Only a variant that answers callers may roll an update back; a shadow does not.
    if (models.challenger?.mode === 'share') {
      alarms.push(
        ...new RollbackAlarms(this, 'ChallengerAlarms', { ...health, variantName: challengerVariantName }).all,
      );
    }
    this.rollbackAlarms = pattern === 'serverless' ? [] : alarms;

    const serving = { configuration, endpointName, hasApprovedModel, artifacts, capture, dataKey };
    const endpoint = liveEndpoint(this, { ...serving, pattern, models, topics, rollbackAlarms: alarms });
    if (endpoint && configuration.monitoring.modelMonitor) {
      const { modelName } = models.live;
      this.monitoring = awsMonitors(this, { ...serving, ...network, problem, endpoint, modelName, operationsKey });
    }
    if (endpoint) {
      // The log group is created before the endpoint and deleted after it. Otherwise SageMaker would create it.
      endpoint.node.addDependency(new EndpointLogs(this, 'EndpointLogs', { ...operations, endpointName }));
    }

    const batch = new BatchScoring(this, 'BatchScoring', {
      ...operations,
      prefix: configuration.prefix,
      tags: configuration.tags,
      endpointName,
      modelFrom: models.forBatch,
      artifacts,
      dataKey,
      topic,
      compute: configuration.instances.transform,
      batch: configuration.batch,
      deadLetterDays: configuration.retention.deadLetterDays,
    });
    this.batchDeadLetters = batch.deadLetters;

    if (variants.customImage) {
      const base = { uri: images.xgboost, repositoryArn: xgboost };
      new CustomImage(this, 'CustomImage', { ...operations, prefix: configuration.prefix, base });
    }

    servingOutputs(this, {
      pattern,
      endpointName: endpoint && endpointName,
      topics,
      batchStateMachineArn: batch.machine.stateMachineArn,
    });
  }
}
