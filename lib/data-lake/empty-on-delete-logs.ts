import { CfnResource, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';

import { acknowledgeFunction } from '../shared/function/workflow-function';
import { acknowledgeInlinePolicies } from '../shared/security/acknowledge';
import { tagList } from '../shared/stack/tag-list';
import type { WorkflowContext } from '../shared/stack/workflow-context';

/**
 * CDK's own function that empties buckets (`autoDeleteObjects`) logs to a group that Lambda makes by itself: the group
 * outlives the stack, unencrypted and for ever. This gives it a group of the stack and a role that cannot make another.
 * The rehearsal's last checkpoint found it.
 */
export function keepEmptyingLogsInStack(stack: Stack, context: WorkflowContext): void {
  const provider = stack.node.findChild('Custom::S3AutoDeleteObjectsCustomResourceProvider');
  const handler = provider.node.findChild('Handler');
  const role = provider.node.findChild('Role');
  if (!(handler instanceof CfnResource) || !(role instanceof CfnResource))
    throw new Error('CDK builds its bucket-emptying function in another way now');
  const group = new logs.LogGroup(stack, 'EmptyingLogs', {
    encryptionKey: context.operationsKey,
    retention: context.logRetention,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  handler.addPropertyOverride('LoggingConfig', { LogGroup: group.logGroupName });
  // In place of AWSLambdaBasicExecutionRole, which allows every log group of the account.
  role.addPropertyDeletionOverride('ManagedPolicyArns');
  role.addPropertyOverride('Policies', [
    {
      PolicyName: 'Logs',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Sid: 'WriteLogs',
            Effect: 'Allow',
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Resource: group.logGroupArn,
          },
        ],
      },
    },
  ]);
  // Bare resources to CDK, so its tags pass them by.
  for (const one of [handler, role]) one.addPropertyOverride('Tags', tagList(context.configuration.tags));
  acknowledgeInlinePolicies(role);
  acknowledgeFunction(handler, { calledAsynchronously: false });
}
