import { existsSync } from 'node:fs';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateProcessingJobCommand,
  type CreateProcessingJobCommandInput,
  DeleteProcessingJobCommand,
  DescribeProcessingJobCommand,
  type DescribeProcessingJobCommandOutput,
  ListProcessingJobsCommand,
  StopProcessingJobCommand,
} from '@aws-sdk/client-sagemaker';
import { runTask } from '../../events/states/tasks';
import { ACCOUNT, BUCKET, JOB_STATEMENTS, REGION, ROLE, SCIKIT_LEARN, Workbench } from './workbench';

const SCRIPT = `
import json, os, pathlib, sys
root = pathlib.Path(os.environ["WORKFLOW_PROCESSING_ROOT"])
files = sorted(str(p.relative_to(root / "input" / "data")) for p in (root / "input" / "data").rglob("*") if p.is_file())
config = json.loads((root.parent / "config" / "resourceconfig.json").read_text())
out = pathlib.Path(sys.argv[1]); out.mkdir(parents=True, exist_ok=True)
(out / (config["current_host"] + ".json")).write_text(json.dumps({
    "files": files, "hosts": config["hosts"], "baseline": os.environ["baseline"], "secret": sorted(k for k in os.environ if k.startswith("AWS_S") or k.startswith("AWS_ACCESS")),
}))
print("read", len(files), "files")
message = root.parent / "output" / "message"; message.parent.mkdir(parents=True, exist_ok=True); message.write_text("CompletedSuccessfully: fine")
sys.exit(int(sys.argv[2]))
`;

