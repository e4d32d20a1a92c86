import { CfnCondition, CfnOutput, CfnParameter, Fn } from 'aws-cdk-lib';
import type { IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct, IConstruct } from 'constructs';
import { NotificationTopic } from '../monitoring/alarms/notification-topic';
import { type AwsMonitors, monitoringScheduleName } from '../monitoring/analysis-job/live-baseline';
import { MonitorImages } from '../monitoring/analysis-job/monitor-images';
import { ExplainabilityMonitor } from '../monitoring/aws-model-monitor/explainability-monitor';
import { ModelMonitorSchedule } from '../monitoring/aws-model-monitor/model-monitor-schedule';
import { OutcomeMonitors } from '../monitoring/aws-model-monitor/outcome-monitors';
import type { ProblemSpec } from '../problem/problem-spec';
import { AlarmCatalogue } from '../shared/alarms/alarm-catalogue';
import { answers } from '../shared/blueprint/answers';
import type { DeadLetterQueue } from '../shared/events/dead-letter-queue';
import { logRetention } from '../shared/function/log-retention';
import { WorkflowStack, type WorkflowStackProps } from '../shared/stack/workflow-stack';
import { SagemakerImages } from '../training/images';
import { servingParameterKeys } from './approved-model';
import { AsynchronousEndpoint } from './asynchronous-endpoint';
import { AsynchronousTopics } from './asynchronous-topics';
import { BatchScoring, type ModelFrom, stagedInputs } from './batch-scoring';
import { CustomImage } from './custom-image';
import { EndpointLogs } from './endpoint-logs';
import { LiveModel } from './live-model';
import { ModelRole } from './model-role';
import { modelServerSettings } from './model-server';
import { checkPatternConfiguration } from './pattern-configuration';
import { type Challenger, challengerVariantName, RealTimeEndpoint, variantName } from './real-time-endpoint';
import { RollbackAlarms } from './rollback-alarms';
import { ServerlessEndpoint } from './serverless-endpoint';
import { captures, type ServingPattern } from './serving-pattern';

export interface ServingStackProps extends WorkflowStackProps {
  readonly problem: ProblemSpec;
  readonly pattern: ServingPattern;
  readonly dataKey: kms.Key;
  readonly operationsKey: kms.Key;
  readonly vpc: ec2.IVpc;
  readonly jobSecurityGroup: ec2.ISecurityGroup;
  readonly artifacts: s3.IBucket;
  readonly capture: s3.IBucket;
}

/** The live model: endpoint, batch scoring, and the alarms that may take a canary back. */
export class ServingStack extends WorkflowStack {
  readonly endpointName: string;
  readonly variantName = variantName;
  /** Those that take an update of the endpoint back; none where the pattern has no deployment guardrails. */
  readonly rollbackAlarms: readonly IAlarm[];
  readonly topic: sns.Topic;
  /** Of all stacks from here on. */
  readonly alarms: AlarmCatalogue;
  readonly modelRoleArn: string;
  readonly batchDeadLetters: DeadLetterQueue;
  /** Only with AWS's own monitor. */
  readonly monitoring?: AwsMonitors;
  /** Keys of this template's parameters; an update with the previous template must name each. */
  readonly parameterKeys: readonly string[];

