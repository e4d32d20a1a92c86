import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateProcessingJobCommand,
  type CreateProcessingJobCommandInput,
  DeleteProcessingJobCommand,
  DescribeProcessingJobCommand,
  ListProcessingJobsCommand,
  StopProcessingJobCommand,
} from '@aws-sdk/client-sagemaker';
import { runTask } from '../../events/states/tasks';
import { processingBench } from './processing-bench';
import { ACCOUNT, BUCKET, JOB_STATEMENTS, REGION, type Workbench } from './workbench';

describe('processing jobs', () => {
  const fixture = processingBench();
  const { request, run, ended } = fixture;
  let bench: Workbench;
  beforeAll(() => {
    bench = fixture.bench();
  });

  it('that Step Functions waits for carry its tag: without permission to tag or read tags, it cannot wait', async () => {
    const roleArn = `arn:aws:iam::${ACCOUNT}:role/Machine`;
    const { platform, models, policies } = bench.host;
    policies.putRole({
      arn: roleArn,
      trust: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'states.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      },
    });
    const wait = (name: string, ...Action: string[]) => {
      const needed = [
        'sagemaker:CreateProcessingJob',
        'sagemaker:DescribeProcessingJob',
        'iam:PassRole',
        'kms:CreateGrant',
        'kms:DescribeKey',
        'events:PutTargets',
        'events:PutRule',
        'events:DescribeRule',
      ];
      policies.putInlinePolicy(roleArn, 'Jobs', {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: [...needed, ...Action], Resource: '*' }],
      });
      const runner = {
        platform,
        models,
        stateMachineArn: 'arn:machine',
        roleArn,
        signal: new AbortController().signal,
      };
      return runTask(runner, 'arn:aws:states:::sagemaker:createProcessingJob.sync', { ...request(name) });
    };
    const denied = (action: string) => ({
      name: 'SageMaker.AmazonSageMakerException',
      message: expect.stringContaining(`is not authorized to perform: ${action}`) as string,
    });
    await expect(wait('untagged')).rejects.toMatchObject(denied('sagemaker:AddTags'));
    await expect(wait('unread', 'sagemaker:AddTags')).rejects.toMatchObject(denied('sagemaker:ListTags'));
    expect(await wait('waited-for', 'sagemaker:AddTags', 'sagemaker:ListTags')).toMatchObject({
      ProcessingJobStatus: 'Completed',
    });
  });

  it('runs the container contract: inputs, arguments, environment, outputs, message', async () => {
    const described = await run(request('fine'));
    expect(described).toMatchObject({
      ProcessingJobStatus: 'Completed',
      ProcessingJobArn: `arn:aws:sagemaker:${REGION}:${ACCOUNT}:processing-job/fine`,
      ExitMessage: 'CompletedSuccessfully: fine',
    });
    const result = JSON.parse((await bench.get('out/fine/algo-1.json')).toString()) as Record<string, unknown>;
    expect(result).toMatchObject({ files: ['a/one.csv', 'b/three.csv', 'b/two.csv'], hosts: ['algo-1'], secret: [] });
    expect(result.baseline).toMatch(/.+\/opt\/ml\/processing\/baseline\/x\.json$/);
    expect(
      bench.events
        .filter(({ 'detail-type': type }) => type === 'SageMaker Processing Job State Change')
        .filter(({ detail }) => detail.ProcessingJobName === 'fine')
        .map(({ detail }) => detail.ProcessingJobStatus),
    ).toEqual(['InProgress', 'Completed']);
  });

  it('a record can be deleted when its job has ended, not before', async () => {
    const ProcessingJobName = 'forgotten';
    await bench.sagemaker.send(new CreateProcessingJobCommand(request(ProcessingJobName)));
    const remove = () => bench.sagemaker.send(new DeleteProcessingJobCommand({ ProcessingJobName }));
    await expect(remove()).rejects.toMatchObject({ name: 'ResourceInUse' });
    await ended(ProcessingJobName);
    await remove();
    await expect(remove()).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('shards the input by key over several hosts', async () => {
    const base = request('sharded');
    const described = await run({
      ...base,
      ProcessingResources: { ClusterConfig: { ...base.ProcessingResources?.ClusterConfig, InstanceCount: 2 } as never },
    });
    expect(described.ProcessingJobStatus).toBe('Completed');
    const shares = await Promise.all(
      ['algo-1', 'algo-2'].map(
        async (host) =>
          JSON.parse((await bench.get(`out/sharded/${host}.json`)).toString()) as { files: string[]; hosts: string[] },
      ),
    );
    expect(shares[0].hosts).toEqual(['algo-1', 'algo-2']);
    expect(shares.flatMap(({ files }) => files).sort()).toEqual(['a/one.csv', 'b/three.csv', 'b/two.csv']);
    expect(shares.every(({ files }) => files.length > 0)).toBe(true);
  });

  it('logs to a group that SageMaker makes, without an end and without a key', async () => {
    const { endpoint, administrator: credentials } = bench.host.platform;
    const logs = new CloudWatchLogsClient({ endpoint, region: REGION, credentials });
    await bench.host.settled();
    const { logGroups = [] } = await logs.send(
      new DescribeLogGroupsCommand({ logGroupNamePrefix: '/aws/sagemaker/ProcessingJobs' }),
    );
    expect(logGroups).toHaveLength(1);
    expect([logGroups[0]?.retentionInDays, logGroups[0]?.kmsKeyId]).toEqual([undefined, undefined]);
  });

  it('fails with the exit code of the container', async () => {
    const described = await run(request('broken', 3));
    expect(described).toMatchObject({
      ProcessingJobStatus: 'Failed',
      FailureReason: 'AlgorithmError: CompletedSuccessfully: fine, exit code: 3',
    });
  });

  it.each([
    ['the data', 'data', /not authorized to perform: s3:/],
    ['the key of its volumes', 'key', /not authorized to perform: kms:CreateGrant/],
    ['the image', 'image', /not authorized to perform: ecr:/],
  ])('fails when the role has no right to %s', async (_, statement, message) => {
    bench.allow(Object.fromEntries(Object.entries(JOB_STATEMENTS).filter(([name]) => name !== statement)));
    const described = await run(request(`without-${statement}`));
    expect(described.ProcessingJobStatus).toBe('Failed');
    expect(described.FailureReason).toMatch(message);
  });

  it.each([
    ['no right to network interfaces', undefined],
    [
      'a right to interfaces in one subnet only',
      {
        Resource: [
          'arn:aws:ec2:*:*:subnet/subnet-1',
          'arn:aws:ec2:*:*:security-group/*',
          'arn:aws:ec2:*:*:network-interface/*',
        ],
      },
    ],
    [
      'a condition on the subnet',
      { Resource: '*', Condition: { ArnEquals: { 'ec2:Subnet': `arn:aws:ec2:${REGION}:${ACCOUNT}:subnet/subnet-1` } } },
    ],
  ])('is refused when its role has %s', async (_, interfaces) => {
    const { network, ...others } = JOB_STATEMENTS;
    const look = { ...network, Action: ['ec2:Describe*'] };
    bench.allow({
      ...others,
      look,
      ...(interfaces && { interfaces: { Effect: 'Allow', Action: ['ec2:*NetworkInterface*'], ...interfaces } }),
    });
    const creation = bench.sagemaker.send(new CreateProcessingJobCommand(request('narrow-network')));
    await expect(creation).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(
        'Please check if you have ec2:CreateNetworkInterface permission. You are not authorized to perform this operation.',
      ),
    });
    bench.allow(JOB_STATEMENTS);
  });

  it('writes an output without a key under the key of AWS', async () => {
    const arn = `arn:aws:s3:::${BUCKET}`;
    const header = 's3:x-amz-server-side-encryption';
    const unnamed = {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: `${arn}/*`,
      Condition: { Null: { [header]: 'false', [`${header}-aws-kms-key-id`]: 'true' } },
    };
    bench.host.policies.putResourcePolicy(arn, { Version: '2012-10-17', Statement: [unnamed] });
    const base = request('no-key');
    const described = await run({ ...base, ProcessingOutputConfig: { Outputs: base.ProcessingOutputConfig?.Outputs } });
    const named = await run(request('under-our-key'));
    bench.host.policies.putResourcePolicy(arn, { Version: '2012-10-17', Statement: [] });
    expect([described.ProcessingJobStatus, named.ProcessingJobStatus]).toEqual(['Failed', 'Completed']);
    expect(described.FailureReason).toMatch(/not authorized to perform: s3:PutObject/);
  });

  it('reports an empty input', async () => {
    const base = request('empty');
    const described = await run({
      ...base,
      ProcessingInputs: base.ProcessingInputs?.map((input) => ({
        ...input,
        S3Input: { ...input.S3Input, S3Uri: `s3://${BUCKET}/nothing/` } as never,
      })),
    });
    expect(described.FailureReason).toMatch(/No S3 objects found under S3 URL "s3:\/\/workbench\/nothing\/"/);
  });

  it('refuses a role that SageMaker may not take, a name that is taken, and an unknown image', async () => {
    const send = (input: CreateProcessingJobCommandInput) =>
      bench.sagemaker.send(new CreateProcessingJobCommand(input));
    await expect(send({ ...request('no-role'), RoleArn: `arn:aws:iam::${ACCOUNT}:role/Nobody` })).rejects.toThrow(
      /Could not assume role/,
    );
    await expect(send(request('fine'))).rejects.toMatchObject({ name: 'ResourceInUse' });
    const unknown = request('unknown');
    await expect(
      send({ ...unknown, AppSpecification: { ...unknown.AppSpecification, ImageUri: 'x/own-image:1' } as never }),
    ).rejects.toThrow(/no stand-in for the image x\/own-image:1.*sagemaker-xgboost/);
    await expect(
      bench.sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName: 'nowhere' })),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Could not find requested job with name: nowhere',
    });
  });

  it('stops on request and at the time limit', async () => {
    await bench.put('code/sleep/job.py', 'import time; time.sleep(60)');
    const slow = (name: string, more: Partial<CreateProcessingJobCommandInput> = {}) => {
      const base = request(name, 0, more);
      return {
        ...base,
        ProcessingInputs: [
          {
            ...base.ProcessingInputs?.[0],
            S3Input: { ...base.ProcessingInputs?.[0].S3Input, S3Uri: `s3://${BUCKET}/code/sleep/job.py` } as never,
          } as never,
        ],
      };
    };
    await bench.sagemaker.send(new CreateProcessingJobCommand(slow('stopped')));
    await bench.sagemaker.send(new StopProcessingJobCommand({ ProcessingJobName: 'stopped' }));
    expect((await ended('stopped')).ProcessingJobStatus).toBe('Stopped');
    expect((await run(slow('limited', { StoppingCondition: { MaxRuntimeInSeconds: 1 } }))).ProcessingJobStatus).toBe(
      'Stopped',
    );
  });

  it('lists jobs oldest first by default, filtered and in pages', async () => {
    const created = async (SortOrder?: 'Descending') =>
      (
        await bench.sagemaker.send(new ListProcessingJobsCommand({ MaxResults: 100, SortOrder }))
      ).ProcessingJobSummaries?.map(({ ProcessingJobName }) => ProcessingJobName) ?? [];
    expect((await created('Descending')).length).toBeGreaterThan(3);
    expect(await created()).toEqual((await created('Descending')).reverse());
    const all = await bench.sagemaker.send(new ListProcessingJobsCommand({ StatusEquals: 'Failed', MaxResults: 2 }));
    expect(all.ProcessingJobSummaries).toHaveLength(2);
    const rest = await bench.sagemaker.send(
      new ListProcessingJobsCommand({ StatusEquals: 'Failed', NextToken: all.NextToken, MaxResults: 50 }),
    );
    expect(
      [...(all.ProcessingJobSummaries ?? []), ...(rest.ProcessingJobSummaries ?? [])].map(
        ({ ProcessingJobName }) => ProcessingJobName,
      ),
    ).toContain('broken');
    await expect(bench.sagemaker.send(new ListProcessingJobsCommand({ NextToken: 'of-another-list' }))).rejects.toThrow(
      'Invalid NextToken',
    );
    const named = await bench.sagemaker.send(
      new ListProcessingJobsCommand({ NameContains: 'without', SortBy: 'Name', SortOrder: 'Ascending' }),
    );
    expect(named.ProcessingJobSummaries?.map(({ ProcessingJobName }) => ProcessingJobName)).toEqual([
      'without-data',
      'without-image',
      'without-key',
    ]);
  });
});
