import { ArnFormat, Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { acknowledgeWildcards } from '../iam/wildcards';
import { acknowledgeInlinePolicies } from '../security/acknowledge';
import type { WorkflowContext } from '../stack/workflow-context';
import type { StateMachineDefinition } from './states-language';

export interface WorkflowStateMachineProps {
  readonly context: WorkflowContext;
  /** A fixed name, so that rules, alarms and the operator's commands can name the state machine without an import. */
  readonly stateMachineName: string;
  readonly definition: StateMachineDefinition;
  /**
   * Names of the states by phase, in the order of the phases; written into the cloud assembly for diagrams (`npm run
   * diagrams`). @default one diagram shows all states
   */
  readonly phases?: Readonly<Record<string, readonly string[]>>;
  /** Permissions for the calls that the definition makes, and no others. */
  readonly statements: iam.PolicyStatement[];
}

/**
 * A Step Functions state machine with its own role, its history in an encrypted log group, and traces (SVC-13: Step
 * Functions). An L1 construct on purpose: the L2 adds statements to the role by itself, but here a reader must find every
 * permission in one place.
 */
export class WorkflowStateMachine extends Construct {
  readonly stateMachineName: string;
  readonly stateMachineArn: string;
  readonly role: iam.Role;

  constructor(scope: Construct, id: string, props: WorkflowStateMachineProps) {
    super(scope, id);
    const stack = Stack.of(this);
    this.stateMachineName = props.stateMachineName;
    this.stateMachineArn = stateMachineArn(stack, props.stateMachineName);

    // CloudWatch Logs' resource policy for vended logs expects this prefix.
    // https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/aws/vendedlogs/states/${props.stateMachineName}`,
      encryptionKey: props.context.operationsKey,
      retention: props.context.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });

    this.role = new iam.Role(this, 'Role', {
      description: `What the state machine ${props.stateMachineName} may call, and nothing else.`,
      // Step Functions passes the state machine's ARN, so no other state machine and no other account can use this role.
      // https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html
      assumedBy: new iam.ServicePrincipal('states.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnEquals: { 'aws:SourceArn': this.stateMachineArn },
        },
      }),
      inlinePolicies: {
        Calls: new iam.PolicyDocument({ statements: props.statements }),
        Observability: new iam.PolicyDocument({ statements: observability() }),
      },
    });
    acknowledgeInlinePolicies(this.role);
    acknowledgeWildcards(this.role, {
      pattern: '*',
      reason: 'EV-002: Log delivery and X-Ray actions take no resource (Step Functions guide, "Logging" and "X-Ray").',
    });

    const stateMachine = new sfn.CfnStateMachine(this, 'Resource', {
      stateMachineName: props.stateMachineName,
      // Standard, not Express: a release takes hours and must run once, and Express workflows end after five minutes.
      // https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
      stateMachineType: 'STANDARD',
      roleArn: this.role.roleArn,
      definitionString: stack.toJsonString(props.definition),
      loggingConfiguration: {
        level: 'ALL',
        includeExecutionData: true,
        destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logGroup.logGroupArn } }],
      },
      tracingConfiguration: { enabled: true },
    });
    stateMachine.node.addDependency(this.role);
    if (props.phases) stateMachine.node.addMetadata('mla-blueprint:phases', props.phases);
  }
}

export function stateMachineArn(stack: Stack, name: string): string {
  return stack.formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: name,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

function observability(): iam.PolicyStatement[] {
  return [
    new iam.PolicyStatement({
      sid: 'DeliverLogs',
      actions: [
        'logs:CreateLogDelivery',
        'logs:GetLogDelivery',
        'logs:UpdateLogDelivery',
        'logs:DeleteLogDelivery',
        'logs:ListLogDeliveries',
        'logs:PutResourcePolicy',
        'logs:DescribeResourcePolicies',
        'logs:DescribeLogGroups',
      ],
      resources: ['*'],
    }),
    new iam.PolicyStatement({
      sid: 'WriteTraces',
      actions: [
        'xray:PutTraceSegments',
        'xray:PutTelemetryRecords',
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
      ],
      resources: ['*'],
    }),
  ];
}