describe('processing jobs', () => {
  let bench: Workbench;

  beforeAll(async () => {
    process.env.AWS_SECRET_ACCESS_KEY = 'must-not-leak';
    bench = await Workbench.start();
    await bench.put('code/job.py', SCRIPT);
    await bench.put('data/a/one.csv', '1');
    await bench.put('data/b/two.csv', '2');
    await bench.put('data/b/three.csv', '3');
  });
  afterAll(() => bench.stop());
  afterEach(() => bench.allow(JOB_STATEMENTS));

  function request(
    name: string,
    exit = 0,
    more: Partial<CreateProcessingJobCommandInput> = {},
  ): CreateProcessingJobCommandInput {
    const input = (
      InputName: string,
      S3Uri: string,
      distribution: 'FullyReplicated' | 'ShardedByS3Key' = 'FullyReplicated',
    ) => ({
      InputName,
      S3Input: {
        S3Uri,
        LocalPath: `/opt/ml/processing/input/${InputName}`,
        S3DataType: 'S3Prefix' as const,
        S3InputMode: 'File' as const,
        S3DataDistributionType: distribution,
      },
    });
    return {
      ProcessingJobName: name,
      RoleArn: ROLE,
      AppSpecification: {
        ImageUri: SCIKIT_LEARN,
        ContainerEntrypoint: ['python3', '/opt/ml/processing/input/code/job.py'],
        ContainerArguments: ['/opt/ml/processing/output/result', String(exit)],
      },
      Environment: { baseline: '/opt/ml/processing/baseline/x.json' },
      ProcessingInputs: [
        input('code', `s3://${BUCKET}/code/job.py`),
        input('data', `s3://${BUCKET}/data/`, 'ShardedByS3Key'),
      ],
      ProcessingOutputConfig: {
        KmsKeyId: bench.keyArn,
        Outputs: [
          {
            OutputName: 'result',
            S3Output: {
              S3Uri: `s3://${BUCKET}/out/${name}`,
              LocalPath: '/opt/ml/processing/output/result',
              S3UploadMode: 'EndOfJob',
            },
          },
        ],
      },
      ProcessingResources: {
        ClusterConfig: {
          InstanceCount: 1,
          InstanceType: 'ml.m5.large',
          VolumeSizeInGB: 10,
          VolumeKmsKeyId: bench.keyArn,
        },
      },
      NetworkConfig: { EnableNetworkIsolation: true, VpcConfig: { Subnets: ['subnet-1'], SecurityGroupIds: ['sg-1'] } },
      StoppingCondition: { MaxRuntimeInSeconds: 60 },
      ...more,
    };
  }

  async function run(input: CreateProcessingJobCommandInput): Promise<DescribeProcessingJobCommandOutput> {
    await bench.sagemaker.send(new CreateProcessingJobCommand(input));
    return ended(input.ProcessingJobName ?? '');
  }

  function ended(ProcessingJobName: string): Promise<DescribeProcessingJobCommandOutput> {
    return bench.until(
      () => bench.sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName })),
      ({ ProcessingJobStatus }) => !['InProgress', 'Stopping'].includes(ProcessingJobStatus ?? ''),
    );
  }

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

  describe('in a VPC', () => {
    const through = (Action: string[]) =>
      bench.host.policies.putEndpointPolicy('vpce-1', 's3', {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: '*', Action, Resource: '*' }],
      });
    afterEach(() => bench.host.policies.deleteEndpointPolicy('vpce-1'));

    it('reads and writes through the S3 endpoint, whose policy must allow it', async () => {
      through(['s3:GetObject', 's3:ListBucket']);
      const described = await run(request('no-write'));
      expect(described.ProcessingJobStatus).toBe('Failed');
      expect(described.FailureReason).toMatch(
        /not authorized to perform: s3:PutObject on resource: \S+ because no VPC endpoint policy allows the s3:PutObject action/,
      );
      through(['s3:GetObject', 's3:ListBucket', 's3:PutObject']);
      expect((await run(request('may-write'))).ProcessingJobStatus).toBe('Completed');
    });

    it('fails for want of a way to S3 when the VPC has no endpoint', async () => {
      const described = await run(
        request('no-way', 0, {
          NetworkConfig: { VpcConfig: { Subnets: ['subnet-elsewhere'], SecurityGroupIds: ['sg-1'] } },
        }),
      );
      expect(described).toMatchObject({
        ProcessingJobStatus: 'Failed',
        FailureReason: expect.stringMatching(/subnet-elsewhere: its VPC has no S3 endpoint/) as string,
      });
    });

    it('uses the key behind S3 without the endpoint having a say in it', async () => {
      through(['s3:GetObject', 's3:ListBucket', 's3:PutObject']);
      await run(request('with-key'));
      const decrypts = bench.host.decisions.filter(
        ({ action, allowed }) => action === 'kms:GenerateDataKey' && allowed,
      );
      expect(decrypts.length).toBeGreaterThan(0);
      for (const { context } of decrypts) expect(Object.keys(context)).not.toContain('aws:sourcevpce');
    });
  });

  describe('with paths below /opt/ml in its own text', () => {
    const text = 'from "/opt/ml/processing/input/code" to "/opt/ml/processing/output/result/literal.txt"';
    const python = `import pathlib; pathlib.Path("/opt/ml/processing/output/result/literal.txt").write_text(pathlib.Path("/opt/ml/processing/input/code/text").read_text())`;
    const shell = 'cat /opt/ml/processing/input/code/text > /opt/ml/processing/output/result/literal.txt';

    it.each([
      ['python', 'python3', 'literal.py', python],
      ['shell', 'sh', 'literal.sh', shell],
    ])("uses the job's folders and never this computer's: %s", async (kind, program, file, script) => {
      const before = existsSync('/opt/ml');
      await bench.put(`${kind}/${file}`, script);
      await bench.put(`${kind}/text`, text);
      const name = `literal-${kind}`;
      const input = request(name);
      const [code] = input.ProcessingInputs!;
      await bench.sagemaker.send(
        new CreateProcessingJobCommand({
          ...input,
          AppSpecification: {
            ImageUri: SCIKIT_LEARN,
            ContainerEntrypoint: [program, `/opt/ml/processing/input/code/${file}`],
          },
          ProcessingInputs: [{ ...code, S3Input: { ...code.S3Input!, S3Uri: `s3://${BUCKET}/${kind}/` } }],
        }),
      );
      const job = await bench.until(
        () => bench.sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName: name })),
        ({ ProcessingJobStatus }) => ProcessingJobStatus !== 'InProgress',
      );
      expect([job.ProcessingJobStatus, job.FailureReason]).toEqual(['Completed', undefined]);
      expect((await bench.get(`out/${name}/literal.txt`)).toString()).toBe(text);
      expect(existsSync('/opt/ml')).toBe(before);
    });
  });
});