  constructor(scope: Construct, id: string, props: ServingStackProps) {
    super(scope, id, props);
    const { configuration, problem, pattern } = props;
    checkPatternConfiguration(pattern, configuration);
    // SageMaker turns no endpoint with instances into a serverless one, and no page says that it makes a queue of one.
    // One of another name comes up beside the old one instead, which goes after it.
    this.endpointName = [configuration.prefix, problem.name, ...(pattern === 'real-time' ? [] : [pattern])].join('-');
    const subnetIds = props.vpc.isolatedSubnets.map(({ subnetId }) => subnetId);

    // What a release changes, and nothing else does: it gives the approved package's ARN and keeps the rest of the
    // stack (MLOPS-03). A plain parameter, not one that CloudFormation reads from SSM: CreateChangeSet evaluates those,
    // and CDK's deploy role may read no parameter but the bootstrap's version. `cdk deploy` keeps the stack's values;
    // `--no-previous-parameters` would write the default and take the endpoint down.
    // AWS: cloudformation/cdk-keeps-parameter-values
    const approved = new CfnParameter(this, servingParameterKeys.approved, {
      type: 'String',
      default: 'none',
      description: 'ARN of the approved model package, or "none".',
    });
    const challengerParameter = configuration.variants.challenger && challengerModelPackage(this);
    const state = configuration.idleEndpoint.takeDownAfterHours === undefined ? undefined : endpointState(this);
    // Their ids as text: a logical id is a token until synthesis, and the release compares keys before.
    this.parameterKeys = [approved, challengerParameter, state].flatMap((one) => one?.node.id ?? []);
    // A new account has no model: without the condition the first deployment would fail for want of one.
    const isApproved = Fn.conditionNot(Fn.conditionEquals(approved.valueAsString, 'none'));
    const hasApprovedModel = new CfnCondition(this, 'HasApprovedModel', {
      // An endpoint that sleeps is out of the stack like one that never was: the stack and SageMaker agree, and what is
      // approved stays approved.
      expression:
        state === undefined
          ? isApproved
          : Fn.conditionAnd(isApproved, Fn.conditionEquals(state.valueAsString, 'awake')),
    });
    answers(this, 'READY-08', 'FLOW-09', 'DEPLOYCHK-02');

    const { topic } = new NotificationTopic(this, 'Notifications', {
      operationsKey: props.operationsKey,
      email: configuration.notificationEmail,
    });
    this.topic = topic;
    this.alarms = new AlarmCatalogue({ topic, owners: configuration.owners });

    // An endpoint's health, whether or not SageMaker asks it when a new model takes over.
    const watch = (id: string, name: string) =>
      new RollbackAlarms(this, id, {
        endpointName: this.endpointName,
        variantName: name,
        maximumLatencyMilliseconds: problem.serving.maximumLatencyMilliseconds,
        alarms: this.alarms,
      });
    const rollbackAlarms = pattern === 'batch' ? [] : [...watch('RollbackAlarms', variantName).all];
    const topics =
      pattern === 'asynchronous'
        ? new AsynchronousTopics(this, 'Results', { operationsKey: props.operationsKey })
        : undefined;

    const images = new SagemakerImages(this, 'Images');
    const { repositories } = images;
    const { role } = new ModelRole(this, 'ModelRole', {
      artifacts: props.artifacts,
      pattern,
      capture: captures(pattern) ? props.capture : undefined,
      asynchronous: topics && { topics, operationsKey: props.operationsKey },
      dataKey: props.dataKey,
      repositoryArns: configuration.variants.inferencePipeline
        ? [repositories.scikitLearn, repositories.xgboost]
        : [repositories.xgboost],
      subnetIds,
      securityGroup: props.jobSecurityGroup,
      endpointName: this.endpointName,
      batchInputs: stagedInputs,
    });
    this.modelRoleArn = role.roleArn;

    const { inferencePipeline, challenger } = configuration.variants;
    const network = { subnetIds, securityGroup: props.jobSecurityGroup };
    const served = { executionRole: role, inferencePipeline, network };
    let modelFrom: ModelFrom | undefined;
    const live = { modelPackageArn: approved.valueAsString, hasApprovedModel };
    // Serverless inference takes no model with a network of its own ("Serverless Inference", feature exclusions).
    const model = new LiveModel(this, 'Model', {
      ...served,
      ...live,
      modelServer: modelServerSettings(pattern),
      ...(pattern === 'serverless' ? { network: undefined, logicalId: 'LiveModelServerless' } : {}),
    });
    // Batch asks an endpoint which model is live. Where there is none, or its model is not isolated as jobs are, the
    // stack itself says it.
    if (pattern === 'serverless' || pattern === 'batch') {
      const scores =
        pattern === 'batch'
          ? model
          : new LiveModel(this, 'BatchModel', {
              ...served,
              ...live,
              modelServer: modelServerSettings('batch'),
              logicalId: 'LiveModelForBatch',
            });
      const { logicalId } = new CfnOutput(this, 'BatchModelName', {
        value: scores.modelName,
        condition: hasApprovedModel,
      });
      modelFrom = { stackName: this.stackName, outputKey: logicalId };
    }
    let beside: Challenger | undefined;
    if (challenger && challengerParameter) {
      const exists = new CfnCondition(this, 'HasChallenger', {
        expression: Fn.conditionAnd(
          hasApprovedModel,
          Fn.conditionNot(Fn.conditionEquals(challengerParameter.valueAsString, 'none')),
        ),
      });
      const modelPackageArn = challengerParameter.valueAsString;
      const challenging = new LiveModel(this, 'ChallengerModel', {
        ...served,
        modelServer: modelServerSettings(pattern),
        modelPackageArn,
        hasApprovedModel: exists,
        logicalId: 'LiveModelChallenger',
      });
      beside = { ...challenger, model: challenging, exists };
      // A shadow's trouble is no caller's trouble: only a variant that answers may take a deployment back.
      if (challenger.mode === 'share') {
        rollbackAlarms.push(...watch('ChallengerAlarms', challengerVariantName).all);
      }
    }
    this.rollbackAlarms = pattern === 'serverless' ? [] : rollbackAlarms;
    const endpoint = this.endpoint(props, { model, hasApprovedModel, rollbackAlarms, challenger: beside, topics });
    if (endpoint && configuration.monitoring.modelMonitor) {
      const images = new MonitorImages(this, 'MonitorImages');
      const watched = {
        endpointName: this.endpointName,
        hasApprovedModel,
        endpoint,
        capture: props.capture,
        artifacts: props.artifacts,
        dataKey: props.dataKey,
        subnetIds,
        securityGroup: props.jobSecurityGroup,
        compute: configuration.instances.monitoring,
      };
      const monitor = new ModelMonitorSchedule(this, 'ModelMonitor', {
        ...watched,
        scheduleName: monitoringScheduleName(this.endpointName),
        image: images.analyzer,
        publishesFeatures: configuration.monitoring.featureMetrics,
      });
      const outcomes = new OutcomeMonitors(this, 'OutcomeMonitors', {
        ...watched,
        problem,
        images,
        lookBackDays: configuration.monitoring.modelQuality.lookBackDays,
      });
      const explainability = new ExplainabilityMonitor(this, 'ExplainabilityMonitor', {
        ...watched,
        problem,
        modelName: model.modelName,
        endpointInstanceType: configuration.instances.endpoint.instanceType,
        image: images.clarify,
        operationsKey: props.operationsKey,
        logRetention: logRetention(configuration),
      });
      this.monitoring = {
        roleArns: [monitor.roleArn, ...outcomes.roleArns, explainability.roleArn],
        functionArn: explainability.configFunctionArn,
      };
    }

    if (endpoint) {
      const logs = new EndpointLogs(this, 'EndpointLogs', {
        endpointName: this.endpointName,
        operationsKey: props.operationsKey,
        logRetention: logRetention(configuration),
      });
      // Made first and removed last: SageMaker would make a group that is not there by itself, without key and without
      // end.
      endpoint.node.addDependency(logs);
    }

    const batch = new BatchScoring(this, 'BatchScoring', {
      prefix: configuration.prefix,
      tags: configuration.tags,
      endpointName: this.endpointName,
      modelFrom,
      artifacts: props.artifacts,
      dataKey: props.dataKey,
      operationsKey: props.operationsKey,
      topic,
      compute: configuration.instances.transform,
      batch: configuration.batch,
      logRetention: logRetention(configuration),
    });

    this.batchDeadLetters = batch.deadLetters;

    if (configuration.variants.customImage) {
      new CustomImage(this, 'CustomImage', {
        prefix: configuration.prefix,
        base: { uri: images.xgboost, repositoryArn: repositories.xgboost },
        operationsKey: props.operationsKey,
        logRetention: logRetention(configuration),
      });
    }

    // A name, not a reference: it is known, and invocable as an address, before the endpoint exists.
    if (endpoint) new CfnOutput(this, 'EndpointName', { value: this.endpointName });
    // How the operator's commands ask: real-time unless it says otherwise.
    if (pattern !== 'real-time') new CfnOutput(this, 'ServingPattern', { value: pattern });
    if (topics) {
      new CfnOutput(this, 'SuccessTopicArn', { value: topics.success.topicArn });
      new CfnOutput(this, 'ErrorTopicArn', { value: topics.error.topicArn });
    }
    new CfnOutput(this, 'BatchStateMachineArn', { value: batch.machine.stateMachineArn });
  }

