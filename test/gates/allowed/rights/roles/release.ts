import {
  describesEndpoint,
  describesPackages,
  invokes,
  keyThrough,
  lists,
  notifies,
  passes,
  publishesMetrics,
  reads,
  readsInvocationMetrics,
  sendsTo,
  starts,
  writes,
} from '../duties';
import { type Duty, duty, inSome, type RoleDuties, right } from '../duty';
import { deploymentRole, endpoint, keys, packages, parameter, servingStack, stateMachine } from '../vocabulary';
import { functionRole, roleOf, ruleRole, stateMachineRole } from './kinds';

/**
 * CloudFormation generates these names from the logical id. AWS does not document whether IAM compares them with or
 * without regard to case.
 */
const live = (kind: string, id: string) => [`sagemaker:${kind}/*${id}*`, `sagemaker:${kind}/*${id.toLowerCase()}*`];
const models = live('model', 'LiveModel');
const configs = live('endpoint-config', 'LiveEndpointConfig');
const sagemaker = (...names: readonly string[]) => names.map((name) => `sagemaker:${name}`);

const approved = parameter('approved-model-package');
const proven = parameter('proven-model-package');
const endpointState = parameter('endpoint-state');
const readsAndSets = (name: string): Duty =>
  duty(`reads and sets ${name}`, right(['ssm:GetParameter', 'ssm:PutParameter'], name));
const describesServingStack = duty('describes the serving stack', right('cloudformation:DescribeStacks', servingStack));

/** Only with the role that may do no more than replace model and endpoint. */
export const updatesServingStack: readonly Duty[] = [
  duty(
    'updates the serving stack',
    right('cloudformation:UpdateStack', servingStack, { 'StringEquals cloudformation:RoleArn': deploymentRole }),
  ),
  passes('cloudformation', deploymentRole),
];

/** A schedule of AWS's Model Monitor, made and removed with the endpoint. */
const schedules = (kind: string, schedule: string): Duty => {
  const job = kind.replace(/([a-z])([A-Z])/g, '$1-$2').toLowerCase();
  return duty(
    `schedules ${job}`,
    right(
      sagemaker(
        ...['Create', 'Describe', 'Delete'].map((verb) => `${verb}${kind}JobDefinition`),
        ...['Create', 'Describe', 'Update', 'Delete'].map((verb) => `${verb}MonitoringSchedule`),
        ...['AddTags', 'ListTags'],
      ),
      [
        ...live(`${job}-job-definition`, `Live${kind}`),
        `sagemaker:monitoring-schedule/mla-blueprint-flight-disruption-${schedule}`,
      ],
    ),
  );
};

/** What CloudFormation does for the release, and nothing else: it cannot approve, and passes the model's role only. */
const deployment = roleOf(
  'cloudformation',
  'Release/ServingDeploymentRole',
  duty('replaces the model', right(sagemaker('DescribeModel', 'DeleteModel'), models)),
  duty(
    'creates isolated models',
    right('sagemaker:CreateModel', models, { 'Bool sagemaker:NetworkIsolation': 'true' }),
  ),
  // A serverless endpoint supports no network isolation.
  inSome(
    'serverless endpoints',
    duty('creates the serverless model', right('sagemaker:CreateModel', live('model', 'LiveModelServerless'))),
    duty(
      'describes what it creates',
      right('sagemaker:DescribeEndpointConfig', configs),
      right('sagemaker:DescribeEndpoint', [endpoint, ...configs]),
    ),
  ),
  describesPackages,
  duty('tags models', right(sagemaker('AddTags', 'ListTags'), models)),
  passes('sagemaker', '<Serving/ModelRole>'),
  inSome(
    'endpoints',
    duty(
      'replaces the endpoint configuration',
      right(sagemaker('CreateEndpointConfig', 'DeleteEndpointConfig'), configs),
    ),
    duty(
      'manages the endpoint',
      right(sagemaker('CreateEndpoint', 'UpdateEndpoint', 'DeleteEndpoint'), [endpoint, ...configs]),
    ),
    duty('tags the endpoint', right(sagemaker('AddTags', 'ListTags'), [endpoint, ...configs])),
    duty('encrypts the volumes of the endpoint', keyThrough('sagemaker', keys.data, 'kms:CreateGrant')),
  ),
  inSome(
    'endpoints with instances',
    duty(
      'scales the endpoint',
      right(
        [
          ...['RegisterScalableTarget', 'DeregisterScalableTarget', 'PutScalingPolicy', 'DeleteScalingPolicy'],
          ...['TagResource', 'ListTagsForResource'],
        ].map((name) => `application-autoscaling:${name}`),
        'application-autoscaling:scalable-target/*',
        { 'StringEqualsIfExists application-autoscaling:service-namespace': 'sagemaker' },
      ),
    ),
    duty(
      'describes scaling, which supports no resource',
      right(
        ['ScalableTargets', 'ScalingPolicies', 'ScheduledActions'].map(
          (what) => `application-autoscaling:Describe${what}`,
        ),
        '*',
      ),
    ),
    // Application Auto Scaling tries these as whoever registers a target, and names no resource.
    duty(
      'passes the checks of Application Auto Scaling',
      right(
        [
          ...sagemaker('DescribeEndpoint', 'DescribeEndpointConfig', 'UpdateEndpointWeightsAndCapacities'),
          ...['PutMetricAlarm', 'DescribeAlarms', 'DeleteAlarms'].map((name) => `cloudwatch:${name}`),
        ],
        '*',
      ),
    ),
    duty(
      'creates the role of scaling',
      right(
        'iam:CreateServiceLinkedRole',
        'iam:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint',
        { 'StringEquals iam:AWSServiceName': 'sagemaker.application-autoscaling.amazonaws.com' },
      ),
    ),
  ),
  inSome(
    'asynchronous endpoints',
    duty(
      'tags the alarm of the backlog',
      right(
        ['TagResource', 'UntagResource', 'ListTagsForResource'].map((name) => `cloudwatch:${name}`),
        'cloudwatch:alarm:mla-blueprint-flight-disruption-asynchronous-backlog-without-capacity',
      ),
    ),
  ),
  inSome(
    'Model Monitor',
    schedules('DataQuality', 'data-quality'),
    schedules('ModelQuality', 'model-quality-monitor'),
    schedules('ModelExplainability', 'explainability-monitor'),
    schedules('ModelBias', 'model-bias-monitor'),
    invokes('Serving/ExplainabilityMonitorWriteConfigFunction'),
    passes(
      'sagemaker',
      '<Serving/ModelMonitorAnalyzerRole>',
      '<Serving/OutcomeMonitorsQualityRole>',
      '<Serving/OutcomeMonitorsBiasRole>',
      '<Serving/ExplainabilityMonitorAnalyzerRole>',
    ),
  ),
);

