import { Aws } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

import { acknowledgeInlinePolicies } from '../security/acknowledge';
import type { DeadLetterQueue } from './dead-letter-queue';

export interface EventRuleProps {
  readonly description: string;
  /** Either this or `schedule`. */
  readonly eventPattern?: Readonly<Record<string, unknown>>;
  /** EventBridge schedule expression. */
  readonly schedule?: string;
  readonly deadLetters: DeadLetterQueue;
  readonly target:
    | { readonly stateMachineArn: string; readonly functionArn?: undefined }
    | { readonly functionArn: string; readonly stateMachineArn?: undefined };
}

/**
 * A rule with one target, a limited retry and a dead-letter queue (SVC-14: what EventBridge connects). L1, because the
 * L2's targets create roles and grants of their own.
 */
export class EventRule extends Construct {
  readonly ruleArn: string;

  constructor(scope: Construct, id: string, props: EventRuleProps) {
    super(scope, id);
    if ((props.eventPattern === undefined) === (props.schedule === undefined)) {
      throw new Error(`${this.node.path}: a rule needs either an event pattern or a schedule`);
    }
    const { stateMachineArn, functionArn } = props.target;
    const rule = new events.CfnRule(this, 'Rule', {
      description: props.description,
      eventPattern: props.eventPattern,
      scheduleExpression: props.schedule,
      state: 'ENABLED',
      targets: [
        {
          id: 'Target',
          arn: stateMachineArn ?? functionArn ?? '',
          roleArn: stateMachineArn === undefined ? undefined : this.startRole(stateMachineArn).roleArn,
          // By default EventBridge retries for 24 hours. An approval that takes effect a day late would be a surprise.
          // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
          retryPolicy: { maximumRetryAttempts: 8, maximumEventAgeInSeconds: 3_600 },
          deadLetterConfig: { arn: props.deadLetters.queue.queueArn },
        },
      ],
    });
    this.ruleArn = rule.attrArn;
    props.deadLetters.acceptFrom(this.ruleArn);
    if (functionArn !== undefined) {
      new lambda.CfnPermission(this, 'Invoke', {
        action: 'lambda:InvokeFunction',
        functionName: functionArn,
        principal: 'events.amazonaws.com',
        // The rule's ARN contains the account, so no other account's rule matches.
        sourceArn: this.ruleArn,
      });
    }
  }

  /** The rule's own role, which may start this one state machine. */
  private startRole(stateMachineArn: string): iam.Role {
    const role = new iam.Role(this, 'Role', {
      description: 'Lets one EventBridge rule start one state machine.',
      // The rule names this role, so a condition on the rule's ARN would be a circular reference. The account is
      // checked.
      assumedBy: new iam.ServicePrincipal('events.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
      inlinePolicies: {
        Start: new iam.PolicyDocument({
          statements: [
            new iam.PolicyStatement({
              sid: 'StartStateMachine',
              actions: ['states:StartExecution'],
              resources: [stateMachineArn],
            }),
          ],
        }),
      },
    });
    acknowledgeInlinePolicies(role);
    return role;
  }
}