  /** The construct of the pattern; batch has none. */
  private endpoint(props: ServingStackProps, served: Served): IConstruct | undefined {
    const { configuration, pattern } = props;
    const { instances, serving, release } = configuration;
    const { challenger, topics, rollbackAlarms, ...live } = served;
    const shared = { ...live, endpointName: this.endpointName, dataKey: props.dataKey };
    switch (pattern) {
      case 'real-time':
        return new RealTimeEndpoint(this, 'Live', {
          ...shared,
          captureUri: `s3://${props.capture.bucketName}/capture`,
          instanceType: instances.endpoint.instanceType,
          minimumInstances: instances.endpoint.minimum,
          maximumInstances: instances.endpoint.maximum,
          release,
          rollbackAlarms,
          challenger,
        });
      case 'serverless':
        return new ServerlessEndpoint(this, 'Live', { ...shared, capacity: serving.serverless });
      case 'asynchronous':
        if (topics === undefined) return undefined;
        return new AsynchronousEndpoint(this, 'Live', {
          ...shared,
          artifacts: props.artifacts,
          topics,
          instanceType: instances.endpoint.instanceType,
          capacity: serving.asynchronous,
          release,
          rollbackAlarms,
        });
      case 'batch':
        return undefined;
    }
  }
}

interface Served {
  readonly model: LiveModel;
  readonly hasApprovedModel: CfnCondition;
  readonly rollbackAlarms: readonly IAlarm[];
  readonly challenger?: Challenger;
  readonly topics?: AsynchronousTopics;
}

function endpointState(scope: Construct): CfnParameter {
  return new CfnParameter(scope, servingParameterKeys.endpointState, {
    type: 'String',
    default: 'awake',
    allowedValues: ['awake', 'asleep'],
    description: 'Whether the endpoint is "awake" or "asleep".',
  });
}

function challengerModelPackage(scope: Construct): CfnParameter {
  return new CfnParameter(scope, servingParameterKeys.challenger, {
    type: 'String',
    default: 'none',
    description: 'ARN of the package that challenges the live one, or "none".',
  });
}