const alarms = (...kinds: readonly string[]) =>
  duty(
    'describes the alarms that roll a release back',
    right(
      'cloudwatch:DescribeAlarms',
      kinds.flatMap((kind) =>
        ['ServerErrors', 'ClientErrors', 'Latency'].map((name) => `<Serving/${kind}Alarms${name}>`),
      ),
    ),
  );

export const release: readonly RoleDuties[] = [
  // The only role that may approve, for people of the account, and it may not change what the digest says.
  {
    ...roleOf(
      'people',
      'Release/ApproverRole',
      duty(
        'approves and rejects',
        right('sagemaker:UpdateModelPackage', packages, {
          'StringEquals sagemaker:ModelApprovalStatus': ['Approved', 'Rejected'],
          'Null sagemaker:CustomerMetadataProperties/modelSha256': 'true',
        }),
      ),
    ),
  },
  deployment,
  stateMachineRole(
    'Release/ApprovalReleaseStateMachineRole',
    'release',
    duty('lists releases', right('states:ListExecutions', stateMachine('release'))),
    describesPackages,
    // It withdraws an approval; it cannot approve.
    duty(
      'rejects a package',
      right('sagemaker:UpdateModelPackage', packages, { 'StringEquals sagemaker:ModelApprovalStatus': 'Rejected' }),
    ),
    readsAndSets(approved),
    readsAndSets(proven),
    inSome('removal of an idle endpoint', readsAndSets(endpointState)),
    describesServingStack,
    updatesServingStack,
    inSome('endpoints', describesEndpoint, invokes('Release/SmokeTestFunction')),
    inSome('endpoints with rollback alarms', alarms('Rollback')),
    inSome('a challenger', alarms('Challenger')),
    invokes('Release/PackageVerificationFunction', 'Release/UpdateExplanationFunction'),
    inSome('Model Monitor', invokes('Release/LiveBaselineFunction')),
    notifies(),
  ),
  ruleRole('Release/ApprovalReleaseApprovedRole', 'release'),
  functionRole(
    'Release/SmokeTestFunctionRole',
    inSome('endpoints that answer at once', duty('asks the endpoint', right('sagemaker:InvokeEndpoint', endpoint))),
    inSome('endpoints with instances', readsInvocationMetrics),
    inSome(
      'asynchronous endpoints',
      duty('asks the endpoint', right('sagemaker:InvokeEndpointAsync', endpoint)),
      writes('artifacts', 'asynchronous/input/smoke-test/*'),
      reads('artifacts', 'asynchronous/output/*', 'asynchronous/failure/*'),
      lists('artifacts', 'asynchronous/output/*', 'asynchronous/failure/*'),
    ),
  ),
  functionRole(
    'Release/PackageVerificationFunctionRole',
    describesPackages,
    reads('artifacts', 'models/*', 'pipeline/*/evaluation/evaluation.json'),
  ),
  functionRole(
    'Release/UpdateExplanationFunctionRole',
    duty('reads why an update failed', right('cloudformation:DescribeStackEvents', servingStack)),
    inSome(
      'endpoints',
      duty('finds the endpoint', right('cloudformation:DescribeStackResource', servingStack)),
      describesEndpoint,
    ),
  ),
  // With Model Monitor: copies the baselines of the live model to where the schedules read them.
  functionRole(
    'Release/LiveBaselineFunctionRole',
    describesPackages,
    reads('artifacts', 'pipeline/*/baseline*'),
    writes(
      'artifacts',
      ...['constraints', 'statistics', 'quality/constraints', 'bias/constraints', 'explainability/constraints'].map(
        (name) => `baselines/live/${name}.json`,
      ),
    ),
  ),
  functionRole(
    'Release/ReconcilerReconcileRole',
    duty('lists approved packages', right('sagemaker:ListModelPackages', packages)),
    readsAndSets(approved),
    duty(`reads ${proven}`, right('ssm:GetParameter', proven)),
    inSome('removal of an idle endpoint', readsAndSets(endpointState)),
    describesServingStack,
    duty('lists releases', right('states:ListExecutions', stateMachine('release'))),
    starts('release'),
    publishesMetrics('MlaBlueprint/Release'),
    sendsTo('<Release/DeadLettersQueue>'),
  ),
];
