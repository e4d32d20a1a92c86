import { CfnOutput, CrossStackReferences, ReferenceStrength } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { DataLakeStage } from '../data-lake/stage';
import type { FeaturesStage } from '../features/stage';
import type { ReleaseStage } from '../release/stage';
import { captures } from '../serving/serving-pattern';
import type { ServingStage } from '../serving/stage';
import { AlarmCatalog } from '../shared/alarms/alarm-catalog';
import { DeadLetterQueue } from '../shared/events/dead-letter-queue';
import type { WorkflowContext } from '../shared/stack/workflow-context';
import { WorkflowStack, type WorkflowStackProps } from '../shared/stack/workflow-stack';
import type { TrainingStage } from '../training/stage';
import { AsynchronousAlarms } from './alarms/asynchronous-alarms';
import { EndpointAlarms } from './alarms/endpoint-alarms';
import { LogAlarms } from './alarms/log-alarms';
import { SecurityAlarms } from './alarms/security-alarms';
import { ServerlessAlarms } from './alarms/serverless-alarms';
import { StreamAlarms } from './alarms/stream-alarms';
import { WorkflowAlarms } from './alarms/workflow-alarms';
import { monitorCapturedRequests } from './captured-requests';
import { MonthlyBudget } from './cost/budget';
import { CostAnomaly } from './cost/cost-anomaly';
import { IdleEndpoint } from './cost/idle-endpoint';
import { WorkflowDashboard } from './dashboard/workflow-dashboard';
import { ExperimentTracking } from './experiments/experiment-tracking';
import { ModelQualityAlarms } from './model-quality/model-quality-alarms';
import type { MonitoredWorkflow } from './monitored-workflow';
import { AutomaticRetraining } from './retraining/automatic-retraining';

export interface MonitoringStackProps extends WorkflowStackProps {
  readonly context: WorkflowContext;
  readonly lake: DataLakeStage;
  /** @default there is no stream */
  readonly features?: FeaturesStage | undefined;
  readonly training: TrainingStage;
  readonly serving: ServingStage;
  readonly release: ReleaseStage;
}

/** Watches the other stacks, notifies people, and starts trainings. README.md in this folder explains the parts. */
export class MonitoringStack extends WorkflowStack {
  constructor(scope: Construct, id: string, props: MonitoringStackProps) {
    super(scope, id, props);
    // Alarms and roles vary by configuration, and CloudFormation cannot delete an export that another stack imports
    // (docs/decisions/0006).
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
    const { context, lake, features, training, serving, release } = props;
    const { configuration, pattern } = context;
    const { topic } = serving;
    const alarms = new AlarmCatalog({ topic, owners: configuration.owners });
    const deadLetters = new DeadLetterQueue(this, 'DeadLetters', { context });
    const workflow: MonitoredWorkflow = { context, lake, training, serving, release, alarms, deadLetters };

    // Do requests still look like the training data? Are the predictions right?
    const monitors = captures(pattern) ? monitorCapturedRequests(this, workflow) : undefined;

    // What did each training learn? SageMaker's own records say it, too.
    const experiments = configuration.experiments.mlflow
      ? new ExperimentTracking(this, 'ExperimentTracking', workflow)
      : undefined;

    // Does anything fail?
    const { drift } = new WorkflowAlarms(this, 'Alarms', { ...workflow, monitors, experiments });
    const quality = monitors && new ModelQualityAlarms(this, 'ModelQualityAlarms', { ...workflow, monitors }).quality;

    // Is it time to train again?
    const retraining = new AutomaticRetraining(this, 'AutomaticRetraining', {
      ...workflow,
      driftAlarm: drift,
      qualityAlarm: quality,
    });

    // Does the endpoint serve, and does anybody use it? Each pattern fails in its own way. Only a real-time endpoint is
    // billed by the hour without a request.
    if (pattern === 'real-time') new IdleEndpoint(this, 'IdleEndpoint', workflow);
    if (pattern === 'serverless') new ServerlessAlarms(this, 'ServerlessAlarms', workflow);
    if (pattern === 'asynchronous') new AsynchronousAlarms(this, 'AsynchronousAlarms', workflow);
    if (pattern !== 'batch') new EndpointAlarms(this, 'EndpointAlarms', workflow);

    // Does the stream keep up?
    if (features) new StreamAlarms(this, 'StreamAlarms', { ...workflow, features });

    // What do the logs and the audit trail say?
    new LogAlarms(this, 'LogAlarms', workflow);
    new SecurityAlarms(this, 'SecurityAlarms', {
      ...workflow,
      // CloudFormation names roles after their stack.
      roleNamePrefix: this.stackName.replace(/Monitoring$/, ''),
    });

    // One page about everything. Last: it shows every alarm made until here.
    const dashboard = new WorkflowDashboard(this, 'Overview', {
      ...workflow,
      shownAlarms: [...serving.alarms, ...alarms.all],
    });

    // What does it cost?
    const { budget, costAnomaly, tags } = configuration;
    new MonthlyBudget(this, 'MonthlyBudget', { ...budget, topic, email: budget.notify });
    if (costAnomaly) {
      new CostAnomaly(this, 'CostAnomaly', {
        costCenter: tags.costCenter,
        minimumUsd: costAnomaly.minimumUsd,
        topic,
      });
    }

    new CfnOutput(this, 'AlarmTopicArn', { value: topic.topicArn });
    new CfnOutput(this, 'RetrainingFunctionName', { value: retraining.functionName });
    if (drift) new CfnOutput(this, 'DriftAlarmName', { value: drift.alarmName });
    new CfnOutput(this, 'DashboardName', { value: dashboard.dashboardName });
  }
}
