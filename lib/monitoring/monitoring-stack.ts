import { CfnOutput, CrossStackReferences, ReferenceStrength } from 'aws-cdk-lib';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { ProblemSpec } from '../problem/problem-spec';
import { requestsPerMinuteAndInstance } from '../serving/scaling-target';
import { captures } from '../serving/serving-pattern';
import type { AlarmCatalogue } from '../shared/alarms/alarm-catalogue';
import { DeadLetterQueue } from '../shared/events/dead-letter-queue';
import type { StateParameter } from '../shared/ssm/state-parameters';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import { WorkflowStack, type WorkflowStackProps } from '../shared/stack/workflow-stack';
import { stateMachineArn } from '../shared/state-machine/state-machine';
import { SagemakerImages } from '../training/images';
import { AsynchronousAlarms } from './alarms/asynchronous-alarms';
import { EndpointAlarms } from './alarms/endpoint-alarms';
import { LogAlarms } from './alarms/log-alarms';
import { SecurityAlarms } from './alarms/security-alarms';
import { ServerlessAlarms } from './alarms/serverless-alarms';
import { WorkflowAlarms } from './alarms/workflow-alarms';
import { modelQualityScheduleName, monitoringScheduleName } from './analysis-job/live-baseline';
import { ModelMonitorMetrics } from './aws-model-monitor/model-monitor-metrics';
import { OutcomeMonitorAlarms } from './aws-model-monitor/outcome-monitor-alarms';
import { MonthlyBudget } from './cost/budget';
import { CostAnomaly } from './cost/cost-anomaly';
import { IdleEndpoint, type TakeDown } from './cost/idle-endpoint';
import { WorkflowDashboard } from './dashboard/workflow-dashboard';
import { DriftAnalysis, type DriftAnalysisProps, type StepArchive } from './drift/drift-analysis';
import { GroundTruth } from './model-quality/ground-truth';
import { ModelQualityAlarms } from './model-quality/model-quality-alarms';
import { ModelQualityMonitor, type ModelQualityMonitorProps } from './model-quality/model-quality-monitor';
import { DriftRetraining } from './retraining/drift-retraining';

export interface MonitoringStackProps extends WorkflowStackProps {
  readonly context: WorkflowContext;
  readonly curated: s3.IBucket;
  readonly artifacts: s3.IBucket;
  readonly capture: s3.IBucket;
  /** Zip of the steps' code, in the deployment bucket. */
  readonly stepArchive: StepArchive;
  readonly noLiveModelUri: string;
  readonly pipelineName: string;
  readonly modelPackageGroupName: string;
  readonly approvedModelParameter: StateParameter;
  /** @default an idle endpoint is only reported */
  readonly endpointStateParameter?: StateParameter;
  /** As which CloudFormation updates the Serving stack. */
  readonly servingDeploymentRoleArn: string;
  /** Key prefixes of the artifacts bucket below which the pipeline writes baselines. */
  readonly baselinePrefixes: readonly string[];
  readonly serving: {
    readonly stackName: string;
    readonly endpointName: string;
    readonly variantName: string;
    readonly topic: sns.ITopic;
    readonly alarms: AlarmCatalogue;
  };
  /** The audit trail's copy in CloudWatch Logs. */
  readonly auditLogs: logs.ILogGroup;
  /** Dead-letter queues of other stacks, by what they serve. */
  readonly deadLetterQueues: Readonly<Record<string, sqs.IQueue>>;
}

type JudgedNames = Pick<ModelQualityMonitorProps, 'endpointName' | 'scheduleName'>;
type CaptureJob = Omit<
  DriftAnalysisProps,
  'schedule' | 'watchedFeatures' | 'publishesFeatures' | 'imageUri' | 'repositoryArns'
>;

