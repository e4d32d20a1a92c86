import { runCli } from '../../operator/cli';
import { commands } from '../../operator/commands';
import { awsError, fakeContext } from './fake-clients';

async function cli(argv: readonly string[], responses: Readonly<Record<string, unknown>> = {}) {
  let out = '';
  let err = '';
  const code = await runCli(argv, {
    makeContext: () => fakeContext(responses),
    write: (text) => (out += text),
    writeError: (text) => (err += text),
    output: () => ({ line: (text = '') => (out += `${text}\n`), progress: () => undefined }),
  });
  return { code, out, err };
}

describe('mlops', () => {
  it('lists every command in its help', async () => {
    const { code, out } = await cli(['--help']);
    expect(code).toBe(0);
    for (const { name } of commands) expect(out).toContain(name);
    expect(commands.map((one) => one.name)).toEqual([
      'doctor',
      'ingest',
      'stream-departures',
      'build-training-set',
      'train',
      'compare-features',
      'status',
      'approve',
      'invoke',
      'batch',
      'drift',
      'quality',
      'retrain',
      'lineage',
      'card',
      'reproduce',
      'trials',
      'compare-runs',
      'fit-curves',
      'rollback',
      'recreate-endpoint',
      'challenge',
      'compare-shadow',
      'verify-teardown',
    ]);
  });

  it.each(commands.map((one) => one.name))('%s --help has examples and exit codes', async (name) => {
    const { code, out } = await cli([name, '--help']);
    expect(code).toBe(0);
    expect(out).toContain(`npm run mlops -- ${name}`);
    expect(out).toContain('Exit code');
    expect(out).toContain('--json');
  });

  it.each([
    [[], 'Usage'],
    [['deploy'], 'unknown command'],
    [['ingest'], '--airport'],
    [['ingest', '--airport', 'Kennedy'], 'IATA code'],
    [['ingest', '--airport', 'JFK', '--from', 'July'], '2013-07'],
    [['ingest', '--airport', 'JFK', '--from', '2013-07', '--until', '2013-07'], 'must be after'],
    [['ingest', '--airport', 'JFK', '--file', 'x.csv'], 'begin with its month'],
    [['train', '--airports', 'JFK;LGA', '--until', '2013-07'], 'IATA code'],
    [['train', '--airports', 'JFK', '--from', '2013-07', '--until', '2013-01'], 'must be after'],
    [['train', '--airports', 'SFO', '--until', '2013-07'], 'its airports are JFK, LGA'],
    [['ingest', '--airport', 'EWR'], 'its airports are JFK, LGA'],
    [['approve', 'latest', '--note', 'good on June\nbad on July'], 'character 13 (U+000A) is a line break'],
    [['approve', 'latest', '--note', 'tab\there'], 'U+0009'],
    [['approve', 'latest', '--note', 'zero\u200dwidth'], 'no visible character'],
    [['approve', 'latest', '--note', 'x'.repeat(1025)], '1 to 1024'],
    [['drift', '--hour', '2013-02-30T14'], '2013-09-03T14'],
    [['quality', '--from', '2013-02-30T00:00:00Z', '--until', '2013-03-01T00:00:00Z'], '--from takes a time'],
    [['quality', '--from', '2013-03-02T00:00:00Z', '--until', '2013-03-01T00:00:00Z'], 'must be after'],
    [['quality', '--from', '2013-03-02T00:00:00Z'], 'go together'],
    [['status', '--stacks', 'Mla\nBlueprint'], 'letters, digits and hyphens'],
    [['status', '--prefix', '-x'], 'letters, digits and hyphens'],
    [['train', '--airports', '', '--until', '2013-07'], 'IATA code'],
    [['train', '--airports', 'JFK', '--until', ''], 'takes a month'],
    [['train', '--airports', 'JFK', '--from', '', '--until', '2013-07'], '--from takes a month'],
    [['approve', 'newest', '--note', 'x'], 'latest'],
    [['approve', 'latest', '--note', ' '], '--note'],
    [['invoke'], 'Nothing to send'],
    [['invoke', '--airport', 'JFK', '--month', '2013-07', '--rows', '0'], '--rows'],
    [['invoke', '--airport', 'JFK', '--month', '2013-07', '--file', 'a.csv'], 'not both'],
    [['drift', '--hour', 'noon'], '2013-09-03T14'],
    [['rollback', '--to', 'first'], 'latest'],
    [['status', '--unknown'], 'unknown option'],
  ])('exits with 2 and says why: %j', async (argv, part) => {
    const { code, err } = await cli(argv);
    expect(code).toBe(2);
    expect(err).toContain(part);
  });

  it.each([
    [
      awsError('CredentialsProviderError', 'Could not load credentials from any providers'),
      'No AWS credentials',
      'AWS_PROFILE',
    ],
    [awsError('Error', 'Region is missing'), 'No AWS region', 'AWS_REGION'],
    [
      awsError('ValidationError', 'Stack with id MlaBlueprint-Training does not exist'),
      'is not deployed',
      'cdk deploy',
    ],
    [
      awsError('ExpiredTokenException', 'The security token included in the request is expired'),
      'not accepted',
      'Sign in again',
    ],
    [
      awsError('AccessDenied', 'User: u is not authorized to perform: a on resource: r'),
      'not authorized',
      'missing action',
    ],
    [awsError('Error', 'connect ECONNREFUSED', { code: 'ECONNREFUSED' }), 'cannot be reached', 'network'],
    [awsError('ThrottlingException', 'Rate exceeded'), 'throttling', 'Wait'],
  ])('explains %s without a stack trace', async (error, cause, remedy) => {
    const { code, err } = await cli(['status'], {
      DescribeStacksCommand: () => {
        throw error;
      },
    });
    expect(code).toBe(1);
    expect(err).toContain(cause);
    expect(err).toContain(remedy);
    expect(err).not.toMatch(/\n\s+at /);
  });

  it('prints the result alone with --json', async () => {
    const { code, out } = await cli(['rollback', '--to', '1', '--json'], {
      GetParameterCommand: {
        Parameter: { Value: 'arn:aws:sagemaker:eu-central-1:123456789012:model-package/group/2' },
      },
      ListModelPackagesCommand: {
        ModelPackageSummaryList: [1, 2].map((version) => ({
          ModelPackageVersion: version,
          ModelPackageArn: `arn:aws:sagemaker:eu-central-1:123456789012:model-package/group/${version}`,
          ModelApprovalStatus: 'Approved',
        })),
      },
      UpdateModelPackageCommand: {},
      StartExecutionCommand: { executionArn: 'execution' },
      DescribeExecutionCommand: {
        status: 'SUCCEEDED',
        output: JSON.stringify({ outcome: { result: 'Released', detail: 'fine' } }),
      },
      GetExecutionHistoryCommand: { events: [] },
    });
    expect(code).toBe(0);
    expect(JSON.parse(out.slice(out.indexOf('{')))).toMatchObject({ from: 2, to: 1, outcome: { result: 'Released' } });
  });
});
