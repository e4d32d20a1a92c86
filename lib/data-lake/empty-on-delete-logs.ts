import { CfnResource, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';

import { acknowledgeFunction } from '../shared/function/workflow-function';
import { acknowledgeInlinePolicies } from '../shared/security/acknowledge';
import { tagList } from '../shared/stack/tag-list';
import type { WorkflowContext } from '../shared/stack/workflow-context';

/**
 * CDK's function that empties buckets (`autoDeleteObjects`) logs to a group that Lambda creates: unencrypted, without a
 * retention, and not deleted with the stack. This gives the function a log group of the stack, and a role that cannot
 * create another. The rehearsal's last checkpoint, which looks for what a teardown leaves behind, found the group.
 */
export function keepEmptyingLogsInStack(stack: Stack, context: WorkflowContext): void {
  const provider = stack.node.findChild('Custom::S3AutoDeleteObjectsCustomResourceProvider');
  const handler = provider.node.findChild('Handler');
  const role = provider.node.findChild('Role');
  if (!(handler instanceof CfnResource) || !(role instanceof CfnResource))
    throw new Error('This CDK version builds its bucket-emptying function in another way');
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
  // CDK does not apply tags to these two, because they are plain CfnResources.
  for (const one of [handler, role]) one.addPropertyOverride('Tags', tagList(context.configuration.tags));
  acknowledgeInlinePolicies(role);
  acknowledgeFunction(handler, { calledAsynchronously: false });
}