/** Who notices, who is told, and what starts again. */
export class MonitoringStack extends WorkflowStack {
  constructor(scope: Construct, id: string, props: MonitoringStackProps) {
    super(scope, id, props);
    // Which alarms and roles there are to refer to is a matter of configuration: an export that is imported could not
    // go (docs/decisions/0006).
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const { configuration, problem, pattern, dataKey, operationsKey, network, logRetention } = props.context;
    const { serving } = props;
    const { topic } = serving;
    const scheduleName = monitoringScheduleName(serving.endpointName);
    const machineArn = (name: string) => stateMachineArn(this, `${configuration.prefix}-${name}`);
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters', {
      operationsKey,
      retentionDays: configuration.retention.deadLetterDays,
    });

    const job = {
      prefix: configuration.prefix,
      tags: configuration.tags,
      modelPackageGroupName: props.modelPackageGroupName,
      approvedModelParameterName: props.approvedModelParameter.parameterName,
      approvedModelParameterArn: props.approvedModelParameter.parameterArn,
      baselinePrefixes: props.baselinePrefixes,
      capture: props.capture,
      artifacts: props.artifacts,
      code: props.stepArchive,
      ...network,
      compute: configuration.instances.monitoring,
      dataKey,
      operationsKey,
      topic,
      deadLetters,
      logRetention,
    };
    const names = { endpointName: serving.endpointName, variantName: serving.variantName, scheduleName };
    const judged = { endpointName: serving.endpointName, scheduleName: modelQualityScheduleName(serving.endpointName) };
    const modelQuality = captures(pattern) ? this.watchCaptures(props, { ...names, ...job }, judged) : undefined;

    const alarms = new WorkflowAlarms(this, 'Alarms', {
      ...names,
      alarms: serving.alarms,
      pattern,
      problemName: problem.name,
      endpointInstanceType: configuration.instances.endpoint.instanceType,
      thresholds: configuration.alarms,
      requestsPerMinuteAndInstance: requestsPerMinuteAndInstance(configuration.serving.realTime),
      pipelineName: props.pipelineName,
      modelPackageGroupName: props.modelPackageGroupName,
      releaseMachineArn: machineArn('release'),
      batchMachineArn: machineArn('batch-scoring'),
      ...(modelQuality ? { modelQualityMachineArn: machineArn('model-quality') } : {}),
      ...(configuration.monitoring.modelMonitor || !captures(pattern)
        ? {}
        : { monitoringMachineArn: machineArn('monitoring') }),
      deadLetterQueues: { ...props.deadLetterQueues, Monitoring: deadLetters.queue },
    });

    const modelQualityAlarms = modelQuality
      ? new ModelQualityAlarms(this, 'ModelQualityAlarms', {
          ...judged,
          alarms: serving.alarms,
          machineArn: modelQuality.machine.stateMachineArn,
        })
      : undefined;

    const retraining = new DriftRetraining(this, 'DriftRetraining', {
      driftAlarm: alarms.drift,
      qualityAlarm: modelQualityAlarms?.quality,
      pipelineName: props.pipelineName,
      modelPackageGroupName: props.modelPackageGroupName,
      approvedModelParameterName: props.approvedModelParameter.parameterName,
      approvedModelParameterArn: props.approvedModelParameter.parameterArn,
      noLiveModelUri: props.noLiveModelUri,
      curated: props.curated,
      artifacts: props.artifacts,
      capture: props.capture,
      retraining: configuration.retraining,
      heldBackMonths: problem.split.testUnits + problem.split.validationUnits,
      dataKey,
      operationsKey,
      deadLetters,
      logRetention,
    });

    // The other patterns have nothing that is paid for by the hour without a request.
    if (pattern === 'real-time') {
      new IdleEndpoint(this, 'IdleEndpoint', {
        endpointName: serving.endpointName,
        variantName: serving.variantName,
        schedule: configuration.idleEndpoint.schedule,
        hours: configuration.idleEndpoint.reportAfterHours,
        takeDown: this.takeDown(props, machineArn('release')),
        alarms: serving.alarms,
        deadLetters,
        operationsKey,
        logRetention,
      });
    }
    const endpointNames = {
      alarms: serving.alarms,
      endpointName: serving.endpointName,
      variantName: serving.variantName,
    };
    if (pattern === 'serverless')
      new ServerlessAlarms(this, 'ServerlessAlarms', {
        ...endpointNames,
        maxConcurrency: configuration.serving.serverless.maxConcurrency,
      });
    if (pattern === 'asynchronous') {
      new AsynchronousAlarms(this, 'AsynchronousAlarms', {
        ...endpointNames,
        maximumLatencyMilliseconds: problem.serving.maximumLatencyMilliseconds,
        maximumFailures: configuration.alarms.asynchronousFailures,
      });
    }
    if (pattern !== 'batch') {
      new EndpointAlarms(this, 'EndpointAlarms', {
        alarms: serving.alarms,
        endpointName: serving.endpointName,
        auditLogs: props.auditLogs,
      });
    }
    new LogAlarms(this, 'LogAlarms', {
      alarms: serving.alarms,
      endpointErrors: configuration.alarms.endpointLogErrors,
    });
    new SecurityAlarms(this, 'SecurityAlarms', {
      alarms: serving.alarms,
      auditLogs: props.auditLogs,
      // CloudFormation names roles after their stack.
      roleNamePrefix: this.stackName.replace(/Monitoring$/, ''),
    });

    // Last: it shows every alarm made until here.
    const dashboard = new WorkflowDashboard(this, 'Overview', {
      ...names,
      pattern,
      modelQualityScheduleName: judged.scheduleName,
      problemName: problem.name,
      pipelineName: props.pipelineName,
      releaseMachineArn: machineArn('release'),
      maximumLatencyMilliseconds: problem.serving.maximumLatencyMilliseconds,
      watchedFeatures: watchedFeatures(problem),
      featureMetrics: configuration.monitoring.featureMetrics,
      alarms: serving.alarms.all,
    });
    new MonthlyBudget(this, 'MonthlyBudget', {
      monthlyUsd: configuration.budget.monthlyUsd,
      topic,
      email: configuration.budget.notify,
    });

    if (configuration.costAnomaly) {
      new CostAnomaly(this, 'CostAnomaly', {
        costCenter: configuration.tags.costCenter,
        minimumUsd: configuration.costAnomaly.minimumUsd,
        topic,
      });
    }

    new CfnOutput(this, 'AlarmTopicArn', { value: topic.topicArn });
    new CfnOutput(this, 'RetrainingFunctionName', { value: retraining.functionName });
    if (alarms.drift) new CfnOutput(this, 'DriftAlarmName', { value: alarms.drift.alarmName });
    new CfnOutput(this, 'DashboardName', { value: dashboard.dashboardName });
  }

  /** What is made of captured requests: drift, and with their outcomes the model quality run. */
  private watchCaptures(props: MonitoringStackProps, job: CaptureJob, judged: JudgedNames): ModelQualityMonitor {
    const { configuration, problem } = props.context;
    const images = new SagemakerImages(this, 'Images');
    if (configuration.monitoring.modelMonitor) {
      // AWS's monitor itself lives in the Serving stack, beside the endpoint that it cannot be without.
      new ModelMonitorMetrics(this, 'ModelMonitor', {
        ...job,
      });
      new OutcomeMonitorAlarms(this, 'OutcomeMonitorAlarms', {
        endpointName: job.endpointName,
        alarms: props.serving.alarms,
      });
      new CfnOutput(this, 'MonitoringScheduleName', { value: job.scheduleName });
    } else {
      const analysis = new DriftAnalysis(this, 'DriftAnalysis', {
        ...job,
        schedule: configuration.monitoring.schedule,
        watchedFeatures: watchedFeatures(problem),
        publishesFeatures: configuration.monitoring.featureMetrics,
        imageUri: images.scikitLearn,
        repositoryArns: [images.repositories.scikitLearn],
      });
      new CfnOutput(this, 'MonitoringStateMachineArn', { value: analysis.machine.stateMachineArn });
    }

    // Deployed in either case: Model Monitor counts no money, and Clarify is closed like it.
    new GroundTruth(this, 'GroundTruth', {
      ...job,
      idColumn: problem.recordId,
      labelColumn: problem.target.name,
      curated: props.curated,
    });
    const modelQuality = new ModelQualityMonitor(this, 'ModelQuality', {
      ...job,
      // After `job`, which has the drift analysis's schedule name: under another name no alarm would see the metrics.
      ...judged,
      modelQuality: configuration.monitoring.modelQuality,
      imageUri: images.xgboost,
      repositoryArns: [images.repositories.xgboost],
    });
    new CfnOutput(this, 'ModelQualityStateMachineArn', { value: modelQuality.machine.stateMachineArn });
    return modelQuality;
  }

  private takeDown(props: MonitoringStackProps, releaseMachineArn: string): TakeDown | undefined {
    const { endpointStateParameter: state, serving } = props;
    const hours = props.context.configuration.idleEndpoint.takeDownAfterHours;
    if (state === undefined || hours === undefined) return undefined;
    return {
      hours,
      endpointStateParameterName: state.parameterName,
      endpointStateParameterArn: state.parameterArn,
      servingStackName: serving.stackName,
      servingDeploymentRoleArn: props.servingDeploymentRoleArn,
      releaseMachineArn,
      topic: serving.topic,
    };
  }
}

/** Those whose distance from the baseline counts: the others move with the calendar. */
function watchedFeatures(problem: ProblemSpec): string[] {
  return problem.features.map(({ name }) => name).filter((name) => !(name in problem.monitoring.seasonal));
}
