import { TextEncoder } from 'node:util';
import type { LocalAccount } from '../../local-account';

/** Calls an operation by its service's name in the call table. */
export type Caller = (service: string, operation: string, input?: object) => Promise<Record<string, unknown>>;

/** Makes at least three of what an operation lists, and answers the input that lists them. */
export type Seed = (call: Caller, account: LocalAccount) => Promise<object>;

const three = [1, 2, 3] as const;
const ROLE = 'arn:aws:iam::123456789012:role/lists';
const each = async (make: (number: number) => Promise<unknown>): Promise<void> => {
  for (const number of three) await make(number);
};
const nothing = async (): Promise<object> => ({});

const trust = (service: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });

const machineArn = 'arn:aws:states:eu-central-1:123456789012:stateMachine:list-1';

/** One for each operation that pages, by `service:operation`; run in this order, so later ones may use earlier ones. */
export const SEEDS: Readonly<Record<string, Seed>> = {
  'iam:ListRoles': async (call) => {
    await call('iam', 'CreateRole', { RoleName: 'lists', AssumeRolePolicyDocument: trust('states.amazonaws.com') });
    await each((n) =>
      call('iam', 'CreateRole', {
        RoleName: `list-${n}`,
        AssumeRolePolicyDocument: trust('lambda.amazonaws.com'),
        Tags: three.map((t) => ({ Key: `tag-${t}`, Value: 'x' })),
      }),
    );
    return {};
  },
  'iam:ListRoleTags': async () => ({ RoleName: 'list-1' }),
  'iam:ListRolePolicies': async (call) => {
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
    });
    await each((n) => call('iam', 'PutRolePolicy', { RoleName: 'list-1', PolicyName: `inline-${n}`, PolicyDocument }));
    return { RoleName: 'list-1' };
  },
  'iam:ListPolicies': async (call) => {
    const document = (action: string): string =>
      JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });
    await each((n) =>
      call('iam', 'CreatePolicy', { PolicyName: `list-${n}`, PolicyDocument: document('s3:GetObject') }),
    );
    for (const action of ['s3:PutObject', 's3:DeleteObject']) {
      await call('iam', 'CreatePolicyVersion', {
        PolicyArn: 'arn:aws:iam::123456789012:policy/list-1',
        PolicyDocument: document(action),
      });
    }
    return { Scope: 'Local' };
  },
  'iam:ListPolicyVersions': async () => ({ PolicyArn: 'arn:aws:iam::123456789012:policy/list-1' }),
  'iam:ListAttachedRolePolicies': async (call) => {
    await each((n) =>
      call('iam', 'AttachRolePolicy', {
        RoleName: 'list-1',
        PolicyArn: `arn:aws:iam::123456789012:policy/list-${n}`,
      }),
    );
    return { RoleName: 'list-1' };
  },
  'states:ListStateMachines': async (call) => {
    const definition = JSON.stringify({ StartAt: 'End', States: { End: { Type: 'Succeed' } } });
    await each((n) => call('states', 'CreateStateMachine', { name: `list-${n}`, definition, roleArn: ROLE }));
    return {};
  },
  'states:ListExecutions': async (call) => {
    await each((n) => call('states', 'StartExecution', { stateMachineArn: machineArn, name: `run-${n}` }));
    return { stateMachineArn: machineArn };
  },
  'states:GetExecutionHistory': async (call) => {
    const definition = JSON.stringify({
      StartAt: 'A',
      States: { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Pass', End: true } },
    });
    await call('states', 'CreateStateMachine', { name: 'history', definition, roleArn: ROLE });
    const { executionArn } = await call('states', 'StartExecution', {
      stateMachineArn: machineArn.replace('list-1', 'history'),
      name: 'run',
    });
    return { executionArn };
  },
  'events:ListRules': async (call) => {
    await each((n) => call('events', 'PutRule', { Name: `list-${n}`, ScheduleExpression: 'rate(1 day)' }));
    return {};
  },
  'events:ListTargetsByRule': async (call) => {
    await call('events', 'PutTargets', {
      Rule: 'list-1',
      Targets: three.map((n) => ({ Id: `t-${n}`, Arn: `arn:aws:sqs:eu-central-1:123456789012:list-${n}` })),
    });
    return { Rule: 'list-1' };
  },
  'events:ListRuleNamesByTarget': async (call) => {
    const Arn = 'arn:aws:sqs:eu-central-1:123456789012:of-all';
    await each((n) => call('events', 'PutTargets', { Rule: `list-${n}`, Targets: [{ Id: 'same', Arn }] }));
    return { TargetArn: Arn };
  },
  'lambda:ListFunctions': async (call) => {
    await each((n) =>
      call('lambda', 'CreateFunction', {
        FunctionName: `list-${n}`,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Role: 'arn:aws:iam::123456789012:role/list-1',
        Code: { ZipFile: emptyArchive },
      }),
    );
    return {};
  },
  'application-autoscaling:DescribeScalableTargets': async (call) => {
    await each((n) =>
      call('application-autoscaling', 'RegisterScalableTarget', {
        ServiceNamespace: 'sagemaker',
        ResourceId: `endpoint/e/variant/v${n}`,
        ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
        MinCapacity: 1,
        MaxCapacity: 2,
      }),
    );
    return { ServiceNamespace: 'sagemaker' };
  },
  'application-autoscaling:DescribeScalingPolicies': async (call) => {
    await each((n) =>
      call('application-autoscaling', 'PutScalingPolicy', {
        PolicyName: `p-${n}`,
        ServiceNamespace: 'sagemaker',
        ResourceId: 'endpoint/e/variant/v1',
        ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
        PolicyType: 'StepScaling',
        StepScalingPolicyConfiguration: {
          AdjustmentType: 'ChangeInCapacity',
          StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
        },
      }),
    );
    return { ServiceNamespace: 'sagemaker' };
  },
  'service-quotas:ListServiceQuotas': async () => ({ ServiceCode: 'sagemaker' }),
  'service-quotas:ListAWSDefaultServiceQuotas': async () => ({ ServiceCode: 'sagemaker' }),
  'cloudtrail:LookupEvents': async () => ({
    LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'CreateStateMachine' }],
  }),
  'cloudwatch:DescribeAlarms': async (call) => {
    await each((n) =>
      call('cloudwatch', 'PutMetricAlarm', {
        AlarmName: `list-${n}`,
        Namespace: 'Lists',
        MetricName: 'm',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    );
    await each((n) =>
      call('cloudwatch', 'SetAlarmState', {
        AlarmName: 'list-1',
        StateValue: n === 2 ? 'OK' : 'ALARM',
        StateReason: `reason ${n}`,
      }),
    );
    return {};
  },
  'cloudwatch:DescribeAlarmHistory': async () => ({ AlarmName: 'list-1', HistoryItemType: 'StateUpdate' }),
  'ecr:DescribeRepositories': async (call) => {
    await each((n) => call('ecr', 'CreateRepository', { repositoryName: `list-${n}` }));
    return {};
  },
  'ecr:ListImages': async (call) => {
    await each((n) =>
      call('ecr', 'PutImage', {
        repositoryName: 'list-1',
        imageTag: `t${n}`,
        imageManifest: JSON.stringify({
          schemaVersion: 2,
          mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
          config: { mediaType: 'x', size: n, digest: `sha256:${String(n).repeat(64)}` },
          layers: [],
        }),
      }),
    );
    return { repositoryName: 'list-1' };
  },
  'ecr:DescribeImages': async () => ({ repositoryName: 'list-1' }),
  'glue:GetDatabases': async (call) => {
    await each((n) => call('glue', 'CreateDatabase', { DatabaseInput: { Name: `list_${n}` } }));
    return {};
  },
  'glue:GetTables': async (call) => {
    await each((n) =>
      call('glue', 'CreateTable', {
        DatabaseName: 'list_1',
        TableInput: { Name: `t_${n}`, PartitionKeys: [{ Name: 'day', Type: 'string' }], StorageDescriptor: {} },
      }),
    );
    return { DatabaseName: 'list_1' };
  },
  'glue:GetPartitions': async (call) => {
    await each((n) =>
      call('glue', 'CreatePartition', {
        DatabaseName: 'list_1',
        TableName: 't_1',
        PartitionInput: { Values: [`2030-01-0${n}`], StorageDescriptor: {} },
      }),
    );
    return { DatabaseName: 'list_1', TableName: 't_1' };
  },
  'glue:GetJobs': async (call) => {
    await each((n) =>
      call('glue', 'CreateJob', {
        Name: `list-${n}`,
        Role: ROLE,
        Command: { Name: 'glueetl', ScriptLocation: 's3://lists/script.py' },
        GlueVersion: '5.0',
        WorkerType: 'G.1X',
        NumberOfWorkers: 2,
      }),
    );
    return {};
  },
  'glue:ListJobs': nothing,
  'glue:GetSecurityConfigurations': async (call) => {
    await each((n) =>
      call('glue', 'CreateSecurityConfiguration', {
        Name: `list-${n}`,
        EncryptionConfiguration: { S3Encryption: [{ S3EncryptionMode: 'DISABLED' }] },
      }),
    );
    return {};
  },
  'dynamodb:ListTables': async (call) => {
    await each((n) =>
      call('dynamodb', 'CreateTable', {
        TableName: `list-${n}`,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
    return {};
  },
  'athena:ListNamedQueries': async (call) => {
    await each((n) =>
      call('athena', 'CreateNamedQuery', { Name: `list-${n}`, Database: 'list_1', QueryString: 'SELECT 1' }),
    );
    return { WorkGroup: 'primary' };
  },
  'kms:ListKeys': async (call) => {
    await each(async (n) => {
      const { KeyMetadata } = (await call('kms', 'CreateKey', {
        Tags: three.map((t) => ({ TagKey: `tag-${t}`, TagValue: 'x' })),
      })) as { KeyMetadata: { KeyId: string } };
      await call('kms', 'CreateAlias', { AliasName: `alias/list-${n}`, TargetKeyId: KeyMetadata.KeyId });
      if (n === 1) {
        for (const _ of three) {
          await call('kms', 'CreateGrant', {
            KeyId: KeyMetadata.KeyId,
            GranteePrincipal: `arn:aws:iam::123456789012:role/list-${n}`,
            Operations: ['Decrypt'],
          });
        }
      }
    });
    return {};
  },
  'kms:ListAliases': nothing,
  'kms:ListResourceTags': async (call) => ({ KeyId: await keyOfFirstAlias(call) }),
  'kms:ListGrants': async (call) => ({ KeyId: await keyOfFirstAlias(call) }),
  'logs:DescribeLogGroups': async (call) => {
    await each((n) => call('logs', 'CreateLogGroup', { logGroupName: `/list/${n}` }));
    return {};
  },
  'logs:DescribeLogStreams': async (call) => {
    await each((n) => call('logs', 'CreateLogStream', { logGroupName: '/list/1', logStreamName: `s-${n}` }));
    return { logGroupName: '/list/1' };
  },
  'logs:FilterLogEvents': async (call, account) => {
    await call('logs', 'PutLogEvents', {
      logGroupName: '/list/1',
      logStreamName: 's-1',
      logEvents: three.map((n) => ({ timestamp: account.clock.now() + n, message: `line ${n}` })),
    });
    return { logGroupName: '/list/1' };
  },
  'logs:DescribeMetricFilters': async (call) => {
    await each((n) =>
      call('logs', 'PutMetricFilter', {
        logGroupName: '/list/1',
        filterName: `f-${n}`,
        filterPattern: 'ERROR',
        metricTransformations: [{ metricName: 'm', metricNamespace: 'n', metricValue: '1' }],
      }),
    );
    return { logGroupName: '/list/1' };
  },
  'logs:DescribeResourcePolicies': async (call) => {
    await each((n) =>
      call('logs', 'PutResourcePolicy', {
        policyName: `list-${n}`,
        policyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'logs:PutLogEvents',
              Resource: '*',
            },
          ],
        }),
      }),
    );
    return {};
  },
  's3:ListBuckets': async (call) => {
    await each((n) =>
      call('s3', 'CreateBucket', {
        Bucket: `list-${n}`,
        CreateBucketConfiguration: { LocationConstraint: 'eu-central-1' },
      }),
    );
    return {};
  },
  's3:ListObjectsV2': async (call) => {
    await call('s3', 'PutBucketVersioning', {
      Bucket: 'list-1',
      VersioningConfiguration: { Status: 'Enabled' },
    });
    for (const key of ['a', 'b/1', 'c d', 'e'])
      await call('s3', 'PutObject', { Bucket: 'list-1', Key: key, Body: new TextEncoder().encode(key) });
    await call('s3', 'PutObject', { Bucket: 'list-1', Key: 'a', Body: new TextEncoder().encode('again') });
    await call('s3', 'DeleteObject', { Bucket: 'list-1', Key: 'e' });
    return { Bucket: 'list-1' };
  },
  's3:ListObjects': async () => ({ Bucket: 'list-1' }),
  's3:ListObjectVersions': async () => ({ Bucket: 'list-1' }),
  's3:ListMultipartUploads': async (call) => {
    await each((n) => call('s3', 'CreateMultipartUpload', { Bucket: 'list-1', Key: `upload-${n}` }));
    return { Bucket: 'list-1' };
  },
  's3:ListParts': async (call) => {
    const { UploadId } = await call('s3', 'CreateMultipartUpload', { Bucket: 'list-1', Key: 'parts' });
    await each((n) =>
      call('s3', 'UploadPart', {
        Bucket: 'list-1',
        Key: 'parts',
        UploadId,
        PartNumber: n,
        Body: new TextEncoder().encode(`part ${n}`),
      }),
    );
    return { Bucket: 'list-1', Key: 'parts', UploadId };
  },
  'sqs:ListQueues': async (call) => {
    await call('sqs', 'CreateQueue', { QueueName: 'dead' });
    await each((n) =>
      call('sqs', 'CreateQueue', {
        QueueName: `list-${n}`,
        Attributes: {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: 'arn:aws:sqs:eu-central-1:123456789012:dead',
            maxReceiveCount: 1,
          }),
        },
      }),
    );
    return {};
  },
  'sqs:ListDeadLetterSourceQueues': async (call) =>
    call('sqs', 'GetQueueUrl', { QueueName: 'dead' }).then(({ QueueUrl }) => ({ QueueUrl })),
  'ssm:DescribeParameters': async (call) => {
    await each((n) => call('ssm', 'PutParameter', { Name: `/list/${n}`, Type: 'String', Value: String(n) }));
    return {};
  },
  'ssm:GetParametersByPath': async () => ({ Path: '/list' }),
  'ssm:GetParameterHistory': async (call) => {
    await each((n) =>
      call('ssm', 'PutParameter', { Name: '/list/1', Type: 'String', Value: `v${n}`, Overwrite: true }),
    );
    return { Name: '/list/1' };
  },
  'sagemaker:ListModelPackageGroups': async (call) => {
    await each((n) =>
      call('sagemaker', 'CreateModelPackageGroup', {
        ModelPackageGroupName: `list-${n}`,
        Tags: three.map((t) => ({ Key: `tag-${t}`, Value: 'x' })),
      }),
    );
    return {};
  },
};

async function keyOfFirstAlias(call: Caller): Promise<string> {
  const { Aliases } = (await call('kms', 'ListAliases')) as { Aliases: { AliasName: string; TargetKeyId: string }[] };
  return Aliases.find(({ AliasName }) => AliasName === 'alias/list-1')?.TargetKeyId ?? '';
}

/** A ZIP file without any file. */
const emptyArchive = Uint8Array.from([0x50, 0x4b, 0x05, 0x06, ...Array.from({ length: 18 }, () => 0)]);
