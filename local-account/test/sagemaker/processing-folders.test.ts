import { existsSync } from 'node:fs';
import { CreateProcessingJobCommand, DescribeProcessingJobCommand } from '@aws-sdk/client-sagemaker';
import { processingBench } from './processing-bench';
import { BUCKET, SCIKIT_LEARN, type Workbench } from './workbench';

describe('processing jobs, by where they read and write', () => {
  const fixture = processingBench();
  const { request, run } = fixture;
  let bench: Workbench;
  beforeAll(() => {
    bench = fixture.bench();
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
